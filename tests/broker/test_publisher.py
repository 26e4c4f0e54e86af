"""A publish is not done until it is confirmed and routed, and what was not done is told apart."""

import asyncio
import contextlib

import pytest

from shared.contracts.sending import BrokerUnavailable, Outcome
from tests.broker.conftest import Broker, event
from tests.proxy import Proxy

RETURNED, SIGNED, READ_BY_NOBODY = "routine.report.returned.v1", "urgent.report.signed.v1", "routine.report.reviewed.v1"
FORBIDDEN = "routine.report.adopted.v1"


async def test_a_confirmed_message_is_in_every_readers_queue(broker: Broker) -> None:
    assert await broker.publisher().publish([event(RETURNED, b"one")]) == [Outcome.CONFIRMED]

    for queue in ("intake.routine", "review.routine", "portal.routine", "forwarding.routine"):
        assert await broker.left(queue) == [b"one"]


async def test_an_unroutable_message_is_told_from_its_confirmed_neighbours(broker: Broker) -> None:
    outcomes = await broker.publisher().publish([event(RETURNED), event(READ_BY_NOBODY), event(SIGNED)])

    assert outcomes == [Outcome.CONFIRMED, Outcome.UNROUTABLE, Outcome.CONFIRMED]


async def test_a_missing_exchange_refuses_its_own_message_and_no_other(broker: Broker) -> None:
    publisher = broker.publisher("forwarding")
    good = "urgent.report.arrived.v1"

    outcomes = await publisher.publish(
        [event(good, b"1"), event("to.linjiang.urgent", exchange="nowhere"), event(good, b"2")]
    )

    assert outcomes[1] is Outcome.REFUSED
    assert (outcomes[0], outcomes[2]) == (Outcome.CONFIRMED, Outcome.CONFIRMED)
    assert set(await broker.left("review.urgent")) == {b"1", b"2"}


async def test_a_forbidden_routing_key_refuses_its_own_message_and_no_other(broker: Broker) -> None:
    messages = [event(RETURNED, str(number).encode()) for number in range(20)]
    messages.insert(10, event(FORBIDDEN, b"forbidden"))

    outcomes = await broker.publisher().publish(messages)

    assert outcomes[10] is Outcome.REFUSED
    assert set(outcomes[:10] + outcomes[11:]) == {Outcome.CONFIRMED}
    assert b"forbidden" not in await broker.left("review.routine")


async def test_a_publisher_goes_on_after_a_refusal(broker: Broker) -> None:
    publisher = broker.publisher()
    await publisher.publish([event(FORBIDDEN)])

    assert await publisher.publish([event(RETURNED)]) == [Outcome.CONFIRMED]


async def test_a_stalled_broker_gives_unknown_after_the_time_out_and_works_again_after(broker: Broker) -> None:
    async with Proxy("127.0.0.1", broker.servers.amqp_port) as proxy:
        publisher = broker.publisher(port=proxy.port, seconds=0.3)
        assert await publisher.publish([event(RETURNED)]) == [Outcome.CONFIRMED]

        await proxy.stall()
        assert await publisher.publish([event(RETURNED)]) == [Outcome.UNKNOWN]
        await proxy.restore()

        assert await publisher.publish([event(RETURNED)]) == [Outcome.CONFIRMED]
        await publisher.close()


async def test_a_batch_on_a_stalled_broker_waits_one_time_out_and_not_one_for_each(broker: Broker) -> None:
    async with Proxy("127.0.0.1", broker.servers.amqp_port) as proxy:
        publisher = broker.publisher(port=proxy.port, seconds=0.3)
        await publisher.publish([event(RETURNED)])

        await proxy.stall()
        async with asyncio.timeout(20):
            outcomes = await publisher.publish([event(RETURNED) for _ in range(200)])

        assert set(outcomes) == {Outcome.UNKNOWN}
        await proxy.restore()
        await publisher.close()


async def test_a_broker_out_of_reach_is_told_at_once_and_the_next_batch_after_it_is_back_connects_anew(
    broker: Broker,
) -> None:
    async with Proxy("127.0.0.1", broker.servers.amqp_port) as proxy:
        publisher = broker.publisher(port=proxy.port, seconds=5)
        await publisher.publish([event(RETURNED)])

        await proxy.cut()
        for _ in range(2):  # the first may be under way before the connection is known to be lost
            with contextlib.suppress(BrokerUnavailable):
                assert await publisher.publish([event(RETURNED)]) == [Outcome.UNKNOWN]
        with pytest.raises(BrokerUnavailable):
            await publisher.publish([event(RETURNED)])
        await proxy.restore()

        assert await publisher.publish([event(RETURNED)]) == [Outcome.CONFIRMED]
        await publisher.close()


async def test_every_queue_and_message_is_of_the_kind_that_survives(broker: Broker) -> None:
    """That such messages outlive a killed broker is shown in tests/deploy/test_local_stack.py."""
    await broker.publisher().publish([event(RETURNED, b"kept")])

    for queue in await broker.management.queues(broker.vhost):
        assert (queue["arguments"]["x-queue-type"], queue["durable"]) == ("quorum", True), queue["name"]
    path = f"/api/queues/{broker.vhost}/intake.routine/get"
    taken = await broker.management.call("POST", path, {"count": 1, "ackmode": "ack_requeue_false", "encoding": "auto"})
    assert taken[0]["properties"]["delivery_mode"] == 2
    assert taken[0]["properties"]["content_type"] == "application/cloudevents+json"
