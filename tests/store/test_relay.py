"""A message leaves the outbox when the broker has confirmed it, and for no other reason."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.contracts.identifiers import ReportId
from shared.contracts.sending import BrokerUnavailable, Outcome, Outgoing
from shared.contracts.vocabulary import Lane, Service
from shared.store.failures import StoreUnavailable
from shared.store.listening import listen
from shared.store.relay import FIRST_DELAY, Relay
from shared.store.store import Bell
from shared.store.unit import Message
from tests.conftest import OpenStore
from tests.probe import eventually
from tests.store.noting import Desk, returned
from tests.store.test_outages import END_OTHERS

WAITING = "SELECT routing_key, attempts, last_outcome FROM outbox_pending ORDER BY seq"


class Broker:
    """Answers as it is told: ``answers`` by routing key, CONFIRMED for the rest; ``failure`` is raised first."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.answers: dict[str, Outcome] = {}
        self.failure: Exception | None = None
        self.asked = asyncio.Event()

    async def publish(self, messages: Sequence[Outgoing]) -> list[Outcome]:
        self.asked.set()
        if self.failure is not None:
            raise self.failure
        self.sent += messages
        await asyncio.sleep(0)
        return [self.answers.get(message.routing_key, Outcome.CONFIRMED) for message in messages]

    @property
    def keys(self) -> list[str]:
        return [message.routing_key for message in self.sent]


async def send(desk: Desk, *keys: str, lane: Lane = Lane.ROUTINE) -> None:
    """Put a message per routing key into the outbox."""
    async with desk.store.unit() as unit:
        for key in keys:
            unit.send(Message(lane, "exchange", key, {}, key.encode()))


async def test_what_is_confirmed_is_forgotten_and_what_is_not_stays(desk: Desk) -> None:
    broker = Broker()
    broker.answers = {"lost": Outcome.UNROUTABLE, "no": Outcome.REFUSED, "silence": Outcome.UNKNOWN}
    await send(desk, "good", "lost", "no", "silence", "fine")

    assert await Relay(desk.store, Lane.ROUTINE, broker.publish).pass_once() == 5

    async with desk.store.reading() as connection:
        rows = await connection.fetch(WAITING)
    assert [tuple(row) for row in rows] == [("lost", 1, "unroutable"), ("no", 1, "refused"), ("silence", 1, "unknown")]


async def test_what_was_not_confirmed_is_tried_again_after_growing_delays(desk: Desk) -> None:
    broker, relay = Broker(), None
    broker.answers = {"no": Outcome.REFUSED}
    relay = Relay(desk.store, Lane.ROUTINE, broker.publish)
    await send(desk, "no")
    await relay.pass_once()

    delay = FIRST_DELAY
    for _ in range(3):
        desk.machine.advance(delay - timedelta(milliseconds=1))
        assert await relay.pass_once() == 0
        desk.machine.advance(timedelta(milliseconds=1))
        assert await relay.pass_once() == 1
        delay *= 2
    desk.machine.advance(timedelta(days=1))
    broker.answers = {}
    await relay.pass_once()

    assert broker.keys == ["no"] * 5
    assert await desk.count("outbox_pending") == 0


async def test_one_refused_message_does_not_hold_up_the_others(desk: Desk) -> None:
    broker = Broker()
    broker.answers = {"no": Outcome.REFUSED}
    relay = Relay(desk.store, Lane.ROUTINE, broker.publish)
    await send(desk, "no")
    await relay.pass_once()

    await send(desk, "later")
    await relay.pass_once()

    assert broker.keys == ["no", "later"]


async def test_an_absent_broker_loses_nothing(desk: Desk) -> None:
    broker = Broker()
    broker.failure = BrokerUnavailable("away")
    relay = Relay(desk.store, Lane.ROUTINE, broker.publish)
    await send(desk, "a", "b")
    with pytest.raises(BrokerUnavailable):
        await relay.pass_once()

    broker.failure = None
    await relay.pass_once()

    assert broker.keys == ["a", "b"]


async def test_a_database_that_goes_away_while_the_broker_confirms_makes_a_repeat_and_no_loss(desk: Desk) -> None:
    broker = Broker()

    async def confirm_and_cut(messages: Sequence[Outgoing]) -> list[Outcome]:
        outcomes = await broker.publish(messages)
        await desk.admin.execute(END_OTHERS)
        return outcomes

    await send(desk, "a")
    with pytest.raises(StoreUnavailable):
        await Relay(desk.store, Lane.ROUTINE, confirm_and_cut).pass_once()
    await Relay(desk.store, Lane.ROUTINE, broker.publish).pass_once()

    assert broker.keys == ["a", "a"]
    assert await desk.count("outbox_pending") == 0


async def test_a_lane_is_emptied_by_its_own_relay_only_and_in_order(desk: Desk) -> None:
    broker = Broker()
    await send(desk, "r1", "r2")
    await send(desk, "u1", lane=Lane.URGENT)
    await send(desk, "r3")

    await Relay(desk.store, Lane.URGENT, broker.publish).pass_once()
    await Relay(desk.store, Lane.ROUTINE, broker.publish).pass_once()

    assert broker.keys == ["u1", "r1", "r2", "r3"]


