"""What the page of one case shows."""

from datetime import datetime
from uuid import UUID

from services.review.cases import Act, CaseState
from services.review.differences import Note, Op
from services.review.models import HoldShown, NextShown, Shown
from shared.contracts.identifiers import OfficeId
from shared.contracts.reports import Citation, CustodyHop, FactSheet, ReportHead
from shared.contracts.vocabulary import Level, Mode, ReturnReason, Role


class WordingShown(Shown):
    """One wording. ``signed``: it is part of the chain that travels."""

    version: int
    by_office: OfficeId
    by_office_name: str
    title: str
    body: str
    facts: FactSheet
    citations: tuple[Citation, ...]
    content_hash: str
    derived_from: str | None
    written_at: datetime
    signed: bool
    current: bool


class FactChangeShown(Shown):
    """One fact that differs."""

    fact: str
    label: str
    before: str
    after: str
    change: str
    note: Note


class DifferenceShown(Shown):
    """What one wording changed against another: facts first, then the text by phrase."""

    before: int
    after: int
    title_changed: bool
    facts: tuple[FactChangeShown, ...]
    text: tuple[tuple[Op, str], ...]
    places: int
    unchanged: bool


class HistoryShown(Shown):
    """One line of a case's history."""

    revision: int
    act: Act
    act_zh: str
    at: datetime
    version: int
    office: OfficeId
    office_name: str
    person_name: str | None
    role: Role | None
    role_zh: str | None
    reason: ReturnReason | None
    reason_zh: str | None
    text: str | None


class UseShown(Shown):
    """Where the report was used."""

    adoption_id: UUID
    office: OfficeId
    office_name: str
    level: Level
    publication: str
    issue_number: str
    adopted_at: datetime


class ActShown(Shown):
    """An act that the case is at, and whether the current appointment may do it; if not, why."""

    act: Act
    act_zh: str
    allowed: bool
    why_not: str


class CaseShown(Shown):
    """A case with everything its page shows. Authors are never among it."""

    case_id: UUID
    head: ReportHead
    mode: Mode
    title: str
    office: OfficeId
    office_name: str
    origin_name: str
    from_office: OfficeId | None
    from_name: str
    submission_id: UUID | None
    state: CaseState
    step: int
    revision: int
    received_at: datetime
    age_seconds: float
    step_since: datetime
    hold: HoldShown | None
    own_text: bool
    wordings: tuple[WordingShown, ...]
    differences: tuple[DifferenceShown, ...]
    history: tuple[HistoryShown, ...]
    uses: tuple[UseShown, ...]
    custody: tuple[CustodyHop, ...]
    acts: tuple[ActShown, ...]
    next: NextShown
    read_at: datetime
