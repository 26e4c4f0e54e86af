"""Offers (供稿): everyone writes, a reporter of the same office takes the text up and answers for it (NW-11)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.access.actor import Actor
from shared.contracts.reports import ReportSubmitted
from shared.contracts.vocabulary import Role, Service
from shared.organisation.organisation import Organisation
from shared.timekeeping.clocks import ManualClock
from tests.conftest import OpenStore
from tests.intake.site import (
    COLLEAGUE,
    NEIGHBOUR,
    SCORER,
    SECTION,
    SHIQIAO,
    WRITER,
    Intake,
    person,
    problem_report,
    start_intake,
)

PEOPLE = {role: person(f"as-{role}", SHIQIAO, role) for role in Role}
TAKERS = {Role.REPORTER, Role.INFO_SECTION, Role.DEPUTY_SIGNER, Role.PRINCIPAL}
ROUTINE = {"title": "溢洪道淤堵", "urgency": "ROUTINE"}
URGENT = {"title": "仓库起火", "urgency": "URGENT"}


@pytest.fixture
async def office(open_store: OpenStore, organisation: Organisation, clock: ManualClock) -> AsyncIterator[Intake]:
    """石桥镇 with somebody in every role there is."""
    store = await open_store(Service.INTAKE)
    everyone = (*PEOPLE.values(), WRITER, COLLEAGUE, SECTION, NEIGHBOUR, SCORER)
    opened = await start_intake(store, organisation, clock, everyone)
    async with opened.http:
        yield opened


async def offered(intake: Intake, by: Actor, content: dict[str, str] = ROUTINE) -> str:
    """Let somebody write a draft and offer it; return its id."""
    draft = str(uuid4())
    saved = await intake.put(f"/drafts/{draft}", {"revision": 0, "content": content}, by=by)
    assert saved.status_code == 200, saved.text
    answer = await intake.put(f"/drafts/{draft}/offer", None, by=by)
    assert answer.status_code == 200, answer.text
    return draft


async def titles(intake: Intake, by: Actor) -> list[str]:
    answer = await intake.get("/drafts/offered", by=by)
    assert answer.status_code == 200, answer.text
    return [each["title"] for each in answer.json()["items"]]


@pytest.mark.parametrize("role", Role)
async def test_nw_11_every_role_writes_and_a_reporter_submits(office: Intake, role: Role) -> None:
    """全员办信息: whoever wrote it stays its author beside the reporter who took it up."""
    draft = await offered(office, PEOPLE[role])

    taken = await office.post(f"/drafts/offered/{draft}/take", None, by=WRITER)
    assert taken.status_code == 201, taken.text
    mine = taken.json()["draft_id"]
    assert (await office.get(f"/drafts/{mine}")).json()["from_name"] == f"as-{role}"
    told = await office.post("/reports", problem_report(draft_id=mine))
    assert told.status_code == 201, told.text

    (submitted,) = await office.stated(ReportSubmitted)
    assert submitted.authors == (WRITER.person, PEOPLE[role].person)
    followed = await office.get(f"/reports/{told.json()['report_id']}", by=PEOPLE[role])
    assert followed.status_code == 200, "who offered a text sees what became of it"
    (offer,) = (await office.get("/drafts", by=PEOPLE[role])).json()["items"]
    assert offer["taken_name"] == "writer"


@pytest.mark.parametrize("role", Role)
async def test_only_who_may_draft_for_the_office_sees_and_takes_offers(office: Intake, role: Role) -> None:
    """NW-11: any account may draft; what becomes a report is the reporter's, the duty officer's when it is urgent."""
    routine, urgent = await offered(office, WRITER), await offered(office, WRITER, URGENT)
    reader = PEOPLE[role]
    answers = [
        await office.get("/drafts/offered", by=reader),
        await office.get(f"/drafts/offered/{routine}", by=reader),
        await office.post(f"/drafts/offered/{routine}/take", None, by=reader),
        await office.get(f"/drafts/offered/{urgent}", by=reader),
        await office.post(f"/drafts/offered/{urgent}/take", None, by=reader),
    ]
    if role in TAKERS:
        expected = [200, 200, 201, 200, 201]
    elif role is Role.DUTY_OFFICER:  # drafts what is urgent, and nothing else
        expected = [200, 404, 404, 200, 201]
    else:
        expected = [403] * 5
    assert [each.status_code for each in answers] == expected
    submits = await office.post("/reports", problem_report(), by=reader)
    assert submits.status_code == (201 if role in TAKERS else 403)


async def test_a_draft_is_nobody_elses_until_it_is_offered_and_then_the_own_offices(office: Intake) -> None:
    draft = str(uuid4())
    await office.put(f"/drafts/{draft}", {"revision": 0, "content": ROUTINE}, by=SCORER)
    assert await titles(office, WRITER) == []
    assert (await office.post(f"/drafts/offered/{draft}/take", None, by=WRITER)).status_code == 404
    assert (await office.put(f"/drafts/{draft}/offer", None, by=WRITER)).status_code == 404

    await office.put(f"/drafts/{draft}/offer", None, by=SCORER)

    assert await titles(office, WRITER) == ["溢洪道淤堵"]
    assert await titles(office, NEIGHBOUR) == []
    assert (await office.get(f"/drafts/offered/{draft}", by=NEIGHBOUR)).status_code == 404
    assert (await office.post(f"/drafts/offered/{draft}/take", None, by=NEIGHBOUR)).status_code == 404
    assert (await office.get(f"/drafts/{draft}", by=WRITER)).status_code == 404, "an offer is no draft of the reader"


async def test_one_reporter_takes_an_offer_up_and_the_other_is_told_who(office: Intake) -> None:
    draft = await offered(office, SCORER)
    office.clock.advance(timedelta(minutes=5))
    path = f"/drafts/offered/{draft}/take"
    answers = await asyncio.gather(*(office.post(path, None, by=each) for each in (WRITER, COLLEAGUE)))
    assert sorted(each.status_code for each in answers) == [201, 409]
    (won,) = [each for each in answers if each.status_code == 201]
    (lost,) = [each for each in answers if each.status_code == 409]
    winner, name = (WRITER, "writer") if won is answers[0] else (COLLEAGUE, "colleague")
    assert (lost.json()["code"], name in lost.json()["detail"]) == ("DRAFT_TAKEN", True)
    assert (await office.post(path, None, by=winner)).json() == won.json(), "a repeat is answered as the first time"
    assert len(await office.rows("SELECT FROM draft")) == 2
    assert await titles(office, winner) == []


async def test_what_was_taken_up_no_longer_changes_and_what_was_not_may_be_taken_back(office: Intake) -> None:
    draft = await offered(office, SCORER)
    path = f"/drafts/{draft}"
    again = await office.put(path, {"revision": 1, "content": {**ROUTINE, "title": "改"}}, by=SCORER)
    assert (again.status_code, await titles(office, WRITER)) == (200, ["改"])
    assert (await office.delete(f"{path}/offer", by=SCORER)).status_code == 204
    assert await titles(office, WRITER) == []
    await office.put(f"{path}/offer", None, by=SCORER)
    mine = (await office.post(f"/drafts/offered/{draft}/take", None, by=WRITER)).json()["draft_id"]

    late = await office.put(path, {"revision": 2, "content": {"title": "再改"}}, by=SCORER)
    back = await office.delete(f"{path}/offer", by=SCORER)

    assert [(each.status_code, each.json()["code"]) for each in (late, back)] == [(409, "DRAFT_TAKEN")] * 2
    assert (await office.get(f"/drafts/{mine}")).json()["content"]["title"] == "改"
    assert (await office.delete(path, by=SCORER)).status_code == 204
    assert (await office.get(f"/drafts/{mine}")).json()["from_name"] == "scorer"


async def test_an_offer_handed_on_names_everyone_who_wrote_it(office: Intake) -> None:
    """Author ≠ reviewer (B4): the section's own words come back to it as its own, through however many hands."""
    first = await offered(office, SECTION)
    second = (await office.post(f"/drafts/offered/{first}/take", None, by=COLLEAGUE)).json()["draft_id"]
    await office.put(f"/drafts/{second}/offer", None, by=COLLEAGUE)
    third = (await office.post(f"/drafts/offered/{second}/take", None, by=WRITER)).json()["draft_id"]
    await office.post("/reports", problem_report(draft_id=third))
    (submitted,) = await office.stated(ReportSubmitted)
    assert submitted.authors == (WRITER.person, SECTION.person, COLLEAGUE.person)


async def test_no_more_authors_are_taken_than_the_event_names(office: Intake) -> None:
    draft = await offered(office, SCORER)
    mine = (await office.post(f"/drafts/offered/{draft}/take", None, by=WRITER)).json()["draft_id"]
    co_authors = [f"p-{n}" for n in range(19)]
    refused = await office.post("/reports", problem_report(draft_id=mine, co_authors=co_authors))
    assert (refused.status_code, refused.json()["code"]) == (422, "TOO_MANY_AUTHORS")
    assert (await office.post("/reports", problem_report(draft_id=mine, co_authors=co_authors[:18]))).status_code == 201
