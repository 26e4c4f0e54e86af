"""One service at work: consumers and relays for its lanes, its timers, and what it knows about its own readiness."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from shared.broker.consumer import QueueConsumer, Taken
from shared.broker.counting import ConsumerCounts
from shared.broker.publisher import ConfirmedPublisher
from shared.contracts.addresses import lanes_of, queue_name
from shared.contracts.delivery import take
from shared.contracts.sending import Unavailable
from shared.contracts.vocabulary import Lane, Service
from shared.process.service import RawQueue, ServiceParts, Timer
from shared.process.settings import BrokerSettings
from shared.store.failures import is_outage
from shared.store.holding import retry_deferred
from shared.store.inbox import Inbox
from shared.store.listening import listen
from shared.store.observing import Observer
from shared.store.relay import Relay
from shared.store.store import Store
from shared.timekeeping.clocks import Clock, ManualClock, SkewedClock

RETRY_SECONDS = 1.0
_log = logging.getLogger(__name__)


def amqp_url(broker: BrokerSettings, service: Service) -> str:
    """Return the address with which a service reaches its site's broker."""
    login = broker.logins[service]
    return (
        f"amqp://{quote(login.user)}:{quote(login.password)}@{broker.host}:{broker.port}/{quote(broker.vhost, safe='')}"
    )


@dataclass(slots=True)
class HostedService:
    """A service in this process. ``prepare`` and ``start`` it once; ``stop`` finishes what is in hand and closes."""

    parts: ServiceParts
    store: Store
    inbox: Inbox
    broker: BrokerSettings
    observer: Observer
    clock: Clock
    prefetch: int
    consumers: list[QueueConsumer] = field(default_factory=list)
    relays: list[Relay] = field(default_factory=list)
    _publishers: list[ConfirmedPublisher] = field(default_factory=list)
    _counts: ConsumerCounts | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _started: bool = False

    async def prepare(self) -> None:
        """Do what needs the database alone; afterwards the service may be asked over HTTP."""
        for hook in self.parts.on_start:
            await hook()
        # What an older version could not understand may be plain to this one.
        await retry_deferred(self.store)

    async def start(self) -> None:
        """Subscribe to every queue, start relays and timers. Waits for a broker that is away."""
        url = amqp_url(self.broker, self.parts.service)
        for lane in Lane:
            publisher = ConfirmedPublisher(url, f"shangda relay {self.parts.service}.{lane}")
            relay = Relay(self.store, lane, publisher.publish, self.observer)
            self._publishers.append(publisher)
            self.relays.append(relay)
            self._spawn(relay.run(self._stopping), f"relay {lane}")
        self._spawn(listen(self.store, self._stopping, self.parts.hearing), "listen")
        self._spawn(self._every(Timer("retry", RETRY_SECONDS, self.inbox.retry_one)), "retry")
        for timer in self.parts.timers:
            self._spawn(self._every(timer), timer.name)
        self._counts = ConsumerCounts(url, f"shangda counts {self.parts.service}")
        self.consumers = [
            *(self._chain_consumer(url, lane) for lane in lanes_of(self.parts.service)),
            *(self._raw_consumer(url, raw) for raw in self.parts.raw_queues),
        ]
        await asyncio.gather(*(consumer.start() for consumer in self.consumers))
        self._started = True

    async def stop(self) -> None:
        """Take no more messages, finish those in hand, send what they announced, close."""
        await asyncio.gather(*(consumer.stop() for consumer in self.consumers))
        self._stopping.set()
        self.store.bell.ring()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(publisher.close() for publisher in self._publishers))
        if self._counts is not None:
            await self._counts.close()
        await self.store.pool.close()

    async def doors(self) -> dict[str, bool]:
        """Return, per door, whether it works now: every queue consumed, relays moving, database answering."""
        doors = {f"queue {consumer.queue}": consumer.live and not consumer.paused for consumer in self.consumers}
        doors |= {f"relay {relay.lane}": relay.moving for relay in self.relays}
        doors["started"] = self._started
        doors["database"] = await self._database_answers()
        doors["tasks"] = not any(task.done() for task in self._tasks)
        return doors

    def _chain_consumer(self, url: str, lane: Lane) -> QueueConsumer:
        queue = queue_name(self.parts.service, lane)

        async def process(messages: Sequence[Taken]) -> None:
            await self.inbox.process(
                [take(message.body, message.headers, queue, self.parts.service) for message in messages]
            )

        return QueueConsumer(url, queue, process, counts=self._counting, prefetch=self.prefetch)

    def _raw_consumer(self, url: str, raw: RawQueue) -> QueueConsumer:
        async def process(messages: Sequence[Taken]) -> None:
            await raw.read([(message.body, message.headers, message.routing_key) for message in messages])

        return QueueConsumer(url, raw.queue, process, counts=self._counting, prefetch=self.prefetch)

    @property
    def _counting(self) -> ConsumerCounts:
        assert self._counts is not None
        return self._counts

    async def _every(self, timer: Timer) -> None:
        """Run a timer until stopping: at its pace, and at once when the business clock was moved."""
        while not self._stopping.is_set():
            try:
                more = True
                while more and not self._stopping.is_set():
                    more = await timer.run()
            except Unavailable as error:
                _log.warning("timer waits", extra={"timer": timer.name, "why": str(error)})
            except Exception as error:
                # A pass that failed is run again at the next beat; what it claims is claimed again.
                level = logging.WARNING if is_outage(error) else logging.ERROR
                _log.log(level, "timer failed", extra={"timer": timer.name}, exc_info=error)
            await self._rest(timer)

    async def _rest(self, timer: Timer) -> None:
        """Wait until a timer's next beat, until stopping, or until the business clock it depends on was moved."""
        waits: list[asyncio.Future[object]] = [asyncio.ensure_future(self._stopping.wait())]
        if timer.business:
            waits.append(asyncio.ensure_future(_moved(self.clock)))
        try:
            await asyncio.wait(waits, timeout=timer.every_seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(2), self.store.reading() as connection:
                await connection.fetchval("SELECT 1")
        except Exception as error:
            if isinstance(error, TimeoutError) or is_outage(error):
                return False
            raise
        return True

    def _spawn(self, work: Awaitable[None], name: str) -> None:
        self._tasks.append(asyncio.ensure_future(_logged(work, f"{self.parts.service} {name}")))


async def _moved(clock: Clock) -> None:
    """Return when a clock that can be moved has been moved; a machine's clock never is."""
    if isinstance(clock, ManualClock | SkewedClock):
        await clock.changed()
    else:
        await asyncio.Event().wait()


async def _logged(work: Awaitable[None], name: str) -> None:
    """Run background work; when it dies of a fault of ours, say so: readiness turns false by itself."""
    try:
        await work
    except Exception:
        _log.exception("background work died", extra={"work": name})
        raise
