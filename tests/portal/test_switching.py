"""A form acts as the appointment it was opened in, or not at all: the session may use another one meanwhile."""

import re
from pathlib import Path
from typing import Any

import pytest

from deploy.play.cast import appointment_of
from services.portal.accounts import enroll
from services.portal.enrolment import accounts_of
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role
from shared.timekeeping.clocks import SystemClock
from tests.portal.fakes import Site
from tests.portal.people import PASSWORD, stated

TOWNSHIP, DESK = OfficeId("qingshan-shiqiao"), OfficeId("qingshan-gov-duty")
WRITES, WATCHES = appointment_of(TOWNSHIP, Role.REPORTER, 1), appointment_of(DESK, Role.DUTY_OFFICER, 1)
HEARD = {"known_at": "2025-02-17T07:50", "place": "东风路", "kind": "仓库火灾", "how": "群众电话", "gist": "已出动"}
RECORDED = {
    "recorded_at": "2025-02-17T00:00:00Z",
    "known_at": "2025-02-16T23:50:00Z",
    "incident_id": "0194f0aa",
    "kind": "仓库火灾",
    "place": "东风路",
    "severity": "GENERAL",
}


@pytest.fixture
async def both(site: Site) -> Site:
    """A person of the township who also serves at the county's duty desk, logged in as the former."""
    people = await accounts_of([stated(TOWNSHIP, Role.REPORTER, 1, (DESK, Role.DUTY_OFFICER))], PASSWORD, lasting=True)
    async with site.store.unit() as unit:
        await enroll(unit, people, SystemClock().now())
    await site.enter(TOWNSHIP, Role.REPORTER)
    await site.switch(WRITES)
    return site


def acts(site: Site) -> list[Any]:
    """Return the awarenesses that were stated."""
    return site.services.sent("/intake/awareness")


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the form that can be sent again."""
    (form,) = re.findall(r'<form method="post" action="/duty/awareness">(.*?)</form>', page, re.S)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


async def test_a_form_of_another_appointment_states_nothing_and_says_what_to_do(both: Site) -> None:
    marks = await both.marks()
    await both.switch(WATCHES)

    answer = await both.client.post("/duty/awareness", data={**marks, "key": "k-2", **HEARD})

    assert answer.status_code == 409
    assert "此页是以“石桥镇 · 信息员”打开的，当前任职是“青山县政府总值班室 · 值班员”" in answer.text
    assert "切换回“石桥镇 · 信息员”并提交" in answer.text
    assert "已出动" in answer.text, "what was typed can be copied"
    assert acts(both) == []


async def test_it_can_be_sent_again_as_it_was_from_the_appointment_it_was_opened_in(both: Site) -> None:
    marks = await both.marks()
    await both.switch(WATCHES)
    both.services.says["/intake/awareness"] = RECORDED
    page = (await both.client.post("/duty/awareness", data={**marks, "key": "k-2", **HEARD})).text

    answer = await both.client.post("/duty/awareness", data={**hidden(page), "switch_back": "1"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/receipts/k-2")
    assert acts(both)[0]["gist"] == "已出动"
    assert (await both.marks())["acting_as"] == WRITES


@pytest.mark.parametrize("forged", [None, "", "linjiang-gov-duty.duty_head"])
async def test_a_form_without_an_appointment_of_this_person_states_nothing(both: Site, forged: str | None) -> None:
    marks = {**await both.marks(), "switch_back": "1"}
    del marks["acting_as"]
    if forged is not None:
        marks["acting_as"] = forged

    answer = await both.client.post("/duty/awareness", data={**marks, "key": "k-2", **HEARD})

    assert answer.status_code == 409
    assert "打开此页时所用的任职现在不在期" in answer.text
    assert acts(both) == []


async def test_what_a_page_sends_by_itself_is_not_kept_and_the_page_is_told(both: Site) -> None:
    marks = await both.marks()
    await both.switch(WATCHES)

    answer = await both.client.post("/reports/check", data={**marks, "title": "题"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["hx-trigger"]) == (204, "appointment-switched")


async def test_a_password_that_was_typed_is_never_shown_again(both: Site) -> None:
    marks = await both.marks()
    await both.switch(WATCHES)
    form = {**marks, "second": "somebody", "second_password": "hidden-word"}

    answer = await both.client.post("/duty/awareness", data=form)

    assert answer.status_code == 409
    assert "hidden-word" not in answer.text


async def test_an_old_page_can_still_switch_and_log_out(both: Site) -> None:
    assert (await both.switch(WATCHES)).status_code == 303
    assert (await both.client.post("/logout", data={"csrf": await both.csrf()})).headers["location"] == "/login"


def test_every_form_but_those_about_the_person_says_what_it_was_opened_as() -> None:
    templates = (Path(__file__).resolve().parents[2] / "services/portal/templates").rglob("*.html")
    form = re.compile(r'<form method="post" action="([^"]+)"(.*?)</form>', re.S)
    forms = [found for path in templates for found in form.findall(path.read_text(encoding="utf-8"))]

    unmarked = {address for address, inner in forms if "m.hidden()" not in inner}

    # The one that is sent again carries what it was opened as among its fields.
    assert unmarked == {"/login", "/logout", "/appointment", "{{ path }}"}
    assert len(forms) > 25
