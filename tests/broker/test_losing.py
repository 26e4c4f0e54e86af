"""A consumer that was lost says so and comes back by itself, whatever was lost: queue, connection or broker."""

import asyncio
from collections.abc import Sequence

import pytest
from aio_pika.abc import AbstractIncomingMessage

from shared.broker.acknowledging import Acknowledging
from tests.broker.conftest import Broker
from tests.broker.working import QUEUE, Worker, bodies, emptied
from tests.probe import eventually
from tests.proxy import Proxy


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


async def test_a_connection_lost_while_a_set_is_at_work_ends_no_work(broker: Broker) -> None:
    """Promise 2: what was in hand is processed, cannot be acknowledged, and comes again; what follows is consumed."""
    worker = Worker()
    worker.gate.clear()
    consumer = broker.consumer(QUEUE, worker)
    await consumer.start()
    await broker.fill(QUEUE, bodies(3))

    async def at_work() -> bool:
        return worker.attempts > 0

    async def killed() -> bool:
        return await broker.close_connections("shangda consumer") > 0

    async def come_again() -> bool:
        return consumer._inbound.qsize() >= 3

    await eventually(at_work)
    await eventually(killed, seconds=30, what="the management API knows the connection")
    await eventually(come_again, seconds=30)
    worker.gate.set()
    await emptied(broker)
    await broker.fill(QUEUE, bodies(3, start=3))
    await eventually(lambda: worker.has(6))
    await emptied(broker)

    assert set(worker.done) == set(bodies(6))
    assert consumer.live
    assert consumer.faults == 0


async def test_a_fault_while_acknowledging_ends_no_work(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 2: whatever goes wrong there, the set comes again over a new connection and the queue moves on."""
    worker = Worker()
    consumer = broker.consumer(QUEUE, worker)
    await consumer.start()
    settle = Acknowledging.settle
    faults = [ValueError("a fault of ours")]

    async def settled(self: Acknowledging, batch: Sequence[AbstractIncomingMessage]) -> None:
        if faults:
            raise faults.pop()
        await settle(self, batch)

    monkeypatch.setattr(Acknowledging, "settle", settled)
    await broker.fill(QUEUE, bodies(3))
    await emptied(broker)

    assert set(worker.done) == set(bodies(3))
    assert consumer.faults == 1


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


async def test_a_consumer_that_the_broker_does_not_have_connects_anew_though_our_end_believes_in_it(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Promise 6: readiness alone heals nothing."""
    monkeypatch.setattr("shared.broker.standing.WATCH_SECONDS", 0.05)
    worker = Worker()
    consumer = broker.consumer(QUEUE, worker)
    await consumer.start()
    asked = consumer._standing._counts.of
    gone = True

    async def none_or_true(queue: str) -> int | None:
        return 0 if gone else await asked(queue)

    async def connected_anew() -> bool:
        return any("consumer lost" in each.getMessage() for each in caplog.records)

    monkeypatch.setattr(consumer._standing._counts, "of", none_or_true)
    await eventually(connected_anew)
    gone = False

    await broker.fill(QUEUE, bodies(3))
    await eventually(lambda: worker.has(3), seconds=30)


async def test_a_consumer_whose_work_ended_is_not_live(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    """Promise 6: messages that nobody takes up are no open door."""
    consumer = broker.consumer(QUEUE, Worker())
    await consumer.start()
    assert consumer.live

    work, _ = consumer._tasks
    work.cancel()
    await asyncio.wait([work])

    assert not consumer.live
    assert "consuming ended" in caplog.text


async def _declare(broker: Broker) -> None:
    path = f"/api/queues/{broker.vhost}/{QUEUE}"
    await broker.management.call("PUT", path, {"durable": True, "arguments": {"x-queue-type": "quorum"}})
