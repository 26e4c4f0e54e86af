"""What the HTTP door of publication takes and gives."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.access.inputs import Instant
from shared.contracts.identifiers import OfficeId, ReportId
from shared.contracts.vocabulary import CarrierKind, Level, Mode, Nature, ReportType, Side, Urgency


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class ShareAsked(_Asked):
    """A report's part in an item; the parts add up to 1."""

    report_id: ReportId
    share: Decimal = Field(gt=0, le=1, decimal_places=4)


class AdoptAsked(_Asked):
    """采用. ``shares`` only for an item made of several reports (并入综合)."""

    report_id: ReportId
    publication: str = Field(min_length=1, max_length=60, description="id of a publication of the own office")
    shares: tuple[ShareAsked, ...] = Field(default=(), max_length=20)


class OnBehalfAsked(_Asked):
    """代录采用: by an office outside the system. ``adopted_at`` left out means now."""

    report_id: ReportId
    publication_name: str = Field(min_length=1, max_length=40)
    carrier: CarrierKind
    evidence: str = Field(min_length=1, max_length=500, description="佐证, for example the number of a scan")
    level: Level = Level.PROVINCE
    side: Side = Side.GOVERNMENT
    issue_number: str = Field(default="", max_length=40)
    adopted_at: Instant | None = None


class ForwardAsked(_Asked):
    """转报 to the province."""

    report_id: ReportId
    carrier: CarrierKind


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class UseShown(_Shown):
    """Where this office used a report."""

    adoption_id: UUID
    publication: str
    publication_name: str
    issue_number: str
    level: Level
    carrier: CarrierKind
    adopted_at: datetime


class CandidateShown(_Shown):
    """A report that came here and may be used."""

    report_id: ReportId
    number: str
    title: str
    body: str
    type: ReportType
    nature: Nature
    urgency: Urgency
    incident_id: UUID | None
    origin_office: OfficeId
    origin_name: str
    from_office: OfficeId
    from_name: str
    contributor: OfficeId
    contributor_name: str
    units: tuple[OfficeId, ...]
    is_copy: bool
    mode: Mode
    withdrawn: bool
    received_at: datetime
    uses: tuple[UseShown, ...]


class CandidatesShown(_Shown):
    """Candidates, newest first. ``next`` is the ``before`` of the next page; None on the last."""

    candidates: tuple[CandidateShown, ...]
    next: str | None
    read_at: datetime


class PublicationShown(_Shown):
    """A publication of the office that appears today."""

    id: str
    name: str
    office: OfficeId
    level: Level
    side: Side
    carrier: CarrierKind
    single: bool


class IssueShown(_Shown):
    """One issue."""

    issue_id: UUID
    publication: str
    name: str
    issue_number: str
    mode: Mode
    year: int
    ordinal: int
    issue_date: date
    opened_at: datetime
    items: int


class IssuesShown(_Shown):
    """Issues, newest first. ``next`` is the ``before`` of the next page; None on the last."""

    issues: tuple[IssueShown, ...]
    next: str | None
    read_at: datetime


class ContributorShown(_Shown):
    """A unit's part in an item."""

    unit: OfficeId
    unit_name: str
    report_id: ReportId
    share: Decimal


class AdoptionShown(_Shown):
    """An adoption. ``created``: False when it had been recorded before this act."""

    adoption_id: UUID
    report_id: ReportId
    title: str
    publication: str
    publication_name: str
    level: Level
    carrier: CarrierKind
    issue_id: UUID | None
    issue_number: str
    contributors: tuple[ContributorShown, ...]
    on_behalf: bool
    evidence: str
    adopted_at: datetime
    adopted_by: str
    created: bool


class ItemShown(_Shown):
    """An item of an issue."""

    adoption_id: UUID
    report_id: ReportId
    title: str
    contributors: tuple[ContributorShown, ...]
    adopted_at: datetime
    adopted_by: str


class IssuePageShown(_Shown):
    """An issue with its items in order."""

    issue: IssueShown
    items: tuple[ItemShown, ...]


class ForwardingShown(_Shown):
    """A report was forwarded."""

    report_id: ReportId
    to_level: Level
    carrier: CarrierKind
    forwarded_at: datetime
