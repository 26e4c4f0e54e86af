"""Acting and looking in tests: hand a service an event, see what it states, wait for a condition with a deadline."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from uuid_utils.compat import uuid7

from shared.contracts.addresses import lane_of, queue_name
from shared.contracts.envelope import Delivery, Envelope, Sender, read, write
from shared.contracts.event import Event
from shared.contracts.identifiers import EventId, SiteId
from shared.contracts.routes import route_of
from shared.contracts.vocabulary import Mode, Service
from shared.store.handlers import Handlers
from shared.store.inbox import Inbox
from shared.store.store import Store

T = TypeVar("T")
DEADLINE_SECONDS = 40.0
_LOG = "SELECT body FROM event_log ORDER BY recorded_at, event_id"
_HELD = "SELECT cause, detail, stack FROM held_message WHERE state IN ('RETRYING', 'PARKED', 'DEFERRED')"


def delivery(
    event: Event,
    number: int = 1,
    *,
    reader: Service = Service.REVIEW,
    site: str = "qingshan",
    service: Service | None = None,
    event_id: EventId | None = None,
    mode: Mode = Mode.ACTUAL,
    at: datetime | None = None,
    epoch: int = 1,
) -> Delivery:
    """Return an event as ``reader`` gets it: the ``number``-th of its sender about its subject."""
    sender = service or route_of(type(event)).sender
    envelope = Envelope(
        id=event_id or EventId(uuid7()),
        type=event.name,
        source=f"/sites/{site}/{sender}",
        subject=event.subject,
        time=at or datetime(2025, 2, 17, 0, 0, tzinfo=UTC),
        site=SiteId(site),
        service=sender,
        epoch=epoch,
        correlationid="test",
        mode=mode,
    )
    lane = lane_of(event)
    raw = write(envelope, event)
    headers: dict[str, Any] = {
        "x-shangda-sender": f"{site}/{sender}/{epoch}",
        "x-shangda-subject": event.subject,
        "x-shangda-numbers": f'{{"{reader}":{number}}}',
    }
    return Delivery(
        envelope, event, Sender(SiteId(site), sender, epoch), number, lane, raw, headers, queue_name(reader, lane)
    )


async def stated(store: Store) -> list[Event]:
    """Return every event in a service's log, oldest first."""
    async with store.reading() as connection:
        rows = await connection.fetch(_LOG)
    return [read(bytes(row["body"]))[1] for row in rows]


_next_number: dict[tuple[int, str, str], "itertools.count[int]"] = {}


def forget_numbers() -> None:
    """Let every sender count from 1 again."""
    _next_number.clear()


async def hear(
    store: Store,
    handlers: Handlers,
    event: Event,
    *,
    site: str | None = None,
    service: Service | None = None,
    mode: Mode = Mode.ACTUAL,
) -> list[Event]:
    """Apply one event through the real inbox and return what the service stated because of it.

    Fails the test when the event was held instead of applied.
    """
    sender = service or route_of(type(event)).sender
    origin = site or str(store.site)
    key = (id(store), f"{origin}/{sender}", event.subject)
    number = next(_next_number.setdefault(key, itertools.count(1)))
    before = len(await stated(store))
    message = delivery(event, number, reader=store.service, site=origin, service=sender, mode=mode)
    await Inbox(store, handlers).process([message])
    async with store.reading() as connection:
        held = await connection.fetch(_HELD)
    assert not held, "\n".join(f"{row['cause']}: {row['detail']}\n{row['stack']}" for row in held)
    return (await stated(store))[before:]


async def eventually(look: Callable[[], Awaitable[T]], *, seconds: float = DEADLINE_SECONDS, what: str = "") -> T:
    """Return the first truthy answer of ``look``; fail after ``seconds`` with the last answer. Looks often."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        found = await look()
        if found:
            return found
        if loop.time() > end:
            raise AssertionError(f"not within {seconds} s: {what or look!r}; last seen {found!r}")
        await asyncio.sleep(0.02)
