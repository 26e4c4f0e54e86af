"""Keeping the inbox small: what a subject's progress has passed is forgotten after a time, and stays known as passed.

Age alone forgets nothing: an event that is parked, or waits for one that is, keeps its row however old it is.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from shared.store.statements import load_statements
from shared.store.store import Store

SQL = load_statements(__package__)
# Longer than a message may wait in a queue or a backup be old when it is restored; until then a number that comes
# twice with different events is told apart from a repeat.
KEEP = timedelta(days=90)
BATCH = 1_000
_NIL = UUID(int=0)
_log = logging.getLogger(__name__)


class Pruner:
    """Walks through what was heard long ago, a batch at a time. Several replicas may do so at once."""

    every_seconds = 3_600.0

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked_to = _NIL
        self._forgotten = 0

    async def prune(self) -> bool:
        """Look at one batch; return whether there is more. The next walk begins anew."""
        before = first_id(self._store.machine.now() - KEEP)
        async with self._store.pool.acquire() as connection, connection.transaction():
            (row,) = await connection.fetch(SQL["prune_inbox"], before, self._looked_to, BATCH)
        self._forgotten += row["forgotten"]
        if row["looked_to"] is not None:
            self._looked_to = row["looked_to"]
            return True
        if self._forgotten:
            _log.info("inbox pruned", extra={"forgotten": self._forgotten})
        self._looked_to, self._forgotten = _NIL, 0
        return False


def first_id(at: datetime) -> UUID:
    """Return the smallest UUIDv7 made at an instant: RFC 9562 begins it with 48 bits of milliseconds."""
    return UUID(int=int(at.timestamp() * 1_000) << 80)
