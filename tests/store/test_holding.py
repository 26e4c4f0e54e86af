"""What cannot be applied is retried with growing delays, then parked with cause, stack and history, and can be read
again after an upgrade; its subject waits for it, and nothing else does."""

import json
from datetime import datetime, timedelta

from shared.contracts.delivery import take
from shared.contracts.envelope import Delivery, Unreadable
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Service
from shared.organisation.failures import UnknownOffice
from shared.store import holding
from shared.store.handlers import TooNew, Unpublished
from shared.store.holding import DEFERRED_DELAY, RETRY_DELAYS, retry_deferred
from shared.store.observing import Unobserved
from shared.store.unit import Unit
from tests.store.noting import Desk, ended, fail_on

TINY = timedelta(microseconds=1)


async def test_a_failing_message_is_retried_after_each_delay_and_then_parked_with_its_history(desk: Desk) -> None:
    desk.handlers.before = fail_on(1)
    await desk.inbox.process([ended("a", 1)])

    for delay in RETRY_DELAYS:
        assert await desk.retry(delay - TINY) == 0, f"retried before {delay} had passed"
        assert await desk.retry(TINY) == 1

    (held,) = await desk.held()
    assert (held["state"], held["cause"], held["attempts"]) == ("PARKED", "ValueError", 6)
    assert "noting.py" in held["stack"]
    assert "ValueError: no" in held["stack"]
    assert [line["what"] for line in json.loads(held["history"])] == [
        "failed: ValueError",
        *["failed again: ValueError"] * 5,
    ]
    assert await desk.retry(timedelta(days=30)) == 0


async def test_a_retry_that_succeeds_applies_what_waited_for_it_in_order(desk: Desk) -> None:
    desk.handlers.before = fail_on(1)
    await desk.inbox.process([ended("a", number) for number in (1, 2, 3)])
    assert await desk.numbers("a") == []
    desk.handlers.before = fail_on()

    await desk.retry(RETRY_DELAYS[0])

    assert await desk.numbers("a") == [1, 2, 3]
    assert [held["state"] for held in await desk.held()] == ["APPLIED"]
    assert await desk.count("stash") == 0


async def test_a_parked_message_holds_its_subject_and_no_other(desk: Desk) -> None:
    desk.handlers.before = lambda subject, number, unit: fail_on(2)(subject, number, unit) if subject == "a" else None

    await desk.inbox.process([ended(subject, number) for number in (1, 2, 3) for subject in ("a", "b")])
    await desk.inbox.process([ended("a", 4), ended("b", 4), ended("a", 1, site="jiangyang")])

    assert await desk.numbers("b") == [1, 2, 3, 4]
    assert [(sender, number) for sender, _, number in await desk.effects("a")] == [
        ("qingshan/1", 1),
        ("jiangyang/1", 1),
    ]
    assert await desk.count("stash") == 2


async def test_a_stashed_message_that_fails_when_its_turn_comes_is_held_itself(desk: Desk) -> None:
    desk.handlers.before = fail_on(2)
    await desk.inbox.process([ended("a", 2), ended("a", 3)])
    assert await desk.count("stash") == 2

    await desk.inbox.process([ended("a", 1), ended("b", 1)])

    assert (await desk.numbers("a"), await desk.numbers("b")) == ([1], [1])
    assert [(held["state"], held["number"]) for held in await desk.held()] == [("RETRYING", 2)]
    desk.handlers.before = fail_on()
    await desk.retry(RETRY_DELAYS[0])
    assert await desk.numbers("a") == [1, 2, 3]


async def test_a_stashed_message_that_spoils_the_end_of_a_set_is_found(desk: Desk) -> None:
    def at_end(units: object) -> None:
        if any(unit.left == [("a", 2)] for unit in units):  # type: ignore[attr-defined]
            raise KeyError("left")

    desk.handlers.at_end = at_end
    await desk.inbox.process([ended("a", 2), ended("a", 3)])

    await desk.inbox.process([ended("a", 1)])
    await desk.retry()

    assert await desk.numbers("a") == [1]
    assert [(held["state"], held["number"]) for held in await desk.held()] == [("RETRYING", 2)]


