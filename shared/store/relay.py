"""The relay: moves messages from the outbox to the broker and forgets them only when the broker has confirmed."""

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any

from shared.contracts.sending import BrokerUnavailable, Outcome, Outgoing, Publish
from shared.contracts.vocabulary import Lane
from shared.store.failures import StoreUnavailable, is_outage
from shared.store.observing import Observer, Unobserved
from shared.store.statements import load_statements
from shared.store.store import Store

SQL = load_statements(__package__)
BATCH = 500
IDLE_SECONDS = 1.0
FIRST_DELAY = timedelta(milliseconds=200)
LONGEST_DELAY = timedelta(seconds=30)
_log = logging.getLogger(__name__)


class Relay:
    """Empties one lane of one service's outbox. Several replicas may run: rows are claimed with SKIP LOCKED.

    ``publish`` sends a batch with confirms and returns an outcome per message, in order. ``moving``: whether this
    works now; a broker that confirmed nothing of the last batch, as under a memory alarm, closes this door.
    """

    def __init__(self, store: Store, lane: Lane, publish: Publish, observer: Observer | None = None) -> None:
        self.store, self.lane, self._publish = store, lane, publish
        self._observer: Observer = observer or Unobserved()
        self.moving = False
        self._taken = True

    async def run(self, stopping: asyncio.Event) -> None:
        """Move messages until ``stopping``; then finish the batch in hand. Any failure is waited out."""
        delay, called = FIRST_DELAY, True
        while not stopping.is_set():
            try:
                moved = await self.pass_once() if called or await self._due() else 0
            except Exception as error:
                # Whatever it is, the messages are still in the outbox, and a relay that ended would leave them there.
                if not isinstance(error, BrokerUnavailable | StoreUnavailable):
                    _log.exception("relaying failed", extra={"service": self.store.service, "lane": self.lane})
                self.moving = False
                await _wait(stopping, delay.total_seconds())
                delay, called = min(delay * 2, LONGEST_DELAY / 10), True
                continue
            self.moving, delay = self._taken, FIRST_DELAY
            called = moved == BATCH or await self._rest(stopping)

    async def _rest(self, stopping: asyncio.Event) -> bool:
        """Wait for the bell, or for a while; return whether it rang."""
        bell = self.store.bell.lanes[self.lane]
        if not stopping.is_set():
            await _wait(bell, IDLE_SECONDS)
        rang = bell.is_set()
        bell.clear()
        return rang

    async def _due(self) -> bool:
        """Look without a transaction whether anything is due: nobody rang, so mostly there is nothing.

        Raises StoreUnavailable.
        """
        try:
            async with self.store.reading() as connection:
                return bool(await connection.fetchval(SQL["outbox_due"], str(self.lane), self.store.machine.now()))
        except Exception as error:
            if is_outage(error):
                raise StoreUnavailable(str(error)) from error
            raise

    async def pass_once(self) -> int:
        """Publish one batch; return how many messages were claimed.

        Raises BrokerUnavailable or StoreUnavailable; every message then stays in the outbox. A message published
        just before the database went away is published again later, and its readers drop the repeat.
        """
        try:
            return await self._pass_once()
        except Exception as error:
            if is_outage(error):
                raise StoreUnavailable(str(error)) from error
            raise

    async def _pass_once(self) -> int:
        async with self.store.pool.acquire() as connection, connection.transaction():
            now = self.store.machine.now()
            rows = await connection.fetch(SQL["claim_outbox"], str(self.lane), now, BATCH)
            if not rows:
                return 0
            outcomes = await self._publish(
                [
                    Outgoing(
                        str(row["event_id"] or row["seq"]),
                        row["exchange"],
                        row["routing_key"],
                        json.loads(row["headers"]),
                        row["body"],
                    )
                    for row in rows
                ]
            )
            answered = list(zip(rows, outcomes, strict=True))
            self._taken = any(_is_taken(row, outcome) for row, outcome in answered)
            confirmed = [row["seq"] for row, outcome in answered if outcome is Outcome.CONFIRMED]
            await connection.execute(SQL["forget_confirmed"], str(self.lane), confirmed)
            others = [(row, outcome) for row, outcome in answered if outcome is not Outcome.CONFIRMED]
            if others:
                await connection.execute(
                    SQL["postpone_refused"],
                    str(self.lane),
                    [row["seq"] for row, _ in others],
                    [now + _delay_after(row["attempts"]) for row, _ in others],
                    [str(outcome) for _, outcome in others],
                )
        for outcome in Outcome:
            if number := sum(each is outcome for each in outcomes):
                self._observer.published(self.store.service, self.lane, str(outcome), number)
        return len(rows)


def _is_taken(row: Any, outcome: Outcome) -> bool:
    """Whether the answer shows a broker that works: what is beside the chain may lack its queue, as an agency's reply
    whose account was taken away, and then that alone waits.
    """
    return outcome is Outcome.CONFIRMED or (outcome is Outcome.UNROUTABLE and row["event_id"] is None)


def _delay_after(attempts: int) -> timedelta:
    """Return the growing delay before a refused message is tried again."""
    return min(FIRST_DELAY * (1 << min(attempts, 10)), LONGEST_DELAY)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
