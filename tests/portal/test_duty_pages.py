"""值班台 and what is registered there: whom to call, what is due first, what waits for a decision."""

import re
from typing import Any

import httpx

from shared.contracts.vocabulary import Role
from tests.portal.fakes import Site

BAIYUN, SHIQIAO = "pinghu-baiyun", "qingshan-shiqiao"
INCIDENT = "0194f0aa-0000-7000-8000-00000000000a"
KNOWN = {"incident_id": INCIDENT, "kind": "仓库火灾", "place": "东风路18号", "known_at": "2025-02-17T00:00:00Z"}


def clock_due(**over: Any) -> dict[str, Any]:
    """Return a clock as the deadline service shows it."""
    return {
        "clock_id": "c-1",
        "mode": "ACTUAL",
        "matter": INCIDENT,
        "title": "仓库火灾·东风路18号",
        "unit": BAIYUN,
        "unit_name": "白云乡",
        "recipient": "linjiang-party-duty",
        "recipient_name": "市委办值班室",
        "leg": "PHONE",
        "basis_time": "2025-02-17T00:00:00Z",
        "due_at": "2025-02-17T00:30:00Z",
        "late_from": "2025-02-17T00:31:00Z",
        "precision": "MINUTE",
        "sum_text": "08:00 获知起 30 分",
        "state": "OPEN",
        "percent": 10,
        "stopped_at": None,
        **over,
    }


def desk_shows(site: Site, **lists: list[dict[str, Any]]) -> None:
    """Let the services answer with these clocks (``own_open``, ``others_expired``...), verdicts and signals.

    A list is served in pages as the services do it: the cursor is how many were served before.
    """

    def page(items: list[dict[str, Any]], member: str, params: httpx.QueryParams, cursor: str) -> httpx.Response:
        start, limit = int(params.get(cursor, 0)), int(params["limit"])
        further = start + limit if start + limit < len(items) else None
        served = {member: items[start : start + limit], "next": further, "total": len(items)}
        return httpx.Response(200, json=served)

    def clocks(request: httpx.Request) -> httpx.Response:
        params = request.url.params
        name = f"{params.get('whose', '')}_{params.get('state', '')}".lower()
        return page(lists.get(name, []), "clocks", params, "after")

    says = site.services.says
    says["/deadline/clocks"] = clocks
    says["/deadline/verdicts"] = lambda asked: page(lists.get("verdicts", []), "verdicts", asked.url.params, "before")
    says["/intake/signals"] = lambda asked: page(lists.get("signals", []), "items", asked.url.params, "before")


def offices_in(page: str) -> list[str]:
    """Return the offices that a form lets one choose to have called, in order."""
    return re.findall(r'name="to_office" value="([^"]+)"', page)


async def test_a_direct_reporting_point_calls_the_city_s_desks_and_not_the_county_s(site: Site) -> None:
    """DR-01: 白云乡 owes both duty desks of the city, so these are the ones to choose and to dial."""
    site.services.says["/intake/awareness"] = {"items": [KNOWN], "next": None}
    desk_shows(site)
    await site.enter(BAIYUN, Role.DUTY_OFFICER)

    form, board = await site.see("/duty/calls"), await site.see("/duty")

    assert offices_in(form) == ["linjiang-gov-duty", "linjiang-party-duty"]
    assert re.findall(r'上级</span> (\S+) <a class="nowrap" href="tel:(\d+)"', board) == [
        ("市政府总值班室", "00001001"),
        ("市委办值班室", "00001002"),
    ]


async def test_a_township_calls_both_sides_of_its_county(site: Site) -> None:
    """UR-03: both duty desks of the unit above, each with its own clock."""
    site.services.says["/intake/awareness"] = {"items": [KNOWN], "next": None}
    await site.enter(SHIQIAO, Role.DUTY_OFFICER)

    assert offices_in(await site.see("/duty/calls")) == ["qingshan-gov-duty", "qingshan-party-duty"]


async def test_the_link_of_a_clock_chooses_the_side_that_the_clock_is_owed_to(site: Site) -> None:
    """A call answers the side called (decision 0012): from the Party desk's clock one registers a call to it."""
    site.services.says["/intake/awareness"] = {"items": [KNOWN], "next": None}
    desk_shows(site, own_open=[clock_due()])
    await site.enter(BAIYUN, Role.DUTY_OFFICER)
    board = await site.see("/duty")
    (address,) = set(re.findall(r'href="(/duty/calls\?[^"]+)"', board))

    form = await site.see(address.replace("&amp;", "&"))

    assert re.findall(r'name="to_office" value="([^"]+)" checked', form) == ["linjiang-party-duty"]
    assert f'value="{INCIDENT}" checked' in form


DUTY = "qingshan-gov-duty"
PROPOSAL = {
    "verdict_id": "0194f0aa-0000-7000-8000-0000000000aa",
    "mode": "ACTUAL",
    "unit_name": "石桥镇",
    "leg": "WRITTEN",
    "state": "PROPOSED",
    "proposed_type": "LATE",
    "arithmetic": "获知 14:05 + 60 分 = 截止 15:05（含）；接收 15:06；迟 1 分",
}
SIGNAL = {
    "kind": "危化品泄漏",
    "place": "312国道",
    "gist": "罐车侧翻",
    "agency": "消防支队",
    "received_at": "2025-02-17T00:00:00Z",
    "mode": "DRILL",
}