async def test_what_another_replica_applied_meanwhile_is_not_held(desk: Desk) -> None:
    message = ended("a", 1)
    await desk.inbox.process([message])

    await holding.hold(desk.store, message, ValueError("too late"), Unobserved())
    await holding.hold(desk.store, message, ValueError("too late"), Unobserved(), from_stash=True)

    assert await desk.held() == []


async def test_a_held_message_goes_back_to_wait_when_an_earlier_one_is_missing(desk: Desk) -> None:
    await desk.inbox.process([_newer(ended("a", 2))])
    await desk.admin.execute("UPDATE review.held_message SET body = $1", ended("a", 2).raw)

    await retry_deferred(desk.store)
    await desk.retry()
    assert [held["state"] for held in await desk.held()] == ["STASHED"]
    await desk.inbox.process([ended("a", 1)])

    assert await desk.numbers("a") == [1, 2]


async def test_a_newer_event_is_deferred_and_applied_after_the_upgrade(desk: Desk) -> None:
    first, second = ended("a", 1), ended("a", 2)
    await desk.inbox.process([_newer(first), second])
    assert [(held["state"], held["cause"]) for held in await desk.held()] == [("DEFERRED", "UNKNOWN_TYPE")]
    assert await desk.retry(timedelta(days=1)) == 0

    # A start of the same version: still unreadable, deferred again and not parked.
    assert await retry_deferred(desk.store) == 1
    assert await desk.retry() == 1
    assert [held["state"] for held in await desk.held()] == ["DEFERRED"]

    # The upgrade: from now on the same bytes can be read.
    await desk.admin.execute("UPDATE review.held_message SET body = $1", first.raw)
    assert await retry_deferred(desk.store) == 1
    await desk.retry()

    assert await desk.numbers("a") == [1, 2]
    assert [held["state"] for held in await desk.held()] == ["APPLIED"]


async def test_waiting_for_an_upgrade_uses_up_no_attempt(desk: Desk) -> None:
    """What a new version can read meets its first passing failure with all its retries before it."""
    message = ended("a", 1)
    await desk.inbox.process([_newer(message)])
    for _ in range(len(RETRY_DELAYS) + 1):
        await retry_deferred(desk.store)
        await desk.retry()
    await desk.admin.execute("UPDATE review.held_message SET body = $1", message.raw)
    desk.handlers.before = fail_on(1)

    await retry_deferred(desk.store)
    await desk.retry()

    assert [held["state"] for held in await desk.held()] == ["RETRYING"]


async def test_what_names_an_office_unknown_here_waits_for_the_organisation(desk: Desk) -> None:
    """Architecture 8: whoever upgrades first states facts of offices the others do not have yet."""
    known = False

    def place(_: str, number: int, __: Unit) -> None:
        if not known and number == 1:
            raise UnknownOffice(OfficeId("linjiang-new"), 3, ())

    desk.handlers.before = place
    await desk.inbox.process([ended("a", 1), ended("a", 2), ended("b", 2)])
    assert [(held["state"], held["cause"]) for held in await desk.held()] == [("DEFERRED", "UnknownOffice")]
    await retry_deferred(desk.store)
    await desk.retry()
    assert [held["state"] for held in await desk.held()] == ["DEFERRED"]

    known = True
    await retry_deferred(desk.store)
    await desk.retry()

    assert await desk.numbers("a") == [1, 2]


