"""Applying messages: once each, in the order of their sender and subject, a whole set in one transaction.

A set that fails is split until the message that fails stands alone; that one is held and the rest are applied.
While the database is out of reach nothing is held: StoreUnavailable tells the consumer to keep its messages.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.contracts.envelope import Delivery, Unreadable
from shared.contracts.vocabulary import Lane
from shared.store import holding
from shared.store.appending import append, append_messages
from shared.store.failures import COLLISIONS, StoreUnavailable, is_outage
from shared.store.handlers import Handlers, PoisonMessage
from shared.store.observing import Observer, Unobserved
from shared.store.stash import add_to_stash, drop_from_stash, read_stash
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection, Unit

SQL = load_statements(__package__)
COLLISION_TRIES = 5
Subject = tuple[str, str]


class HandlerFailed(Exception):
    """A handler raised. Carries the delivery and whether it came out of the stash; the cause is ``__cause__``."""

    def __init__(self, delivery: Delivery, *, from_stash: bool) -> None:
        super().__init__(f"{delivery.envelope.type} {delivery.envelope.id}")
        self.delivery, self.from_stash = delivery, from_stash


class NumberReused(PoisonMessage):
    """A new event carries a number that was applied before: its sender counts wrongly, or is a restored database
    that did not start a new epoch. An operator decides."""


@dataclass(slots=True)
class _Outcome:
    applied: list[Delivery] = field(default_factory=list)
    stashed: list[Delivery] = field(default_factory=list)
    repeated: list[Delivery] = field(default_factory=list)
    used: list[Delivery] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    progress: dict[Subject, int] = field(default_factory=dict)


class Inbox:
    """What one service does with messages. Safe for several tasks and replicas at once."""

    def __init__(self, store: Store, handlers: Handlers, observer: Observer | None = None) -> None:
        self.store = store
        self.handlers = handlers
        self._table = handlers.table()
        self.observer: Observer = observer or Unobserved()

    async def process(self, messages: Sequence[Delivery | Unreadable]) -> None:
        """Apply, stash, drop or hold every message; when it returns, all may be acknowledged.

        Raises StoreUnavailable when the database is out of reach: nothing is lost, the messages must come again.
        """
        readable = [message for message in messages if isinstance(message, Delivery)]
        try:
            for message in messages:
                if isinstance(message, Unreadable):
                    await holding.hold_unreadable(self.store, message, self.observer)
            if readable:
                await self._process(readable)
        except Exception as error:
            if is_outage(error):
                raise StoreUnavailable(str(error)) from error
            raise

    async def _process(self, deliveries: Sequence[Delivery], tries: int = 0) -> None:
        try:
            outcome = await self._apply(deliveries)
        except HandlerFailed as failure:
            cause = failure.__cause__
            assert isinstance(cause, Exception)
            await self._after_failure(deliveries, cause, tries, failure)
        except Exception as error:
            await self._after_failure(deliveries, error, tries, None)
        else:
            self._tell(outcome)

    async def _after_failure(
        self, deliveries: Sequence[Delivery], error: Exception, tries: int, failure: HandlerFailed | None
    ) -> None:
        if is_outage(error):
            raise error
        if isinstance(error, COLLISIONS) and tries < COLLISION_TRIES:
            await self._process(deliveries, tries + 1)
        elif failure is not None and failure.from_stash:
            await holding.hold(self.store, failure.delivery, error, self.observer, from_stash=True)
            await self._process(deliveries)
        elif len(deliveries) == 1:
            await holding.hold(self.store, deliveries[0], error, self.observer)
        else:
            middle = len(deliveries) // 2
            await self._process(deliveries[:middle])
            await self._process(deliveries[middle:])

    async def _apply(self, deliveries: Sequence[Delivery]) -> _Outcome:
        outcome = _Outcome()
        async with self.store.pool.acquire() as connection:
            async with connection.transaction():
                fresh = await self._remember(connection, deliveries, outcome)
                if fresh:
                    await self._apply_fresh(connection, fresh, outcome)
                lanes = await self._write_down(connection, outcome)
            self._ring(lanes)
        return outcome

    async def _remember(
        self, connection: Connection, deliveries: Sequence[Delivery], outcome: _Outcome
    ) -> list[Delivery]:
        rows = await connection.fetch(
            SQL["remember_heard"],
            [delivery.envelope.id for delivery in deliveries],
            [str(delivery.sender) for delivery in deliveries],
            [delivery.envelope.subject for delivery in deliveries],
            [delivery.number for delivery in deliveries],
        )
        new = {row["event_id"] for row in rows}
        fresh: list[Delivery] = []
        for delivery in deliveries:
            # A set may hold the same event twice; only its first copy is fresh.
            if delivery.envelope.id in new:
                new.discard(delivery.envelope.id)
                fresh.append(delivery)
            else:
                outcome.repeated.append(delivery)
        return fresh

    async def _apply_fresh(self, connection: Connection, fresh: Sequence[Delivery], outcome: _Outcome) -> None:
        progress = await lock_progress(connection, fresh)
        waiting = await read_stash(connection, sorted(progress), self.store.service)
        for delivery in fresh:
            await self.take_turn(connection, delivery, progress, waiting, outcome)
        await advance(connection, outcome.progress)
        await add_to_stash(connection, outcome.stashed)
        await drop_from_stash(connection, outcome.used)

    async def take_turn(
        self,
        connection: Connection,
        delivery: Delivery,
        progress: dict[Subject, int],
        waiting: dict[Subject, dict[int, Delivery]],
        outcome: _Outcome,
    ) -> None:
        """Apply a delivery whose turn it is and what waited for it; otherwise remember it for the stash."""
        subject = (str(delivery.sender), delivery.envelope.subject)
        stash = waiting.setdefault(subject, {})
        if delivery.number <= progress[subject]:
            reused = NumberReused(f"{subject[0]} {subject[1]}: {delivery.number} of {progress[subject]} applied")
            raise HandlerFailed(delivery, from_stash=False) from reused
        if delivery.number != progress[subject] + 1:
            stash[delivery.number] = delivery
            outcome.stashed.append(delivery)
            return
        await self.handle(connection, delivery, outcome, from_stash=False)
        progress[subject] = outcome.progress[subject] = delivery.number
        await self.drain(connection, subject, progress, stash, outcome)

    async def drain(
        self,
        connection: Connection,
        subject: Subject,
        progress: dict[Subject, int],
        stash: dict[int, Delivery],
        outcome: _Outcome,
    ) -> None:
        """Apply what waited in the stash for the number just applied, as far as it is dense."""
        while (waited := stash.pop(progress[subject] + 1, None)) is not None:
            in_this_set = waited in outcome.stashed
            await self.handle(connection, waited, outcome, from_stash=not in_this_set)
            progress[subject] = outcome.progress[subject] = waited.number
            if in_this_set:
                outcome.stashed.remove(waited)
            else:
                outcome.used.append(waited)

    async def handle(
        self, connection: Connection, delivery: Delivery, outcome: _Outcome, *, from_stash: bool
    ) -> None:
        """Run the handler of one delivery. Raises HandlerFailed from whatever it raised."""
        unit = Unit(connection, self.store.site, self.store.clock.now(), delivery.envelope, delivery.envelope.mode)
        try:
            with self.observer.handling(self.store.service, delivery) as traceparent:
                unit.traceparent = traceparent
                await self.handlers.dispatch(delivery, unit, self._table)
        except Exception as error:
            raise HandlerFailed(delivery, from_stash=from_stash) from error
        outcome.units.append(unit)
        outcome.applied.append(delivery)

    async def _write_down(self, connection: Connection, outcome: _Outcome) -> set[Lane]:
        await self.handlers.finish(connection, outcome.units)
        lanes = {message.lane for unit in outcome.units for message in unit.messages}
        await append_messages(
            connection, self.store.author, [message for unit in outcome.units for message in unit.messages]
        )
        facts = [announced for unit in outcome.units for announced in unit.announced]
        return lanes | await append(connection, self.store.author, facts)

    def _ring(self, lanes: set[Lane]) -> None:
        for lane in lanes:
            self.store.bell.ring(lane)

    def _tell(self, outcome: _Outcome) -> None:
        for delivery in outcome.applied:
            self.observer.applied(self.store.service, delivery)
        for delivery in outcome.repeated:
            self.observer.repeated(self.store.service, delivery.queue)
        for delivery in outcome.stashed:
            self.observer.stashed(self.store.service, delivery.queue)

    # Retrying what is held.

    async def retry_one(self) -> bool:
        """Try the held message that has been due longest. Return False when none is due.

        Raises StoreUnavailable when the database is out of reach.
        """
        try:
            return await self._retry_one()
        except Exception as error:
            if is_outage(error):
                raise StoreUnavailable(str(error)) from error
            raise

    async def _retry_one(self) -> bool:
        outcome = _Outcome()
        failed: tuple[holding.Held, Delivery | None, Exception] | None = None
        async with self.store.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            held = await holding.claim(connection, self.store)
            if held is None:
                await transaction.rollback()
                return False
            try:
                await self._apply_held(connection, held, outcome)
                lanes = await self._write_down(connection, outcome)
            except Exception as error:
                await transaction.rollback()
                if is_outage(error):
                    raise
                cause = error.__cause__ if isinstance(error, HandlerFailed) else error
                assert isinstance(cause, Exception)
                stashed = error.delivery if isinstance(error, HandlerFailed) and error.from_stash else None
                failed = (held, stashed, cause)
            else:
                await transaction.commit()
                self._ring(lanes)
        if failed is None:
            self._tell(outcome)
        else:
            await self._after_failed_retry(*failed)
        return True

    async def _after_failed_retry(self, held: holding.Held, stashed: Delivery | None, error: Exception) -> None:
        if stashed is not None:
            await holding.hold(self.store, stashed, error, self.observer, from_stash=True)
        else:
            await holding.postpone(self.store, held, error, self.observer)

    async def _apply_held(self, connection: Connection, held: holding.Held, outcome: _Outcome) -> None:
        delivery = holding.reread(held, self.store.service)
        # A deferred message was never remembered as heard, because nobody could read its id.
        await self._remember(connection, [delivery], _Outcome())
        progress = await lock_progress(connection, [delivery])
        waiting = await read_stash(connection, sorted(progress), self.store.service)
        await self.take_turn(connection, delivery, progress, waiting, outcome)
        await advance(connection, outcome.progress)
        await add_to_stash(connection, outcome.stashed)
        await drop_from_stash(connection, outcome.used)
        await connection.execute(
            SQL["settle_held"],
            held.held_id,
            "APPLIED",
            self.store.machine.now(),
            json.dumps([{"at": self.store.machine.now().isoformat(), "what": "applied"}]),
        )


async def lock_progress(connection: Connection, deliveries: Sequence[Delivery]) -> dict[Subject, int]:
    """Lock the subjects of ``deliveries`` and return the last number applied of each."""
    subjects = sorted({(str(delivery.sender), delivery.envelope.subject) for delivery in deliveries})
    rows = await connection.fetch(
        SQL["lock_progress"], [subject[0] for subject in subjects], [subject[1] for subject in subjects]
    )
    return {(row["sender"], row["subject"]): row["applied"] for row in rows}


async def advance(connection: Connection, progress: dict[Subject, int]) -> None:
    """Store new last numbers of locked subjects."""
    if progress:
        await connection.execute(
            SQL["advance_progress"],
            [subject[0] for subject in progress],
            [subject[1] for subject in progress],
            list(progress.values()),
        )
