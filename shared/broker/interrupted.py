"""Telling a connection that went away from a request to stop.

When a connection dies, aiormq cancels what waits for its frames, and the waiter sees CancelledError: the same as when
the waiting task itself was asked to stop. Taken for that, it ends the task without a word, and a queue stands still.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interruptions_told() -> Iterator[None]:
    """Turn a CancelledError that nobody asked this task for into ConnectionResetError."""
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise ConnectionResetError("the connection went away") from error
