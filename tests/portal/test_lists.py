"""Lists: how urgent, how many, and the next page; 工作台, 审签台, 督办件, 批示."""

import re
from typing import Any

import httpx
import pytest

from shared.contracts.vocabulary import Role
from tests.portal.fakes import Site
from tests.portal.test_duty_pages import clock_due, desk_shows

SHIQIAO, SUPERVISORS = "qingshan-shiqiao", "qingshan-gov-info"
INCIDENT = "0194f0aa-0000-7000-8000-00000000000a"
CASE = "0194f0aa-0000-7000-8000-000000000001"


def line(**over: Any) -> dict[str, Any]:
    """Return a case in a list as the review service shows it."""
    return {
        "case_id": CASE,
        "report_id": CASE,
        "number": "SQ-2025-0217-001",
        "title": "三座水库溢洪道淤堵",
        "urgency": "ROUTINE",
        "nature": "PROBLEM",
        "incident_id": None,
        "state": "SIGN_OFF",
        "from_name": "石桥镇",
        "received_at": "2025-02-16T00:00:00Z",
        "step_since": "2025-02-16T00:00:00Z",
        "age_seconds": 60,
        "hold": None,
        "mode": "ACTUAL",
        **over,
    }


def shown(case: dict[str, Any]) -> dict[str, Any]:
    """Return the page of a case as the review service shows it."""
    head = {name: case[name] for name in ("report_id", "number", "urgency", "nature", "incident_id")} | {
        "type": "URGENT"
    }
    wording = {"version": 1, "current": True, "title": case["title"], "body": "文", "facts": {}, "citations": []}
    return {
        **case,
        "head": {**head, "type": "URGENT"},
        "office_name": "石桥镇",
        "origin_name": "石桥镇",
        "revision": 3,
        "wordings": [wording],
        "differences": [],
        "history": [],
        "uses": [],
        "acts": [],
        "next": {"text": "", "office_names": [], "roles_zh": ""},
    }


def review_shows(site: Site, cases: list[dict[str, Any]], **done: list[dict[str, Any]]) -> None:
    """Let the review service hold these open cases, and those of each other state."""

    def queue(request: httpx.Request) -> httpx.Response:
        start, limit = int(request.url.params.get("after", 0)), int(request.url.params["limit"])
        further = str(start + limit) if start + limit < len(cases) else None
        counts = [{"state": "SIGN_OFF", "cases": len(cases), "urgent": 0, "held": 0}]
        return httpx.Response(200, json={"cases": cases[start : start + limit], "next": further, "counts": counts})

    def finished(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"cases": done.get(request.url.params["state"], []), "next": "more"})

    site.services.says["/review/queue"] = queue
    site.services.says["/review/cases"] = finished
    for case in [*cases, *(each for lines in done.values() for each in lines)]:
        site.services.says[f"/review/cases/{case['case_id']}"] = shown(case)


FIRE = line(
    case_id="0194f0aa-0000-7000-8000-000000000002",
    title="东风路仓库火灾",
    urgency="URGENT",
    incident_id=INCIDENT,
    received_at="2025-02-17T00:00:00Z",
)
ACCIDENT = line(
    case_id="0194f0aa-0000-7000-8000-000000000003",
    title="省道追尾",
    urgency="EXTRA_URGENT",
    received_at="2025-02-16T23:00:00Z",
)
DUE = clock_due(leg="WRITTEN", due_at="2025-02-17T00:18:00Z", late_from="2025-02-17T00:19:00Z", percent=70)


async def test_cases_stand_in_the_order_of_their_headroom_and_say_how_much_is_left(site: Site) -> None:
    """3.4: 余 18 分 first, then what is urgent, then what came first."""
    review_shows(site, [ACCIDENT, FIRE, line()])
    desk_shows(site, own_open=[DUE, clock_due()])
    await site.enter(SHIQIAO, Role.DEPUTY_SIGNER)

    page = await site.see("/review")

    assert re.findall(r'<span class="name">([^<]+)', page) == ["东风路仓库火灾", "省道追尾", "三座水库溢洪道淤堵"]
    first = page[page.index("<ol>") : page.index("省道追尾")]
    assert "余 18 分" in first
    assert "截止 08:18（含）" in page, "the case that is opened shows the whole limit"


