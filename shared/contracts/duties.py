"""Events of duties: what a unit knew, its phone reports, agencies' signals, clocks and verdicts."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.event import Event, Part
from shared.contracts.identifiers import (
    AwarenessId,
    ClockId,
    IncidentId,
    OfficeId,
    PhoneReportId,
    ReportId,
    SignalId,
    VerdictId,
)
from shared.contracts.vocabulary import Basis, Leg, Precision, Severity, SignalSource, VerdictType


class AwarenessRecorded(Event):
    """A unit learned of an incident (获知). It crosses at once: the office that is owed opens the binding clock.

    ``how`` says from where it was learned; ``evidence`` points to the proof (a log line, a call, a report's number).
    Repeats when a later proof shows an earlier ``known_at``.
    """

    name: ClassVar[str] = "awareness.recorded.v1"
    subject_field: ClassVar[str] = "incident_id"
    owner_field: ClassVar[str] = "office"
    about_fields: ClassVar[tuple[str, ...]] = ("unit",)

    awareness_id: AwarenessId
    incident_id: IncidentId
    unit: OfficeId
    office: OfficeId
    known_at: AwareDatetime
    occurred_at: AwareDatetime | None = None
    recorded_at: AwareDatetime
    how: str = Field(max_length=200)
    evidence: str = Field(default="", max_length=500)
    kind: str = Field(max_length=60)
    place: str = Field(max_length=200)
    severity: Severity
    sensitive: bool = False
    must_report: bool = True
    gist: str = Field(default="", max_length=2_000)
    concerns: tuple[OfficeId, ...] = ()


class PhoneReportRecorded(Event):
    """A telephone report was made (电话报告). It answers the phone leg only; the written one stays due."""

    name: ClassVar[str] = "phone_report.recorded.v1"
    subject_field: ClassVar[str] = "incident_id"
    owner_field: ClassVar[str] = "from_office"
    about_fields: ClassVar[tuple[str, ...]] = ("unit",)

    phone_report_id: PhoneReportId
    incident_id: IncidentId
    unit: OfficeId
    from_office: OfficeId
    to_office: OfficeId
    caller: str = Field(max_length=60)
    callee: str = Field(max_length=60)
    at: AwareDatetime
    acknowledgement: str = Field(max_length=60)
    gist: str = Field(max_length=2_000)
    concerns: tuple[OfficeId, ...] = ()


class SignalReceived(Event):
    """An agency stated an incident on the bus (线索). Immutable; matching it with reports comes after."""

    name: ClassVar[str] = "signal.received.v1"
    subject_field: ClassVar[str] = "signal_id"

    signal_id: SignalId
    agency: str = Field(max_length=60)
    agency_event_id: str = Field(max_length=100)
    source: SignalSource
    at: AwareDatetime
    occurred_at: AwareDatetime | None = None
    place: str = Field(max_length=200)
    territory: OfficeId | None = None
    kind: str = Field(max_length=60)
    dead: int | None = None
    missing: int | None = None
    injured: int | None = None
    gist: str = Field(default="", max_length=2_000)
    received_at: AwareDatetime


class ClockReading(Part):
    """One clock: who owes what to whom, from when, until when (含), by which rule.

    ``late_from`` is the first instant that is late.
    """

    clock_id: ClockId
    matter: str = Field(description="incident or ticket the clock is about, as text")
    unit: OfficeId
    recipient: OfficeId
    leg: Leg
    stage: str
    ordinal: int
    basis: Basis
    basis_time: AwareDatetime
    due_at: AwareDatetime
    late_from: AwareDatetime
    precision: Precision
    rule_id: str
    rule_version: int
    binding: bool = Field(description="False for the warning copy at the owing site")


class ClockStarted(Event):
    """A limit runs (时限开始). Once per clock; a recomputation states it again with a higher ordinal."""

    name: ClassVar[str] = "clock.started.v1"
    subject_field: ClassVar[str] = "matter"

    matter: str
    reading: ClockReading
    at: AwareDatetime


class ClockWarned(Event):
    """A part of a limit has passed (提醒). ``percent`` is 50, 80 or 100."""

    name: ClassVar[str] = "clock.warned.v1"
    subject_field: ClassVar[str] = "matter"

    matter: str
    reading: ClockReading
    percent: int
    at: AwareDatetime


class ClockExpired(Event):
    """A limit passed without what was owed (超时)."""

    name: ClassVar[str] = "clock.expired.v1"
    subject_field: ClassVar[str] = "matter"

    matter: str
    reading: ClockReading
    at: AwareDatetime


class ClockStopped(Event):
    """What was owed arrived (时限停止). ``stopped_at`` is the receiver's time."""

    name: ClassVar[str] = "clock.stopped.v1"
    subject_field: ClassVar[str] = "matter"

    matter: str
    reading: ClockReading
    stopped_at: AwareDatetime
    report_id: ReportId | None = None


class VerdictProposed(Event):
    """The engine proposes a verdict (认定提议) with its arithmetic; people decide."""

    name: ClassVar[str] = "verdict.proposed.v1"
    subject_field: ClassVar[str] = "matter"
    owner_field: ClassVar[str] = "owed_to"
    about_fields: ClassVar[tuple[str, ...]] = ("unit",)

    matter: str
    verdict_id: VerdictId
    unit: OfficeId
    owed_to: OfficeId
    type: VerdictType
    leg: Leg
    minutes_late: int
    arithmetic: str
    rule_id: str
    rule_version: int
    evidence: tuple[str, ...] = ()
    proposed_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class VerdictFinalised(Event):
    """A person finalised a verdict (认定). ``scored`` is true for the most severe of an incident and unit only."""

    name: ClassVar[str] = "verdict.finalised.v1"
    subject_field: ClassVar[str] = "matter"
    owner_field: ClassVar[str] = "owed_to"
    about_fields: ClassVar[tuple[str, ...]] = ("unit",)

    matter: str
    verdict_id: VerdictId
    incident_id: IncidentId | None = None
    unit: OfficeId
    owed_to: OfficeId
    type: VerdictType
    leg: Leg
    minutes_late: int
    arithmetic: str
    rule_id: str
    rule_version: int
    scored: bool
    report_id: ReportId | None = None
    finalised_by: str
    reason: str = ""
    finalised_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()
