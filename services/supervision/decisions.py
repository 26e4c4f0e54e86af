"""What may be done to a ticket: by its owner's site, and by an office it is addressed to. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.supervision.states import Confirmation, Party, StepAct, TicketState
from shared.contracts.identifiers import OfficeId, TicketId
from shared.contracts.vocabulary import Mode, Urgency


@dataclass(frozen=True, slots=True)
class Ticket:
    """The owner's record of a ticket. ``revision`` grows with every change."""

    ticket_id: TicketId
    issuer: OfficeId
    lead: OfficeId
    co: tuple[OfficeId, ...]
    urgency: Urgency
    mode: Mode
    state: TicketState
    revision: int
    changed_by: str
    changed_at: datetime

    @property
    def addressed(self) -> tuple[OfficeId, ...]:
        """Return the lead office and the co-operating ones."""
        return (self.lead, *self.co)


@dataclass(frozen=True, slots=True)
class Copy:
    """What an addressed office holds of a ticket."""

    ticket_id: TicketId
    office: OfficeId
    party: Party
    issuer: OfficeId
    co: tuple[OfficeId, ...]
    urgency: Urgency
    mode: Mode
    state: TicketState
    confirmation: Confirmation
    revision: int
    changed_by: str
    changed_at: datetime


class Obstacle(StrEnum):
    """Why an act on a ticket is not possible as it stands. The text is for people and says what to do."""

    zh: str

    def __new__(cls, value: str, zh: str) -> "Obstacle":
        """Make a member whose value is its name in problems and logs."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member

    NOT_ADDRESSED = "not_addressed", "此件的主办、协办单位中没有该单位，请核对督办件编号"
    CLOSED = "closed", "此件已办结，不再接受签收和反馈；有新情况请另行报送"
    CO_SIGN_MISSING = "co_sign_missing", "协办单位没有全部会签，请补齐会签后再报"
    ALREADY_UNDER_REVIEW = "already_under_review", "已有一份反馈待审，请等交办单位答复"
    NOT_SIGNED_FOR = "not_signed_for", "此件还没有签收，请先签收"
    AWAITING_CONFIRMATION = "awaiting_confirmation", "反馈已发出，待确认；收到答复后再报"
    NO_REPLY_TO_JUDGE = "no_reply_to_judge", "没有待审的反馈，收到反馈后才能退回或办结"


@dataclass(frozen=True, slots=True)
class Move:
    """The act is done: the ticket rests in ``state`` and its history gains ``acts`` in this order."""

    state: TicketState
    acts: tuple[StepAct, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """The act is recorded and changes no state: a co-operating office signed for it, or answered its part."""

    acts: tuple[StepAct, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The act is not accepted."""

    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The act was done before; doing it again changes nothing."""


Answer = Move | Noted | Refused | Unchanged


def sign_for(ticket: Ticket, office: OfficeId) -> Answer:
    """Decide on an office's signing for a ticket (签收), at the owner's site."""
    if office not in ticket.addressed:
        return Refused(Obstacle.NOT_ADDRESSED)
    if ticket.state is TicketState.CLOSED:
        return Refused(Obstacle.CLOSED)
    if office != ticket.lead:
        return Noted((StepAct.SIGNED_FOR,))
    if ticket.state is TicketState.ASSIGNED:
        return Move(TicketState.IN_PROGRESS, (StepAct.SIGNED_FOR,))
    return Unchanged()


def receive_reply(ticket: Ticket, office: OfficeId, co_signed: tuple[OfficeId, ...]) -> Answer:
    """Decide on an office's answer (反馈), at the owner's site. The lead's must carry every co-signature (会签)."""
    if office not in ticket.addressed:
        return Refused(Obstacle.NOT_ADDRESSED)
    if ticket.state is TicketState.CLOSED:
        return Refused(Obstacle.CLOSED)
    if office != ticket.lead:
        return Noted((StepAct.REPLIED,))
    if ticket.state is TicketState.REPLIED:
        return Refused(Obstacle.ALREADY_UNDER_REVIEW)
    if not set(ticket.co) <= set(co_signed):
        return Refused(Obstacle.CO_SIGN_MISSING)
    return Move(TicketState.REPLIED, (StepAct.REPLIED,))


def send_back(ticket: Ticket) -> Answer:
    """Decide on the owner's return of an answer (退回)."""
    if ticket.state is not TicketState.REPLIED:
        return Refused(Obstacle.NO_REPLY_TO_JUDGE)
    return Move(TicketState.IN_PROGRESS, (StepAct.RETURNED,))


def close(ticket: Ticket) -> Answer:
    """Decide on closing (办结): only what was answered can be closed, and closing accepts the answer (FU-02)."""
    if ticket.state is TicketState.CLOSED:
        return Unchanged()
    if ticket.state is not TicketState.REPLIED:
        return Refused(Obstacle.NO_REPLY_TO_JUDGE)
    return Move(TicketState.CLOSED, (StepAct.ACCEPTED, StepAct.CLOSED))


def sign_copy(copy: Copy) -> Answer:
    """Decide on signing for a ticket at the addressed office."""
    match copy.state:
        case TicketState.ASSIGNED:
            return Move(TicketState.IN_PROGRESS, (StepAct.SIGNED_FOR,))
        case TicketState.CLOSED:
            return Refused(Obstacle.CLOSED)
        case TicketState.IN_PROGRESS | TicketState.REPLIED:
            return Unchanged()


def reply_to(copy: Copy) -> Answer:
    """Decide on sending an answer from the addressed office. Whether it is complete is for the owner to say."""
    match copy.state, copy.confirmation:
        case TicketState.CLOSED, _:
            return Refused(Obstacle.CLOSED)
        case TicketState.ASSIGNED, _:
            return Refused(Obstacle.NOT_SIGNED_FOR)
        case TicketState.REPLIED, Confirmation.PENDING:
            return Refused(Obstacle.AWAITING_CONFIRMATION)
        case TicketState.REPLIED, _ if copy.party is Party.LEAD:
            return Refused(Obstacle.ALREADY_UNDER_REVIEW)
        case _:
            return Move(TicketState.REPLIED, (StepAct.REPLIED,))


def after_refusal(copy: Copy) -> TicketState:
    """Return where a copy rests after the owner did not accept its office's act: the work goes on."""
    return TicketState.IN_PROGRESS if copy.state is TicketState.REPLIED else copy.state
