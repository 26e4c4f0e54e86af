"""What is stored of instructions and tickets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.supervision.states import LimitCode, Party, StepAct
from shared.contracts.identifiers import InstructionId, OfficeId, ReportId, TicketId
from shared.contracts.outcomes import TicketAssigned
from shared.contracts.vocabulary import Disposition, LeaderRank, Mode, Urgency


class StepSide(StrEnum):
    """Whose history a step belongs to."""

    OWNER = "OWNER"
    COPY = "COPY"


@dataclass(frozen=True, slots=True)
class Step:
    """What one act did: the states it passed, in order, by whom, with which words."""

    acts: tuple[StepAct, ...]
    office: OfficeId
    by: str
    at: datetime
    text: str = ""
    co_signed: tuple[OfficeId, ...] = ()


@dataclass(frozen=True, slots=True)
class Instruction:
    """A leader's instruction as recorded. ``ticket_id`` is set when it asks for action."""

    instruction_id: InstructionId
    office: OfficeId
    unit: OfficeId
    idempotency_key: str
    report_id: ReportId
    number: str
    title: str
    leader: str
    rank: LeaderRank
    text: str
    disposition: Disposition
    given_at: datetime
    recorded_at: datetime
    recorded_by: str
    ticket_id: TicketId | None


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket as its owner opens it."""

    ticket_id: TicketId
    instruction_id: InstructionId
    report_id: ReportId
    mode: Mode
    number: str
    title: str
    issuer: OfficeId
    lead: OfficeId
    co: tuple[OfficeId, ...]
    urgency: Urgency
    leader: str
    text: str
    limit_code: LimitCode
    due_on_request: datetime | None
    registered_at: datetime
    registered_by: str


@dataclass(frozen=True, slots=True)
class NewCopy:
    """A ticket as offices here receive it."""

    event: TicketAssigned
    mode: Mode
    parties: tuple[tuple[OfficeId, Party], ...]
    heard_at: datetime
