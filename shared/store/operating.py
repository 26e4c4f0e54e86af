"""What operators do with held messages: list, look, replay a frozen selection, discard. Every act leaves a line."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from shared.store.holding import entry, settle
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection

SQL = load_statements(__package__)


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """Held messages with one cause. ``state``: RETRYING, PARKED or DEFERRED."""

    state: str
    cause: str
    messages: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One held message in a list: where it came from and since when it waits, nothing of what it says."""

    held_id: UUID
    queue: str
    sender: str | None
    subject: str | None
    number: int | None
    attempts: int
    first_failed_at: datetime
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldMessage(HeldLine):
    """One held message as an operator sees it whole: what went wrong, what was tried, and what it says.

    ``waiting``: how many later events of its sender and subject wait for it.
    """

    state: str
    cause: str
    detail: str
    stack: str
    event_id: UUID | None
    headers: dict[str, Any]
    body: bytes
    settled_at: datetime | None
    history: tuple[dict[str, str], ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one replayed message. ``detail`` says why when it is held again."""

    held_id: UUID
    state: str
    cause: str
    detail: str


class NotHeld(LookupError):
    """There is no such message, or it has come to its end; nothing was changed."""

    def __init__(self, held_id: UUID) -> None:
        super().__init__(f"{held_id} is not held")
        self.held_id = held_id


class Operating:
    """An operator's hands on one service's held messages. ``at`` is business time, ``actor`` who acts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def groups(self) -> list[HeldGroup]:
        """Return how many messages are held, by state and cause, the largest group first."""
        async with self._store.reading() as connection:
            rows = await connection.fetch(SQL["count_held"])
        groups = [HeldGroup(row["state"], row["cause"], row["messages"], row["oldest"]) for row in rows]
        return sorted(groups, key=lambda group: (-group.messages, group.state, group.cause))

    async def messages(self, state: str, cause: str, *, limit: int = 1_000) -> list[HeldLine]:
        """Return a group's messages without their bodies, the oldest first."""
        async with self._store.reading() as connection:
            rows = await connection.fetch(SQL["list_held"], state, cause, limit)
        return [HeldLine(**dict(row)) for row in rows]

    async def select(self, state: str, cause: str, *, limit: int = 1_000) -> list[UUID]:
        """Return the ids of a group, the oldest first: a frozen selection, which later arrivals do not enlarge."""
        async with self._store.reading() as connection:
            rows = await connection.fetch(SQL["select_held"], state, cause, limit)
        return [row["held_id"] for row in rows]

    async def look(self, held_id: UUID, *, actor: str, at: datetime) -> HeldMessage:
        """Return a held message with its body, and note who looked. Raises NotHeld when there is none."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(SQL["look_at_held"], held_id)
            if row is None:
                raise NotHeld(held_id)
            await _note(connection, [held_id], "LOOK", actor, "", at, None)
        return HeldMessage(
            **{
                **dict(row),
                "headers": json.loads(row["headers"]),
                "body": bytes(row["body"]),
                "history": tuple(json.loads(row["history"])),
            }
        )

    async def replay(self, held_ids: Sequence[UUID], *, actor: str, reason: str, at: datetime) -> UUID:
        """Let each of ``held_ids`` that is still held be tried again now; return the selection's id for ``outcomes``.

        What has ended meanwhile is left as it is and is no part of the selection.
        """
        selection, now = uuid7(), self._store.machine.now()
        async with self._store.pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(
                SQL["replay_held"], list(held_ids), now, entry(now, f"replayed by {actor}: {reason}")
            )
            await _note(connection, [row["held_id"] for row in rows], "REPLAY", actor, reason, at, selection)
        return selection

    async def outcomes(self, selection: UUID) -> list[Fate]:
        """Return what has become of each message of a replayed selection."""
        async with self._store.reading() as connection:
            rows = await connection.fetch(SQL["replay_outcomes"], selection)
        return [Fate(row["held_id"], row["state"], row["cause"], row["detail"]) for row in rows]

    async def discard(self, held_id: UUID, *, actor: str, reason: str, at: datetime) -> None:
        """Give a message up for good. Its bytes stay; what waited for it goes on with the next retry beat.

        Raises NotHeld when it has ended, ValueError when no reason is given.
        """
        if not reason.strip():
            raise ValueError("a message is discarded with a reason only")
        async with self._store.pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(SQL["lock_held"], held_id) is None:
                raise NotHeld(held_id)
            await settle(connection, self._store, held_id, "DISCARDED", f"discarded by {actor}: {reason}")
            await _note(connection, [held_id], "DISCARD", actor, reason, at, None)

    async def give_up_missing(
        self, sender: str, subject: str, *, actor: str, reason: str, at: datetime
    ) -> tuple[int, ...]:
        """Pass over the numbers that others in the stash wait for and that will never come; return which those were.

        After a restore from a backup, what was heard since is gone here and its sender does not send it again. What
        is held under such a number is not missing and is left as it is. Raises ValueError when no reason is given.
        """
        if not reason.strip():
            raise ValueError("a number is given up with a reason only")
        now = self._store.machine.now()
        async with self._store.pool.acquire() as connection, connection.transaction():
            said = entry(now, f"given up by {actor}: {reason}")
            rows = await connection.fetch(SQL["give_up_missing"], sender, subject, at, now, said)
            await _note(connection, [row["held_id"] for row in rows], "DISCARD", actor, reason, at, None)
        return tuple(sorted(row["number"] for row in rows))


async def _note(
    connection: Connection,
    held_ids: Sequence[UUID],
    act: str,
    actor: str,
    reason: str,
    at: datetime,
    selection: UUID | None,
) -> None:
    acts = [uuid7() for _ in held_ids]
    await connection.execute(SQL["note_acts"], acts, list(held_ids), act, actor, reason, at, selection)
