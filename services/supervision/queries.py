"""Supervision's statements about tickets, their copies and their history, one function each."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from services.supervision.decisions import Copy, Ticket
from services.supervision.records import NewCopy, NewTicket, Step, StepSide
from services.supervision.states import Confirmation, Party, TicketState
from shared.contracts.identifiers import OfficeId, TicketId
from shared.contracts.vocabulary import Mode, Urgency
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


async def count_ticket(connection: Connection, issuer: OfficeId, day: date, mode: Mode) -> int:
    """Return the next number of an issuer's tickets on a day."""
    return int(await connection.fetchval(SQL["count_ticket"], issuer, day, mode))


async def open_ticket(connection: Connection, ticket: NewTicket) -> None:
    """Store a ticket at its owner's site."""
    await connection.execute(
        SQL["open_ticket"],
        ticket.ticket_id,
        ticket.instruction_id,
        ticket.report_id,
        ticket.mode,
        ticket.number,
        ticket.title,
        ticket.issuer,
        ticket.lead,
        list(ticket.co),
        ticket.urgency,
        ticket.leader,
        ticket.text,
        ticket.limit_code,
        ticket.due_on_request,
        ticket.registered_at,
        TicketState.ASSIGNED,
        ticket.registered_by,
    )


async def lock_ticket(connection: Connection, ticket_id: TicketId) -> Ticket | None:
    """Return what decides on a ticket, locked; None where another site owns it."""
    row = await connection.fetchrow(SQL["lock_ticket"], ticket_id)
    if row is None:
        return None
    return Ticket(
        ticket_id=ticket_id,
        issuer=OfficeId(row["issuer"]),
        lead=OfficeId(row["lead"]),
        co=tuple(OfficeId(office) for office in row["co"]),
        urgency=Urgency(row["urgency"]),
        mode=Mode(row["mode"]),
        state=TicketState(row["state"]),
        revision=row["revision"],
        changed_by=row["changed_by"],
        changed_at=row["changed_at"],
    )


async def move_ticket(
    connection: Connection,
    ticket_id: TicketId,
    state: TicketState,
    *,
    by: str,
    at: datetime,
    outcome: str | None = None,
    lessons: str | None = None,
) -> None:
    """Put a ticket into a state."""
    await connection.execute(SQL["move_ticket"], ticket_id, state, outcome, lessons, by, at)


async def find_ticket(connection: Connection, ticket_id: UUID, issuer: OfficeId) -> asyncpg.Record | None:
    """Return a ticket that an office issued."""
    return await connection.fetchrow(SQL["find_ticket"], ticket_id, issuer)


async def list_issued(
    connection: Connection, issuer: OfficeId, *, state: TicketState | None, before: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Return the tickets that an office issued, newest first."""
    return list(await connection.fetch(SQL["list_issued"], issuer, state, before, limit))


async def open_copies(connection: Connection, copy: NewCopy) -> None:
    """Store what offices here hold of a ticket."""
    event = copy.event
    await connection.execute(
        SQL["open_copies"],
        event.ticket_id,
        [office for office, _ in copy.parties],
        [party for _, party in copy.parties],
        event.report_id,
        copy.mode,
        event.number,
        event.title,
        event.issuer,
        event.lead,
        list(event.co),
        event.urgency,
        event.leader,
        event.text,
        event.limit_code,
        event.due_on_request,
        event.registered_at,
        TicketState.ASSIGNED,
        Confirmation.NOTHING_SENT,
        event.issuer,
        copy.heard_at,
    )


async def lock_copy(connection: Connection, ticket_id: TicketId, offices: Sequence[OfficeId]) -> Copy | None:
    """Return what decides on the copy that one of the offices holds, locked; None when none does."""
    row = await connection.fetchrow(SQL["lock_copy"], ticket_id, list(offices))
    if row is None:
        return None
    return Copy(
        ticket_id=ticket_id,
        office=OfficeId(row["office"]),
        party=Party(row["party"]),
        issuer=OfficeId(row["issuer"]),
        co=tuple(OfficeId(office) for office in row["co"]),
        urgency=Urgency(row["urgency"]),
        mode=Mode(row["mode"]),
        state=TicketState(row["state"]),
        confirmation=Confirmation(row["confirmation"]),
        revision=row["revision"],
        changed_by=row["changed_by"],
        changed_at=row["changed_at"],
    )


async def move_copy(
    connection: Connection, copy: Copy, state: TicketState, confirmation: Confirmation, *, by: str, at: datetime
) -> None:
    """Put an office's copy into a state."""
    await connection.execute(SQL["move_copy"], copy.ticket_id, copy.office, state, confirmation, by, at)


async def close_copies(
    connection: Connection, ticket_id: TicketId, issuer: OfficeId, *, outcome: str, lessons: str, by: str, at: datetime
) -> tuple[OfficeId, ...]:
    """Close every copy here of a ticket that ``issuer`` issued; return the offices that hold one."""
    rows = await connection.fetch(SQL["close_copies"], ticket_id, TicketState.CLOSED, outcome, lessons, by, at, issuer)
    return tuple(OfficeId(row["office"]) for row in rows)


async def find_copy(connection: Connection, ticket_id: UUID, offices: Sequence[OfficeId]) -> asyncpg.Record | None:
    """Return the copy that one of the offices holds."""
    return await connection.fetchrow(SQL["find_copy"], ticket_id, list(offices))


async def list_addressed(
    connection: Connection,
    offices: Sequence[OfficeId],
    *,
    state: TicketState | None,
    before: UUID | None,
    limit: int,
) -> list[asyncpg.Record]:
    """Return the tickets addressed to the offices, newest first."""
    return list(await connection.fetch(SQL["list_addressed"], list(offices), state, before, limit))


async def add_step(connection: Connection, ticket_id: TicketId, side: StepSide, step: Step) -> None:
    """Add what one act passed through to a ticket's history."""
    await connection.execute(
        SQL["add_steps"],
        ticket_id,
        side,
        list(step.acts),
        step.office,
        step.by,
        step.text,
        list(step.co_signed),
        step.at,
    )


async def ticket_steps(
    connection: Connection, ticket_id: UUID, side: StepSide, offices: Sequence[OfficeId] | None
) -> list[asyncpg.Record]:
    """Return a ticket's history in order, as one side knows it."""
    return list(
        await connection.fetch(SQL["ticket_steps"], ticket_id, side, None if offices is None else list(offices))
    )
