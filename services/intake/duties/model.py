"""Awareness and telephone reports as they travel over HTTP."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.intake.duties.severity import Losses
from shared.access.inputs import Instant
from shared.contracts.identifiers import AwarenessId, IncidentId, OfficeId, PhoneReportId
from shared.contracts.vocabulary import Mode, Severity

Count = Annotated[int, Field(ge=0, le=10_000_000)]


class AwarenessOrigin(StrEnum):
    """How an awareness record came to be."""

    REGISTERED = "REGISTERED"  # by a person, 获知登记
    ARRIVAL = "ARRIVAL"  # the first urgent report reached the unit, 接到报告


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AwarenessRequest(_Frozen):
    """A unit learned of an incident (获知登记). Counts that are not known are null or absent, never 0.

    ``incident_id``: the incident, or none to open one. ``severity``: left out, the casualties propose it.
    """

    incident_id: IncidentId | None = None
    kind: str = Field(min_length=1, max_length=60)
    place: str = Field(min_length=1, max_length=200)
    known_at: Instant
    occurred_at: Instant | None = None
    how: str = Field(min_length=1, max_length=200)
    evidence: str = Field(default="", max_length=500)
    gist: str = Field(default="", max_length=2_000)
    dead: Count | None = None
    missing: Count | None = None
    severely_injured: Count | None = None
    injured: Count | None = None
    direct_loss_yuan: int | None = Field(default=None, ge=0, le=9_000_000_000_000_000)
    severity: Severity | None = None
    sensitive: bool = False
    must_report: bool = True
    mode: Mode = Mode.ACTUAL

    @property
    def losses(self) -> Losses:
        """What is known of casualties and loss."""
        return Losses(self.dead, self.missing, self.severely_injured, self.injured, self.direct_loss_yuan)


class AwarenessView(_Frozen):
    """One awareness record. ``announced``: it moved the unit's duty; False when earlier knowledge was on file."""

    awareness_id: AwarenessId
    incident_id: IncidentId
    unit: OfficeId
    office: OfficeId
    origin: AwarenessOrigin
    known_at: datetime
    occurred_at: datetime | None
    recorded_at: datetime
    how: str
    evidence: str
    kind: str
    place: str
    gist: str
    dead: int | None
    missing: int | None
    severely_injured: int | None
    injured: int | None
    direct_loss_yuan: int | None
    severity: Severity
    sensitive: bool
    must_report: bool
    mode: Mode
    announced: bool


class AwarenessPage(_Frozen):
    """Awareness of the unit, recorded last first. ``next`` is the cursor of the following page, if there is one."""

    items: tuple[AwarenessView, ...]
    next: UUID | None


class PhoneReportRequest(_Frozen):
    """A telephone report that was made (登记电话). ``acknowledgement`` is the number the callee gave."""

    incident_id: IncidentId
    to_office: OfficeId = Field(max_length=60)
    caller: str = Field(min_length=1, max_length=60)
    callee: str = Field(min_length=1, max_length=60)
    at: Instant
    acknowledgement: str = Field(min_length=1, max_length=60)
    gist: str = Field(min_length=1, max_length=2_000)
    mode: Mode = Mode.ACTUAL


class PhoneReportView(_Frozen):
    """One telephone report. It answers the phone leg only; the written report stays due."""

    phone_report_id: PhoneReportId
    incident_id: IncidentId
    unit: OfficeId
    from_office: OfficeId
    to_office: OfficeId
    caller: str
    callee: str
    at: datetime
    acknowledgement: str
    gist: str
    recorded_at: datetime


class PhoneReportPage(_Frozen):
    """Telephone reports of the unit, recorded last first."""

    items: tuple[PhoneReportView, ...]
    next: UUID | None
