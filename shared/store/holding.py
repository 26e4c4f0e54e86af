"""Messages that could not be applied: retried with growing delays, then parked with cause, stack and history."""

import json
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from shared.contracts.delivery import NUMBERS, SENDER, SUBJECT, take
from shared.contracts.envelope import Delivery, Unreadable
from shared.contracts.vocabulary import Lane, Service
from shared.store.handlers import PoisonMessage
from shared.store.observing import Observer
from shared.store.stash import drop_from_stash
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection

SQL = load_statements(__package__)
RETRY_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (0.5, 2, 10, 60, 300))
STACK_CHARACTERS = 8_000


class StillUnreadable(PoisonMessage):
    """A held message cannot be read by this version either. It goes back to where it was."""


@dataclass(frozen=True, slots=True)
class Held:
    """One held message, claimed."""

    held_id: UUID
    cause: str
    queue: str
    headers: dict[str, Any]
    body: bytes
    attempts: int


async def hold(
    store: Store, delivery: Delivery, error: Exception, observer: Observer, *, from_stash: bool = False
) -> None:
    """Keep a delivery that failed; its subject waits for it, every other subject goes on."""
    state = "PARKED" if isinstance(error, PoisonMessage) else "RETRYING"
    now = store.machine.now()
    async with store.pool.acquire() as connection, connection.transaction():
        if from_stash:
            await drop_from_stash(connection, [delivery])
        else:
            await connection.fetch(
                SQL["remember_heard"],
                [delivery.envelope.id],
                [str(delivery.sender)],
                [delivery.envelope.subject],
                [delivery.number],
            )
        await connection.execute(
            SQL["hold_message"],
            uuid7(),
            state,
            type(error).__name__,
            str(error)[:2_000],
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
            now + RETRY_DELAYS[0] if state == "RETRYING" else None,
            _history(now, f"failed: {type(error).__name__}"),
        )
    observer.held(store.service, type(error).__name__, state)


async def hold_unreadable(store: Store, message: Unreadable, observer: Observer) -> None:
    """Park what cannot be understood, or defer it when a newer version will understand it."""
    state = "DEFERRED" if message.deferred else "PARKED"
    now = store.machine.now()
    number = _number(message.headers, store.service)
    async with store.pool.acquire() as connection:
        await connection.execute(
            SQL["hold_message"],
            uuid7(),
            state,
            message.cause,
            message.detail[:2_000],
            "",
            message.queue,
            str(Lane.URGENT if message.queue.endswith(Lane.URGENT) else Lane.ROUTINE),
            message.headers.get(SENDER),
            message.headers.get(SUBJECT),
            number,
            None,
            json.dumps(message.headers),
            message.raw,
            now,
            None,
            _history(now, f"unreadable: {message.cause}"),
        )
    observer.held(store.service, message.cause, state)


async def claim(connection: Connection, store: Store) -> Held | None:
    """Lock the held message that has been due longest, or return None."""
    row = await connection.fetchrow(SQL["claim_held"], store.machine.now())
    if row is None:
        return None
    return Held(
        row["held_id"], row["cause"], row["queue"], json.loads(row["headers"]), bytes(row["body"]), row["attempts"]
    )


def reread(held: Held, reader: Service) -> Delivery:
    """Return the held message as a delivery. Raises StillUnreadable when this version cannot read it."""
    message = take(held.body, held.headers, held.queue, reader)
    if isinstance(message, Unreadable):
        raise StillUnreadable(f"{message.cause}: {message.detail}")
    return message


async def postpone(store: Store, held: Held, error: Exception, observer: Observer) -> None:
    """Record one more failure: next attempt after a longer delay, or parked when the delays are used up."""
    now = store.machine.now()
    spent = held.attempts >= len(RETRY_DELAYS)
    state = "PARKED" if spent or isinstance(error, PoisonMessage) else "RETRYING"
    cause = held.cause if isinstance(error, StillUnreadable) else type(error).__name__
    async with store.pool.acquire() as connection:
        await connection.execute(
            SQL["postpone_held"],
            held.held_id,
            state,
            cause,
            str(error)[:2_000],
            _stack(error),
            now + RETRY_DELAYS[held.attempts] if state == "RETRYING" else None,
            _history(now, f"failed again: {type(error).__name__}"),
        )
    observer.held(store.service, cause, state)


def _history(at: datetime, what: str) -> str:
    return json.dumps([{"at": at.isoformat(), "what": what}])


def _stack(error: Exception) -> str:
    return "".join(traceback.format_exception(error))[-STACK_CHARACTERS:]


def _number(headers: dict[str, Any], reader: Service) -> int | None:
    try:
        number = json.loads(str(headers.get(NUMBERS)))[str(reader)]
    except (ValueError, KeyError, TypeError):
        return None
    return number if isinstance(number, int) else None
