"""值班台 and what is registered there: whom to call, what is due first, what waits for a decision."""

import re
from typing import Any

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


def offices_in(page: str) -> list[str]:
    """Return the offices that a form lets one choose to have called, in order."""
    return re.findall(r'name="to_office" value="([^"]+)"', page)


async def test_a_direct_reporting_point_calls_the_city_s_desks_and_not_the_county_s(site: Site) -> None:
    """DR-01: 白云乡 owes both duty desks of the city, so these are the ones to choose and to dial."""
    site.services.says["/intake/awareness"] = {"items": [KNOWN], "next": None}
    site.services.says["/deadline/clocks"] = {"clocks": [], "next": None}
    site.services.says["/deadline/verdicts"] = {"verdicts": [], "next": None}
    site.services.says["/intake/signals"] = {"items": [], "next": None}
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
    site.services.says["/deadline/clocks"] = {"clocks": [clock_due()], "next": None}
    site.services.says["/deadline/verdicts"] = {"verdicts": [], "next": None}
    site.services.says["/intake/signals"] = {"items": [], "next": None}
    await site.enter(BAIYUN, Role.DUTY_OFFICER)
    board = await site.see("/duty")
    (address,) = set(re.findall(r'href="(/duty/calls\?[^"]+)"', board))

    form = await site.see(address.replace("&amp;", "&"))

    assert re.findall(r'name="to_office" value="([^"]+)" checked', form) == ["linjiang-party-duty"]
    assert f'value="{INCIDENT}" checked' in form
