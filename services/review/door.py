"""What the routes of review answer: views of an office's cases, and acts in one unit each."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi.responses import JSONResponse

from services.review import case_models, cursors, history, listings, models, pages, problems, queries
from services.review.cases import CaseState
from services.review.differences import compare, compare_all
from services.review.errors import ActRefused, CaseUnknown
from services.review.receipts import Receipt
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import Allowed, require
from shared.contracts.identifiers import CaseId, ReportId
from shared.contracts.reports import ReportVersion
from shared.contracts.vocabulary import Urgency
from shared.process.service import ServiceContext
from shared.store.unit import Connection, Unit

T = TypeVar("T")
Answer = JSONResponse | models.ReceiptShown


class ReviewDoor:
    """What the routes need; one method per route."""

    def __init__(self, context: ServiceContext) -> None:
        self._context, self._organisation = context, context.organisation
        self._store, self._clock = context.store, context.clock

    async def queue(self, actor: Actor, after: str | None, limit: int) -> models.QueueShown | JSONResponse:
        """Return the open cases of the actor's office; duty roles see the urgent ones."""
        try:
            cursor = cursors.open_cursor(after)
        except cursors.BadCursor as error:
            return problems.bad_cursor(error.field, error.value)
        now = self._clock.now()
        async with self._store.reading() as connection:
            urgent_only = await self._sees_urgent_only(connection, actor)
            lines = await listings.list_open(connection, actor.office, cursor, limit, urgent_only=urgent_only)
            counts = await listings.count_open(connection, actor.office, urgent_only=urgent_only)
        return models.QueueShown(
            office=actor.office,
            office_name=self._organisation.office(actor.office).called,
            counts=tuple(models.CountsShown.model_validate(each) for each in counts),
            cases=tuple(pages.line(self._organisation, each, now) for each in lines),
            next=cursors.after(lines[-1]) if len(lines) == limit else None,
            read_at=now,
        )

    async def done(
        self, actor: Actor, state: CaseState, before: str | None, limit: int
    ) -> models.CasesShown | JSONResponse:
        """Return the cases of the actor's office in one state, newest first."""
        try:
            cursor = cursors.done_cursor(before)
        except cursors.BadCursor as error:
            return problems.bad_cursor(error.field, error.value)
        now = self._clock.now()
        async with self._store.reading() as connection:
            urgent_only = await self._sees_urgent_only(connection, actor)
            lines = await listings.list_done(connection, actor.office, state, cursor, limit, urgent_only=urgent_only)
        return models.CasesShown(
            cases=tuple(pages.line(self._organisation, each, now) for each in lines),
            next=cursors.before(lines[-1]) if len(lines) == limit else None,
            read_at=now,
        )

    async def case(self, actor: Actor, case_id: CaseId) -> case_models.CaseShown | JSONResponse:
        """Return one case of the actor's office with everything its page shows."""
        now = self._clock.now()
        async with self._store.reading() as connection:
            page = await listings.read_case(connection, case_id, actor.office)
            if page is None:
                return problems.case_unknown()
            looking = Context(office=page.case.office, urgency=page.case.head.urgency)
            require(await authorise(connection, actor, Action.VIEW_QUEUE, looking, now))
            wordings = await queries.read_wordings(connection, case_id)
            happened = await history.read_acts(connection, case_id)
            uses = await listings.read_uses(connection, page.case.report_id)
        differences = await asyncio.to_thread(compare_all, tuple(wordings.values()))
        return pages.case_page(self._organisation, actor, page, wordings, differences, happened, uses, now)

    async def case_on(self, actor: Actor, report_id: ReportId) -> case_models.CaseShown | JSONResponse:
        """Return the case of the actor's office on a report."""
        async with self._store.reading() as connection:
            case_id = await queries.find_case(connection, report_id, actor.office)
        return problems.case_unknown() if case_id is None else await self.case(actor, case_id)

    async def backlog(self, actor: Actor) -> list[models.BacklogShown]:
        """Return what waits at each step of the actor's office."""
        now = self._clock.now()
        async with self._store.reading() as connection:
            await self._sees_urgent_only(connection, actor)
            rows = await listings.backlog_of(connection, actor.office)
        return [pages.backlog(self._organisation, row, now) for row in rows]

    async def act(self, do: Callable[[Unit], Awaitable[Receipt]]) -> Answer:
        """Do one act in one unit; answer with its receipt or with why it was not done."""
        done = await self._done(do)
        return done if isinstance(done, JSONResponse) else models.ReceiptShown.model_validate(done)

    async def compared(
        self, look: Callable[[Unit], Awaitable[tuple[ReportVersion, ReportVersion]]]
    ) -> JSONResponse | case_models.DifferenceShown:
        """Answer what an act would change, or with why it would not be done.

        Two long texts are compared beside the event loop, and when the case's lock is given back.
        """
        found = await self._done(look)
        if isinstance(found, JSONResponse):
            return found
        return case_models.DifferenceShown.model_validate(await asyncio.to_thread(compare, *found))

    async def _done(self, do: Callable[[Unit], Awaitable[T]]) -> T | JSONResponse:
        try:
            async with self._store.unit() as unit:
                return await do(unit)
        except CaseUnknown:
            return problems.case_unknown()
        except ActRefused as error:
            return problems.act_refused(error, self._clock.now())

    async def _sees_urgent_only(self, connection: Connection, actor: Actor) -> bool:
        """Tell whether the actor's view is of urgent cases only. Raises ActDenied when there is none at all."""
        now = self._clock.now()
        everything = await authorise(connection, actor, Action.VIEW_QUEUE, Context(office=actor.office), now)
        if isinstance(everything, Allowed):
            return False
        urgent = Context(office=actor.office, urgency=Urgency.URGENT)
        require(await authorise(connection, actor, Action.VIEW_QUEUE, urgent, now))
        return True
