"""A queue is consumed in sets, nothing is acknowledged before it is processed, and urgent overtakes routine."""

import asyncio
from collections.abc import Sequence

import aiormq
import pytest

from shared.broker.consumer import Taken
from shared.contracts.sending import Unavailable
from tests.broker.conftest import Broker
from tests.broker.working import QUEUE, Worker, bodies, emptied
from tests.probe import eventually


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
