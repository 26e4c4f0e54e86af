"""The sealer: gives committed facts dense positions and closes them in chained Merkle batches. One works at a time."""

import logging
from collections.abc import Sequence

import asyncpg

from shared.store import merkle
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection

SQL = load_statements(__package__)
BATCH = 5_000
_log = logging.getLogger(__name__)


class RestoredWithoutEpoch(Exception):
    """The last seal knows transactions that this server has not begun: the database came from a backup.

    Nothing is sealed until ``shangda epoch new`` was run, so that the break is stated and not papered over.
    """


class Sealer:
    """Seals one service's log. Any number of replicas may run it: the database lets one of them work.

    A fact is sealed once every transaction with a smaller number has ended, so positions never have a gap that a
    late commit would have to fill. ``batch``: the most facts under one seal.
    """

    every_seconds = 1.0

    def __init__(self, store: Store, *, batch: int = BATCH) -> None:
        self._store, self._batch = store, batch

    async def seal(self) -> bool:
        """Close one batch, if there is something to seal. Return True when there may be more.

        Raises RestoredWithoutEpoch; whatever it raises, nothing was sealed.
        """
        async with self._store.pool.acquire() as connection:
            if not await connection.fetchval(SQL["something_unsealed"]):
                return False
            return await self._seal(connection)

    async def _seal(self, connection: Connection) -> bool:
        async with connection.transaction():
            if not await connection.fetchval(SQL["claim_sealing"]):
                return False
            state = await connection.fetchrow(SQL["seal_state"])
            assert state is not None
            if state["sealed_epoch"] == state["epoch"] and state["from_another_server"]:
                raise RestoredWithoutEpoch(f"{self._store.service}: sealed up to transaction {state['horizon']}")
            # Until a whole look is done, facts may lie anywhere: from before sealing, or with a backup's numbers.
            first_look = state["sealed_epoch"] != state["epoch"] or state["horizon"] is None
            rows = await self._unsealed(connection, state, first_look=first_look)
            more = len(rows) == self._batch
            if rows or first_look:
                await self._close(connection, state, rows, horizon=_horizon(state, rows, first_look, more))
        return more

    async def _unsealed(
        self, connection: Connection, state: asyncpg.Record, *, first_look: bool
    ) -> Sequence[asyncpg.Record]:
        if first_look:
            return await connection.fetch(SQL["read_all_unsealed"], self._batch)
        return await connection.fetch(SQL["read_unsealed"], state["horizon"], state["ended"], self._batch)

    async def _close(
        self, connection: Connection, state: asyncpg.Record, rows: Sequence[asyncpg.Record], *, horizon: str | None
    ) -> None:
        leaves = [merkle.leaf(row["salt"], row["event_id"], row["digest"]) for row in rows]
        first = (state["last_position"] or 0) + 1
        seal = merkle.close(
            self._store.site,
            self._store.service,
            state["epoch"],
            (state["batch"] or 0) + 1,
            first,
            first + len(rows) - 1,
            root=merkle.root(leaves),
            previous=state["head"] or merkle.BEGINNING,
        )
        await connection.execute(
            SQL["add_seal"],
            *(seal.batch, seal.epoch, seal.first, seal.last, seal.root, seal.previous, seal.head, horizon),
            [row["event_id"] for row in rows],
            leaves,
        )
        _log.debug("batch sealed", extra={"batch": seal.batch, "facts": len(rows)})


def _horizon(state: asyncpg.Record, rows: Sequence[asyncpg.Record], first_look: bool, more: bool) -> str | None:
    """Return the transaction below which everything is sealed with this batch; None while a first look goes on."""
    if not more:
        return str(state["ended"])
    return None if first_look else str(rows[-1]["recorded_by"])
