"""Messages that could not be applied: retried with growing delays, then parked with cause, stack and history."""

import json
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from shared.contracts.delivery import NUMBERS, SENDER, SUBJECT, is_number, take
from shared.contracts.envelope import Delivery, Unreadable
from shared.contracts.texts import storable
from shared.contracts.vocabulary import Lane, Service
from shared.organisation.failures import OrganisationBehind
from shared.store.handlers import PoisonMessage, TooNew, Unpublished
from shared.store.observing import Observer
from shared.store.stash import drop_from_stash
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection

SQL = load_statements(__package__)
RETRY_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (0.5, 2, 10, 60, 300))
DEFERRED_DELAY = timedelta(minutes=5)
"""How often what waits for something to be published is tried."""
DETAIL_CHARACTERS = 2_000
STACK_CHARACTERS = 8_000
HEADER_CHARACTERS = 300
# An office or site that a sender already has: whoever upgrades first would otherwise park what the others still read.
_LATER = (TooNew, OrganisationBehind)


class StillUnreadable(PoisonMessage):
    """A held message cannot be read now either. It goes back to where it was, unless its reader knows more today."""

    def __init__(self, message: Unreadable, *, instead: bool = False) -> None:
        """``instead``: what ``message`` says of cause and deferral replaces what was known before."""
        super().__init__(f"{message.cause}: {message.detail}")
        self.message, self.instead = message, instead


@dataclass(frozen=True, slots=True)
class Held:
    """One held message, claimed. ``event_id`` is None while nobody could read it."""

    held_id: UUID
    cause: str
    queue: str
    event_id: UUID | None
    headers: dict[str, Any]
    body: bytes
    attempts: int
    awaits_upgrade: bool
    heard_at: datetime


async def remember(connection: Connection, deliveries: Sequence[Delivery]) -> set[UUID]:
    """Remember deliveries as heard; return the ids of those not heard before."""
    rows = await connection.fetch(
        SQL["remember_heard"],
        [delivery.envelope.id for delivery in deliveries],
        [str(delivery.sender) for delivery in deliveries],
        [delivery.envelope.subject for delivery in deliveries],
        [delivery.number for delivery in deliveries],
    )
    return {row["event_id"] for row in rows}


async def hold(
    store: Store, delivery: Delivery, error: Exception, observer: Observer, *, from_stash: bool = False
) -> None:
    """Keep a delivery that failed; its subject waits for it, every other subject goes on.

    A delivery that another replica has applied or held meanwhile is left alone.
    """
    state = _first_state(error)
    now = store.machine.now()
    async with store.pool.acquire() as connection, connection.transaction():
        if from_stash:
            ours = await drop_from_stash(connection, [delivery]) > 0
        else:
            ours = delivery.envelope.id in await remember(connection, [delivery])
        if not ours:
            return
        await connection.execute(
            SQL["hold_message"],
            uuid7(),
            state,
            type(error).__name__,
            storable(str(error)[:DETAIL_CHARACTERS]),
            _stack(error),
            delivery.queue,
            str(delivery.lane),
            str(delivery.sender),
            delivery.envelope.subject,
            delivery.number,
            delivery.envelope.id,
            json.dumps(delivery.headers),
            delivery.raw,
            now,
            _next_attempt(state, error, now, 0),
            entry(now, f"failed: {type(error).__name__}"),
            state == "DEFERRED",
            delivery.heard_at or store.clock.now(),
        )
    observer.held(store.service, type(error).__name__, state)


async def hold_unreadable(store: Store, message: Unreadable, observer: Observer) -> None:
    """Park what cannot be understood, or defer it when a newer version will understand it."""
    state = "DEFERRED" if message.deferred else "PARKED"
    now = store.machine.now()
    async with store.pool.acquire() as connection:
        held_id = await connection.fetchval(
            SQL["hold_message"],
            uuid7(),
            state,
            message.cause,
            storable(message.detail[:DETAIL_CHARACTERS]),
            "",
            message.queue,
            str(Lane.URGENT if message.queue.endswith(Lane.URGENT) else Lane.ROUTINE),
            _header(message.headers, SENDER),
            _header(message.headers, SUBJECT),
            _number(message.headers, store.service),
            None,
            json.dumps(message.headers),
            message.raw,
            now,
            None,
            entry(now, f"unreadable: {message.cause}"),
            message.deferred,
            store.clock.now(),
        )
    if held_id is not None:
        observer.held(store.service, message.cause, state)


