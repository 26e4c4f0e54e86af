"""Which failures say nothing about a message: the database or the broker is away, or two transactions collided."""

import asyncpg

from shared.contracts.sending import Unavailable

# A cancelled statement (57014) is not here: a statement of ours that runs too long is a fault of ours.
OUTAGES: tuple[type[BaseException], ...] = (
    asyncpg.exceptions.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.InterfaceError,
    asyncpg.exceptions.InternalClientError,
    asyncpg.exceptions.ReadOnlySQLTransactionError,
    asyncpg.exceptions.CannotConnectNowError,
    ConnectionError,
    TimeoutError,
    OSError,
)
COLLISIONS: tuple[type[BaseException], ...] = (
    asyncpg.exceptions.DeadlockDetectedError,
    asyncpg.exceptions.SerializationError,
    asyncpg.exceptions.LockNotAvailableError,
)


class StoreUnavailable(Unavailable):
    """The database cannot be used now. Nothing was applied; messages stay with the broker until it answers."""


def is_outage(error: BaseException) -> bool:
    """Return True when ``error`` says that the database is out of reach, not that a message is bad."""
    if isinstance(error, asyncpg.exceptions.QueryCanceledError):
        return False
    return isinstance(error, OUTAGES)