def overdue(number: int) -> dict[str, Any]:
    """Return a clock that ran out long ago."""
    return clock_due(
        clock_id=f"late-{number}",
        title=f"旧事项{number}",
        late_from="2025-02-10T00:31:00Z",
        due_at="2025-02-10T00:30:00Z",
        state="EXPIRED",
        percent=100,
    )


async def test_clocks_that_ran_out_undecided_never_push_a_new_one_off_the_desk(site: Site) -> None:
    """3.6: what runs is asked for by itself; of what ran out the desk shows three and how many there are."""
    desk_shows(site, own_expired=[overdue(n) for n in range(60)], own_open=[clock_due(title="矿井透水·青山镇")])
    await site.enter(DUTY, Role.DUTY_OFFICER)

    page = await site.see("/duty")

    titles = re.findall(r'<div class="what"><b>([^<]+)</b>', page)
    assert titles == ["旧事项0", "旧事项1", "旧事项2", "矿井透水·青山镇"]
    assert "在走 1 件 · 超时 60 件" in page
    everything = await site.see("/duty/expired?whose=OWN")
    assert len(re.findall('<div class="what"><b>旧事项', everything)) == 50
    (further,) = re.findall(r'href="(/duty/expired\?whose=OWN&amp;after=[^"]+)"', everything)
    rest = await site.see(further.replace("&amp;", "&"))
    assert len(re.findall('<div class="what"><b>旧事项', rest)) == 10


async def test_others_clocks_take_no_place_of_our_own_and_each_list_has_a_next_page(site: Site) -> None:
    """Own and others' duties are two lists, each with its count and its next page."""
    theirs = [clock_due(clock_id=f"t-{n}", title=f"下级事项{n}", unit="qingshan-shiqiao") for n in range(70)]
    ours = [clock_due(clock_id=f"o-{n}", title=f"本级事项{n}", unit="qingshan") for n in range(51)]
    desk_shows(site, others_open=theirs, own_open=ours)
    await site.enter(DUTY, Role.DUTY_OFFICER)

    first = await site.see("/duty")
    second = await site.see("/duty?ours=50")

    assert "在走 51 件" in first
    assert "在走 70 件" in first
    assert "本级事项49" in first
    assert "本级事项50" not in first
    assert {"/duty?ours=50", "/duty?theirs=20"} <= set(re.findall(r'href="(/duty\?[^"]+)"', first))
    assert "本级事项50" in second


async def test_proposals_are_asked_for_as_such_and_not_filtered_out_of_fifty(site: Site) -> None:
    """A proposal older than fifty decided verdicts still waits on the desk."""
    desk_shows(site, verdicts=[PROPOSAL] * 21)
    await site.enter(DUTY, Role.DUTY_HEAD)

    page = await site.see("/duty")

    assert site.services.asked("/deadline/verdicts") == [{"state": "PROPOSED", "limit": "20"}]
    assert "共 21 件" in page
    assert 'href="/duty?pending=20"' in page


async def test_a_drill_or_a_test_says_so_on_the_desk(site: Site) -> None:
    """ST-05: a drill never passes for what is real, whether a clock or an agency's signal."""
    desk_shows(site, own_open=[clock_due(mode="TEST")], signals=[SIGNAL] * 9)
    await site.enter(DUTY, Role.DUTY_OFFICER)

    page = await site.see("/duty")

    assert re.search('危化品泄漏 · 312国道</a> <span class="chip info">.*?</svg>演练</span>', page)
    assert re.search(r"市委办值班室 <span class=\"chip info\">.*?</svg>测试</span>", page)
    assert 'href="/duty/signals"' in page
    assert (await site.see("/duty/signals")).count("危化品泄漏") >= 9


async def test_a_receipt_asks_for_clocks_for_a_while_and_then_says_that_there_is_no_limit(site: Site) -> None:
    """No clock opens for what need not be reported: the page must not calculate for ever."""
    site.services.says["/deadline/clocks"] = {"clocks": [], "next": None, "total": None}
    await site.enter(DUTY, Role.DUTY_OFFICER)

    tries, address = 0, f"/duty/clocks/{INCIDENT}"
    while found := re.search(r'hx-get="([^"]+)"', page := await site.see(address)):
        tries, address = tries + 1, found.group(1)
        assert tries < 30

    assert "没有应报时限" in page


async def test_the_unit_judged_finds_its_verdicts_in_the_menu(site: Site) -> None:
    """Portal.md 2: 认定 is an entry of who reviews and signs at the unit judged."""
    judged = {**PROPOSAL, "owed_to_name": "县值班室", "finalised_at": None, "proposed_at": "2025-02-17T00:00:00Z"}
    desk_shows(site, verdicts=[judged] * 60)
    await site.enter(SHIQIAO, Role.DEPUTY_SIGNER)

    page = await site.see("/verdicts")

    assert '<a href="/verdicts" aria-current="page">认定</a>' in page
    assert site.services.asked("/deadline/verdicts") == [{"whose": "OWN", "limit": "50"}]
    assert "共 60 件" in page
    assert 'href="/verdicts?whose=OWN&amp;before=50"' in page
