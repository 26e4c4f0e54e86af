"""草稿与供稿: everyone writes and offers, a reporter takes it up and goes on writing (NW-11)."""

from typing import Any

import httpx
import pytest

from services.portal.draft_content import blank
from services.portal.menu import menu_of
from shared.contracts.vocabulary import Role
from tests.portal.fakes import Site

SHIQIAO, SCORERS = "qingshan-shiqiao", "qingshan-gov-info"
DRAFT = "0194f0aa-0000-7000-8000-00000000000d"
TAKEN = "0194f0aa-0000-7000-8000-00000000000e"
AT = "2025-02-17T00:00:00Z"
OFFER = {"draft_id": DRAFT, "title": "溢洪道淤堵", "offered_at": AT, "offered_name": "周某某"}
LINE: dict[str, Any] = {"draft_id": DRAFT, "title": "溢洪道淤堵", "revision": 2, "saved_at": AT}
OWN = {**LINE, "offered_at": None, "taken_at": None, "taken_name": None, "from_name": None}


def no_content(_: httpx.Request) -> httpx.Response:
    return httpx.Response(204)


def listed(*items: Any) -> dict[str, Any]:
    return {"items": list(items), "next": None}


@pytest.mark.parametrize("role", Role)
def test_everyone_finds_the_way_to_writing_in_the_menu(role: Role) -> None:
    assert "/reports" in [address for address, _ in menu_of(role)]


async def test_who_does_not_submit_offers_what_was_written(site: Site) -> None:
    await site.enter(SCORERS, Role.SCORER)
    site.services.says["/intake/awareness"] = listed()
    site.services.says["/intake/reports"] = listed()
    site.services.says[f"/intake/drafts/{DRAFT}"] = LINE
    site.services.says[f"/intake/drafts/{DRAFT}/offer"] = {**OWN, "offered_at": AT}
    page = await site.see("/reports/new")
    assert ("/offer" in page, "/verify" in page) == (True, False)

    done = await site.post(f"/reports/{DRAFT}/offer", revision="1", title="溢洪道淤堵")
    again = await site.post(f"/reports/{DRAFT}/offer", revision="1", title="溢洪道淤堵")

    assert (done.status_code, done.headers["location"]) == (303, "/receipts/k-1")
    assert again.headers["location"] == "/receipts/k-1"
    asked = [call.method for call in site.services.calls if call.url.path == f"/intake/drafts/{DRAFT}/offer"]
    assert asked == ["PUT"], "a second click finds the first receipt"
    assert site.services.sent(f"/intake/drafts/{DRAFT}")[0]["content"]["title"] == "溢洪道淤堵"
    assert "已供稿" in await site.see("/receipts/k-1")


async def test_drafts_say_where_they_stand_and_an_offer_can_be_taken_back(site: Site) -> None:
    await site.enter(SCORERS, Role.SCORER)
    taken = {**OWN, "draft_id": TAKEN, "offered_at": AT, "taken_at": AT, "taken_name": "吴某某"}
    site.services.says["/intake/drafts"] = listed({**OWN, "offered_at": AT}, taken)
    site.services.says[f"/intake/drafts/{DRAFT}/offer"] = no_content

    page = await site.see("/reports/drafts")
    assert f'href="/reports/{DRAFT}/edit"' in page
    assert f'href="/reports/{TAKEN}/edit"' not in page
    assert "已由吴某某取用" in page
    assert "本单位供稿" not in page
    assert site.services.asked("/intake/drafts/offered") == []

    back = await site.post(f"/reports/{DRAFT}/withdraw")
    assert back.headers["location"] == "/reports/drafts"
    assert [call.method for call in site.services.calls if call.url.path.endswith("/offer")] == ["DELETE"]


async def test_a_reporter_reads_an_offer_takes_it_up_and_goes_on(site: Site) -> None:
    await site.enter(SHIQIAO, Role.REPORTER)
    content = {**blank(), "title": "溢洪道淤堵", "body": "三座水库淤堵。", "facts.place": "石桥镇"}
    site.services.says["/intake/drafts"] = listed()
    site.services.says["/intake/drafts/offered"] = listed(OFFER)
    offered = {**OFFER, "content": content, "taken_at": None, "taken_name": None}
    site.services.says[f"/intake/drafts/offered/{DRAFT}"] = offered
    site.services.says[f"/intake/drafts/offered/{DRAFT}/take"] = {**LINE, "draft_id": TAKEN}

    assert f'href="/reports/offered/{DRAFT}"' in await site.see("/reports/drafts")
    page = await site.see(f"/reports/offered/{DRAFT}")
    assert all(text in page for text in ("周某某", "三座水库淤堵。", "石桥镇"))
    taken = await site.post(f"/reports/offered/{DRAFT}/take")
    assert (taken.status_code, taken.headers["location"]) == (303, f"/reports/{TAKEN}/edit")


async def test_the_workbench_shows_offers_to_who_may_take_them_and_own_drafts_to_all(site: Site) -> None:
    site.services.says["/intake/reports"] = listed()
    site.services.says["/deadline/clocks"] = {"clocks": [], "next": None, "total": 0}
    site.services.says["/intake/drafts"] = listed({**OWN, "title": "半篇"}, {**OWN, "title": "已交", "offered_at": AT})
    site.services.says["/intake/drafts/offered"] = listed(OFFER)
    await site.enter(SCORERS, Role.SCORER)
    page = await site.see("/")
    assert ("半篇" in page, "已交" in page, "溢洪道淤堵" in page) == (True, False, False)
    await site.enter(SHIQIAO, Role.REPORTER)
    page = await site.see("/")
    assert ("半篇" in page, "溢洪道淤堵" in page) == (True, True)
