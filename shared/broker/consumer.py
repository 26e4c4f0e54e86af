"""Consuming one queue with FastStream: everything in hand is processed as a set and acknowledged with one frame.

FastStream's defaults that are overridden here, and nowhere else: classic queues, no prefetch, its acknowledgement
policies, its parser. See docs/decisions for the reasons.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from faststream.rabbit.annotations import RabbitMessage

from shared.contracts.sending import Unavailable

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 3.0
WATCH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Taken:
    """One message as it came."""

    body: bytes
    headers: dict[str, Any]
    routing_key: str
    redelivered: bool


Process = Callable[[Sequence[Taken]], Awaitable[None]]
_log = logging.getLogger(__name__)


class QueueConsumer:
    """Consumes one queue on a connection of its own.

    ``process`` gets the messages in hand, at most ``limit``; when it returns, they are acknowledged. When it raises
    Unavailable nothing is acknowledged and the same messages are tried again after a growing pause; any other
    exception is a fault of ours: it is logged, counted in ``faults`` and treated the same way, so nothing is lost.
    """

    def __init__(self, url: str, queue: str, process: Process, *, prefetch: int, limit: int = 100) -> None:
        self.queue, self._process, self._limit = queue, process, limit
        self._inbound: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self._broker = RabbitBroker(
            url,
            logger=None,
            apply_types=False,
            reconnect_interval=1.0,
            fail_fast=False,
            client_properties={"connection_name": f"shangda consumer {queue}"},  # type: ignore[arg-type]
        )
        self._subscriber = self._broker.subscriber(
            RabbitQueue(queue, declare=False),
            channel=Channel(prefetch_count=prefetch),
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            decoder=_as_it_came,
        )
        self._subscriber(self._take)
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.faults = 0
        self.paused = False
        self.live = False

    async def start(self) -> None:
        """Connect, subscribe and begin. Waits while the broker is away."""
        await self._subscribe()
        self._tasks = [
            asyncio.create_task(self._work(), name=f"work {self.queue}"),
            asyncio.create_task(self._watch(), name=f"watch {self.queue}"),
        ]

    async def stop(self) -> None:
        """Cancel the consumer, finish what is in hand, then close: nothing is lost and nothing repeated."""
        self.live = False
        watch = self._tasks[1] if self._tasks else None
        if watch is not None:
            watch.cancel()
        await self._cancel()
        self._stopping.set()
        for task in self._tasks:
            await asyncio.gather(task, return_exceptions=True)
        await self._broker.stop()

    async def _take(self, message: RabbitMessage) -> None:
        self._inbound.put_nowait(message.raw_message)

    async def _work(self) -> None:
        while True:
            batch = await self._next_batch()
            if not batch:
                return
            if await self._process_until_done(batch):
                await self._acknowledge(batch)

    async def _next_batch(self) -> list[AbstractIncomingMessage]:
        """Wait for a message, take all that is in hand with it. Empty when stopping and nothing is in hand."""
        if self._inbound.empty():
            getting = asyncio.ensure_future(self._inbound.get())
            stopping = asyncio.ensure_future(self._stopping.wait())
            await asyncio.wait((getting, stopping), return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not getting.done():
                getting.cancel()
                return []
            batch = [getting.result()]
        else:
            batch = [self._inbound.get_nowait()]
        while len(batch) < self._limit and not self._inbound.empty():
            batch.append(self._inbound.get_nowait())
        return batch

    async def _process_until_done(self, batch: Sequence[AbstractIncomingMessage]) -> bool:
        """Process; during an outage, pause and try again. False when stopping: the broker keeps the messages."""
        taken = [
            Taken(message.body, dict(message.headers), message.routing_key or "", bool(message.redelivered))
            for message in batch
        ]
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._process(taken)
            except Unavailable as error:
                _log.warning("consuming paused", extra={"queue": self.queue, "why": str(error)})
            except Exception:
                self.faults += 1
                _log.exception("consuming failed", extra={"queue": self.queue})
            else:
                self.paused = False
                return True
            self.paused = True
            if self._stopping.is_set():
                return False
            await _pause(self._stopping, pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _acknowledge(self, batch: Sequence[AbstractIncomingMessage]) -> None:
        """Acknowledge a set. Messages of a channel that is gone come again, and the inbox drops them."""
        tags: dict[int, list[AbstractIncomingMessage]] = {}
        for message in batch:
            tags.setdefault(id(message.channel), []).append(message)
        for messages in tags.values():
            channel = messages[0].channel
            if channel.is_closed:
                continue
            try:
                # Deliveries are handed over in the order of their tags and this task is the only one that settles
                # them, so the last tag stands for all before it.
                await channel.basic_ack(max(_tag(message) for message in messages), multiple=True)
            except (AMQPError, ChannelInvalidStateError, ConnectionError, RuntimeError) as error:
                _log.info("acknowledgement lost with its channel", extra={"queue": self.queue, "why": repr(error)})

    async def _subscribe(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._broker.start()
            except (AMQPError, ConnectionError, OSError, RuntimeError) as error:
                _log.warning("queue not reached", extra={"queue": self.queue, "why": repr(error)})
                await _pause(self._stopping, 1.0)
            else:
                self.live = True
                return

    async def _cancel(self) -> None:
        try:
            await self._subscriber.stop()
        except (AMQPError, ChannelInvalidStateError, ConnectionError, RuntimeError) as error:
            _log.info("consumer gone before it was cancelled", extra={"queue": self.queue, "why": repr(error)})

    async def _watch(self) -> None:
        """Keep ``live`` true to what the broker says, and subscribe again when the consumer was lost."""
        while not self._stopping.is_set():
            await _pause(self._stopping, WATCH_SECONDS)
            consumers = await self._consumers()
            self.live = bool(consumers)
            if consumers == 0:
                _log.warning("consumer lost, subscribing again", extra={"queue": self.queue})
                await self._cancel()
                try:
                    await self._subscriber.start()
                except (AMQPError, ConnectionError, OSError, RuntimeError) as error:
                    _log.warning("subscribing failed", extra={"queue": self.queue, "why": repr(error)})

    async def _consumers(self) -> int | None:
        """Return how many consumers the broker sees on the queue; None when it cannot be asked now."""
        connection = getattr(self._broker, "_connection", None)
        if connection is None or connection.is_closed or not connection.connected.is_set():
            return None
        try:
            async with asyncio.timeout(WATCH_SECONDS):
                async with connection.channel() as channel:
                    queue = await channel.declare_queue(self.queue, passive=True)
                    return int(queue.declaration_result.consumer_count or 0)
        except (TimeoutError, AMQPError, ChannelInvalidStateError, ConnectionError, RuntimeError):
            return None


async def _as_it_came(message: RabbitMessage) -> RabbitMessage:
    """Hand the message itself to the handler: decoding is ours, so that what is not JSON is parked with its cause."""
    return message


def _tag(message: AbstractIncomingMessage) -> int:
    tag = message.delivery_tag
    assert tag is not None
    return tag


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
