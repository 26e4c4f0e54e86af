"""What people read of instructions and tickets. Each look checks the appointment first."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.supervision import instruction_queries, queries
from services.supervision.addressing import acted_for
from services.supervision.answers import (
    Instructions,
    InstructionShown,
    Reports,
    ReportShown,
    Tickets,
    TicketShown,
    TicketSummary,
    last_id,
    steps_shown,
)
from services.supervision.errors import unknown_ticket
from services.supervision.records import StepSide
from services.supervision.states import TicketState
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import require
from shared.contracts.vocabulary import Urgency
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.store.unit import Connection


@dataclass(frozen=True, slots=True)
class ReadingDesk:
    """Reads for people, restricted to the actor's office and the unit that it speaks for."""

    store: Store
    organisation: Organisation

    async def reports(self, actor: Actor, before: int | None, limit: int) -> Reports:
        """Return what the actor's unit adopted and its leaders can instruct on."""
        async with self.store.reading() as connection:
            await self._require(connection, actor, Action.RECORD_INSTRUCTION)
            unit = self.organisation.unit_of(actor.office)
            rows = await instruction_queries.list_reports(connection, unit, before, limit + 1)
        shown = tuple(ReportShown.of(row, self.organisation) for row in rows[:limit])
        return Reports(reports=shown, before=shown[-1].row_no if len(rows) > limit else None)

    async def instructions(
        self, actor: Actor, *, report_id: UUID | None, before: UUID | None, limit: int
    ) -> Instructions:
        """Return the instructions recorded in the actor's unit."""
        async with self.store.reading() as connection:
            await self._require(connection, actor, Action.VIEW_TICKETS)
            unit = self.organisation.unit_of(actor.office)
            rows = await instruction_queries.list_instructions(
                connection, unit, before=before, report_id=report_id, limit=limit + 1
            )
        shown = tuple(InstructionShown.of(row) for row in rows[:limit])
        return Instructions(instructions=shown, before=last_id(rows, limit, "instruction_id"))

    async def issued(self, actor: Actor, *, state: TicketState | None, before: UUID | None, limit: int) -> Tickets:
        """Return the tickets that the actor's office issued."""
        async with self.store.reading() as connection:
            await self._require(connection, actor, Action.VIEW_TICKETS)
            rows = await queries.list_issued(connection, actor.office, state=state, before=before, limit=limit + 1)
        shown = tuple(TicketSummary.issued(row, self.organisation) for row in rows[:limit])
        return Tickets(tickets=shown, before=last_id(rows, limit, "ticket_id"))

    async def addressed(self, actor: Actor, *, state: TicketState | None, before: UUID | None, limit: int) -> Tickets:
        """Return the tickets addressed to the actor's office or its unit."""
        async with self.store.reading() as connection:
            await self._require(connection, actor, Action.VIEW_TICKETS)
            offices = acted_for(self.organisation, actor.office)
            rows = await queries.list_addressed(connection, offices, state=state, before=before, limit=limit + 1)
        shown = tuple(TicketSummary.addressed(row, self.organisation) for row in rows[:limit])
        return Tickets(tickets=shown, before=last_id(rows, limit, "ticket_id"))

    async def ticket(self, actor: Actor, ticket_id: UUID) -> TicketShown:
        """Return one ticket with its chain: as its owner sees it, else as the addressed office does."""
        async with self.store.reading() as connection:
            await self._require(connection, actor, Action.VIEW_TICKETS)
            row = await queries.find_ticket(connection, ticket_id, actor.office)
            if row is not None:
                return await self._owned(connection, row)
            offices = acted_for(self.organisation, actor.office)
            copy = await queries.find_copy(connection, ticket_id, offices)
            if copy is None:
                raise unknown_ticket(ticket_id)
            steps = await queries.ticket_steps(connection, ticket_id, StepSide.COPY, offices)
        return TicketShown(
            ticket=TicketSummary.addressed(copy, self.organisation),
            report=None,
            instruction=None,
            steps=steps_shown(steps, self.organisation),
        )

    async def _owned(self, connection: Connection, row: Any) -> TicketShown:
        unit = self.organisation.unit_of(row["issuer"])
        report = await instruction_queries.find_report(connection, row["report_id"], unit)
        instruction = await instruction_queries.find_instruction(connection, row["instruction_id"])
        steps = await queries.ticket_steps(connection, row["ticket_id"], StepSide.OWNER, None)
        return TicketShown(
            ticket=TicketSummary.issued(row, self.organisation),
            report=ReportShown.of(report, self.organisation),
            instruction=InstructionShown.of(instruction),
            steps=steps_shown(steps, self.organisation),
        )

    async def _require(self, connection: Connection, actor: Actor, action: Action) -> None:
        # A list holds routine and urgent matters; who may see only urgent ones is let in and acts on those alone.
        context = Context(office=actor.office, urgency=Urgency.URGENT)
        require(await authorise(connection, actor, action, context, self.store.clock.now()))
