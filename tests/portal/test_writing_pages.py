"""写稿: every fact has a field, a follow-up names its incident, and the check is asked what submitting would be."""

import re
from typing import Any

from services.portal.draft_content import COUNTS, WORDS, blank
from shared.contracts.vocabulary import Role
from tests.portal.fakes import Site

SHIQIAO = "qingshan-shiqiao"
INCIDENT = "0194f0aa-0000-7000-8000-00000000000a"
OTHER = "0194f0aa-0000-7000-8000-00000000000b"
DRAFT = "0194f0aa-0000-7000-8000-00000000000d"
KNOWN = {"incident_id": INCIDENT, "kind": "仓库火灾", "place": "东风路18号", "known_at": "2025-02-16T23:40:00Z"}
WAY: list[Any] = []
REPORT = {
    "report_id": "0194f0aa-0000-7000-8000-00000000000e",
    "number": "SHIQIAO-2025-0217-001",
    "title": "东风路仓库火灾",
    "type": "URGENT",
    "nature": "PROBLEM",
    "urgency": "URGENT",
    "state": "SIGNED",
    "state_zh": "签发",
    "state_since": "2025-02-16T23:55:00Z",
    "incident_id": OTHER,
    "incident_kind": "INITIAL",
    "returns": [],
    "may_resubmit": False,
    "way": WAY,
    "versions": [
        {
            "version": 1,
            "title": "东风路仓库火灾",
            "body": "文",
            "facts": {"place": "东风路18号", "kind": "仓库火灾", "dead": 3},
            "citations": [],
            "submitted_at": "2025-02-16T23:50:00Z",
        }
    ],
}
CHECK = {
    "complete": False,
    "elements": [],
    "figures": [],
    "problems": [{"code": "SERIES_MISSING", "field": "incident_id", "text": "没有选所续的事件"}],
    "warnings": [],
    "unverified": [],
    "marks": [],
    "primary": [],
    "copies": [],
}


async def at_the_desk(site: Site) -> None:
    """Log in as the writer of 石桥镇, whose unit knows of one incident and has reported on another."""
    site.services.says["/intake/awareness"] = {"items": [KNOWN], "next": None}
    site.services.says["/intake/reports"] = {"items": [REPORT], "next": None}
    site.services.says[f"/intake/reports/{REPORT['report_id']}"] = REPORT
    site.services.says[f"/forwarding/reports/{REPORT['report_id']}/hops"] = []
    site.services.says["/intake/check"] = CHECK
    await site.enter(SHIQIAO, Role.REPORTER)


async def test_every_fact_that_a_report_can_state_has_a_field(site: Site) -> None:
    """QU-05: 终报 wants 核实情况, so the form must have it."""
    await at_the_desk(site)

    page = await site.see("/reports/new?series=FINAL")

    shown = set(re.findall(r'name="facts\.(\w+)"', page))
    assert shown == {*COUNTS, *WORDS, "occurred_at"}


async def test_a_follow_up_chooses_among_the_incidents_of_the_office(site: Site) -> None:
    """UR-05: those registered here and those reported from here; the one a link names is chosen."""
    await at_the_desk(site)

    page = await site.see(f"/reports/new?series=FOLLOWUP&incident={OTHER}")

    offered = dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)', page))
    assert list(offered) == [INCIDENT, OTHER]
    assert offered[INCIDENT].startswith("仓库火灾 · 东风路18号")
    assert f'<option value="{OTHER}" selected>' in page


async def test_the_page_of_a_report_on_an_incident_offers_the_next_one(site: Site) -> None:
    """3.7 写续报: what stays is filled in, figures are not."""
    await at_the_desk(site)

    report = await site.see(f"/reports/{REPORT['report_id']}")
    (address, _) = re.findall(r'href="(/reports/new\?series=[^"]+)"', report)
    form = await site.see(address.replace("&amp;", "&"))

    assert f'<option value="{OTHER}" selected>' in form
    assert 'name="incident_kind" value="FOLLOWUP" checked' in form
    assert 'name="facts.place" value="东风路18号"' in form
    assert 'name="facts.dead" value=""' in form


async def test_checking_before_submitting_tells_what_submitting_would_refuse(site: Site) -> None:
    """核对 used to pass a follow-up without its incident, and 提交 then answered 422."""
    await at_the_desk(site)
    content = {**blank("FOLLOWUP"), "title": "题", "body": "文", "incident_id": INCIDENT}
    kept = {"draft_id": DRAFT, "content": content, "revision": 3, "saved_at": "2025-02-17T00:00:00Z"}
    site.services.says[f"/intake/drafts/{DRAFT}"] = kept

    answer = await site.client.get(f"/reports/{DRAFT}/verify")
    form = await site.see(answer.headers["location"])

    asked = site.services.sent("/intake/check")[-1]
    assert (asked["incident_kind"], asked["incident_id"]) == ("FOLLOWUP", INCIDENT)
    assert answer.headers["location"] == f"/reports/{DRAFT}/edit?checked=1"
    assert '<a href="#incident_id">没有选所续的事件</a>' in form


async def test_the_page_before_submitting_repeats_the_incident_and_each_source(site: Site) -> None:
    """核对: what goes where, to which incident, with the page where one was given and without where none was."""
    await at_the_desk(site)
    cited = [
        {"figure": "86户", "source": "镇财政所", "page": "第3页", "checked_by": ""},
        {"figure": "2台", "source": "镇水利站", "page": "", "checked_by": "周明远"},
    ]
    content = {**blank("FOLLOWUP"), "title": "题", "body": "文", "incident_id": INCIDENT, "citations": cited}
    kept = {"draft_id": DRAFT, "content": content, "revision": 3, "saved_at": "2025-02-17T00:00:00Z"}
    site.services.says[f"/intake/drafts/{DRAFT}"] = kept
    site.services.says["/intake/check"] = {**CHECK, "complete": True, "problems": []}

    page = await site.see(f"/reports/{DRAFT}/verify")

    assert "<dt>所属事件</dt><dd>仓库火灾 · 东风路18号" in page
    assert "<dd>镇财政所 · 页码 第3页</dd>" in page
    assert "<dd>镇水利站 · 核对人 周明远</dd>" in page
