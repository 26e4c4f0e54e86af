"""Stopping loses nothing and repeats nothing: what is in hand is finished, and the next consumer sees the rest once."""

import asyncio

from deploy.local.ports import free_ports
from shared.broker.consumer import QueueConsumer
from shared.broker.counting import ConsumerCounts
from shared.contracts.sending import Unavailable
from tests.broker.conftest import Broker
from tests.broker.working import QUEUE, Worker, bodies, emptied
from tests.probe import eventually


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


async def test_a_consumer_stopped_before_its_broker_came_leaves_nothing_running() -> None:
    """A connection that goes on trying by itself would come up later and stand in for nobody."""
    (port,) = free_ports(1)
    url = f"amqp://nobody:nothing@127.0.0.1:{port}/none"
    before = asyncio.all_tasks()
    counts = ConsumerCounts(url, "counts")
    consumer = QueueConsumer(url, QUEUE, Worker(), counts=counts, prefetch=10)
    starting = asyncio.create_task(consumer.start())

    async def tried() -> bool:
        return len(asyncio.all_tasks() - before) > 2

    await eventually(tried)
    await consumer.stop()
    await starting
    await counts.close()

    async def at_rest() -> bool:
        return asyncio.all_tasks() <= before

    await eventually(at_rest, seconds=5, what="no task is left")
