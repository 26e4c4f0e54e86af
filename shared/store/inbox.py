"""Applying messages: once each, in the order of their sender and subject, a whole set in one transaction.

A set that fails is split until the message that fails stands alone; that one is held and the rest are applied.
While the database is out of reach nothing is held: StoreUnavailable tells the consumer to keep its messages.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from shared.contracts.envelope import Delivery, Unreadable
from shared.contracts.vocabulary import Lane
from shared.store import holding
from shared.store.failures import COLLISIONS, StoreUnavailable, is_outage
from shared.store.handlers import Handlers
from shared.store.observing import Observer, Unobserved
from shared.store.stash import Subject
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.turns import HandlerFailed, Turns, Worker, WritingFailed, subject_of
from shared.store.unit import Connection

SQL = load_statements(__package__)
COLLISION_TRIES = 5
Reread = Callable[[holding.Held], Awaitable[Delivery]]


class Inbox:
    """What one service does with messages. Safe for several tasks and replicas at once."""

    def __init__(
        self, store: Store, handlers: Handlers, observer: Observer | None = None, *, reread: Reread | None = None
    ) -> None:
        """``reread``: reads what is held again, for a service that holds more than the bus's own messages."""
        self.store = store
        self.handlers = handlers
        self._table = handlers.table()
        self.observer: Observer = observer or Unobserved()
        self._reread = reread or self._read_again

    async def process(self, messages: Sequence[Delivery | Unreadable]) -> None:
        """Apply, stash, drop or hold every message; when it returns, all may be acknowledged.

        Raises StoreUnavailable when the database is out of reach: nothing is lost, the messages must come again.
        """
        readable = [message for message in messages if isinstance(message, Delivery)]
        with _outages_told():
            for message in messages:
                if isinstance(message, Unreadable):
                    await holding.hold_unreadable(self.store, message, self.observer)
            if readable:
                await self._process(readable)

    async def retry_one(self) -> bool:
        """Try the held message that has been due longest, else what became free to go on in the stash.

        Return False when there is neither. Raises StoreUnavailable when the database is out of reach.
        """
        with _outages_told():
            async with self.store.reading() as connection:
                due = await connection.fetchval(SQL["held_due"], self.store.machine.now())
            return (due and await self._retry_held()) or await self._go_on()

    async def _process(self, deliveries: Sequence[Delivery], *, tries: int = 0, most: int | None = None) -> None:
        try:
            await self._apply(deliveries, most)
        except Exception as error:
            await self._after_failure(deliveries, error, tries, most)

    async def _after_failure(
        self, deliveries: Sequence[Delivery], failure: Exception, tries: int, most: int | None
    ) -> None:
        error = _cause(failure)
        if is_outage(error):
            raise error
        if isinstance(error, COLLISIONS) and tries < COLLISION_TRIES:
            await self._process(deliveries, tries=tries + 1, most=most)
        elif isinstance(failure, HandlerFailed) and failure.from_stash:
            await holding.hold(self.store, failure.delivery, error, self.observer, from_stash=True)
            await self._process(deliveries, most=most)
        elif len(deliveries) > 1:
            middle = len(deliveries) // 2
            await self._process(deliveries[:middle], most=most)
            await self._process(deliveries[middle:], most=most)
        elif isinstance(failure, WritingFailed) and failure.drained:
            # What came out of the stash may be the guilty one: ``retry_one`` will take that by itself.
            await self._process(deliveries, most=0)
        else:
            await holding.hold(self.store, deliveries[0], error, self.observer)

    async def _apply(self, deliveries: Sequence[Delivery], most: int | None) -> None:
        repeated: list[Delivery] = []

        async def work(turns: Turns) -> None:
            fresh = await self._remember(turns.connection, deliveries, repeated)
            if fresh:
                await turns.lock([subject_of(delivery) for delivery in fresh])
            for delivery in fresh:
                if turns.is_forgotten(delivery):
                    repeated.append(delivery)
                else:
                    await turns.take(delivery)

        await self._in_transaction(work, most)
        for delivery in repeated:
            self.observer.repeated(self.store.service, delivery.queue)

    async def _remember(
        self, connection: Connection, deliveries: Sequence[Delivery], repeated: list[Delivery]
    ) -> list[Delivery]:
        """Remember deliveries as heard; return those that are new, and add the others to ``repeated``."""
        new = await holding.remember(connection, deliveries)
        fresh: list[Delivery] = []
        for delivery in deliveries:
            # A set may hold the same event twice; only its first copy is fresh.
            if delivery.envelope.id in new:
                new.discard(delivery.envelope.id)
                fresh.append(delivery)
            else:
                repeated.append(delivery)
        return fresh

    async def _in_transaction(self, work: Callable[[Turns], Awaitable[None]], most: int | None) -> Turns:
        async with self.store.pool.acquire() as connection, connection.transaction():
            turns = self._turns(connection, most)
            await work(turns)
            lanes = await turns.write_down()
        self._tell(turns, lanes)
        return turns

    def _turns(self, connection: Connection, most: int | None) -> Turns:
        return Turns(Worker(self.store, self.handlers, self._table, self.observer), connection, most)

    def _tell(self, turns: Turns, lanes: set[Lane]) -> None:
        for lane in lanes:
            self.store.bell.ring(lane)
        for delivery in turns.applied:
            self.observer.applied(self.store.service, delivery)
        for delivery in turns.stashed.values():
            self.observer.stashed(self.store.service, delivery.queue)

    async def _retry_held(self) -> bool:
        """Try one held message by itself. Whatever comes of it is written before its row's lock is given back."""
        told: tuple[Turns, set[Lane]] | None = None
        async with self.store.pool.acquire() as connection, connection.transaction():
            held = await holding.claim(connection, self.store)
            if held is None:
                return False
            try:
                async with connection.transaction():
                    told = await self._apply_held(connection, held)
            except Exception as failure:
                error = _cause(failure)
                if is_outage(error):
                    raise error from failure
                if not isinstance(error, COLLISIONS):
                    await holding.postpone(connection, self.store, held, error, self.observer)
        if told is not None:
            self._tell(*told)
        return True

    async def _apply_held(self, connection: Connection, held: holding.Held) -> tuple[Turns, set[Lane]]:
        delivery = replace(await self._reread(held), heard_at=held.heard_at)
        turns = self._turns(connection, most=0)
        # What nobody could read was never remembered as heard, and may have come again in words that were read.
        if not await holding.remember(connection, [delivery]) and held.event_id is None:
            await holding.settle(connection, self.store, held.held_id, "APPLIED", "heard before")
            return turns, set()
        await turns.lock([subject_of(delivery)])
        if await turns.take(delivery):
            await holding.settle(connection, self.store, held.held_id, "APPLIED", "applied")
        else:
            await holding.settle(connection, self.store, held.held_id, "STASHED", "waits for an earlier one")
        return turns, await turns.write_down()

    async def _read_again(self, held: holding.Held) -> Delivery:
        return holding.reread(held, self.store.service)

    async def _go_on(self) -> bool:
        """Apply what waits in the stash though its turn has come: its predecessor was retried or discarded."""
        async with self.store.reading() as connection:
            row = await connection.fetchrow(SQL["next_ready"])
        if row is None:
            return False
        return await self._drain((row["sender"], row["subject"]), None)

    async def _drain(self, subject: Subject, most: int | None) -> bool:
        """Apply what waits of a subject; False when there was nothing, because another replica was faster."""

        async def work(turns: Turns) -> None:
            await turns.lock([subject])
            await turns.drain(subject)

        try:
            return (await self._in_transaction(work, most)).moved
        except (HandlerFailed, WritingFailed) as failure:
            error = _cause(failure)
            if is_outage(error) or isinstance(error, COLLISIONS):
                raise error from failure
            if isinstance(failure, HandlerFailed):
                await holding.hold(self.store, failure.delivery, error, self.observer, from_stash=True)
            elif len(failure.drained) > 1:
                return await self._drain(subject, 1)
            elif failure.drained:
                await holding.hold(self.store, failure.drained[0], error, self.observer, from_stash=True)
            else:
                raise error from failure
            return True


def _cause(failure: Exception) -> Exception:
    """Return what a handler or a statement raised."""
    cause = failure.__cause__ if isinstance(failure, HandlerFailed | WritingFailed) else failure
    assert isinstance(cause, Exception)
    return cause


@contextmanager
def _outages_told() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if is_outage(error):
            raise StoreUnavailable(str(error)) from error
        raise
