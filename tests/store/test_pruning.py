"""The inbox forgets what its subjects have passed, never by age alone, and knows a repeat of it all the same."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest

from shared.contracts.envelope import Delivery
from shared.contracts.identifiers import EventId
from shared.contracts.vocabulary import Service
from shared.store import pruning
from shared.store.handlers import PoisonMessage
from shared.store.inbox import Inbox
from shared.store.observing import Unobserved
from shared.store.pruning import KEEP, Pruner, first_id
from tests.store.noting import Desk, ended, fail_on

OLD, YOUNG = KEEP + timedelta(days=1), KEEP - timedelta(days=1)
_numbers = count(1)


class Repeats(Unobserved):
    """Counts the repeats that were dropped."""

    def __init__(self) -> None:
        self.number = 0

    def repeated(self, service: Service, queue: str) -> None:
        self.number += 1


async def test_what_was_passed_long_ago_is_forgotten_and_its_repeat_still_dropped(desk: Desk) -> None:
    """Promise 2 beyond the inbox: a message that comes again after months has no second effect and is no poison."""
    messages = aged(desk, OLD, "a", 3)
    await desk.inbox.process(messages)
    repeats = Repeats()

    await prune(desk)
    assert await desk.count("inbox") == 0
    await Inbox(desk.store, desk.handlers, repeats).process([messages[1]])

    assert await desk.numbers("a") == [1, 2, 3]
    assert repeats.number == 1
    assert await desk.held() == []


async def test_a_subject_goes_on_after_its_past_was_forgotten(desk: Desk) -> None:
    await desk.inbox.process(aged(desk, OLD, "a", 2))
    await prune(desk)

    await desk.inbox.process([ended("a", 4), ended("a", 3)])

    assert await desk.numbers("a") == [1, 2, 3, 4]


async def test_what_is_young_stays(desk: Desk) -> None:
    await desk.inbox.process([*aged(desk, OLD, "a", 2), *aged(desk, YOUNG, "a", 2, first=3)])

    await prune(desk)

    assert await desk.count("inbox") == 2


async def test_what_is_held_or_waits_keeps_its_row_however_old_it_is(desk: Desk) -> None:
    """Never by age alone: a parked event that comes again must be known as the one that is parked."""
    desk.handlers.before = fail_on(2, error=lambda: PoisonMessage("no"))
    messages = aged(desk, OLD, "a", 3)
    await desk.inbox.process(messages)

    await prune(desk)

    assert await desk.count("inbox") == 2
    await desk.inbox.process(messages)
    assert [row["number"] for row in await desk.held()] == [2]
    assert await desk.numbers("a") == [1]


async def test_old_rows_that_must_stay_do_not_keep_later_ones_from_going(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    desk.handlers.before = lambda subject, number, unit: (
        fail_on(1)(subject, number, unit) if subject == "held" else None
    )
    await desk.inbox.process(aged(desk, OLD, "held", 5))
    await desk.inbox.process(aged(desk, OLD, "a", 5))

    await prune(desk)

    assert await desk.count("inbox") == 5


async def test_a_subject_in_work_is_left_for_the_next_walk(desk: Desk) -> None:
    """Pruning waits for nobody, so that it cannot stand in a handler's way."""
    await desk.inbox.process(aged(desk, OLD, "a", 2))
    async with desk.store.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT 1 FROM subject_progress FOR UPDATE")
        async with asyncio.timeout(5):
            await prune(desk)
    assert await desk.count("inbox") == 2

    await prune(desk)

    assert await desk.count("inbox") == 0


def aged(desk: Desk, age: timedelta, subject: str, number: int, *, first: int = 1) -> Sequence[Delivery]:
    """Return ``number`` events about a subject that were stated ``age`` ago."""
    made = first_id(desk.machine.now() - age).int
    ids = [EventId(UUID(int=made + next(_numbers))) for _ in range(number)]
    return [ended(subject, first + place, event_id=each) for place, each in enumerate(ids)]


async def prune(desk: Desk) -> None:
    """Walk once through all that is old."""
    pruner = Pruner(desk.store)
    for _ in range(50):
        if not await pruner.prune():
            return
    raise AssertionError("the walk does not end")
