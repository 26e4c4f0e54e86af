"""What the HTTP door of review takes and gives."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.review.cases import Act, CaseState
from shared.access.inputs import Instant, known_only
from shared.contracts.identifiers import OfficeId
from shared.contracts.reports import Citation, FactSheet
from shared.contracts.vocabulary import Mode, Nature, ReturnReason, Role, Urgency


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    revision: int = Field(ge=1, le=2**53, description="the revision of the case that the person saw")


class PlainAct(_Asked):
    """通过, 签发, 解除暂缓, 备查."""


class ReturnAsked(_Asked):
    """退回修改."""

    reason: ReturnReason
    text: str = Field(min_length=1, max_length=2_000, description="退回意见")


class HoldAsked(_Asked):
    """暂缓."""

    reason: str = Field(min_length=1, max_length=500)
    until: Instant


class RewriteAsked(_Asked):
    """改稿. ``reason`` stands in the history of the case."""

    reason: str = Field(default="", max_length=500)
    title: str = Field(min_length=1, max_length=120)
    body: str = Field(min_length=1, max_length=20_000)
    facts: Annotated[FactSheet, known_only(FactSheet)] = FactSheet()
    citations: tuple[Annotated[Citation, known_only(Citation)], ...] = Field(default=(), max_length=100)


class Shown(BaseModel):
    """Something an answer holds."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class NextShown(Shown):
    """What happens next and who acts."""

    step: str
    text: str
    offices: tuple[OfficeId, ...]
    office_names: tuple[str, ...]
    roles: tuple[Role, ...]
    roles_zh: str


class ReceiptShown(Shown):
    """The receipt of an act."""

    act: Act
    case_id: UUID
    report_id: UUID
    number: str
    title: str
    version: int
    state: CaseState
    revision: int
    at: datetime
    next: NextShown
    notice: str


class HoldShown(Shown):
    """A hold. It stops no limit."""

    since: datetime
    until: datetime
    reason: str


class LineShown(Shown):
    """One line of a list of cases. Ages count from arrival in the office and from the step's begin, business time."""

    case_id: UUID
    report_id: UUID
    number: str
    title: str
    urgency: Urgency
    nature: Nature
    incident_id: UUID | None
    state: CaseState
    step: int
    revision: int
    origin_office: OfficeId
    origin_name: str
    from_office: OfficeId | None
    from_name: str
    received_at: datetime
    age_seconds: float
    step_since: datetime
    step_age_seconds: float
    hold: HoldShown | None
    mode: Mode
    adopted: bool


class CountsShown(Shown):
    """What waits at one step."""

    state: CaseState
    cases: int
    urgent: int
    held: int


class QueueShown(Shown):
    """An office's open cases. ``next`` is the ``after`` of the next page; None on the last."""

    office: OfficeId
    office_name: str
    counts: tuple[CountsShown, ...]
    cases: tuple[LineShown, ...]
    next: str | None
    read_at: datetime


class CasesShown(Shown):
    """An office's cases in one state. ``next`` is the ``before`` of the next page; None on the last."""

    cases: tuple[LineShown, ...]
    next: str | None
    read_at: datetime


class BacklogShown(Shown):
    """What waits at one step of an office."""

    office: OfficeId
    office_name: str
    step: CaseState
    cases: int
    oldest_received_at: datetime
    oldest_age_seconds: float
