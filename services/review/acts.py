"""What people do with a case. Each act: lock, check who may, ask the rule, store and announce. One transaction each.

All raise CaseUnknown, ActRefused, or shared.access' ActDenied; then nothing is changed.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.review import decisions, history, queries
from services.review.cases import Act, Case, CaseState, WordingKey, flow_of
from services.review.decisions import Passed, PutAside, PutOff, Refused, Released, Returned, Rewritten, Signed
from services.review.errors import ActRefused, CaseUnknown
from services.review.permission import require_for
from services.review.receipts import HOLD_STOPS_NOTHING, KEPT_STOPS_NOTHING, Receipt, next_of
from shared.access.actor import Actor
from shared.contracts.identifiers import CaseId
from shared.contracts.reports import (
    CustodyHop,
    ReportFiled,
    ReportReturned,
    ReportReviewed,
    ReportSigned,
    ReportVersion,
    SignedBy,
)
from shared.contracts.vocabulary import ReturnReason, Stage
from shared.organisation.organisation import Organisation
from shared.store.unit import Unit
from shared.timekeeping.civil import civil_date


@dataclass(frozen=True, slots=True)
class _Open:
    """A case taken for one act."""

    unit: Unit
    organisation: Organisation
    actor: Actor
    case: Case
    custody: tuple[CustodyHop, ...]
    stages: tuple[Stage, ...]


async def pass_case(unit: Unit, organisation: Organisation, actor: Actor, case_id: CaseId, revision: int) -> Receipt:
    """Pass the wording to the next step (通过)."""
    taken = await _take(unit, organisation, actor, case_id, Act.PASS)
    outcome = decisions.pass_(taken.case, taken.stages, revision)
    match outcome:
        case Passed():
            return await _pass_on(taken, Act.PASS, outcome)
        case _:
            raise await _refused(taken, Act.PASS, outcome)


async def sign_case(unit: Unit, organisation: Organisation, actor: Actor, case_id: CaseId, revision: int) -> Receipt:
    """Sign the wording (签发): the last sign-off of the flow lets the report leave the office."""
    taken = await _take(unit, organisation, actor, case_id, Act.SIGN)
    outcome = decisions.sign(taken.case, taken.stages, revision)
    match outcome:
        case Passed():
            return await _pass_on(taken, Act.SIGN, outcome)
        case Signed():
            signed = replace(taken.case, state=CaseState.SIGNED, chain=outcome.chain, hold=None)
            receipt = await _store(taken, signed, Act.SIGN)
            wordings = await queries.read_wordings(unit.connection, taken.case.case_id)
            unit.announce(
                ReportSigned(
                    report_id=signed.report_id,
                    urgency=signed.head.urgency,
                    head=signed.head,
                    office=signed.office,
                    case_id=signed.case_id,
                    versions=tuple(wordings[key] for key in outcome.chain),
                    custody=taken.custody,
                    signed_by=SignedBy(
                        appointment=taken.actor.appointment, person_name=taken.actor.name, role=taken.actor.role
                    ),
                    signed_at=unit.now,
                ),
                office=signed.office,
            )
            return receipt
        case _:
            raise await _refused(taken, Act.SIGN, outcome)


async def return_case(
    unit: Unit,
    organisation: Organisation,
    actor: Actor,
    case_id: CaseId,
    revision: int,
    reason: ReturnReason,
    text: str,
) -> Receipt:
    """Send the report back (退回) with a coded reason and a text."""
    taken = await _take(unit, organisation, actor, case_id, Act.RETURN)
    outcome = decisions.return_(taken.case, taken.stages, revision)
    match outcome:
        case Returned():
            returned = replace(taken.case, state=CaseState.RETURNED, step=0, reviewers=(), hold=None)
            unit.announce(
                ReportReturned(
                    report_id=returned.report_id,
                    urgency=returned.head.urgency,
                    number=returned.head.number,
                    title=returned.title,
                    office=returned.office,
                    to_office=outcome.to_office,
                    stage=outcome.stage,
                    reason=reason,
                    text=text,
                    version=outcome.version,
                    returned_at=unit.now,
                    concerns=outcome.concerns,
                ),
                office=returned.office,
            )
            return await _store(taken, returned, Act.RETURN, reason=reason, text=text)
        case _:
            raise await _refused(taken, Act.RETURN, outcome)


async def hold_case(
    unit: Unit, organisation: Organisation, actor: Actor, case_id: CaseId, revision: int, until: datetime, reason: str
) -> Receipt:
    """Put the case off (暂缓). No limit stops; the receipt says so."""
    taken = await _take(unit, organisation, actor, case_id, Act.HOLD)
    outcome = decisions.hold(taken.case, revision, until, reason, unit.now)
    match outcome:
        case PutOff(hold):
            receipt = await _store(taken, replace(taken.case, hold=hold), Act.HOLD, text=reason)
            return replace(receipt, notice=HOLD_STOPS_NOTHING)
        case _:
            raise await _refused(taken, Act.HOLD, outcome)


async def release_case(unit: Unit, organisation: Organisation, actor: Actor, case_id: CaseId, revision: int) -> Receipt:
    """End a hold before its time (解除暂缓)."""
    taken = await _take(unit, organisation, actor, case_id, Act.RELEASE)
    outcome = decisions.release_hold(taken.case, revision)
    match outcome:
        case Released():
            return await _store(taken, replace(taken.case, hold=None), Act.RELEASE)
        case _:
            raise await _refused(taken, Act.RELEASE, outcome)


async def try_rewrite(
    unit: Unit, organisation: Organisation, actor: Actor, case_id: CaseId, revision: int, text: decisions.NewText
) -> tuple[ReportVersion, ReportVersion]:
    """Return the wording that stands and the one that a rewrite would make; keep nothing. Refused as the rewrite is."""
    taken = await _take(unit, organisation, actor, case_id, Act.REWRITE)
    outcome = decisions.rewrite(taken.case, taken.stages, revision, text, unit.now)
    match outcome:
        case Rewritten():
            wordings = await queries.read_wordings(unit.connection, case_id)
            return wordings[taken.case.current], outcome.wording
        case _:
            raise await _refused(taken, Act.REWRITE, outcome)


async def rewrite_case(
    unit: Unit,
    organisation: Organisation,
    actor: Actor,
    case_id: CaseId,
    revision: int,
    text: decisions.NewText,
    reason: str | None = None,
) -> Receipt:
    """Word the report anew for this office (改稿): reviewers at their step, signers at theirs."""
    taken = await _take(unit, organisation, actor, case_id, Act.REWRITE)
    outcome = decisions.rewrite(taken.case, taken.stages, revision, text, unit.now)
    match outcome:
        case Rewritten():
            await queries.write_wording(unit.connection, taken.case.case_id, outcome.wording)
            rewritten = replace(
                taken.case,
                state=outcome.state,
                step=outcome.step,
                title=outcome.wording.title,
                current=WordingKey.of(outcome.wording),
                rewriters=tuple(dict.fromkeys((*taken.case.rewriters, taken.actor.person))),
                reviewers=taken.case.reviewers if outcome.step == taken.case.step else (),
                hold=taken.case.hold if outcome.step == taken.case.step else None,
            )
            return await _store(taken, rewritten, Act.REWRITE, text=reason)
        case _:
            raise await _refused(taken, Act.REWRITE, outcome)


async def keep_case(unit: Unit, organisation: Organisation, actor: Actor, case_id: CaseId, revision: int) -> Receipt:
    """Keep what was received for reference (备查) and tell the offices below. No limit stops; the receipt says so."""
    taken = await _take(unit, organisation, actor, case_id, Act.KEEP)
    outcome = decisions.keep_for_reference(taken.case, revision)
    match outcome:
        case PutAside():
            kept = replace(taken.case, state=CaseState.REFERENCE, hold=None)
            below = (kept.head.origin_office, *(hop.office for hop in taken.custody))
            unit.announce(
                ReportFiled(
                    report_id=kept.report_id,
                    urgency=kept.head.urgency,
                    number=kept.head.number,
                    title=kept.title,
                    office=kept.office,
                    version=kept.came_as.version,
                    filed_at=unit.now,
                    concerns=tuple(office for office in dict.fromkeys(below) if office != kept.office),
                ),
                office=kept.office,
            )
            return replace(await _store(taken, kept, Act.KEEP), notice=KEPT_STOPS_NOTHING)
        case _:
            raise await _refused(taken, Act.KEEP, outcome)


async def _take(unit: Unit, organisation: Organisation, actor: Actor, case_id: CaseId, act: Act) -> _Open:
    """Lock the case and make sure that the actor may do ``act`` on it; what is stated then has the report's mode."""
    found = await queries.lock_case(unit.connection, case_id)
    if found is None or found.case.office != actor.office:
        raise CaseUnknown(case_id)
    case, custody, traceparent = found
    unit.mode = case.mode
    unit.continue_trace(traceparent)
    flow = flow_of(organisation, case)
    signer = await require_for(unit, actor, act, case, flow)
    return _Open(unit, organisation, signer, case, custody, tuple(step.stage for step in flow.steps))


