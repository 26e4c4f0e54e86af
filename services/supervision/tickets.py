"""People's acts on tickets: at the addressed office, and at the owner's."""

from dataclasses import dataclass
from typing import assert_never

from services.supervision import queries
from services.supervision.addressing import acted_for
from services.supervision.decisions import (
    Answer,
    Copy,
    Move,
    Noted,
    Refused,
    Ticket,
    Unchanged,
    close,
    reply_to,
    send_back,
    sign_copy,
)
from services.supervision.errors import changed_meanwhile, not_as_filled, stands_in_the_way, unknown_ticket
from services.supervision.orders import Acting, CloseOrder, ReplyOrder, ReturnOrder
from services.supervision.records import Step, StepSide
from services.supervision.states import Confirmation
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import require
from shared.contracts.identifiers import TicketId
from shared.contracts.outcomes import TicketClosed, TicketReplied, TicketReplyRefused, TicketSignedFor
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.store.unit import Unit


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """Each act checks the appointment, the revision and the state, and states one fact."""

    store: Store
    organisation: Organisation

    async def sign_for(self, actor: Actor, ticket_id: TicketId, order: Acting) -> None:
        """Sign for a ticket (签收). A second click changes nothing."""
        async with self.store.unit() as unit:
            copy = await self._copy(unit, actor, Action.SIGN_FOR_TICKET, ticket_id)
            answer = sign_copy(copy)
            if isinstance(answer, Unchanged):
                return
            _check_revision(copy, order, unit)
            move = _moved(answer)
            await queries.move_copy(unit.connection, copy, move.state, copy.confirmation, by=actor.name, at=unit.now)
            await _remember(unit, copy, Step(move.acts, copy.office, actor.name, unit.now))
            fact = TicketSignedFor(
                ticket_id=ticket_id,
                urgency=copy.urgency,
                office=copy.office,
                signed_for_by=actor.name,
                signed_for_at=unit.now,
                concerns=(copy.issuer,),
            )
            unit.announce(fact, office=actor.office)

    async def reply(self, actor: Actor, ticket_id: TicketId, order: ReplyOrder) -> None:
        """Send an answer (提交反馈). Until the owner answers, the page says 已发出，待确认."""
        async with self.store.unit() as unit:
            copy = await self._copy(unit, actor, Action.REPLY_TICKET, ticket_id)
            _check_revision(copy, order, unit)
            move = _moved(reply_to(copy))
            strangers = sorted(set(order.co_signed) - set(copy.co))
            if strangers:
                raise not_as_filled("co_signed", f"“{'、'.join(strangers)}”不是协办单位", "请只勾选协办单位")
            await queries.move_copy(unit.connection, copy, move.state, Confirmation.PENDING, by=actor.name, at=unit.now)
            step = Step(move.acts, copy.office, actor.name, unit.now, order.text, order.co_signed)
            await _remember(unit, copy, step)
            fact = TicketReplied(
                ticket_id=ticket_id,
                urgency=copy.urgency,
                office=copy.office,
                text=order.text,
                co_signed=order.co_signed,
                replied_by=actor.name,
                replied_at=unit.now,
                concerns=(copy.issuer,),
            )
            unit.announce(fact, office=actor.office)

    async def send_back(self, actor: Actor, ticket_id: TicketId, order: ReturnOrder) -> None:
        """Return an answer (退回): the lead office goes on working."""
        async with self.store.unit() as unit:
            ticket = await self._ticket(unit, actor, ticket_id)
            _check_revision(ticket, order, unit)
            move = _moved(send_back(ticket))
            await queries.move_ticket(unit.connection, ticket_id, move.state, by=actor.name, at=unit.now)
            step = Step(move.acts, actor.office, actor.name, unit.now, order.reason)
            await queries.add_step(unit.connection, ticket_id, StepSide.OWNER, step)
            fact = TicketReplyRefused(
                ticket_id=ticket_id,
                urgency=ticket.urgency,
                issuer=ticket.issuer,
                lead=ticket.lead,
                reason=order.reason,
                sent_back=True,
                refused_by=actor.name,
                refused_at=unit.now,
                concerns=(ticket.lead,),
            )
            unit.announce(fact, office=actor.office)

    async def close(self, actor: Actor, ticket_id: TicketId, order: CloseOrder) -> None:
        """Accept the answer and end the ticket (办结), with the outcome and what others can learn."""
        async with self.store.unit() as unit:
            ticket = await self._ticket(unit, actor, ticket_id)
            answer = close(ticket)
            if isinstance(answer, Unchanged):
                return
            _check_revision(ticket, order, unit)
            move = _moved(answer)
            await queries.move_ticket(
                unit.connection,
                ticket_id,
                move.state,
                by=actor.name,
                at=unit.now,
                outcome=order.outcome,
                lessons=order.lessons,
            )
            step = Step(move.acts, actor.office, actor.name, unit.now, order.outcome)
            await queries.add_step(unit.connection, ticket_id, StepSide.OWNER, step)
            fact = TicketClosed(
                ticket_id=ticket_id,
                urgency=ticket.urgency,
                issuer=ticket.issuer,
                lead=ticket.lead,
                outcome=order.outcome,
                lessons=order.lessons,
                closed_by=actor.name,
                closed_at=unit.now,
                concerns=ticket.addressed,
            )
            unit.announce(fact, office=actor.office)

    async def _copy(self, unit: Unit, actor: Actor, action: Action, ticket_id: TicketId) -> Copy:
        offices = acted_for(self.organisation, actor.office)
        copy = await queries.lock_copy(unit.connection, ticket_id, offices)
        if copy is None:
            raise unknown_ticket(ticket_id)
        context = Context(office=actor.office, urgency=copy.urgency)
        require(await authorise(unit.connection, actor, action, context, unit.now))
        unit.mode = copy.mode
        return copy

    async def _ticket(self, unit: Unit, actor: Actor, ticket_id: TicketId) -> Ticket:
        ticket = await queries.lock_ticket(unit.connection, ticket_id)
        if ticket is None:
            raise unknown_ticket(ticket_id)
        context = Context(office=ticket.issuer, urgency=ticket.urgency)
        require(await authorise(unit.connection, actor, Action.CLOSE_TICKET, context, unit.now))
        unit.mode = ticket.mode
        return ticket


async def _remember(unit: Unit, copy: Copy, step: Step) -> None:
    await queries.add_step(unit.connection, copy.ticket_id, StepSide.COPY, step)


def _check_revision(known: Ticket | Copy, order: Acting, unit: Unit) -> None:
    if known.revision != order.revision:
        raise changed_meanwhile(known.changed_by, known.changed_at, unit.now)


def _moved(answer: Answer) -> Move:
    match answer:
        case Move():
            return answer
        case Refused(obstacle):
            raise stands_in_the_way(obstacle)
        case Noted() | Unchanged():
            raise AssertionError(f"{answer} is no outcome of an act here")
        case _:
            assert_never(answer)
