"""What deadline reasons about: facts it was told, clocks they opened, verdicts that follow. Frozen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.deadline.rules import Hop
from shared.contracts.identifiers import ClockId, OfficeId, ReportId, VerdictId
from shared.contracts.vocabulary import Basis, Leg, Mode, Precision, Severity, VerdictType

INITIAL = "INITIAL"
"""Stage of every clock so far: the duty that knowledge, or a ticket, opens."""


class Channel(StrEnum):
    """How something was given in answer to a duty."""

    PHONE = "PHONE"
    WRITTEN = "WRITTEN"
    REPLY = "REPLY"


class ClockState(StrEnum):
    """State of a clock. CLOSED never got an answer and its verdict is final; SUPERSEDED was recomputed."""

    OPEN = "OPEN"
    EXPIRED = "EXPIRED"
    STOPPED = "STOPPED"
    CLOSED = "CLOSED"
    SUPERSEDED = "SUPERSEDED"


class VerdictState(StrEnum):
    """State of a verdict. SETTLED is the engine's own ON_TIME; WITHDRAWN was overtaken by a later fact."""

    PROPOSED = "PROPOSED"
    SETTLED = "SETTLED"
    FINAL = "FINAL"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class DutyKey:
    """Whose duty in which matter: an incident or a ticket, as text, and the answerable unit."""

    matter: str
    unit: OfficeId


@dataclass(frozen=True, slots=True)
class Recipient:
    """An office that is owed, over which hop.

    ``binding``: it is an office of this site, so its clock is the one that counts; else a warning copy runs here.
    """

    office: OfficeId
    hop: Hop
    binding: bool


@dataclass(frozen=True, slots=True)
class Awareness:
    """When a unit knew of an incident, and how grave the incident was then."""

    awareness_id: UUID
    known_at: datetime
    occurred_at: datetime | None
    severity: Severity
    sensitive: bool
    must_report: bool
    title: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Something given in answer to a duty. ``recipient`` None: to whoever the clock is owed to.

    ``given_by`` None: for the unit, whichever office must answer.
    """

    answer_id: str
    channel: Channel
    recipient: OfficeId | None
    at: datetime
    report_id: ReportId | None
    evidence: str
    given_by: OfficeId | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """One limit laid upon one duty: all that never changes while its clock runs.

    ``late_from``: the first late instant. ``omitted_at``: until when, included, it is only late, as ``due_at`` is until
    when it is in time; None where silence has no verdict.
    ``answered_at``: the offices at which an answer counts for this recipient. ``answered_by``: the one office that must
    answer; None where any office of the unit answers for it.
    ``sum_text``: the sum up to the limit, for people: 获知 14:05 + 60 分 = 截止 15:05（含）.
    """

    recipient: OfficeId
    binding: bool
    leg: Leg
    title: str
    basis: Basis
    basis_time: datetime
    due_at: datetime
    late_from: datetime
    omitted_at: datetime | None
    precision: Precision
    rule_set_id: str
    rule_id: str
    rule_version: int
    sum_text: str
    basis_evidence: str
    warn_percent: tuple[int, ...]
    answered_at: tuple[OfficeId, ...]
    answered_by: OfficeId | None = None

    @property
    def strictness(self) -> tuple[datetime, datetime, datetime]:
        """Order of terms laid upon one duty: the least ones bind, because they are broken first."""
        return self.late_from, self.due_at, self.basis_time

    @property
    def omitted_from(self) -> datetime | None:
        """The first instant of OMITTED (B5), as ``late_from`` is the first of LATE; None where silence has no verdict.

        What the scanner waits for and what a report is judged by. The last minute, or second, of either limit belongs
        to it whole (B3.4), so this lies as long after ``late_from`` as ``omitted_at`` lies after ``due_at``.
        """
        return None if self.omitted_at is None else self.late_from + (self.omitted_at - self.due_at)


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock.

    ``stopped_at``: the receiver's time of the answer ``stopped_by``. ``warned``: the highest percentage already told.
    ``judged``: a verdict on it was made.
    """

    clock_id: ClockId
    mode: Mode
    duty: DutyKey
    terms: Terms
    stage: str
    ordinal: int
    state: ClockState
    started_at: datetime
    stopped_at: datetime | None
    stopped_by: str | None
    report_id: ReportId | None
    warned: int
    judged: bool

    @property
    def running(self) -> bool:
        """True while nothing that was owed has come."""
        return self.state in (ClockState.OPEN, ClockState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a clock says about a duty: type, minutes, and the whole sum in words."""

    type: VerdictType
    minutes_late: int
    arithmetic: str
    evidence: tuple[str, ...]
    report_id: ReportId | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict as kept. ``proposed_type`` is the engine's word, ``type`` what a person made of it."""

    verdict_id: VerdictId
    clock_id: ClockId
    proposed_type: VerdictType
    type: VerdictType
    minutes_late: int
    arithmetic: str
    state: VerdictState
    owed_to: OfficeId
    leg: Leg
    scored: bool
    report_id: ReportId | None