async def test_two_relays_at_once_send_each_message_once(desk: Desk) -> None:
    broker = Broker()
    await send(desk, *(f"m{number}" for number in range(1_300)))
    relays = [Relay(desk.store, Lane.ROUTINE, broker.publish) for _ in range(2)]

    while await desk.count("outbox_pending"):
        await asyncio.gather(*(relay.pass_once() for relay in relays))

    assert sorted(broker.keys) == sorted(f"m{number}" for number in range(1_300))


async def test_an_event_leaves_with_its_logged_bytes_and_headers(desk: Desk) -> None:
    broker = Broker()
    async with desk.store.unit() as unit:
        event_id = unit.announce(returned(ReportId(uuid4())))

    await Relay(desk.store, Lane.ROUTINE, broker.publish).pass_once()

    (sent,) = broker.sent
    async with desk.store.reading() as connection:
        assert sent.body == await connection.fetchval("SELECT body FROM event_log")
    assert (sent.message_id, sent.routing_key) == (str(event_id), "routine.report.returned.v1")
    assert set(sent.headers) == {"x-shangda-sender", "x-shangda-subject", "x-shangda-numbers"}


async def test_a_commit_in_another_process_wakes_the_relay_well_under_its_idle_second(
    desk: Desk, open_store: OpenStore
) -> None:
    broker, stopping = Broker(), asyncio.Event()
    elsewhere = replace(await open_store(Service.REVIEW), bell=Bell())
    relay = asyncio.create_task(Relay(desk.store, Lane.ROUTINE, broker.publish).run(stopping))
    listener = asyncio.create_task(listen(desk.store, stopping))
    listening = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%outbox_review%'"

    async def heard() -> bool:
        return bool(await desk.admin.fetchval(listening))

    await eventually(heard, what="the listener listens")
    loop = asyncio.get_running_loop()
    delays: list[float] = []
    for number in range(5):
        begun = loop.time()
        async with elsewhere.unit() as unit:
            unit.send(Message(Lane.ROUTINE, "exchange", f"m{number}", {}, b""))

        async def sent(key: str = f"m{number}") -> bool:
            return key in broker.keys

        await eventually(sent)
        delays.append(loop.time() - begun)
    stopping.set()
    desk.store.bell.ring()
    await asyncio.gather(relay, listener)

    # Without the notification the relay would look by itself after a second: five times in a row is no luck.
    assert sum(delays) < 2.0, delays


async def test_a_listener_that_lost_its_connection_listens_again(desk: Desk) -> None:
    stopping = asyncio.Event()
    listener = asyncio.create_task(listen(desk.store, stopping))
    listening = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%outbox_review%'"

    async def pid() -> int | None:
        return await desk.admin.fetchval(listening)

    first = await eventually(pid)
    await desk.admin.execute("SELECT pg_terminate_backend($1)", first)

    async def another() -> bool:
        found = await pid()
        return found is not None and found != first

    await eventually(another)
    stopping.set()
    await listener


async def test_a_relay_outlives_a_fault_of_ours(desk: Desk) -> None:
    broker, stopping = Broker(), asyncio.Event()
    broker.failure = ZeroDivisionError()
    relay = Relay(desk.store, Lane.ROUTINE, broker.publish)
    await send(desk, "a")
    running = asyncio.create_task(relay.run(stopping))
    await broker.asked.wait()
    broker.failure = None

    async def sent() -> bool:
        return broker.keys == ["a"]

    await eventually(sent)
    stopping.set()
    desk.store.bell.ring()
    await running


async def test_a_relay_whose_broker_takes_nothing_says_that_it_does_not_move(desk: Desk) -> None:
    """Promise 6: under a memory alarm connections stand and nothing is confirmed; the door is closed until it is."""
    broker, stopping = Broker(), asyncio.Event()
    broker.answers = {"no": Outcome.UNKNOWN}
    relay = Relay(desk.store, Lane.ROUTINE, broker.publish)
    running = asyncio.create_task(relay.run(stopping))

    async def moves() -> bool:
        return relay.moving

    async def stands() -> bool:
        return not relay.moving

    await eventually(moves, what="with nothing to send it works")
    await send(desk, "no")
    await eventually(stands, what="nothing of the batch was confirmed")
    broker.answers = {}
    desk.machine.advance(timedelta(minutes=1))
    desk.store.bell.ring()
    await eventually(moves, what="it was confirmed at last")
    stopping.set()
    desk.store.bell.ring()
    await running


async def test_an_answer_whose_queue_is_gone_closes_no_door(desk: Desk) -> None:
    """Promise 6: an agency's account was taken away. A fact without a reader is another matter: the topology is wrong.

    The row stays, and goes out when the queue is there again.
    """
    broker = Broker()
    broker.answers = {"agency.gone": Outcome.UNROUTABLE}
    relay = Relay(desk.store, Lane.ROUTINE, broker.publish)
    await send(desk, "agency.gone")
    await relay.pass_once()
    assert relay._taken

    broker.answers["routine.report.returned.v1"] = Outcome.UNROUTABLE
    async with desk.store.unit() as unit:
        unit.announce(returned(ReportId(uuid4())))
    await relay.pass_once()

    assert not relay._taken
    assert await desk.count("outbox_pending") == 2
