"""One transaction's turns: events applied in the order of their sender and subject, the early ones put aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.envelope import Delivery
from shared.contracts.event import Event
from shared.contracts.vocabulary import Lane
from shared.store.appending import append, append_messages
from shared.store.handlers import Handle, Handlers, PoisonMessage
from shared.store.observing import Observer
from shared.store.stash import Subject, Waiting, add_to_stash, drop_from_stash, read_stash
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection, Unit

SQL = load_statements(__package__)


class HandlerFailed(Exception):
    """A handler raised. Carries the delivery and whether it came out of the stash; the cause is ``__cause__``."""

    def __init__(self, delivery: Delivery, *, from_stash: bool) -> None:
        super().__init__(f"{delivery.envelope.type} {delivery.envelope.id}")
        self.delivery, self.from_stash = delivery, from_stash


class WritingFailed(Exception):
    """What a set left could not be written, and nobody can say whose fault it is; the cause is ``__cause__``.

    ``drained``: events that came out of the stash and shared the transaction.
    """

    def __init__(self, drained: Sequence[Delivery]) -> None:
        super().__init__(f"with {len(drained)} out of the stash")
        self.drained = drained


class NumberReused(PoisonMessage):
    """A new event carries a number that another one of its sender and subject had: its sender counts wrongly, or is
    a restored database that did not start a new epoch. An operator decides."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Who applies: one service's store, its handlers and whoever measures."""

    store: Store
    handlers: Handlers
    table: Mapping[type[Event], Handle]
    observer: Observer


@dataclass(slots=True)
class Turns:
    """Applies events inside an open transaction. Call ``lock`` first and ``write_down`` last.

    ``most``: how many events may come out of the stash per subject and call; None for as many as are dense.
    """

    worker: Worker
    connection: Connection
    most: int | None = None
    applied: list[Delivery] = field(default_factory=list)
    stashed: dict[UUID, Delivery] = field(default_factory=dict)
    drained: list[Delivery] = field(default_factory=list)
    _units: list[Unit] = field(default_factory=list)
    _progress: dict[Subject, int] = field(default_factory=dict)
    _pruned: dict[Subject, int] = field(default_factory=dict)
    _moved: set[Subject] = field(default_factory=set)
    _waiting: dict[Subject, dict[int, Waiting]] = field(default_factory=dict)

    @property
    def moved(self) -> bool:
        """Whether any subject is further than it was."""
        return bool(self._moved)

    async def lock(self, subjects: Sequence[Subject]) -> None:
        """Lock the progress of subjects, in one order for every replica, and read what waits for its turn."""
        ordered = sorted(set(subjects))
        rows = await self.connection.fetch(
            SQL["lock_progress"], [subject[0] for subject in ordered], [subject[1] for subject in ordered]
        )
        self._progress = {(row["sender"], row["subject"]): row["applied"] for row in rows}
        self._pruned = {(row["sender"], row["subject"]): row["pruned"] for row in rows}
        # A statement of its own, after the locks: it sees the stash of whoever held them before.
        self._waiting = await read_stash(self.connection, ordered, self.worker.store.service)

    def is_forgotten(self, delivery: Delivery) -> bool:
        """Whether a delivery is the repeat of one that was applied so long ago that the inbox forgot it."""
        return delivery.number <= self._pruned[subject_of(delivery)]

    async def take(self, delivery: Delivery) -> bool:
        """Apply a delivery whose turn it is, and what waited for it; else put it aside and return False.

        Raises HandlerFailed.
        """
        subject = subject_of(delivery)
        await self.drain(subject)
        waiting, applied = self._waiting.setdefault(subject, {}), self._progress[subject]
        if delivery.number <= applied or waiting.get(delivery.number) is not None:
            reused = NumberReused(f"{subject[0]} {subject[1]}: {delivery.number} again, {applied} applied")
            raise HandlerFailed(delivery, from_stash=False) from reused
        if delivery.number != applied + 1:
            waiting[delivery.number] = delivery
            self.stashed[delivery.envelope.id] = delivery
            return False
        await self._handle(delivery, from_stash=False)
        self._move(subject)
        await self.drain(subject)
        return True

    async def drain(self, subject: Subject) -> None:
        """Apply what waits for the number applied last, as far as it is dense; pass over what was discarded."""
        waiting = self._waiting.setdefault(subject, {})
        left = self.most
        while (number := self._progress[subject] + 1) in waiting:
            waited = waiting[number]
            if waited is not None and waited.envelope.id in self.stashed:
                await self._handle(waited, from_stash=False)
                del self.stashed[waited.envelope.id]
            elif waited is not None:
                if left == 0:
                    return
                left = None if left is None else left - 1
                await self._handle(waited, from_stash=True)
                self.drained.append(waited)
            del waiting[number]
            self._move(subject)

    async def write_down(self) -> set[Lane]:
        """Store progress, stash and everything the handlers left; return the lanes that have something to send.

        Raises WritingFailed.
        """
        try:
            return await self._write_down()
        except Exception as error:
            raise WritingFailed(self.drained) from error

    async def _handle(self, delivery: Delivery, *, from_stash: bool) -> None:
        worker, envelope = self.worker, delivery.envelope
        now = worker.store.clock.now()
        waited = delivery.heard_at
        unit = Unit(self.connection, worker.store.site, now, envelope, envelope.mode, waited_since=waited)
        try:
            with worker.observer.handling(worker.store.service, delivery) as traceparent:
                unit.traceparent = traceparent
                await worker.handlers.dispatch(delivery, unit, worker.table)
        except Exception as error:
            raise HandlerFailed(delivery, from_stash=from_stash) from error
        self._units.append(unit)
        self.applied.append(delivery)

    def _move(self, subject: Subject) -> None:
        self._progress[subject] += 1
        self._moved.add(subject)

    async def _write_down(self) -> set[Lane]:
        moved = sorted(self._moved)
        if moved:
            await self.connection.execute(
                SQL["advance_progress"],
                [subject[0] for subject in moved],
                [subject[1] for subject in moved],
                [self._progress[subject] for subject in moved],
            )
        await add_to_stash(self.connection, list(self.stashed.values()), self.worker.store.clock.now())
        await drop_from_stash(self.connection, self.drained)
        author = self.worker.store.author
        await self.worker.handlers.finish(self.connection, self._units)
        messages = [message for unit in self._units for message in unit.messages]
        await append_messages(self.connection, author, messages)
        facts = [announced for unit in self._units for announced in unit.announced]
        return {message.lane for message in messages} | await append(self.connection, author, facts)


def subject_of(delivery: Delivery) -> Subject:
    """Return what a delivery is ordered by: its sender and its subject."""
    return str(delivery.sender), delivery.envelope.subject
