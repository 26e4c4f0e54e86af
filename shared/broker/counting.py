"""Asking the broker how many consumers a queue has, on a connection that nothing else uses.

A question that times out leaves its channel in an unknown state, and the broker answers that by closing the whole
connection. So it is never asked on a connection that consumes or publishes.
"""

import asyncio

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError
from aiormq.exceptions import ChannelInvalidStateError

from shared.broker.interrupted import interruptions_told
from shared.broker.names import named

ANSWER_SECONDS = 5.0
LOST = (TimeoutError, AMQPError, ChannelInvalidStateError, ConnectionError, OSError, RuntimeError)


class ConsumerCounts:
    """Counts for the queues of one account. One question at a time."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._connection: AbstractConnection | None = None
        self._lock = asyncio.Lock()

    async def of(self, queue: str) -> int | None:
        """Return how many consumers the broker sees on ``queue``; None when it cannot be asked now."""
        async with self._lock:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    with interruptions_told():
                        return await self._ask(queue)
            except LOST:
                await self._drop()
                return None

    async def close(self) -> None:
        """Close the connection."""
        async with self._lock:
            await self._drop()

    async def _ask(self, queue: str) -> int:
        if self._connection is None or self._connection.is_closed:
            self._connection = await aio_pika.connect(named(self._url, self._name))
        channel = await self._connection.channel()
        declared = await channel.declare_queue(queue, passive=True)
        await channel.close()
        return int(declared.declaration_result.consumer_count or 0)

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None or connection.is_closed:
            return
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                with interruptions_told():
                    await connection.close()
        except LOST:
            return
