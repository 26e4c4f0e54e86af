"""Consuming one queue with FastStream: everything in hand is processed as a set and acknowledged with one frame.

FastStream's defaults that are overridden here, and nowhere else: classic queues, no prefetch, its acknowledgement
policies, its decoder, its order of stopping. See docs/decisions for the reasons.
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

from shared.broker.acknowledging import Acknowledging
from shared.broker.counting import ConsumerCounts
from shared.broker.interrupted import interruptions_told
from shared.broker.names import named
from shared.broker.standing import Standing, pause
from shared.broker.tolerating import tolerate
from shared.contracts.sending import Unavailable

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 3.0
STOP_SECONDS = 5.0
QUIET_SECONDS = 0.1
RETRY_SECONDS = 1.0
_LOST = (AMQPError, ChannelInvalidStateError, ConnectionError, OSError, RuntimeError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Taken:
    """One message as it came."""

    body: bytes
    headers: dict[str, Any]
    routing_key: str
    redelivered: bool


tolerate()
Process = Callable[[Sequence[Taken]], Awaitable[None]]
_log = logging.getLogger(__name__)


async def _undecoded(message: RabbitMessage) -> RabbitMessage:
    """Hand over the message as it is: FastStream would drop what calls itself JSON and is none, unsettled, unseen."""
    return message


class QueueConsumer:
    """Consumes one queue on a connection of its own.

    ``process`` gets the messages in hand, at most ``limit``; when it returns, they are acknowledged. When it raises
    Unavailable nothing is acknowledged and the same messages are tried again after a growing pause; any other
    exception is a fault of ours: it is logged, counted in ``faults`` and treated the same way, so nothing is lost.
    ``counts`` says how many consumers the broker sees. ``redelivered`` counts what the broker gave to a consumer
    before and got no acknowledgement for: after a crash or a lost connection, never after a stop.
    """

    def __init__(
        self, url: str, queue: str, process: Process, *, counts: ConsumerCounts, prefetch: int, limit: int = 100
    ) -> None:
        self.queue, self._process = queue, process
        self._prefetch, self._limit = prefetch, limit
        self._inbound: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self._acknowledging = Acknowledging(queue)
        self._broker = RabbitBroker(
            named(url, f"shangda consumer {queue}"),
            logger=None,
            apply_types=False,
            decoder=_undecoded,
            reconnect_interval=1.0,
        )
        self._subscriber = self._broker.subscriber(
            RabbitQueue(queue, declare=False),
            channel=Channel(prefetch_count=prefetch),
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
        )
        self._subscriber(self._take)
        self._standing = Standing(self._broker, self._subscriber, queue, counts)
        self._stopping = asyncio.Event()  # no new attempts
        self._cancelled = asyncio.Event()  # no more messages will come
        self._tasks: list[asyncio.Task[None]] = []
        self._arrived = 0.0
        self.faults, self.redelivered = 0, 0
        self.paused = False

    @property
    def live(self) -> bool:
        """Whether this very consumer stands at the broker: the connection is open, and the broker was seen to have it.

        A stalled broker is noticed within a few seconds, a lost connection or a cancelled consumer at once; and whether
        anybody still works on what comes.
        """
        standing = self._standing.seen and self._standing.believed
        return standing and not any(task.done() for task in self._tasks)

    async def start(self) -> None:
        """Begin to subscribe, and wait until it is done or ``stop`` is called. Waits while the broker is away."""
        self._tasks = [
            asyncio.create_task(self._work(), name=f"work {self.queue}"),
            asyncio.create_task(self._standing.watch(self._stopping), name=f"watch {self.queue}"),
        ]
        for task in self._tasks:
            task.add_done_callback(self._ended)
        await self._subscribe()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Say so when work ends that nobody asked to end: readiness turns false by itself."""
        if not self._stopping.is_set():
            why = "cancelled" if task.cancelled() else repr(task.exception())
            _log.error("consuming ended", extra={"queue": self.queue, "task": task.get_name(), "why": why})

    async def stop(self) -> None:
        """Cancel the consumer, finish what is in hand, then close: nothing is lost and nothing repeated."""
        self._standing.seen = False
        self._stopping.set()
        await self._cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                with interruptions_told():
                    await self._broker.stop()
        except _LOST as error:
            _log.info("connection gone before it was closed", extra={"queue": self.queue, "why": repr(error)})

    async def _take(self, message: RabbitMessage) -> None:
        self._acknowledging.came(message.raw_message)
        self.redelivered += bool(message.raw_message.redelivered)
        self._inbound.put_nowait(message.raw_message)
        self._arrived = asyncio.get_running_loop().time()

    async def _work(self) -> None:
        while batch := await self._next_batch():
            if await self._process_until_done(batch):
                await self._settle(batch)

    async def _settle(self, batch: Sequence[AbstractIncomingMessage]) -> None:
        """Acknowledge a processed set. On a fault of ours connect anew: the set comes again, the inbox drops it."""
        try:
            await self._acknowledging.settle(batch)
        except Exception:
            self.faults += 1
            _log.exception("acknowledging failed, connecting again", extra={"queue": self.queue})
            await self._standing.connect_again()

    async def _next_batch(self) -> list[AbstractIncomingMessage]:
        """Wait for a message, take all that is in hand with it. Empty when stopping and nothing is in hand."""
        batch: list[AbstractIncomingMessage] = []
        if self._inbound.empty():
            getting = asyncio.ensure_future(self._inbound.get())
            stopping = asyncio.ensure_future(self._cancelled.wait())
            await asyncio.wait((getting, stopping), return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if getting.done():
                batch.append(getting.result())
            else:
                getting.cancel()
        while len(batch) < self._limit and not self._inbound.empty():
            batch.append(self._inbound.get_nowait())
        return batch

    async def _process_until_done(self, batch: Sequence[AbstractIncomingMessage]) -> bool:
        """Process; during an outage, pause and try again. False when stopping: the broker keeps the messages."""
        taken = [
            Taken(message.body, dict(message.headers), message.routing_key or "", bool(message.redelivered))
            for message in batch
        ]
        delay = FIRST_PAUSE_SECONDS
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
            await pause(self._stopping, delay)
            delay = min(delay * 2, LONGEST_PAUSE_SECONDS)

    async def _subscribe(self) -> None:
        """Connect and subscribe; when the queue is missing or the broker away, try again until stopping."""
        # FastStream drops what arrives between the broker's consent and the end of its own start, unless it believes
        # that it runs already.
        self._subscriber.running = True
        while not self._stopping.is_set():
            starting = asyncio.ensure_future(self._broker.start())
            stopping = asyncio.ensure_future(self._stopping.wait())
            await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not starting.done():
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
                return
            lost = ConnectionResetError("the connection went away")  # which cancels what waits for it
            error = lost if starting.cancelled() else starting.exception()
            if error is None:
                self._standing.seen = True
                return
            if not isinstance(error, _LOST):
                raise error
            _log.warning("queue not reached", extra={"queue": self.queue, "why": repr(error)})
            await pause(self._stopping, RETRY_SECONDS)

    async def _cancel(self) -> None:
        """Tell the broker to send no more, at a moment when nothing is on its way.

        A quorum queue takes back what is on its way to a consumer that cancels, and would mark it as redelivered. So
        acknowledgements, which make it send more, wait until it has sent all it may, or has nothing to send.
        """
        queue, tag = self._standing.consuming
        self._acknowledging.hold()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                if self._standing.believed and queue is not None and tag is not None:
                    await self._until_nothing_comes()
                    with interruptions_told():
                        channel: Any = await queue.channel.get_underlay_channel()
                        # aiormq would drop what comes behind the broker's consent.
                        channel.consumers = _StillListening(channel.consumers)
                        await queue.cancel(tag)
                        await channel.basic_qos(prefetch_count=1)  # its answer comes after the last delivery
        except _LOST as error:
            _log.info("consumer gone before it was cancelled", extra={"queue": self.queue, "why": repr(error)})
        # Deliveries become tasks in tasks; each level needs one round of the loop to reach ``_take``.
        for _ in range(10):
            await asyncio.sleep(0)
        self._cancelled.set()
        await self._acknowledging.release()

    async def _until_nothing_comes(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while self._acknowledging.in_hand < self._prefetch:
            quiet = loop.time() - max(self._arrived, begun)
            if quiet >= QUIET_SECONDS or loop.time() - begun >= STOP_SECONDS / 2:
                return
            await asyncio.sleep(QUIET_SECONDS - quiet)


class _StillListening(dict[str, Any]):
    """Consumers of a channel that are kept when the broker confirms that they were cancelled."""

    def pop(self, *_: Any) -> None:
        """Keep it: ``stop`` closes the whole connection a moment later."""
