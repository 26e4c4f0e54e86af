"""Beginning an epoch: a restored database counts anew, and readers tell its numbers from those of before."""

from collections.abc import Callable

import asyncpg

from shared.contracts.vocabulary import Service

_RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
_LAST = "SELECT max(epoch) FROM {0}.database_epoch"
_BEGIN = "INSERT INTO {0}.database_epoch (epoch, reason) VALUES ($1, $2)"


class ServicesRunning(Exception):
    """A service still runs on this database and would go on counting in the old epoch. Stop it, then run this again."""

    def __init__(self, service: Service) -> None:
        super().__init__(f"{service} still runs: stop the site's services first  请先停止 {service} 等服务")
        self.service = service


async def begin_epoch(dsn_of: Callable[[Service], str], reason: str) -> int:
    """Begin the same epoch in every service's schema; return its number.

    ``dsn_of``: each service's address, or the owner's for all. Raises ServicesRunning before anything is written.
    When it is interrupted, run it again: the services then agree on the next number.
    """
    connections = {service: await asyncpg.connect(dsn_of(service)) for service in Service}
    try:
        last = 0
        for service, connection in connections.items():
            if await connection.fetchval(_RUNNING, f"shangda-{service}"):
                raise ServicesRunning(service)
            last = max(last, await connection.fetchval(_LAST.format(service)))
        for service, connection in connections.items():
            await connection.execute(_BEGIN.format(service), last + 1, reason)
    finally:
        for connection in connections.values():
            await connection.close()
    return last + 1
