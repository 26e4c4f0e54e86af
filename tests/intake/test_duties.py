"""What units know and when, whom they called, and what an urgent report tells the receiving unit."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from services.intake.duties.decisions import Implausible, Plausible, concerned_by, judge_times
from services.intake.duties.severity import Losses, gravity, proposed_severity
from services.intake.rules import shipped_rules
from shared.contracts.duties import AwarenessRecorded, PhoneReportRecorded
from shared.contracts.identifiers import IncidentId, OfficeId, SubmissionId
from shared.contracts.reports import CustodyHop, FactSheet, ReportArrived
from shared.contracts.vocabulary import IncidentReportKind, Mode, Severity, Side, Urgency
from shared.organisation.organisation import Organisation
from tests.building import head, version
from tests.intake.site import DUTY, NEIGHBOUR, OFFICER, SCORER, SHIQIAO, WRITER, Intake, at

RULES = shipped_rules()
COUNTY_DESKS = ("qingshan-party-duty", "qingshan-gov-duty")
CITY_DESKS = ("linjiang-party-duty", "linjiang-gov-duty")


def awareness(**changes: Any) -> dict[str, Any]:
    return {"kind": "仓库火灾", "place": "东风路", "known_at": at("07:50"), "how": "群众来电", "dead": 1, **changes}


async def test_the_clock_runs_from_knowledge_and_concerns_both_desks_above_as_04_ur_04(intake: Intake) -> None:
    answer = await intake.post("/awareness", awareness(occurred_at=at("07:30")))
    assert answer.status_code == 201, answer.text
    (event,) = await intake.stated(AwarenessRecorded)
    assert event.known_at == datetime(2025, 2, 16, 23, 50, tzinfo=UTC)
    assert (event.unit, event.severity) == (SHIQIAO, Severity.IV)
    assert set(event.concerns) == set(COUNTY_DESKS)
    assert str(event.incident_id) == answer.json()["incident_id"]


async def test_a_countys_knowledge_concerns_the_citys_desks(intake: Intake) -> None:
    await intake.post("/awareness", awareness(), by=OFFICER)
    (event,) = await intake.stated(AwarenessRecorded)
    assert (event.unit, set(event.concerns)) == ("qingshan", set(CITY_DESKS))


def test_a_direct_reporting_points_knowledge_concerns_the_level_above_and_the_one_it_reports_to_dr_01(
    organisation: Organisation,
) -> None:
    concerned = concerned_by(OfficeId("pinghu-baiyun"), organisation, date(2025, 2, 17))
    assert {"pinghu-gov-duty", "pinghu-party-duty", "linjiang-gov-duty"} <= set(concerned)
    assert concerned_by(OfficeId("linjiang-gov-duty"), organisation, date(2025, 2, 17)) == ()


async def test_a_repeat_registers_nothing_new(intake: Intake) -> None:
    answers = await asyncio.gather(*(intake.post("/awareness", awareness(), key="same-key-1") for _ in range(8)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert len(await intake.stated(AwarenessRecorded)) == 1
    other = await intake.post("/awareness", awareness(place="别处"), key="same-key-1")
    assert other.status_code == 409


async def test_later_knowledge_is_kept_and_only_earlier_is_announced_again(intake: Intake) -> None:
    incident = str(uuid4())
    for known, announced in (("07:50", True), ("07:55", False), ("07:40", True)):
        answer = await intake.post("/awareness", awareness(incident_id=incident, known_at=at(known)))
        assert answer.json()["announced"] is announced
    assert len(await intake.stated(AwarenessRecorded)) == 2
    listed = (await intake.get("/awareness", incident_id=incident)).json()["items"]
    assert len(listed) == 3
    assert (await intake.get("/awareness", by=NEIGHBOUR)).json()["items"] == []


async def test_what_need_not_be_reported_keeps_nothing_back_ur_04(intake: Intake) -> None:
    """A record without a duty must not hide the one with it: without an announcement no clock runs."""
    incident = IncidentId(uuid7())
    await intake.post("/awareness", awareness(incident_id=str(incident), known_at=at("07:40"), must_report=False))
    for known, announced in (("07:50", True), ("07:55", False)):
        answer = await intake.post("/awareness", awareness(incident_id=str(incident), known_at=at(known)))
        assert answer.json()["announced"] is announced
    assert [event.must_report for event in await intake.stated(AwarenessRecorded)] == [False, True]

    body = awareness(incident_id=str(incident), known_at=at("07:40"), must_report=False)
    await intake.post("/awareness", body, by=OFFICER)
    (event,) = await intake.hear(arrived(incident))
    assert (event.unit, event.must_report) == ("qingshan", True)


async def test_a_graver_grade_is_announced_though_it_is_known_later(intake: Intake) -> None:
    incident = IncidentId(uuid7())
    for known, dead, announced in (("07:40", 1, True), ("07:45", 3, True), ("07:50", 1, False), ("07:55", 3, False)):
        body = awareness(incident_id=str(incident), known_at=at(known), dead=dead)
        assert (await intake.post("/awareness", body)).json()["announced"] is announced
    assert [event.severity for event in await intake.stated(AwarenessRecorded)] == [Severity.IV, Severity.III]

    await intake.post("/awareness", awareness(incident_id=str(incident)), by=OFFICER)
    (event,) = await intake.hear(arrived(incident))
    assert (event.unit, event.severity) == ("qingshan", Severity.III)
    assert await intake.hear(arrived(incident, minutes=1)) == []


async def test_a_drill_keeps_nothing_real_back(intake: Intake) -> None:
    incident = str(uuid7())
    await intake.post("/awareness", awareness(incident_id=incident, mode="DRILL"))
    assert (await intake.post("/awareness", awareness(incident_id=incident))).json()["announced"] is True


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"known_at": at("08:01")}, "known_at"),
        ({"known_at": "2025-02-10T07:59:59+08:00"}, "known_at"),
        ({"occurred_at": at("07:51")}, "occurred_at"),
        ({"severity": "IV", "dead": 2, "missing": 1}, "severity"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_field(intake: Intake, changes: dict[str, Any], field: str) -> None:
    answer = await intake.post("/awareness", awareness(**changes))
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not await intake.stated(AwarenessRecorded)


def test_both_ends_of_the_window_are_inside_it() -> None:
    now = datetime(2025, 2, 17, tzinfo=UTC)
    week = timedelta(days=RULES.door.awareness_max_age_days)
    assert judge_times(now, None, now, RULES.door) == Plausible()
    assert judge_times(now - week, None, now, RULES.door) == Plausible()
    assert isinstance(judge_times(now - week - timedelta(seconds=1), None, now, RULES.door), Implausible)


@pytest.mark.parametrize(
    ("losses", "grade"),
    [
        (Losses(), Severity.UNCLASSIFIED),
        (Losses(dead=0), Severity.UNCLASSIFIED),
        (Losses(dead=0, missing=0), Severity.IV),
        (Losses(dead=2), Severity.IV),
        (Losses(dead=3), Severity.III),
        (Losses(missing=4), Severity.III),
        (Losses(dead=2, missing=1), Severity.III),
        (Losses(dead=9), Severity.III),
        (Losses(dead=10), Severity.II),
        (Losses(dead=29), Severity.II),
        (Losses(dead=30), Severity.I),
        (Losses(severely_injured=10), Severity.III),
        (Losses(severely_injured=50), Severity.II),
        (Losses(direct_loss_yuan=100_000_000), Severity.I),
    ],
)
def test_bands_include_their_number_and_missing_count_with_the_dead(losses: Losses, grade: Severity) -> None:
    assert proposed_severity(losses, RULES.severity) is grade


@given(*(st.integers(0, 200) for _ in range(3)))
def test_more_casualties_never_lower_the_grade(dead: int, missing: int, severe: int) -> None:
    less = proposed_severity(Losses(dead, missing, severe), RULES.severity)
    more = proposed_severity(Losses(dead + 1, missing, severe), RULES.severity)
    assert gravity(more) >= gravity(less)


async def test_a_telephone_report_is_told_to_the_desks_above_and_the_callee_ur_07(intake: Intake) -> None:
    body = {
        "incident_id": str(uuid4()),
        "to_office": DUTY,
        "caller": "王某某",
        "callee": "李某某",
        "at": at("07:58"),
        "acknowledgement": "QS-0217-3",
        "gist": "东风路仓库起火",
    }
    first = await intake.post("/phone-reports", body, key="same-key-1")
    again = await intake.post("/phone-reports", body, key="same-key-1")
    assert (first.status_code, first.content) == (201, again.content)
    (event,) = await intake.stated(PhoneReportRecorded)
    assert (event.from_office, event.to_office, set(event.concerns)) == (SHIQIAO, DUTY, set(COUNTY_DESKS))
    assert (await intake.post("/phone-reports", {**body, "to_office": "nobody"})).status_code == 404
    assert len((await intake.get("/phone-reports")).json()["items"]) == 1


async def test_only_those_appointed_may_register(intake: Intake) -> None:
    assert (await intake.post("/awareness", awareness(), by=SCORER)).status_code == 403


def arrived(incident: IncidentId | None, *, to: str = DUTY, copy: bool = False, minutes: int = 0, **more: Any) -> Any:
    urgency = more.pop("urgency", Urgency.URGENT)
    stated = head(urgency=urgency, incident_id=incident, incident_kind=IncidentReportKind.INITIAL, **more)
    at_ = datetime(2025, 2, 17, 0, 2, tzinfo=UTC) + timedelta(minutes=minutes)
    hop = CustodyHop(
        office=SHIQIAO, site="qingshan", action="SIGN", appointment="a", at=at_, version_hash="0" * 64,
        head_hash="0" * 64, previous="", key_id="k", algorithm="Ed25519", signature="s",
    )  # fmt: skip
    facts = FactSheet(place="东风路", kind="仓库火灾", dead=2, missing=1)
    return ReportArrived(
        submission_id=SubmissionId(uuid7()),
        report_id=stated.report_id,
        urgency=urgency,
        head=stated,
        from_office=SHIQIAO,
        to_office=OfficeId(to),
        side=Side.GOVERNMENT,
        is_copy=copy,
        versions=(version(facts=facts),),
        custody=(hop,),
        signed_at=at_,
        queued_at=at_,
        received_at=at_,
    )


async def test_an_urgent_report_tells_the_unit_once_and_starts_its_own_duty_ur_04(intake: Intake) -> None:
    incident = IncidentId(uuid7())
    first = await intake.hear(arrived(incident))
    (event,) = first
    assert isinstance(event, AwarenessRecorded)
    assert (event.unit, event.office, event.incident_id) == ("qingshan", DUTY, incident)
    assert (event.how, event.evidence, event.severity) == ("接到报告", "SQ-2025-0217-001", Severity.III)
    assert set(event.concerns) == set(CITY_DESKS)
    assert await intake.hear(arrived(incident, to="qingshan-party-duty", minutes=1)) == []
    assert await intake.hear(arrived(incident, minutes=5)) == []


async def test_a_unit_that_knew_before_the_report_came_is_not_told_again(intake: Intake) -> None:
    incident = IncidentId(uuid7())
    await intake.post("/awareness", awareness(incident_id=str(incident), dead=3), by=OFFICER)
    assert await intake.hear(arrived(incident)) == []


@pytest.mark.parametrize(
    "event",
    [
        arrived(None),
        arrived(IncidentId(uuid7()), copy=True),
        arrived(IncidentId(uuid7()), urgency=Urgency.ROUTINE),
        arrived(IncidentId(uuid7()), to="qingshan-gov-info"),
        arrived(IncidentId(uuid7()), to="linjiang-gov-duty"),
    ],
)
async def test_other_arrivals_start_no_duty(intake: Intake, event: ReportArrived) -> None:
    assert await intake.hear(event) == []
    assert not await intake.rows("SELECT FROM awareness")


async def test_a_drill_stays_a_drill(intake: Intake) -> None:
    await intake.post("/awareness", awareness(mode="DRILL"), by=WRITER)
    (row,) = await intake.rows("SELECT mode FROM event_log")
    assert row["mode"] == Mode.DRILL