async def _pass_on(taken: _Open, act: Act, passed: Passed) -> Receipt:
    case = taken.case
    reviewers = (*case.reviewers, taken.actor.person)
    receipt = await _store(
        taken, replace(case, state=passed.state, step=passed.step, reviewers=reviewers, hold=None), act
    )
    taken.unit.announce(
        ReportReviewed(
            report_id=case.report_id,
            urgency=case.head.urgency,
            number=case.head.number,
            title=case.title,
            office=case.office,
            case_id=case.case_id,
            stage=passed.stage,
            reviewed_at=taken.unit.now,
        ),
        office=case.office,
    )
    return receipt


async def _store(
    taken: _Open, changed: Case, act: Act, *, reason: str | None = None, text: str | None = None
) -> Receipt:
    unit, actor = taken.unit, taken.actor
    revision = await queries.change_case(unit.connection, changed, taken.case.revision, unit.now)
    record = history.ActRecord(
        revision,
        act,
        unit.now,
        changed.current,
        actor.office,
        actor.person,
        actor.name,
        actor.appointment,
        actor.role,
        reason,
        text,
    )
    await history.record_act(unit.connection, changed.case_id, record)
    return Receipt(
        act=act,
        case_id=changed.case_id,
        report_id=changed.report_id,
        number=changed.head.number,
        title=changed.title,
        version=changed.current.version,
        state=changed.state,
        revision=revision,
        at=unit.now,
        next=next_of(taken.organisation, changed, civil_date(unit.now)),
    )


async def _refused(taken: _Open, act: Act, refused: Refused) -> ActRefused:
    return ActRefused(act, refused, await history.last_act(taken.unit.connection, taken.case.case_id))
