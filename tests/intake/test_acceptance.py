"""Accepting a report: complete, numbered, once, and into the own office's review."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from services.intake.reports.numbering import number_prefix, office_codes
from shared.contracts.identifiers import OfficeId
from shared.contracts.reports import ReportSubmitted
from shared.contracts.vocabulary import Mode
from shared.organisation.organisation import Organisation
from tests.intake.site import (
    NEIGHBOUR,
    OFFICER,
    SCORER,
    SECTION,
    SHIQIAO,
    WRITER,
    Intake,
    at,
    problem_report,
    urgent_initial,
)


async def test_a_complete_report_is_numbered_and_submitted_to_the_own_review_in_02(intake: Intake) -> None:
    answer = await intake.post("/reports", problem_report())
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["number"] == "SHIQIAO-2025-0217-001"
    assert (told["version"], told["state"], told["submitted_at"]) == (1, "SUBMITTED", "2025-02-17T00:00:00Z")
    assert (told["next_office"]["id"], told["next_office"]["stage"]) == (SHIQIAO, "SECTION_REVIEW")
    (event,) = await intake.stated(ReportSubmitted)
    assert (event.head.number, event.content.version, event.authors) == (told["number"], 1, (WRITER.person,))
    assert WRITER.person not in event.head.author_mark


async def test_the_type_stands_in_the_head_in_20(intake: Intake) -> None:
    for kind, facts in (
        ("INSTANT", {"occurred_at": at("07:00"), "place": "石桥镇"}),
        ("EXPERIENCE", {"place": "石桥镇", "measures": "包村到户"}),
        ("SUGGESTION", {"needs": "建议县水利局增设水位计"}),
    ):
        body = problem_report(type=kind, nature="NEUTRAL", facts=facts)
        assert (await intake.post("/reports", body)).status_code == 201
    types = {event.head.type.value for event in await intake.stated(ReportSubmitted)}
    assert types == {"INSTANT", "EXPERIENCE", "SUGGESTION"}


async def test_twenty_posts_with_one_key_make_one_report(intake: Intake) -> None:
    answers = await asyncio.gather(*(intake.post("/reports", problem_report(), key="same-key-1") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(await intake.stated(ReportSubmitted)) == 1
    assert len(await intake.rows("SELECT report_id FROM report")) == 1
    later = await intake.post("/reports", problem_report())
    assert later.json()["number"].endswith("-002"), "a repeat used up no number"


async def test_a_used_key_with_another_body_is_refused(intake: Intake) -> None:
    await intake.post("/reports", problem_report(), key="same-key-1")
    answer = await intake.post("/reports", problem_report(title="另一件事"), key="same-key-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_KEY_USED")
    other_office = await intake.post("/reports", problem_report(), by=NEIGHBOUR, key="same-key-1")
    assert other_office.status_code == 201, "keys are the office's own"


async def test_a_repeat_gets_its_receipt_although_the_check_would_fail_by_now(intake: Intake) -> None:
    first = await intake.post("/reports", urgent_initial(expected_at=at("08:30")), key="same-key-1")
    intake.clock.advance(timedelta(hours=1))
    again = await intake.post("/reports", urgent_initial(expected_at=at("08:30")), key="same-key-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content


async def test_numbers_are_dense_per_office_and_day(intake: Intake) -> None:
    by = (WRITER, NEIGHBOUR)
    answers = await asyncio.gather(*(intake.post("/reports", problem_report(), by=by[n % 2]) for n in range(16)))
    numbers = sorted(answer.json()["number"] for answer in answers)
    assert numbers == sorted(f"{code}-2025-0217-{count:03}" for code in ("SHIQIAO", "YUNLING") for count in range(1, 9))
    intake.clock.set(datetime.fromisoformat("2025-02-18T00:00:00+08:00"))
    assert (await intake.post("/reports", problem_report())).json()["number"] == "SHIQIAO-2025-0218-001"


async def test_an_office_does_not_wait_for_another_ones_open_transaction(intake: Intake) -> None:
    await intake.post("/reports", problem_report(), by=NEIGHBOUR)
    async with intake.store.reading() as connection, connection.transaction():
        await connection.execute("SELECT last FROM number_counter WHERE prefix LIKE 'YUNLING%' FOR UPDATE")
        async with asyncio.timeout(5):
            assert (await intake.post("/reports", problem_report())).status_code == 201


async def test_the_thousandth_number_is_not_cut(intake: Intake) -> None:
    await intake.post("/reports", problem_report())
    await intake.rows("UPDATE number_counter SET last = 999")
    assert (await intake.post("/reports", problem_report())).json()["number"] == "SHIQIAO-2025-0217-1000"


async def test_a_drill_leaves_actual_numbers_alone(intake: Intake) -> None:
    drill = await intake.post("/reports", problem_report(mode="DRILL"))
    actual = await intake.post("/reports", problem_report())
    assert drill.json()["number"] == "DRILL-SHIQIAO-2025-0217-001"
    assert actual.json()["number"] == "SHIQIAO-2025-0217-001"


@pytest.mark.parametrize("path", ["/reports", "/check"])
async def test_a_time_without_a_zone_is_refused_with_its_field(intake: Intake, path: str) -> None:
    body = problem_report()
    body["facts"]["occurred_at"] = "2025-02-17T07:00:00"
    answer = await intake.post(path, body)
    assert (answer.status_code, answer.json()["field"]) == (422, "facts.occurred_at")
    assert "时区" in answer.text


async def test_what_is_missing_is_told_and_nothing_is_stored_qu_05(intake: Intake) -> None:
    body = problem_report(facts={"place": "石桥镇"})
    answer = await intake.post("/reports", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "INCOMPLETE")
    missing = {error["field"] for error in answer.json()["errors"]}
    assert missing == {"facts.occurred_at", "facts.kind", "facts.scope", "facts.measures"}
    assert not await intake.rows("SELECT report_id FROM report")
    assert not await intake.rows("SELECT prefix FROM number_counter")


async def test_a_figure_without_a_source_keeps_a_report_back_qu_01(intake: Intake) -> None:
    answer = await intake.post("/reports", problem_report(citations=[{"figure": "三座", "source": "水利站"}]))
    assert answer.status_code == 422
    assert "86户" in answer.json()["detail"]


async def test_a_first_urgent_report_goes_with_unknown_and_unsourced_figures_qu_01_qu_05(intake: Intake) -> None:
    answer = await intake.post("/reports", urgent_initial())
    assert answer.status_code == 201, answer.text
    assert answer.json()["unverified"] == ["300平方米"]
    (event,) = await intake.stated(ReportSubmitted)
    assert event.content.facts.dead is None, "unknown is not 0"
    assert str(event.head.incident_id) == answer.json()["incident_id"], "it opens its own incident"


async def test_unknown_casualties_need_a_time_for_the_answer_qu_05(intake: Intake) -> None:
    body = urgent_initial()
    del body["expected_at"]
    answer = await intake.post("/reports", body)
    assert answer.status_code == 422
    assert answer.json()["field"] == "expected_at"
    assert "待核实" in answer.json()["detail"]


async def test_vague_time_words_warn_and_do_not_refuse(intake: Intake) -> None:
    answer = await intake.post("/reports", problem_report(body="近日排查，三座水库淤堵。"))
    assert answer.status_code == 201
    assert [warning["code"] for warning in answer.json()["warnings"]] == ["VAGUE_TIME"]


async def test_the_draft_goes_with_the_submission(intake: Intake) -> None:
    draft = uuid4()
    await intake.put(f"/drafts/{draft}", {"revision": 0, "content": {"title": "溢洪道"}})
    await intake.post("/reports", problem_report(draft_id=str(draft)))
    assert (await intake.get(f"/drafts/{draft}")).status_code == 404


async def test_only_those_appointed_may_submit(intake: Intake) -> None:
    assert (await intake.post("/reports", problem_report(), by=SCORER)).status_code == 403
    assert (await intake.post("/reports", problem_report(), by=OFFICER)).status_code == 403, "routine is not theirs"
    assert (await intake.post("/reports", urgent_initial(), by=OFFICER)).status_code == 201


async def test_a_key_is_required(intake: Intake) -> None:
    answer = await intake.http.post(
        "/intake/reports", json=problem_report(), headers={"Authorization": f"Bearer {WRITER.appointment}"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_original_cannot_be_overwritten_as_03(intake: Intake, admin: asyncpg.Connection) -> None:
    await intake.post("/reports", problem_report())
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await admin.execute("UPDATE intake.report_version SET body = '改'")
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await admin.execute("DELETE FROM intake.report_version")


async def test_co_authors_are_known_to_the_own_review(intake: Intake) -> None:
    await intake.post("/reports", problem_report(co_authors=[SECTION.person]))
    (event,) = await intake.stated(ReportSubmitted)
    assert event.authors == (WRITER.person, SECTION.person)


def test_every_office_has_a_code_of_its_own(organisation: Organisation) -> None:
    codes = office_codes(office.id for office in organisation.offices)
    assert len(set(codes.values())) == len(organisation.offices)
    assert codes[SHIQIAO] == "SHIQIAO"
    assert codes[OfficeId("qingshan-gov-duty")] == "QG-DUTY"
    longest = max(codes.values(), key=len)
    assert len(number_prefix(longest, date(2025, 2, 17), Mode.DRILL) + "-1000") <= 40