async def retry_deferred(store: Store) -> int:
    """Give what waits for a newer version another try; return how many. Call it once at start, in every process."""
    now = store.machine.now()
    async with store.pool.acquire() as connection:
        return len(await connection.fetch(SQL["retry_deferred"], now, entry(now, "tried again at start")))


async def claim(connection: Connection, store: Store) -> Held | None:
    """Lock the held message that has been due longest, or return None."""
    row = await connection.fetchrow(SQL["claim_held"], store.machine.now())
    if row is None:
        return None
    return Held(
        row["held_id"],
        row["cause"],
        row["queue"],
        row["event_id"],
        json.loads(row["headers"]),
        bytes(row["body"]),
        row["attempts"],
        row["awaits_upgrade"],
        row["heard_at"],
    )


def reread(held: Held, reader: Service) -> Delivery:
    """Return the held message as a delivery. Raises StillUnreadable when this version cannot read it."""
    message = take(held.body, held.headers, held.queue, reader)
    if isinstance(message, Unreadable):
        raise StillUnreadable(message)
    return message


async def postpone(connection: Connection, store: Store, held: Held, error: Exception, observer: Observer) -> None:
    """Record one more failure of a claimed message.

    The next attempt comes after a longer delay; when the delays are used up, or trying cannot help, it is parked;
    what still waits for a newer version, or for something to be published, is deferred again.
    """
    now = store.machine.now()
    state, cause = "RETRYING", type(error).__name__
    if isinstance(error, StillUnreadable):
        deferred, cause = held.awaits_upgrade, held.cause
        if error.instead:
            deferred, cause = error.message.deferred, error.message.cause
        state = "DEFERRED" if deferred else "PARKED"
    elif isinstance(error, _LATER):
        state = "DEFERRED"
    elif isinstance(error, PoisonMessage) or held.attempts >= len(RETRY_DELAYS):
        state = "PARKED"
    await connection.execute(
        SQL["postpone_held"],
        held.held_id,
        state,
        cause,
        storable(str(error)[:DETAIL_CHARACTERS]),
        _stack(error),
        _next_attempt(state, error, now, held.attempts),
        entry(now, f"failed again: {type(error).__name__}"),
    )
    observer.held(store.service, cause, state)


async def settle(connection: Connection, store: Store, held_id: UUID, state: str, what: str) -> None:
    """End a claimed message: APPLIED, or STASHED when it went back to wait for an earlier one, or DISCARDED."""
    now = store.machine.now()
    await connection.execute(SQL["settle_held"], held_id, state, now, entry(now, what))


def _first_state(error: Exception) -> str:
    if isinstance(error, _LATER):
        return "DEFERRED"
    return "PARKED" if isinstance(error, PoisonMessage) else "RETRYING"


def _next_attempt(state: str, error: Exception, now: datetime, attempts: int) -> datetime | None:
    """Return when a message is tried again by itself; None when a start or an operator must do it."""
    if state == "RETRYING":
        return now + RETRY_DELAYS[attempts]
    return now + DEFERRED_DELAY if isinstance(error, Unpublished) else None


def entry(at: datetime, what: str) -> str:
    """Return one line of a held message's history, as the JSON list that is appended to it."""
    return json.dumps([{"at": at.isoformat(), "what": what}])


def _stack(error: Exception) -> str:
    return storable("".join(traceback.format_exception(error))[-STACK_CHARACTERS:])


def _header(headers: Mapping[str, Any], name: str) -> str | None:
    value = headers.get(name)
    return None if value is None else storable(str(value)[:HEADER_CHARACTERS])


def _number(headers: Mapping[str, Any], reader: Service) -> int | None:
    try:
        number = json.loads(str(headers.get(NUMBERS)))[str(reader)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return number if is_number(number) else None