async def test_what_may_be_published_while_the_service_runs_is_looked_for_again_and_again(desk: Desk) -> None:
    """No start is needed, and nobody is blamed: it is never parked, and its history does not grow with the waiting."""
    published = False

    def rule(_: str, number: int, __: Unit) -> None:
        if not published and number == 1:
            raise Unpublished("no rule set")

    desk.handlers.before = rule
    await desk.inbox.process([ended("a", 1), ended("a", 2), ended("b", 2)])
    for _ in range(2 * len(RETRY_DELAYS)):
        assert await desk.retry(DEFERRED_DELAY - TINY) == 0
        assert await desk.retry(TINY) == 1
    (held,) = await desk.held()
    assert (held["state"], held["cause"], held["attempts"]) == ("DEFERRED", "Unpublished", 1)
    assert [line["what"] for line in json.loads(held["history"])] == [
        "failed: Unpublished",
        "failed again: Unpublished",
    ]

    published = True
    await desk.retry(DEFERRED_DELAY)

    assert await desk.numbers("a") == [1, 2]
    assert [held["state"] for held in await desk.held()] == ["APPLIED"]


async def test_what_waited_for_its_rule_has_all_its_retries_left_when_it_fails_otherwise(desk: Desk) -> None:
    failure: Exception = Unpublished("no rule set")

    def rule(_: str, __: int, ___: Unit) -> None:
        raise failure

    desk.handlers.before = rule
    await desk.inbox.process([ended("a", 1)])
    for _ in RETRY_DELAYS:
        await desk.retry(DEFERRED_DELAY)

    failure = ValueError("no")
    await desk.retry(DEFERRED_DELAY)

    assert [(held["state"], held["attempts"]) for held in await desk.held()] == [("RETRYING", 2)]


async def test_what_waits_for_a_start_is_not_tried_in_between(desk: Desk) -> None:
    def place(_: str, __: int, ___: Unit) -> None:
        raise TooNew("a key")

    desk.handlers.before = place
    await desk.inbox.process([ended("a", 1)])

    assert await desk.retry(timedelta(days=30)) == 0
    assert await retry_deferred(desk.store) == 1


async def test_a_deferred_event_that_came_again_after_the_upgrade_is_applied_once(desk: Desk) -> None:
    message = ended("a", 1)
    await desk.inbox.process([_newer(message)])
    await desk.admin.execute("UPDATE review.held_message SET body = $1", message.raw)
    await desk.inbox.process([message])

    await retry_deferred(desk.store)
    await desk.retry()

    assert await desk.numbers("a") == [1]
    assert [held["state"] for held in await desk.held()] == ["APPLIED"]


def _newer(message: Delivery) -> Unreadable:
    """Return the message as a version that does not know its schema yet gets it."""
    raw = message.raw.replace(b"appointment.ended.v1", b"appointment.ended.v9")
    found = take(raw, message.headers, message.queue, Service.REVIEW)
    assert isinstance(found, Unreadable)
    assert found.deferred
    return found


async def test_what_waited_was_heard_when_it_was_first_committed_and_not_when_it_was_applied(desk: Desk) -> None:
    """Architecture 7: received at the first commit here; a message that waited does not make its sender late."""
    heard: dict[tuple[str, int], datetime] = {}
    clock = desk.business
    arrived = clock.now()

    def before(subject: str, number: int, unit: Unit) -> None:
        heard[subject, number] = unit.heard_at
        if fails and subject == "held":
            raise ValueError("no")

    desk.handlers.before, fails = before, True
    await desk.inbox.process([ended("held", 1), ended("stashed", 2)])
    fails = False
    clock.advance(timedelta(hours=3))
    await desk.retry(RETRY_DELAYS[0])
    await desk.inbox.process([ended("stashed", 1)])

    assert heard == {("held", 1): arrived, ("stashed", 1): arrived + timedelta(hours=3), ("stashed", 2): arrived}


async def test_what_an_older_version_could_not_read_was_heard_when_it_came(desk: Desk) -> None:
    """The same for what waited for an upgrade."""
    heard: list[datetime] = []
    desk.handlers.before = lambda subject, number, unit: heard.append(unit.heard_at)
    event = ended("a", 1)
    too_new = Unreadable(event.raw, event.headers, event.queue, "NEWER_SCHEMA", "version 2", deferred=True)
    arrived = desk.business.now()
    await desk.inbox.process([too_new])

    desk.business.advance(timedelta(days=2))
    await retry_deferred(desk.store)
    await desk.retry()

    assert heard == [arrived]
