"""Supervision's HTTP side: instructions, and the acts on tickets."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query

from services.supervision.answers import InstructionReceipt, Instructions, Reports, Tickets, TicketShown
from services.supervision.errors import ProblemRoute
from services.supervision.instructing import InstructionDesk
from services.supervision.orders import Acting, CloseOrder, InstructionOrder, ReplyOrder, ReturnOrder
from services.supervision.reading import ReadingDesk
from services.supervision.states import TicketState
from services.supervision.tickets import TicketDesk
from shared.access.actor import Actor
from shared.access.http import bearer, unmarked
from shared.contracts.identifiers import TicketId
from shared.process.service import ServiceContext

Authenticate = Callable[..., Awaitable[Actor]]
Limit = Annotated[int, Query(ge=1, le=50)]
Cursor = Annotated[UUID | None, Query(description="the cursor of the page before")]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=80)]


class Box(StrEnum):
    """Which tickets to list."""

    ISSUED = "issued"
    ADDRESSED = "addressed"


@dataclass(frozen=True, slots=True)
class Desks:
    """What the routes call."""

    reading: ReadingDesk
    instructions: InstructionDesk
    tickets: TicketDesk


def router(context: ServiceContext) -> APIRouter:
    """Return the routes under /supervision."""
    authenticate = bearer(context.verifier, context.machine)
    routes = APIRouter(
        prefix="/supervision",
        tags=["supervision"],
        dependencies=[Depends(authenticate), Depends(unmarked)],
        route_class=ProblemRoute,
    )
    desks = Desks(
        ReadingDesk(context.store, context.organisation),
        InstructionDesk(context.store, context.organisation),
        TicketDesk(context.store, context.organisation),
    )
    _reports(routes, desks, authenticate)
    _instructions(routes, desks, authenticate)
    _tickets(routes, desks, authenticate)
    _addressed_acts(routes, desks, authenticate)
    _owner_acts(routes, desks, authenticate)
    return routes


def _reports(routes: APIRouter, desks: Desks, authenticate: Authenticate) -> None:
    @routes.get("/reports")
    async def reports(
        actor: Annotated[Actor, Depends(authenticate)],
        before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
        limit: Limit = 50,
    ) -> Reports:
        """Adopted reports that can be instructed on."""
        return await desks.reading.reports(actor, before, limit)


def _instructions(routes: APIRouter, desks: Desks, authenticate: Authenticate) -> None:
    @routes.post("/instructions", status_code=201)
    async def record(
        actor: Annotated[Actor, Depends(authenticate)], key: Key, order: InstructionOrder
    ) -> InstructionReceipt:
        """Record an instruction; with disposition ACT a ticket is assigned. The same key gives the same receipt."""
        return await desks.instructions.record(actor, key, order)

    @routes.get("/instructions")
    async def instructions(
        actor: Annotated[Actor, Depends(authenticate)],
        report_id: UUID | None = None,
        before: Cursor = None,
        limit: Limit = 50,
    ) -> Instructions:
        """Instructions recorded in the actor's unit."""
        return await desks.reading.instructions(actor, report_id=report_id, before=before, limit=limit)


def _tickets(routes: APIRouter, desks: Desks, authenticate: Authenticate) -> None:
    @routes.get("/tickets")
    async def tickets(
        actor: Annotated[Actor, Depends(authenticate)],
        box: Box = Box.ADDRESSED,
        state: TicketState | None = None,
        before: Cursor = None,
        limit: Limit = 50,
    ) -> Tickets:
        """Tickets issued by, or addressed to, the actor's office."""
        look = desks.reading.issued if box is Box.ISSUED else desks.reading.addressed
        return await look(actor, state=state, before=before, limit=limit)

    @routes.get("/tickets/{ticket_id}")
    async def ticket(actor: Annotated[Actor, Depends(authenticate)], ticket_id: UUID) -> TicketShown:
        """One ticket with its chain 报告 → 批示 → 结果."""
        return await desks.reading.ticket(actor, ticket_id)


def _addressed_acts(routes: APIRouter, desks: Desks, authenticate: Authenticate) -> None:
    @routes.post("/tickets/{ticket_id}/sign-for")
    async def sign_for(actor: Annotated[Actor, Depends(authenticate)], ticket_id: UUID, order: Acting) -> TicketShown:
        """Sign for a ticket (签收)."""
        await desks.tickets.sign_for(actor, TicketId(ticket_id), order)
        return await desks.reading.ticket(actor, ticket_id)

    @routes.post("/tickets/{ticket_id}/reply")
    async def reply(actor: Annotated[Actor, Depends(authenticate)], ticket_id: UUID, order: ReplyOrder) -> TicketShown:
        """Send an answer (反馈); it stands as 已发出，待确认 until the owner has it."""
        await desks.tickets.reply(actor, TicketId(ticket_id), order)
        return await desks.reading.ticket(actor, ticket_id)


def _owner_acts(routes: APIRouter, desks: Desks, authenticate: Authenticate) -> None:
    @routes.post("/tickets/{ticket_id}/return")
    async def send_back(
        actor: Annotated[Actor, Depends(authenticate)], ticket_id: UUID, order: ReturnOrder
    ) -> TicketShown:
        """Return an answer (退回) with the reason."""
        await desks.tickets.send_back(actor, TicketId(ticket_id), order)
        return await desks.reading.ticket(actor, ticket_id)

    @routes.post("/tickets/{ticket_id}/close")
    async def close(actor: Annotated[Actor, Depends(authenticate)], ticket_id: UUID, order: CloseOrder) -> TicketShown:
        """Accept the answer and close (办结), with outcome and lessons."""
        await desks.tickets.close(actor, TicketId(ticket_id), order)
        return await desks.reading.ticket(actor, ticket_id)
