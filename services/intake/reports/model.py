"""Reports as they travel over HTTP: what is asked, and what is answered."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.intake.way.model import OfficeOnWay, Return
from services.intake.writing.check import Writing
from shared.access.inputs import Instant, known_only
from shared.contracts.identifiers import WORD, IncidentId, OfficeId, PersonId, ReportId
from shared.contracts.reports import Citation, FactSheet
from shared.contracts.vocabulary import (
    Form,
    IncidentReportKind,
    Mode,
    Nature,
    ReportType,
    Role,
    Stage,
    Urgency,
)


class ReportState(StrEnum):
    """How a report stands at its origin. What came after the signature is on its way (去向), not here."""

    SUBMITTED = "SUBMITTED"  # 提交审核
    RETURNED = "RETURNED"  # 退回修改
    SIGNED = "SIGNED"  # 签发


STATE_ZH = {ReportState.SUBMITTED: "提交审核", ReportState.RETURNED: "退回修改", ReportState.SIGNED: "签发"}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckRequest(_Frozen):
    """A text to look at, complete or not. Counts that are not known are null or absent, never 0.

    ``incident_id``: the incident it belongs to. ``report_id``: a new version of a report returned to its writer.
    """

    type: ReportType
    nature: Nature = Nature.NEUTRAL
    urgency: Urgency = Urgency.ROUTINE
    form: Form = Form.SINGLE
    title: str = Field(default="", max_length=120)
    body: str = Field(default="", max_length=20_000)
    facts: Annotated[FactSheet, known_only(FactSheet)] = FactSheet()
    citations: tuple[Annotated[Citation, known_only(Citation)], ...] = Field(default=(), max_length=100)
    incident_kind: IncidentReportKind | None = None
    expected_at: Instant | None = None
    commission_task: str | None = Field(default=None, max_length=60)
    incident_id: IncidentId | None = None
    report_id: ReportId | None = None

    def writing(self) -> Writing:
        """Return the text as the rules look at it."""
        return Writing(
            title=self.title,
            body=self.body,
            type=self.type,
            nature=self.nature,
            urgency=self.urgency,
            form=self.form,
            facts=self.facts,
            citations=self.citations,
            incident_kind=self.incident_kind,
            expected_at=self.expected_at,
            commission_task=self.commission_task,
        )


class ReportRequest(CheckRequest):
    """A complete report for the own office's review. An INITIAL report without an incident opens its own.

    ``co_authors``: who wrote it together with the actor. ``draft_id``: the draft that goes when it is accepted.
    """

    nature: Nature
    title: str = Field(min_length=1, max_length=120)
    body: str = Field(min_length=1, max_length=20_000)
    co_authors: tuple[Annotated[PersonId, Field(pattern=WORD, max_length=80)], ...] = Field(default=(), max_length=19)
    draft_id: UUID | None = None
    mode: Mode = Mode.ACTUAL


class NextOffice(_Frozen):
    """Where the report lies now, and who acts next."""

    id: OfficeId
    name: str
    stage: Stage
    roles: tuple[Role, ...]


class Told(_Frozen):
    """A finding as it is told. ``code`` is a FindingCode."""

    code: str
    field: str
    text: str


class KeptAnswer(_Frozen):
    """The part of an answer that is stored with the version, so that a repeat is told the same."""

    incident_id: IncidentId | None
    next_office: NextOffice
    unverified: tuple[str, ...] = ()
    warnings: tuple[Told, ...] = ()


class ReportAccepted(KeptAnswer):
    """Receipt of a submission. ``unverified``: figures that went without a source (未核实)."""

    report_id: ReportId
    number: str
    version: int
    state: ReportState
    submitted_at: datetime


class ElementLine(_Frozen):
    """One line of the checklist. ``sign`` is ✓ or ○; ``state`` STATED, UNKNOWN (待核实) or MISSING."""

    key: str
    label: str
    sign: str
    state: str
    required: bool


class FigureLine(_Frozen):
    """One figure of the text and its source, if it has one."""

    figure: str
    sourced: bool
    source: str | None


class MarkLine(_Frozen):
    """A secrecy mark and the field it stands in."""

    field: str
    mark: str


class OfficeName(_Frozen):
    """An office by id and name."""

    id: OfficeId
    name: str


class CheckAnswer(_Frozen):
    """What all checks found. ``complete``: it may be submitted. ``primary``, ``copies``: where it will go (送往)."""

    complete: bool
    elements: tuple[ElementLine, ...]
    figures: tuple[FigureLine, ...]
    problems: tuple[Told, ...]
    warnings: tuple[Told, ...]
    unverified: tuple[str, ...]
    marks: tuple[MarkLine, ...]
    primary: tuple[OfficeName, ...]
    copies: tuple[OfficeName, ...]


class ReportLine(_Frozen):
    """One report in a list, with its way."""

    report_id: ReportId
    number: str
    title: str
    type: ReportType
    nature: Nature
    urgency: Urgency
    form: Form
    state: ReportState
    state_zh: str
    state_since: datetime
    version: int
    incident_id: IncidentId | None
    mode: Mode
    submitted_at: datetime
    way: tuple[OfficeOnWay, ...]


class ReportPage(_Frozen):
    """Reports of the office, newest first. ``next`` is the cursor of the following page, if there is one."""

    items: tuple[ReportLine, ...]
    next: UUID | None


class VersionLine(_Frozen):
    """One wording that the writer submitted."""

    version: int
    title: str
    body: str
    facts: FactSheet
    citations: tuple[Citation, ...]
    content_hash: str
    derived_from: str | None
    written_by: PersonId
    submitted_at: datetime


class ReportView(ReportLine):
    """One report whole: its versions, its way and its returns."""

    authors: tuple[PersonId, ...]
    incident_kind: IncidentReportKind | None
    expected_at: datetime | None
    commission_task: str | None
    may_resubmit: bool
    versions: tuple[VersionLine, ...]
    returns: tuple[Return, ...]
