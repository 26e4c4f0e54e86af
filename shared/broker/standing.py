"""How a consumer stands at the broker: what our end believes, what the broker says, and the remedy when they differ."""

import asyncio
import logging
from typing import Any

from aio_pika import RobustQueue
from faststream.rabbit import RabbitBroker

from shared.broker.counting import ConsumerCounts

WATCH_SECONDS = 2.0
LOST_AFTER_LOOKS = 3
_log = logging.getLogger(__name__)


class Standing:
    """One subscriber's consumer of ``queue``. ``seen``: the broker was seen to have a consumer there.

    ``counts`` says how many consumers the broker sees.
    """

    def __init__(self, broker: RabbitBroker, subscriber: Any, queue: str, counts: ConsumerCounts) -> None:
        self._broker, self._subscriber, self._queue, self._counts = broker, subscriber, queue, counts
        self.seen = False

    @property
    def believed(self) -> bool:
        """Whether our end believes in its consumer: the channel is open and the broker has not cancelled it."""
        queue, tag = self.consuming
        underlay = getattr(queue.channel, "_channel", None) if queue is not None else None
        return underlay is not None and not underlay.channel.is_closed and tag in underlay.channel.consumers

    @property
    def consuming(self) -> tuple[RobustQueue | None, str | None]:
        """The queue and the consumer's tag, as far as subscribing has come."""
        return self._subscriber._queue_obj, self._subscriber._consumer_tag

    async def watch(self, stopping: asyncio.Event) -> None:
        """Keep ``seen`` true to what the broker says; when a consumer stays lost, connect anew, until ``stopping``.

        aio-pika subscribes again by itself after a lost connection and a deleted queue; this is for when it does not.
        """
        missing = 0
        while not stopping.is_set():
            await pause(stopping, WATCH_SECONDS)
            connection = self._connection
            if connection is None or not connection.connected.is_set() or stopping.is_set():
                self.seen = False
                continue
            consumers = await self._counts.of(self._queue)
            self.seen = bool(consumers)
            lost = consumers is not None and (consumers == 0 or not self.believed)
            missing = missing + 1 if lost else 0
            if missing >= LOST_AFTER_LOOKS:
                _log.warning("consumer lost, connecting again", extra={"queue": self._queue})
                missing = 0
                await self.connect_again()

    async def connect_again(self) -> None:
        """Close the connection underneath; aio-pika opens another and subscribes."""
        transport = getattr(self._connection, "transport", None)
        if transport is not None:
            await asyncio.gather(transport.connection.close(), return_exceptions=True)

    @property
    def _connection(self) -> Any:
        return getattr(self._broker, "_connection", None)


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait for ``seconds``, or until ``stopping``."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
