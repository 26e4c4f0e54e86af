"""The rules of a case: what each act makes of it, or why it is not possible. Pure; who may act is decided elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from services.review.cases import OPEN_STATES, Case, CaseState, Hold, WordingKey, state_at
from shared.contracts.figures import uncited
from shared.contracts.identifiers import OfficeId
from shared.contracts.reports import Citation, FactSheet, ReportHead, ReportVersion, content_hash
from shared.contracts.vocabulary import IncidentReportKind, Stage, Urgency

Stages = tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """The case goes to the next step."""

    stage: Stage
    step: int
    state: CaseState


@dataclass(frozen=True, slots=True)
class Signed:
    """The report leaves the office; ``chain`` holds every signed wording, this office's last."""

    chain: tuple[WordingKey, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """The report goes back. ``version``: the number under which the receiver knows it."""

    to_office: OfficeId
    concerns: tuple[OfficeId, ...]
    stage: Stage
    version: int


@dataclass(frozen=True, slots=True)
class PutOff:
    """The case stays at sign-off, visibly put off; every limit runs on."""

    hold: Hold


@dataclass(frozen=True, slots=True)
class Released:
    """The hold has ended; the case stays at sign-off."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A next version by this office. Changed text is checked again, so the case goes to ``step``."""

    wording: ReportVersion
    step: int
    state: CaseState


@dataclass(frozen=True, slots=True)
class PutAside:
    """The report is kept for reference here and goes no further from this office."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody acted since the page was read."""

    expected: int
    current: int


@dataclass(frozen=True, slots=True)
class WrongState:
    """The act belongs to another step, or the case waits for nobody here."""

    state: CaseState


@dataclass(frozen=True, slots=True)
class NotHeld:
    """There is no hold to end."""


@dataclass(frozen=True, slots=True)
class HoldEndsInThePast:
    """A hold must say until when, and that must lie ahead."""

    now: datetime


@dataclass(frozen=True, slots=True)
class NothingChanged:
    """The new wording is the current one."""


@dataclass(frozen=True, slots=True)
class FiguresUncited:
    """Figures of the new wording have no source (QU-01)."""

    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnReport:
    """An office's own report is signed or returned to its writer; it is not put aside."""


Refused = Stale | WrongState | NotHeld | HoldEndsInThePast | NothingChanged | FiguresUncited | OwnReport


def pass_(case: Case, stages: Stages, revision: int) -> Passed | Refused:
    """A reviewer found the wording in order (通过)."""
    if case.revision != revision:
        return Stale(revision, case.revision)
    if case.state is not CaseState.SECTION_REVIEW or case.step + 1 >= len(stages):
        return WrongState(case.state)
    return Passed(stages[case.step], case.step + 1, state_at(stages[case.step + 1]))


def sign(case: Case, stages: Stages, revision: int) -> Signed | Passed | Refused:
    """A signer signs the current wording (签发); a hold ends with it. No other act lets a report leave (IN-02).

    Where a flow has several sign-offs, only the last releases the report; the others pass it on.
    """
    if case.revision != revision:
        return Stale(revision, case.revision)
    if case.state is not CaseState.SIGN_OFF:
        return WrongState(case.state)
    if case.step + 1 < len(stages):
        return Passed(stages[case.step], case.step + 1, state_at(stages[case.step + 1]))
    # A writer's new version counts by itself even when only the head changed: the origin waits for its signature. An
    # office between that worded a report back to what came in signs what came in.
    last = case.chain[-1] if case.chain else None
    own = case.from_office is None
    unchanged = last == case.current if own or last is None else last.content_hash == case.current.content_hash
    return Signed(case.chain if unchanged else (*case.chain, case.current))


def return_(case: Case, stages: Stages, revision: int) -> Returned | Refused:
    """The report goes back (退回): to the office below, or at the origin to the own writer."""
    if case.revision != revision:
        return Stale(revision, case.revision)
    if case.state not in OPEN_STATES:
        return WrongState(case.state)
    stage = stages[min(case.step, len(stages) - 1)]
    if case.from_office is None:
        return Returned(case.office, (), stage, case.current.version)
    return Returned(case.from_office, (case.from_office,), stage, case.came_as.version)


def hold(case: Case, revision: int, until: datetime, reason: str, now: datetime) -> PutOff | Refused:
    """A signer puts the case off (暂缓), with a reason and an end."""
    if case.revision != revision:
        return Stale(revision, case.revision)
    if case.state is not CaseState.SIGN_OFF:
        return WrongState(case.state)
    if until <= now:
        return HoldEndsInThePast(now)
    return PutOff(Hold(case.hold.since if case.hold else now, until, reason))


def release_hold(case: Case, revision: int) -> Released | Refused:
    """The hold ends before its time (解除暂缓)."""
    if case.revision != revision:
        return Stale(revision, case.revision)
    if case.state is not CaseState.SIGN_OFF:
        return WrongState(case.state)
    return Released() if case.hold else NotHeld()


@dataclass(frozen=True, slots=True)
class NewText:
    """What a rewrite says."""

    title: str
    body: str
    facts: FactSheet
    citations: tuple[Citation, ...]


def rewrite(case: Case, stages: Stages, revision: int, text: NewText, now: datetime) -> Rewritten | Refused:
    """This office words the report anew (改稿): a next version derived from the current one, which stays (AS-03).

    A rewrite at sign-off goes back to the last section review of the flow: what is signed is what was checked. Every
    figure keeps its source (QU-01); a first urgent report may go with figures that are not verified yet.
    """
    if case.revision != revision:
        return Stale(revision, case.revision)
    if case.state not in OPEN_STATES:
        return WrongState(case.state)
    new_hash = content_hash(text.title, text.body, text.facts, text.citations)
    if new_hash == case.current.content_hash:
        return NothingChanged()
    unsourced = uncited(text.title, text.body, text.citations)
    if unsourced and not may_be_unverified(case.head):
        return FiguresUncited(unsourced)
    wording = ReportVersion(
        version=case.highest_version + 1,
        by_office=case.office,
        title=text.title,
        body=text.body,
        facts=text.facts,
        citations=text.citations,
        content_hash=new_hash,
        derived_from=case.current.content_hash,
        written_at=now,
    )
    step = _check_again(case, stages)
    return Rewritten(wording, step, state_at(stages[step]))


def may_be_unverified(head: ReportHead) -> bool:
    """Tell whether figures may go without a source for now: in the first urgent report of an incident (初报)."""
    return head.urgency is not Urgency.ROUTINE and head.incident_kind is IncidentReportKind.INITIAL


def _check_again(case: Case, stages: Stages) -> int:
    if case.state is CaseState.SECTION_REVIEW:
        return case.step
    earlier = [step for step, stage in enumerate(stages[: case.step]) if stage is Stage.SECTION_REVIEW]
    return earlier[-1] if earlier else case.step


def keep_for_reference(case: Case, revision: int) -> PutAside | Refused:
    """An office that received the report keeps it for reference (备查). It stops no limit."""
    if case.revision != revision:
        return Stale(revision, case.revision)
    if case.state not in OPEN_STATES:
        return WrongState(case.state)
    return OwnReport() if case.from_office is None else PutAside()
