"""Reports as they are stored: what goes into the tables and what comes out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.reports.model import KeptAnswer, ReportState
from shared.contracts.identifiers import IncidentId, OfficeId, PersonId, ReportId
from shared.contracts.reports import ReportHead, ReportVersion
from shared.contracts.vocabulary import Form, Mode, Nature, ReportType, Urgency


@dataclass(frozen=True, slots=True)
class Submission:
    """What is stored of one submission, beside the head of a new report."""

    report_id: ReportId
    office: OfficeId
    key: str
    request_hash: str
    content: ReportVersion
    written_by: PersonId
    authors: tuple[PersonId, ...]
    answer: KeptAnswer
    draft_id: UUID | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Number and version that a submission got."""

    number: str
    version: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A submission that was accepted before, and what it was answered."""

    request_hash: str
    report_id: ReportId
    number: str
    version: int
    submitted_at: datetime
    answer: KeptAnswer


@dataclass(frozen=True, slots=True)
class StoredReport:
    """One report as it stands at its origin."""

    head: ReportHead
    title: str
    state: ReportState
    state_since: datetime
    last_version: int
    authors: tuple[PersonId, ...]
    mode: Mode
    submitted_at: datetime
    content_hash: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report in a list."""

    report_id: ReportId
    number: str
    office: OfficeId
    state: ReportState
    state_since: datetime
    last_version: int
    title: str
    type: ReportType
    nature: Nature
    urgency: Urgency
    form: Form
    mode: Mode
    incident_id: IncidentId | None
    submitted_at: datetime
