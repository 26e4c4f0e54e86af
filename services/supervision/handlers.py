"""What supervision does with each event it hears.

Acts on a ticket are judged where the ticket is owned; the answers update the copies where the addressed offices are.
On one site both happen here, through the same events.
"""

from services.supervision import instruction_queries, queries
from services.supervision.addressing import adopted_by, parties_here
from services.supervision.decisions import (
    Answer,
    Copy,
    Move,
    Noted,
    Refused,
    Ticket,
    Unchanged,
    after_refusal,
    receive_reply,
    sign_for,
)
from services.supervision.records import NewCopy, Step, StepSide
from services.supervision.states import Confirmation, StepAct
from shared.access.following import AppointmentFollower
from shared.contracts.identifiers import OfficeId, TicketId
from shared.contracts.outcomes import (
    ReportAdopted,
    TicketAssigned,
    TicketClosed,
    TicketReplied,
    TicketReplyReceived,
    TicketReplyRefused,
    TicketSignedFor,
)
from shared.organisation.organisation import Organisation
from shared.store.handlers import PoisonMessage, on
from shared.store.unit import Unit

BY_RULE = "系统"


class NotTheOwner(PoisonMessage):
    """Somebody other than its issuer judged an act on a ticket: its owner is one office, and no other ends it."""


class SupervisionHandlers(AppointmentFollower):
    """Owner's judgement on acts, and the addressed offices' copies."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    @on(ReportAdopted)
    async def on_report_adopted(self, event: ReportAdopted, unit: Unit) -> None:
        """What an office here adopted, its leaders can instruct on."""
        offices = (event.origin_office, *event.units, *event.concerns)
        for adopting in adopted_by(self._organisation, unit.site, event.office):
            await instruction_queries.learn_report(
                unit.connection, event, unit=adopting, mode=unit.mode, offices=offices
            )

    @on(TicketAssigned)
    async def on_ticket_assigned(self, event: TicketAssigned, unit: Unit) -> None:
        """Addressed offices of this site receive their copies."""
        parties = parties_here(self._organisation, unit.site, event.lead, event.co)
        await queries.open_copies(unit.connection, NewCopy(event, unit.mode, parties, unit.now))
        for office, _ in parties:
            step = Step((StepAct.ASSIGNED,), office, event.issuer, event.registered_at)
            await queries.add_step(unit.connection, event.ticket_id, StepSide.COPY, step)

    @on(TicketSignedFor)
    async def on_ticket_signed_for(self, event: TicketSignedFor, unit: Unit) -> None:
        """The owner takes note that an office signed for the ticket."""
        ticket = await queries.lock_ticket(unit.connection, event.ticket_id)
        if ticket is not None:
            step = Step((), event.office, event.signed_for_by, event.signed_for_at)
            await self._settle(ticket, sign_for(ticket, event.office), step, unit)

    @on(TicketReplied)
    async def on_ticket_replied(self, event: TicketReplied, unit: Unit) -> None:
        """The owner accepts an answer as received, or says why not."""
        ticket = await queries.lock_ticket(unit.connection, event.ticket_id)
        if ticket is not None:
            step = Step((), event.office, event.replied_by, event.replied_at, event.text, event.co_signed)
            answer = receive_reply(ticket, event.office, event.co_signed)
            await self._settle(ticket, answer, step, unit)
            if isinstance(answer, Move | Noted):
                unit.announce(_received(ticket, event.office, unit), office=ticket.issuer)

    @on(TicketReplyReceived)
    async def on_ticket_reply_received(self, event: TicketReplyReceived, unit: Unit) -> None:
        """The addressed office learns that its answer is with the owner."""
        copy = await _copy_of(event, event.office, unit)
        if copy is not None:
            await queries.move_copy(
                unit.connection, copy, copy.state, Confirmation.CONFIRMED, by=copy.issuer, at=event.received_at
            )
            step = Step((StepAct.RECEIVED,), copy.office, copy.issuer, event.received_at)
            await queries.add_step(unit.connection, event.ticket_id, StepSide.COPY, step)

    @on(TicketReplyRefused)
    async def on_ticket_reply_refused(self, event: TicketReplyRefused, unit: Unit) -> None:
        """The addressed office learns why its act was not accepted, and goes on working."""
        for office in event.concerns:
            copy = await _copy_of(event, office, unit)
            if copy is not None:
                state = after_refusal(copy)
                await queries.move_copy(
                    unit.connection, copy, state, Confirmation.REFUSED, by=event.refused_by, at=event.refused_at
                )
                step = Step((StepAct.REFUSED,), office, event.refused_by, event.refused_at, event.reason)
                await queries.add_step(unit.connection, event.ticket_id, StepSide.COPY, step)

    @on(TicketClosed)
    async def on_ticket_closed(self, event: TicketClosed, unit: Unit) -> None:
        """The addressed offices learn the outcome and the lessons."""
        await _copy_of(event, event.lead, unit)
        offices = await queries.close_copies(
            unit.connection,
            event.ticket_id,
            event.issuer,
            outcome=event.outcome,
            lessons=event.lessons,
            by=event.closed_by,
            at=event.closed_at,
        )
        for office in offices:
            step = Step((StepAct.CLOSED,), office, event.closed_by, event.closed_at, event.outcome)
            await queries.add_step(unit.connection, event.ticket_id, StepSide.COPY, step)

    async def _settle(self, ticket: Ticket, answer: Answer, step: Step, unit: Unit) -> None:
        """Record at the owner's what was decided on an addressed office's act."""
        match answer:
            case Move(state, acts):
                await queries.move_ticket(unit.connection, ticket.ticket_id, state, by=step.by, at=unit.now)
                await _remember(ticket.ticket_id, acts, step, unit)
            case Noted(acts):
                await _remember(ticket.ticket_id, acts, step, unit)
            case Refused(obstacle):
                await _remember(ticket.ticket_id, (StepAct.REFUSED,), step, unit)
                unit.announce(_refused(ticket, step.office, obstacle.zh, unit), office=ticket.issuer)
            case Unchanged():
                pass


async def _remember(ticket_id: TicketId, acts: tuple[StepAct, ...], step: Step, unit: Unit) -> None:
    done = Step(acts, step.office, step.by, step.at, step.text, step.co_signed)
    await queries.add_step(unit.connection, ticket_id, StepSide.OWNER, done)


async def _copy_of(
    event: TicketReplyReceived | TicketReplyRefused | TicketClosed, office: OfficeId, unit: Unit
) -> Copy | None:
    """Return an office's copy, locked; None where there is none. Raises NotTheOwner."""
    copy = await queries.lock_copy(unit.connection, event.ticket_id, (office,))
    if copy is not None and copy.issuer != event.issuer:
        raise NotTheOwner(f"{event.issuer} stated {event.name} of a ticket that {copy.issuer} issued")
    return copy


def _received(ticket: Ticket, office: OfficeId, unit: Unit) -> TicketReplyReceived:
    return TicketReplyReceived(
        ticket_id=ticket.ticket_id,
        urgency=ticket.urgency,
        issuer=ticket.issuer,
        office=office,
        received_at=unit.heard_at,
        concerns=(office,),
    )


def _refused(ticket: Ticket, office: OfficeId, reason: str, unit: Unit) -> TicketReplyRefused:
    return TicketReplyRefused(
        ticket_id=ticket.ticket_id,
        urgency=ticket.urgency,
        issuer=ticket.issuer,
        lead=ticket.lead,
        reason=reason,
        refused_by=BY_RULE,
        refused_at=unit.now,
        concerns=(office,),
    )
