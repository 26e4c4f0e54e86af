"""Showing what waits in a service's tables: outbox, stash and held messages, with the age of the oldest."""

from datetime import datetime

from shared.process.hosting import HostedService
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.telemetry.metrics import MessagingMetrics
from shared.timekeeping.clocks import Clock

SQL = load_statements("shared.store")


class Watch:
    """Looks every ``every_seconds`` and sets the gauges of one service."""

    every_seconds = 5.0

    def __init__(self, store: Store, hosted: HostedService, metrics: MessagingMetrics, machine: Clock) -> None:
        self._store, self._hosted, self._metrics, self._machine = store, hosted, metrics, machine
        self._shown: set[tuple[str, str]] = set()

    async def look(self) -> bool:
        """Read the counts once. Always returns False: there is nothing more to do until the next beat."""
        async with self._store.reading() as connection:
            held = await connection.fetch(SQL["count_held"])
            outbox = await connection.fetch(SQL["outbox_depth"])
            (stash,) = await connection.fetch(SQL["stash_depth"])
        found: dict[tuple[str, str], tuple[int, datetime | None]] = {
            (row["state"].lower(), row["cause"]): (row["messages"], row["oldest"]) for row in held
        }
        found |= {("outbox", row["lane"]): (row["messages"], row["oldest"]) for row in outbox}
        found["stash", ""] = (stash["messages"], stash["oldest"])
        for gone in self._shown - set(found):
            found[gone] = (0, None)
        self._shown |= set(found)
        now = self._machine.now()
        for (where, cause), (messages, oldest) in found.items():
            age = (now - oldest).total_seconds() if oldest is not None else 0.0
            self._metrics.waiting(self._store.service, where, cause, messages, age)
        for consumer in self._hosted.consumers:
            self._metrics.faults(self._store.service, consumer.queue, consumer.faults)
            self._metrics.redelivered(self._store.service, consumer.queue, consumer.redelivered)
        return False
