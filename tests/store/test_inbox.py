"""Every message has its effect once, and one that fails neither blocks nor loses the others of its set."""

import asyncio

from shared.contracts.envelope import Unreadable
from shared.contracts.identifiers import AppointmentId
from shared.contracts.people import AppointmentGranted
from shared.contracts.vocabulary import Role, Service
from shared.store.handlers import PoisonMessage
from shared.store.inbox import Inbox
from shared.store.observing import Unobserved
from shared.store.unit import Unit
from tests.probe import delivery
from tests.store.noting import WHEN, Desk, ended, fail_on


class Repeats(Unobserved):
    """Notes the queues from which repeats came."""

    def __init__(self) -> None:
        self.queues: list[str] = []

    def repeated(self, service: Service, queue: str) -> None:
        self.queues.append(queue)


async def test_a_repeat_is_dropped_and_counted(desk: Desk) -> None:
    message, repeats = ended("a", 1), Repeats()
    inbox = Inbox(desk.store, desk.handlers, repeats)

    await inbox.process([message])
    await inbox.process([message])

    assert await desk.numbers("a") == [1]
    assert desk.handlers.calls == [("a", 1)]
    assert repeats.queues == ["review.urgent"]


async def test_a_repeat_within_one_set_is_dropped(desk: Desk) -> None:
    message = ended("a", 1)

    await desk.inbox.process([message, message, ended("a", 2)])

    assert await desk.numbers("a") == [1, 2]


async def test_the_same_event_in_two_sets_at_once_has_one_effect(desk: Desk) -> None:
    messages = [ended("a", number) for number in range(1, 6)]

    await asyncio.gather(*(desk.inbox.process(messages) for _ in range(4)))

    assert await desk.numbers("a") == [1, 2, 3, 4, 5]
    assert await desk.held() == []


async def test_one_failing_handler_in_a_set_leaves_the_others_applied(desk: Desk) -> None:
    messages = [ended(f"s{number}", 1) for number in range(9)]
    desk.handlers.before = lambda subject, number, unit: fail_on(1)(subject, 1, unit) if subject == "s5" else None

    await desk.inbox.process(messages)

    assert {subject for _, subject, _ in await desk.effects()} == {f"s{number}" for number in range(9)} - {"s5"}
    (held,) = await desk.held()
    assert (held["state"], held["cause"], held["subject"]) == ("RETRYING", "ValueError", "s5")


async def test_a_failure_at_the_end_of_a_set_is_found_too(desk: Desk) -> None:
    def at_end(units: object) -> None:
        for unit in units:  # type: ignore[attr-defined]
            if unit.left == [("s3", 1)]:
                raise KeyError("left")

    desk.handlers.at_end = at_end

    await desk.inbox.process([ended(f"s{number}", 1) for number in range(5)])

    assert {subject for _, subject, _ in await desk.effects()} == {"s0", "s1", "s2", "s4"}
    (held,) = await desk.held()
    assert (held["cause"], held["subject"]) == ("KeyError", "s3")


async def test_poison_is_parked_at_once(desk: Desk) -> None:
    desk.handlers.before = fail_on(1, error=lambda: PoisonMessage("never"))

    await desk.inbox.process([ended("a", 1)])

    (held,) = await desk.held()
    assert (held["state"], held["cause"], held["next_attempt_at"]) == ("PARKED", "PoisonMessage", None)
    assert await desk.retry() == 0


async def test_an_event_without_a_handler_is_parked(desk: Desk) -> None:
    granted = AppointmentGranted(
        appointment_id=AppointmentId("a"),
        revision=1,
        person="li",
        person_name="李明",
        office="shiqiao",
        role=Role.REPORTER,
        valid_from=WHEN,
    )

    await desk.inbox.process([delivery(granted)])

    assert [(held["state"], held["cause"]) for held in await desk.held()] == [("PARKED", "NoHandler")]


async def test_an_unreadable_message_is_parked_once_and_blocks_nothing(desk: Desk) -> None:
    bad = Unreadable(b"\xff\x00", {}, "review.routine", "NOT_JSON", "expected value")

    await desk.inbox.process([ended("a", 1), bad])
    await desk.inbox.process([bad])

    assert await desk.numbers("a") == [1]
    (held,) = await desk.held()
    assert (held["state"], held["cause"], bytes(held["body"])) == ("PARKED", "NOT_JSON", b"\xff\x00")


async def test_what_postgresql_cannot_store_as_text_is_parked_all_the_same(desk: Desk) -> None:
    headers = {
        "x-shangda-subject": "a\x00b",
        "x-shangda-sender": "\ud800",
        "x-shangda-numbers": f'{{"review":{10**30}}}',
    }
    bad = Unreadable(b"{}", headers, "review.urgent", "BAD_HEADERS", "zero \x00 inside")

    def fail(_: str, __: int, ___: Unit) -> None:
        raise ValueError("zero \x00 and half a pair \ud800")

    desk.handlers.before = fail
    await desk.inbox.process([bad, ended("a", 1)])

    assert {held["cause"] for held in await desk.held()} == {"BAD_HEADERS", "ValueError"}
    assert {held["number"] for held in await desk.held()} == {None, 1}


async def test_an_argument_that_does_not_fit_its_column_is_a_bad_message_and_no_outage(desk: Desk) -> None:
    async def misfit(unit: Unit) -> None:
        await unit.connection.execute("SELECT $1::integer", "not a number")

    desk.handlers.before = lambda subject, number, unit: misfit(unit) if subject == "bad" else None

    await desk.inbox.process([ended("bad", 1), ended("good", 1)])

    assert await desk.numbers("good") == [1]
    assert [held["cause"] for held in await desk.held()] == ["DataError"]


async def test_a_number_used_twice_is_parked(desk: Desk) -> None:
    await desk.inbox.process([ended("a", 1), ended("a", 3)])

    await desk.inbox.process([ended("a", 1), ended("a", 3), ended("b", 1)])

    assert [(held["state"], held["cause"], held["number"]) for held in await desk.held()] == [
        ("PARKED", "NumberReused", 1),
        ("PARKED", "NumberReused", 3),
    ]
    assert (await desk.numbers("a"), await desk.numbers("b")) == ([1], [1])


async def test_a_new_epoch_of_a_sender_begins_at_one_again(desk: Desk) -> None:
    await desk.inbox.process([ended("a", 1), ended("a", 2), ended("a", 1, epoch=2), ended("a", 2, epoch=2)])

    assert [(sender, number) for sender, _, number in await desk.effects("a")] == [
        ("qingshan/1", 1),
        ("qingshan/1", 2),
        ("qingshan/2", 1),
        ("qingshan/2", 2),
    ]
    assert await desk.held() == []


async def test_a_deadlock_between_two_sets_is_retried_and_holds_nothing(desk: Desk) -> None:
    await desk.admin.execute("INSERT INTO review.resource VALUES ('x', 0), ('y', 0)")
    meeting = asyncio.Barrier(2)

    async def use(subject: str, unit: Unit) -> None:
        for place, name in enumerate("xy" if subject == "a" else "yx"):
            await unit.connection.execute("UPDATE resource SET used = used + 1 WHERE name = $1", name)
            if place == 0 and len(desk.handlers.calls) <= 2:
                await meeting.wait()

    desk.handlers.before = lambda subject, number, unit: use(subject, unit)
    await asyncio.gather(desk.inbox.process([ended("a", 1)]), desk.inbox.process([ended("b", 1)]))

    assert (await desk.numbers("a"), await desk.numbers("b")) == ([1], [1])
    assert len(desk.handlers.calls) > 2, "there was no deadlock to retry"
    assert await desk.held() == []
