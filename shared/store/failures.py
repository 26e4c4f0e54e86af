"""Which failures say nothing about a message: the database is away, or two transactions collided."""

import socket

import asyncpg

from shared.contracts.sending import Unavailable

_SERVER_SAYS: tuple[type[BaseException], ...] = (
    asyncpg.exceptions.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.PostgresSystemError,
    asyncpg.exceptions.ReadOnlySQLTransactionError,
    ConnectionError,
    # A statement that runs too long is cancelled by the server before the client's own time is up (see open_pool).
    TimeoutError,
)
# What asyncpg says with InterfaceError when the connection or the pool is gone. Its other uses are mistakes of ours,
# such as two statements at once on a connection; taken for an outage they would stop a queue for ever.
_GONE = ("is closed", "was closed", "is closing", "is cancelling", "been released")
COLLISIONS: tuple[type[BaseException], ...] = (
    asyncpg.exceptions.DeadlockDetectedError,
    asyncpg.exceptions.SerializationError,
    asyncpg.exceptions.LockNotAvailableError,
)


class StoreUnavailable(Unavailable):
    """The database cannot be used now. Nothing was applied; messages stay with the broker until it answers."""


def is_outage(error: BaseException) -> bool:
    """Return True when ``error`` says that the database is out of reach, not that a message is bad.

    What is neither is retried message by message, so in doubt the answer is False: an error that only looks like an
    outage would hold up a queue for ever.
    """
    if isinstance(error, asyncpg.exceptions.QueryCanceledError):
        return False  # a statement of ours that runs too long is a fault of ours
    if isinstance(error, asyncpg.exceptions.InterfaceError):
        return any(words in str(error) for words in _GONE)
    # Plain OSError is what several failed addresses together raise; its subclasses are about files.
    return isinstance(error, (*_SERVER_SAYS, StoreUnavailable)) or type(error) in (OSError, socket.gaierror)