async def test_the_workbench_shows_urgency_and_headroom_first(site: Site) -> None:
    """3.1: sorted by first late instant; what is urgent before what only waits longer."""
    review_shows(site, [line(), ACCIDENT, FIRE])
    desk_shows(site, own_open=[])
    site.services.says["/intake/reports"] = {"items": [], "next": None}
    site.services.says["/intake/drafts"] = {"items": [], "next": None}
    site.services.says["/intake/drafts/offered"] = {"items": [], "next": None}
    site.services.says["/supervision/tickets"] = {"tickets": [], "before": None}
    await site.enter(SHIQIAO, Role.DEPUTY_SIGNER)
    desk_shows(site, own_open=[DUE])

    page = await site.see("/")

    titles = re.findall(r'<td class="what"><a href="/review[^"]*">([^<]+)', page)
    assert titles == ["东风路仓库火灾", "省道追尾", "三座水库溢洪道淤堵"]
    assert page.index("余 18 分") < page.index("省道追尾")
    assert "</svg>急</span>" in page


async def test_the_workbench_counts_everything_and_goes_on_to_a_next_page(site: Site) -> None:
    """Sixty cases wait: sixty are counted, fifty are shown, ten stand on the next page."""
    cases = [line(case_id=f"0194f0aa-0000-7000-8000-0000000001{n:02}", title=f"稿件{n}号") for n in range(60)]
    review_shows(site, cases)
    desk_shows(site)
    site.services.says["/intake/reports"] = {"items": [], "next": None}
    site.services.says["/intake/drafts"] = {"items": [], "next": None}
    site.services.says["/intake/drafts/offered"] = {"items": [], "next": None}
    site.services.says["/supervision/tickets"] = {"tickets": [], "before": None}
    await site.enter(SHIQIAO, Role.DEPUTY_SIGNER)

    first, second = await site.see("/"), await site.see("/?page=2")

    assert "待办 60 项" in first
    assert len(re.findall(">稿件", first)) == 50
    assert 'href="/?page=2"' in first
    assert len(re.findall(">稿件", second)) == 10


async def test_the_queue_counts_everything_and_goes_on_to_a_next_page(site: Site) -> None:
    """审签台 used to count the fifty that it showed."""
    cases = [line(case_id=f"0194f0aa-0000-7000-8000-0000000001{n:02}", title=f"稿件{n}号") for n in range(60)]
    review_shows(site, cases)
    desk_shows(site)
    await site.enter(SHIQIAO, Role.DEPUTY_SIGNER)

    first, second = await site.see("/review"), await site.see("/review?page=50")

    assert "待办 60 件" in first
    assert 'href="/review?page=50"' in first
    assert len(re.findall('class="name">稿件', second)) == 10
    assert "page=50&amp;case=" in second, "opening one keeps the page"


@pytest.mark.parametrize(("box", "role"), [("REFERENCE", Role.INFO_SECTION), ("SIGNED", Role.DEPUTY_SIGNER)])
async def test_finished_cases_and_copies_are_found_by_who_reviewed_and_who_signed(
    site: Site, box: str, role: Role
) -> None:
    """A copy sent to the office waits for nobody, so it never stood in the queue; now it has a tab."""
    copy = line(case_id="0194f0aa-0000-7000-8000-000000000009", title="抄送来的稿件", state=box)
    review_shows(site, [], **{box: [copy]})
    desk_shows(site)
    await site.enter(SHIQIAO, role)

    queue = await site.see("/review")
    page = await site.see(f"/review?box={box}")

    assert f'href="/review?box={box}"' in queue
    assert f'<a href="/review?box={box}&amp;case={copy["case_id"]}" aria-current="true">' in page
    assert f'href="/review?box={box}&amp;page=more"' in page
    assert site.services.asked("/review/cases") == [{"state": box, "limit": "50"}]


async def test_tickets_and_instructions_have_a_next_page(site: Site) -> None:
    """Older than the fifty newest can be reached, too."""
    site.services.says["/supervision/tickets"] = {"tickets": [], "before": CASE}
    site.services.says["/supervision/instructions"] = {"instructions": [], "before": CASE}
    site.services.says["/supervision/reports"] = {"reports": [], "before": 7}
    await site.enter(SUPERVISORS, Role.SUPERVISION)

    tickets, orders = await site.see("/tickets"), await site.see("/instructions")
    await site.see(f"/tickets?box=issued&before={CASE}")

    assert f'href="/tickets?box=issued&amp;before={CASE}"' in tickets
    assert f'href="/instructions?before={CASE}"' in orders
    assert 'href="/instructions?reports_before=7"' in orders
    assert site.services.asked("/supervision/tickets")[-1]["before"] == CASE
