"""From rows to what pages show. Pure but for the organisation, which is data."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.review import case_models, models
from services.review.cases import OPEN_STATES, Act, Case, CaseState, WordingKey, flow_of
from services.review.differences import Difference
from services.review.history import ActRecord
from services.review.listings import Backlog, CaseOnPage, Line, Use
from services.review.permission import why_not
from services.review.receipts import next_of
from services.review.wording import ACT_ZH, REASON_ZH
from shared.access.actor import Actor
from shared.access.wording import ROLE_ZH
from shared.contracts.identifiers import OfficeId
from shared.contracts.reports import ReportVersion
from shared.contracts.vocabulary import ReturnReason, Role
from shared.organisation.organisation import Organisation
from shared.timekeeping.civil import civil_date


def line(organisation: Organisation, row: Line, now: datetime) -> models.LineShown:
    """Return one line of a list."""
    head = row.head
    return models.LineShown(
        case_id=row.case_id,
        report_id=row.report_id,
        number=head.number,
        title=row.title,
        urgency=head.urgency,
        nature=head.nature,
        incident_id=head.incident_id,
        state=row.state,
        step=row.step,
        revision=row.revision,
        origin_office=head.origin_office,
        origin_name=organisation.office(head.origin_office).called,
        from_office=row.from_office,
        from_name=_called(organisation, row.from_office or head.origin_office),
        received_at=row.received_at,
        age_seconds=(now - row.received_at).total_seconds(),
        step_since=row.step_since,
        step_age_seconds=(now - row.step_since).total_seconds(),
        hold=models.HoldShown.model_validate(row.hold) if row.hold else None,
        mode=row.mode,
        adopted=row.adopted,
    )


def case_page(
    organisation: Organisation,
    actor: Actor,
    page: CaseOnPage,
    wordings: Mapping[WordingKey, ReportVersion],
    differences: Sequence[Difference],
    acts: Sequence[ActRecord],
    uses: Sequence[Use],
    now: datetime,
) -> case_models.CaseShown:
    """Return everything that the page of a case shows."""
    case = page.case
    return case_models.CaseShown(
        case_id=case.case_id,
        head=case.head,
        mode=case.mode,
        title=case.title,
        office=case.office,
        office_name=_called(organisation, case.office),
        origin_name=_called(organisation, case.head.origin_office),
        from_office=case.from_office,
        from_name=_called(organisation, case.from_office or case.office),
        submission_id=page.submission_id,
        state=case.state,
        step=case.step,
        revision=case.revision,
        received_at=page.received_at,
        age_seconds=(now - page.received_at).total_seconds(),
        step_since=page.step_since,
        hold=models.HoldShown.model_validate(case.hold) if case.hold else None,
        own_text=actor.person in (*case.authors, *case.rewriters),
        wordings=tuple(_wording(organisation, case, key, wording) for key, wording in wordings.items()),
        differences=tuple(case_models.DifferenceShown.model_validate(each) for each in differences),
        history=tuple(_history(organisation, record) for record in acts),
        uses=tuple(_use(organisation, use) for use in uses),
        custody=page.custody,
        acts=_acts(organisation, actor, case),
        next=models.NextShown.model_validate(next_of(organisation, case, civil_date(now))),
        read_at=now,
    )


def backlog(organisation: Organisation, row: Backlog, now: datetime) -> models.BacklogShown:
    """Return what waits at one step."""
    return models.BacklogShown(
        office=row.office,
        office_name=_called(organisation, row.office),
        step=row.state,
        cases=row.cases,
        oldest_received_at=row.oldest,
        oldest_age_seconds=(now - row.oldest).total_seconds(),
    )


def _wording(
    organisation: Organisation, case: Case, key: WordingKey, wording: ReportVersion
) -> case_models.WordingShown:
    return case_models.WordingShown(
        version=wording.version,
        by_office=wording.by_office,
        by_office_name=_called(organisation, wording.by_office),
        title=wording.title,
        body=wording.body,
        facts=wording.facts,
        citations=wording.citations,
        content_hash=wording.content_hash,
        derived_from=wording.derived_from,
        written_at=wording.written_at,
        signed=key in case.chain,
        current=key == case.current,
    )


def _history(organisation: Organisation, record: ActRecord) -> case_models.HistoryShown:
    role = Role(record.role) if record.role else None
    reason = ReturnReason(record.reason) if record.reason else None
    return case_models.HistoryShown(
        revision=record.revision,
        act=record.act,
        act_zh=ACT_ZH[record.act],
        at=record.at,
        version=record.wording.version,
        office=record.office,
        office_name=_called(organisation, record.office),
        person_name=record.person_name,
        role=role,
        role_zh=ROLE_ZH[role] if role else None,
        reason=reason,
        reason_zh=REASON_ZH[reason] if reason else None,
        text=record.text,
    )


def _use(organisation: Organisation, use: Use) -> case_models.UseShown:
    return case_models.UseShown(
        adoption_id=use.adoption_id,
        office=use.office,
        office_name=_called(organisation, use.office),
        level=use.level,
        publication=use.publication,
        issue_number=use.issue_number,
        adopted_at=use.adopted_at,
    )


def _acts(organisation: Organisation, actor: Actor, case: Case) -> tuple[case_models.ActShown, ...]:
    """Return the acts that the case's step offers, each with the reason when it is not for this actor."""
    flow = flow_of(organisation, case)
    shown = []
    for act in _offered(case):
        reason = why_not(actor, act, case, flow)
        shown.append(case_models.ActShown(act=act, act_zh=ACT_ZH[act], allowed=not reason, why_not=reason))
    return tuple(shown)


def _offered(case: Case) -> tuple[Act, ...]:
    if case.state not in OPEN_STATES:
        return ()
    received = (Act.KEEP,) if case.from_office is not None else ()
    if case.state is CaseState.SECTION_REVIEW:
        return (Act.PASS, Act.RETURN, Act.REWRITE, *received)
    return (Act.SIGN, Act.RETURN, Act.RELEASE if case.hold else Act.HOLD, Act.REWRITE, *received)


def _called(organisation: Organisation, office: OfficeId) -> str:
    return organisation.office(office).called
