"""The way of a report as its origin sees it, from what other offices state."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from services.intake.reports.decisions import Standing, StateChanged, StateKept, after_return, after_signature
from services.intake.reports.model import ReportState
from shared.contracts.identifiers import AdoptionId, CaseId, InstructionId, OfficeId, ReportId, SubmissionId
from shared.contracts.outcomes import Contributor, InstructionRecorded, ReportAdopted, ReportForwarded
from shared.contracts.reports import (
    ReportFiled,
    ReportReturned,
    ReportSigned,
    ReportSubmitted,
    SignedBy,
    SubmissionAcknowledged,
)
from shared.contracts.vocabulary import (
    CarrierKind,
    Disposition,
    LeaderRank,
    Level,
    Nature,
    ReturnReason,
    Side,
    Stage,
    Urgency,
)
from tests.building import head, version
from tests.intake.site import INFO, NEIGHBOUR, SHIQIAO, Intake, problem_report

CITY = OfficeId("linjiang-gov-info")
EIGHT = datetime.fromisoformat("2025-02-17T08:00:00+08:00")


def later(minutes: int) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def returned(report: ReportId, *, office: OfficeId, to: OfficeId = SHIQIAO, number: int = 1, minutes: int = 20) -> Any:
    return ReportReturned(
        report_id=report,
        urgency=Urgency.ROUTINE,
        number="SHIQIAO-2025-0217-001",
        title="溢洪道",
        office=office,
        to_office=to,
        stage=Stage.SECTION_REVIEW,
        reason=ReturnReason.FACTS_UNCLEAR,
        text="请写明何时清完",
        version=number,
        returned_at=later(minutes),
    )


def signed(report: ReportId, *, office: OfficeId = SHIQIAO, number: int = 1, minutes: int = 30) -> ReportSigned:
    return ReportSigned(
        report_id=report,
        urgency=Urgency.ROUTINE,
        head=head(report),
        office=office,
        case_id=CaseId(uuid7()),
        versions=(version(number=number),),
        signed_by=SignedBy(appointment="a", person_name="周某某", role="DEPUTY_SIGNER"),
        signed_at=later(minutes),
    )


def receipt(report: ReportId, sender: OfficeId, to: OfficeId, minutes: int, *, copy: bool = False) -> Any:
    return SubmissionAcknowledged(
        submission_id=SubmissionId(uuid7()),
        report_id=report,
        urgency=Urgency.ROUTINE,
        from_office=sender,
        to_office=to,
        is_copy=copy,
        signed_at=later(minutes),
        queued_at=later(minutes),
        received_at=later(minutes + 1),
        version_hash="0" * 64,
    )


def adopted(report: ReportId) -> ReportAdopted:
    return ReportAdopted(
        adoption_id=AdoptionId(uuid7()),
        report_id=report,
        number="SHIQIAO-2025-0217-001",
        title="溢洪道",
        nature=Nature.PROBLEM,
        urgency=Urgency.ROUTINE,
        origin_office=SHIQIAO,
        units=(SHIQIAO,),
        office=CITY,
        level=Level.CITY,
        side=Side.GOVERNMENT,
        publication="每日要情",
        carrier=CarrierKind.BRIEF,
        issue_number="2025年第45期",
        contributors=(
            Contributor(unit=SHIQIAO, report_id=report, number="SQ-1", nature=Nature.PROBLEM, share=Decimal(1)),
        ),
        adopted_at=later(90),
    )


def forwarded(report: ReportId) -> ReportForwarded:
    return ReportForwarded(
        report_id=report,
        number="SHIQIAO-2025-0217-001",
        title="溢洪道",
        nature=Nature.PROBLEM,
        origin_office=SHIQIAO,
        units=(SHIQIAO,),
        office=CITY,
        to_level=Level.PROVINCE,
        carrier=CarrierKind.SPECIAL,
        forwarded_at=later(100),
    )


def instructed(report: ReportId) -> InstructionRecorded:
    return InstructionRecorded(
        instruction_id=InstructionId(uuid7()),
        report_id=report,
        number="SHIQIAO-2025-0217-001",
        title="溢洪道",
        nature=Nature.PROBLEM,
        origin_office=SHIQIAO,
        units=(SHIQIAO,),
        office=CITY,
        leader="市长",
        rank=LeaderRank.CITY_PRINCIPAL,
        text="请市水利局督办",
        disposition=Disposition.ACT,
        given_at=later(110),
        recorded_at=later(115),
    )


async def _submitted(intake: Intake) -> ReportId:
    return ReportId(UUID((await intake.post("/reports", problem_report())).json()["report_id"]))


async def _way(intake: Intake, report: ReportId) -> list[tuple[str, list[str]]]:
    told = (await intake.get(f"/reports/{report}")).json()
    return [(office["office"], [step["word"] for step in office["steps"]]) for office in told["way"]]


async def test_the_origin_sees_what_became_of_its_report_if_06(intake: Intake) -> None:
    report = await _submitted(intake)
    events = (
        signed(report),
        receipt(report, SHIQIAO, INFO, 30),
        receipt(report, SHIQIAO, OfficeId("qingshan-party-info"), 30, copy=True),
        receipt(report, INFO, CITY, 60),
        adopted(report),
        forwarded(report),
        instructed(report),
    )
    for event in events:
        await intake.hear(event, site="linjiang" if event.subject and event in events[3:] else "qingshan")
    assert await _way(intake, report) == [
        (SHIQIAO, ["提交", "签发"]),
        (INFO, ["接收", "签发"]),
        ("qingshan-party-info", ["抄送"]),
        (CITY, ["接收", "采用", "转报", "批示"]),
    ]
    row = (await intake.get("/reports")).json()["items"][0]
    texts = [step["text"] for step in row["way"][-1]["steps"]]
    assert texts == ["", "《每日要情》2025年第45期", "报省", "市长：请市水利局督办"]
    assert (row["state"], row["state_zh"]) == ("SIGNED", "签发")


async def test_the_origin_sees_that_an_office_above_laid_its_report_aside_as_03(intake: Intake) -> None:
    """Holding back is never silent: 备查 stands on the way as a return would."""
    report = await _submitted(intake)
    filed = ReportFiled(
        report_id=report,
        urgency=Urgency.ROUTINE,
        number="SHIQIAO-2025-0217-001",
        title="溢洪道",
        office=CITY,
        version=1,
        filed_at=later(70),
        concerns=(SHIQIAO, INFO),
    )
    for event in (signed(report), receipt(report, SHIQIAO, INFO, 30), receipt(report, INFO, CITY, 60), filed, filed):
        await intake.hear(event, site="linjiang" if event is filed else "qingshan")
    assert (await _way(intake, report))[-1] == (CITY, ["接收", "备查"])


async def test_what_is_told_twice_stands_once(intake: Intake) -> None:
    report = await _submitted(intake)
    told = receipt(report, SHIQIAO, INFO, 30)
    for event in (told, told, signed(report), signed(report)):
        await intake.hear(event)
    assert await _way(intake, report) == [(SHIQIAO, ["提交", "签发"]), (INFO, ["接收"])]


async def test_reports_of_other_sites_are_ignored(intake: Intake) -> None:
    stranger = ReportId(uuid7())
    for event in (signed(stranger), returned(stranger, office=CITY), receipt(stranger, INFO, CITY, 30)):
        await intake.hear(event)
    assert not await intake.rows("SELECT FROM way_milestone")


async def test_a_returned_report_may_be_submitted_again_under_its_number_rv_02(intake: Intake) -> None:
    report = await _submitted(intake)
    body = problem_report(report_id=str(report), body="三座水库淤堵，涉及86户，2月20日清完。")
    early = await intake.post("/reports", body)
    assert (early.status_code, early.json()["code"]) == (409, "NOT_RETURNED")
    intake.clock.advance(timedelta(minutes=30))
    await intake.hear(returned(report, office=SHIQIAO))
    view = (await intake.get(f"/reports/{report}")).json()
    assert (view["state"], view["may_resubmit"]) == ("RETURNED", True)
    assert (view["returns"][0]["reason"], view["returns"][0]["text"]) == ("FACTS_UNCLEAR", "请写明何时清完")
    changed = await intake.post("/reports", {**body, "nature": "NEUTRAL"})
    assert (changed.status_code, changed.json()["code"]) == (422, "HEAD_CHANGED")
    again = await intake.post("/reports", body, key="same-key-1")
    assert again.status_code == 201, again.text
    assert (again.json()["number"], again.json()["version"]) == ("SHIQIAO-2025-0217-001", 2)
    repeated = await intake.post("/reports", body, key="same-key-1")
    assert repeated.content == again.content
    first, second = await intake.stated(ReportSubmitted)
    assert second.content.derived_from == first.content.content_hash
    assert second.head == first.head
    assert [each["version"] for each in (await intake.get(f"/reports/{report}")).json()["versions"]] == [1, 2]


async def test_an_office_sees_its_own_reports_alone(intake: Intake) -> None:
    report = await _submitted(intake)
    assert (await intake.get(f"/reports/{report}", by=NEIGHBOUR)).status_code == 404
    assert (await intake.get("/reports", by=NEIGHBOUR)).json()["items"] == []
    assert (await intake.get("/reports", state="RETURNED")).json()["items"] == []
    assert len((await intake.get("/reports", number="SHIQIAO-2025-0217-001")).json()["items"]) == 1


async def test_the_list_goes_on_where_the_page_ended(intake: Intake) -> None:
    for _ in range(3):
        await _submitted(intake)
    first = (await intake.get("/reports", limit=2)).json()
    rest = (await intake.get("/reports", limit=2, before=first["next"])).json()
    numbers = [item["number"][-3:] for item in (*first["items"], *rest["items"])]
    assert (numbers, rest["next"]) == (["003", "002", "001"], None)


STANDING = Standing(SHIQIAO, ReportState.SUBMITTED, later(0), 1)
REPORT = ReportId(uuid7())


def test_a_return_between_offices_above_leaves_the_origin_as_it_is() -> None:
    assert after_return(STANDING, returned(REPORT, office=CITY, to=INFO)) == StateKept()


def test_an_old_return_does_not_undo_a_newer_version() -> None:
    newer = Standing(SHIQIAO, ReportState.SUBMITTED, later(40), 2)
    assert after_return(newer, returned(REPORT, office=INFO, number=1, minutes=20)) == StateKept()
    assert isinstance(after_return(newer, returned(REPORT, office=INFO, number=1, minutes=50)), StateChanged)


@pytest.mark.parametrize(
    ("minutes", "state"), [(30, StateKept()), (31, StateChanged(ReportState.SIGNED, later(31), 1))]
)
def test_a_signature_and_a_return_of_different_senders_commute(minutes: int, state: object) -> None:
    back = Standing(SHIQIAO, ReportState.RETURNED, later(30), 1)
    assert after_signature(back, signed(REPORT, minutes=minutes)) == state


def test_another_offices_signature_does_not_sign_the_origins_report() -> None:
    assert after_signature(STANDING, signed(REPORT, office=INFO)) == StateKept()
