"""A queue is consumed in sets, nothing is acknowledged before it is processed, and a lost consumer comes back."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.broker.consumer import Taken
from shared.contracts.sending import Unavailable
from tests.broker.conftest import Broker
from tests.probe import eventually
from tests.proxy import Proxy

QUEUE = "review.routine"


class Worker:
    """Processes sets: notes them, and waits at ``gate`` or raises ``failure`` when told to."""

    def __init__(self) -> None:
        self.sets: list[list[bytes]] = []
        self.redelivered: list[bytes] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure: Exception | None = None
        self.attempts = 0

    async def __call__(self, messages: Sequence[Taken]) -> None:
        self.attempts += 1
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        self.sets.append([message.body for message in messages])
        self.redelivered += [message.body for message in messages if message.redelivered]

    @property
    def done(self) -> list[bytes]:
        return [body for each in self.sets for body in each]

    async def has(self, number: int) -> bool:
        return len(self.done) >= number


def bodies(number: int, *, start: int = 0) -> list[bytes]:
    """Return bodies that say their place."""
    return [str(place).encode() for place in range(start, start + number)]


async def emptied(broker: Broker, queue: str = QUEUE) -> None:
    """Wait until the broker has nothing of a queue left, unacknowledged messages included."""

    async def look() -> bool:
        found = await broker.queue(queue)
        return found.get("messages") == 0 and found.get("messages_unacknowledged") == 0

    await eventually(look, seconds=30, what=f"{queue} is empty and acknowledged")


async def test_what_waited_before_the_start_is_processed_in_order_and_acknowledged(broker: Broker) -> None:
    await broker.fill(QUEUE, bodies(300))
    worker = Worker()
    consumer = broker.consumer(QUEUE, worker, prefetch=50, limit=20)

    await consumer.start()
    await eventually(lambda: worker.has(300))
    await emptied(broker)

    assert worker.done == bodies(300)
    assert max(len(each) for each in worker.sets) <= 20
    assert consumer.live


async def test_no_more_than_the_prefetch_is_in_hand(broker: Broker) -> None:
    await broker.fill(QUEUE, bodies(100))
    worker = Worker()
    worker.gate.clear()
    await broker.consumer(QUEUE, worker, prefetch=7).start()

    async def in_hand() -> bool:
        return await broker.waiting(QUEUE) <= 93

    await eventually(in_hand)

    assert await broker.waiting(QUEUE) == 93
    worker.gate.set()
    await eventually(lambda: worker.has(100))


async def test_a_set_is_acknowledged_with_one_frame(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    frames: list[tuple[int, bool]] = []
    import aiormq

    real = aiormq.Channel.basic_ack

    async def basic_ack(self: aiormq.Channel, delivery_tag: int, multiple: bool = False, wait: bool = True) -> None:
        frames.append((delivery_tag, multiple))
        await real(self, delivery_tag, multiple=multiple, wait=wait)

    monkeypatch.setattr(aiormq.Channel, "basic_ack", basic_ack)
    await broker.fill(QUEUE, bodies(60))
    worker = Worker()

    await broker.consumer(QUEUE, worker, prefetch=60).start()
    await eventually(lambda: worker.has(60))
    await emptied(broker)

    assert len(frames) == len(worker.sets)
    assert frames[-1] == (60, True)


async def test_a_body_that_calls_itself_json_and_is_none_is_handed_over_too(broker: Broker) -> None:
    await broker.fill(QUEUE, [b"{not json", b"\xff\xfe"], content_type="application/json")
    worker = Worker()

    await broker.consumer(QUEUE, worker).start()
    await eventually(lambda: worker.has(2))

    assert worker.done == [b"{not json", b"\xff\xfe"]


async def test_while_the_database_is_away_messages_are_kept_and_then_processed(broker: Broker) -> None:
    await broker.fill(QUEUE, bodies(5))
    worker = Worker()
    worker.failure = Unavailable("away")
    consumer = broker.consumer(QUEUE, worker)
    await consumer.start()

    async def tried_twice() -> bool:
        return worker.attempts >= 2

    await eventually(tried_twice)
    assert consumer.paused
    worker.failure = None
    await eventually(lambda: worker.has(5))

    assert (worker.done, worker.redelivered, consumer.faults) == (bodies(5), [], 0)
    assert not consumer.paused


async def test_a_fault_of_ours_is_counted_and_loses_nothing(broker: Broker) -> None:
    await broker.fill(QUEUE, bodies(3))
    worker = Worker()
    worker.failure = ZeroDivisionError()
    consumer = broker.consumer(QUEUE, worker)
    await consumer.start()

    async def counted() -> bool:
        return consumer.faults >= 1

    await eventually(counted)
    worker.failure = None
    await eventually(lambda: worker.has(3))

    assert worker.done == bodies(3)


async def test_stopping_finishes_what_is_in_hand_and_repeats_nothing(broker: Broker) -> None:
    total, first, second = 400, Worker(), Worker()
    await broker.fill(QUEUE, bodies(total))
    first.gate.clear()
    consumer = broker.consumer(QUEUE, first, prefetch=30, limit=10)
    await consumer.start()

    async def busy() -> bool:
        return first.attempts == 1

    await eventually(busy)
    stopping = asyncio.create_task(consumer.stop())
    first.gate.set()
    await stopping
    assert 0 < len(first.done) < total
    await broker.consumer(QUEUE, second, prefetch=30).start()
    await eventually(lambda: second.has(total - len(first.done)))
    await emptied(broker)

    assert first.done + second.done == bodies(total)
    assert second.redelivered == []


async def test_a_rolling_restart_under_load_shows_no_redelivery(broker: Broker) -> None:
    workers = [Worker() for _ in range(5)]
    await broker.fill(QUEUE, bodies(3_000))
    for worker in workers:
        consumer = broker.consumer(QUEUE, worker, prefetch=100)
        await consumer.start()
        await eventually(lambda worker=worker: worker.has(50))
        await consumer.stop()
    rest = Worker()
    await broker.consumer(QUEUE, rest, prefetch=100).start()
    await eventually(lambda: rest.has(3_000 - sum(len(worker.done) for worker in workers)))

    everyone = [*workers, rest]
    assert [body for worker in everyone for body in worker.done] == bodies(3_000)
    assert [body for worker in everyone for body in worker.redelivered] == []


async def test_stopping_during_an_outage_gives_the_messages_back(broker: Broker) -> None:
    await broker.fill(QUEUE, bodies(5))
    worker, second = Worker(), Worker()
    worker.failure = Unavailable("away")
    consumer = broker.consumer(QUEUE, worker)
    await consumer.start()

    async def paused() -> bool:
        return consumer.paused

    await eventually(paused)
    await consumer.stop()
    await broker.consumer(QUEUE, second).start()
    await eventually(lambda: second.has(5))

    assert second.done == bodies(5)


async def test_urgent_overtakes_routine(broker: Broker) -> None:
    prefetch, backlog = 20, 1_000
    await broker.fill("review.routine", bodies(backlog))
    handled: list[str] = []

    async def slow(messages: Sequence[Taken]) -> None:
        for _ in messages:
            await asyncio.sleep(0.002)
            handled.append("routine")

    async def quick(messages: Sequence[Taken]) -> None:
        handled.extend("urgent" for _ in messages)

    await broker.consumer("review.routine", slow, prefetch=prefetch).start()
    await broker.consumer("review.urgent", quick, prefetch=prefetch).start()

    async def under_way() -> bool:
        return len(handled) > 50

    await eventually(under_way)
    before = len(handled)
    await broker.fill("review.urgent", [b"!"])
    arrived = len(handled)

    async def overtaken() -> bool:
        return "urgent" in handled

    await eventually(overtaken)
    assert handled.index("urgent") - arrived <= prefetch, f"arrived between {before} and {arrived}"
    assert len(handled) < backlog


async def test_a_queue_that_is_missing_is_waited_for(broker: Broker) -> None:
    await broker.management.call("DELETE", f"/api/queues/{broker.vhost}/{QUEUE}")
    worker = Worker()
    consumer = broker.consumer(QUEUE, worker)
    starting = asyncio.create_task(consumer.start())

    await _declare(broker)
    await starting
    await broker.fill(QUEUE, [b"here"])
    await eventually(lambda: worker.has(1))

    assert consumer.live


async def test_a_consumer_whose_queue_was_deleted_says_so_and_subscribes_again(broker: Broker) -> None:
    worker = Worker()
    consumer = broker.consumer(QUEUE, worker)
    await consumer.start()
    assert consumer.live

    await broker.management.call("DELETE", f"/api/queues/{broker.vhost}/{QUEUE}")

    async def dead() -> bool:
        return not consumer.live

    async def alive() -> bool:
        return consumer.live

    await eventually(dead)
    await _declare(broker)
    await eventually(alive, seconds=30)
    await broker.fill(QUEUE, [b"here"])
    await eventually(lambda: worker.has(1))


async def test_a_consumer_whose_connection_was_killed_subscribes_again(broker: Broker) -> None:
    worker = Worker()
    consumer = broker.consumer(QUEUE, worker)
    await consumer.start()

    async def killed() -> bool:
        return await broker.close_connections("shangda consumer") > 0

    async def alive() -> bool:
        return consumer.live

    await eventually(killed, seconds=30, what="the management API knows the connection")
    await eventually(alive, seconds=30)
    await broker.fill(QUEUE, bodies(3))
    await eventually(lambda: worker.has(3))


async def test_a_stalled_broker_is_not_called_live_and_what_was_in_hand_has_its_effect(broker: Broker) -> None:
    async with Proxy("127.0.0.1", broker.servers.amqp_port) as proxy:
        worker = Worker()
        consumer = broker.consumer(QUEUE, worker, port=proxy.port)
        await consumer.start()
        await broker.fill(QUEUE, bodies(3))
        await eventually(lambda: worker.has(3))

        await proxy.stall()

        async def dead() -> bool:
            return not consumer.live

        async def alive() -> bool:
            return consumer.live

        await eventually(dead, seconds=30)
        await proxy.restore()
        await eventually(alive, seconds=30)
        await broker.fill(QUEUE, bodies(1, start=3))
        await eventually(lambda: worker.has(4))
        await consumer.stop()


async def test_stopping_does_not_wait_for_a_broker_that_is_away(broker: Broker) -> None:
    async with Proxy("127.0.0.1", broker.servers.amqp_port) as proxy:
        await proxy.cut()
        consumer = broker.consumer(QUEUE, Worker(), port=proxy.port)
        starting = asyncio.create_task(consumer.start())
        await asyncio.sleep(0)

        async with asyncio.timeout(15):
            await consumer.stop()
            await starting

        assert not consumer.live


async def _declare(broker: Broker) -> None:
    path = f"/api/queues/{broker.vhost}/{QUEUE}"
    await broker.management.call("PUT", path, {"durable": True, "arguments": {"x-queue-type": "quorum"}})
