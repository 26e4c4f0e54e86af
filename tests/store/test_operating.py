"""Operators see what is held, replay what they chose and nothing that came later, discard with a reason, on record."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.contracts.envelope import Unreadable
from shared.store.handlers import PoisonMessage
from shared.store.holding import RETRY_DELAYS
from shared.store.operating import HeldGroup, NotHeld, Operating
from tests.store.noting import WHEN, Desk, ended, fail_on

AT = datetime(2025, 2, 17, 1, 0, tzinfo=UTC)
POISON = fail_on(1, error=lambda: PoisonMessage("版本不符"))


async def park(desk: Desk, *subjects: str) -> None:
    """Park the first event of each subject."""
    desk.handlers.before = POISON
    await desk.inbox.process([ended(subject, 1) for subject in subjects])


async def test_what_never_came_is_given_up_with_a_reason_and_what_waited_goes_on(desk: Desk) -> None:
    """After a restore: the sender counts on, and nobody will send what the backup did not know."""
    operating, who = Operating(desk.store), {"actor": "zhao", "at": WHEN}
    await desk.inbox.process([ended("a", 1), ended("a", 4), ended("a", 6), ended("b", 3)])
    with pytest.raises(ValueError, match="reason"):
        await operating.give_up_missing("qingshan/portal/1", "a", reason=" ", **who)

    given_up = await operating.give_up_missing("qingshan/portal/1", "a", reason="库已恢复到 02:00", **who)
    await desk.retry()

    assert given_up == (2, 3)
    assert await desk.numbers("a") == [1, 4]
    assert await desk.numbers("b") == []
    assert await operating.give_up_missing("qingshan/portal/1", "a", reason="同上", **who) == (5,)
    await desk.retry()
    assert await desk.numbers("a") == [1, 4, 6]
    assert {(held["state"], held["cause"]) for held in await desk.held()} == {("DISCARDED", "NEVER_CAME")}
    assert await desk.count("held_act") == 3


async def test_what_is_held_is_not_missing_and_what_comes_after_it_was_given_up_is_kept_apart(desk: Desk) -> None:
    """Only what is nowhere can be given up; when it comes after all, nothing is lost and somebody is told."""
    operating, who = Operating(desk.store), {"actor": "zhao", "at": WHEN, "reason": "查无此件"}
    desk.handlers.before = fail_on(1)
    await desk.inbox.process([ended("a", number) for number in (1, 3)])

    assert await operating.give_up_missing("qingshan/portal/1", "a", **who) == (2,)
    desk.handlers.before = fail_on()
    await desk.retry(RETRY_DELAYS[0])
    await desk.inbox.process([ended("a", 2)])

    assert await desk.numbers("a") == [1, 3]
    assert [held["cause"] for held in await desk.held() if held["state"] == "PARKED"] == ["NumberReused"]


async def test_a_replayed_selection_is_not_enlarged_by_later_arrivals(desk: Desk) -> None:
    operating = Operating(desk.store)
    await park(desk, "a", "b", "c")
    frozen = await operating.select("PARKED", "PoisonMessage")
    await park(desk, "late")
    assert await operating.groups() == [HeldGroup("PARKED", "PoisonMessage", 4, desk.machine.now())]

    desk.handlers.before = lambda subject, number, unit: POISON(subject, number, unit) if subject == "b" else None
    selection = await operating.replay(frozen, actor="op-wang", reason="修复后重放", at=AT)
    await desk.retry()

    assert {subject for _, subject, _ in await desk.effects()} == {"a", "c"}
    fates = await operating.outcomes(selection)
    assert [fate.held_id for fate in fates] == frozen
    assert sorted((fate.state, fate.cause) for fate in fates) == [
        ("APPLIED", "PoisonMessage"),
        ("APPLIED", "PoisonMessage"),
        ("PARKED", "PoisonMessage"),
    ]
    assert {held["subject"] for held in await desk.held() if held["state"] == "PARKED"} == {"b", "late"}


async def test_what_has_ended_is_no_part_of_a_replay(desk: Desk) -> None:
    operating = Operating(desk.store)
    await park(desk, "a")
    (held_id,) = await operating.select("PARKED", "PoisonMessage")
    desk.handlers.before = fail_on()
    await operating.replay([held_id], actor="op-wang", reason="一", at=AT)
    await desk.retry()

    selection = await operating.replay([held_id], actor="op-wang", reason="二", at=AT)

    assert await operating.outcomes(selection) == []
    assert await desk.retry() == 0
    assert await desk.numbers("a") == [1]


async def test_discarding_frees_the_subject(desk: Desk) -> None:
    operating = Operating(desk.store)
    await park(desk, "a")
    desk.handlers.before = fail_on()
    await desk.inbox.process([ended("a", 2), ended("a", 3)])
    assert await desk.numbers("a") == []
    (held_id,) = await operating.select("PARKED", "PoisonMessage")

    await operating.discard(held_id, actor="op-wang", reason="内容已撤销", at=AT)
    await desk.retry()

    assert await desk.numbers("a") == [2, 3]
    await desk.inbox.process([ended("a", 4)])
    assert await desk.numbers("a") == [2, 3, 4]


async def test_discarding_what_nobody_could_read_frees_its_subject_when_its_turn_comes(desk: Desk) -> None:
    operating = Operating(desk.store)
    second = ended("a", 2)
    await desk.inbox.process([Unreadable(b"?", second.headers, second.queue, "NOT_JSON", ""), ended("a", 3)])
    (held_id,) = await operating.select("PARKED", "NOT_JSON")

    await operating.discard(held_id, actor="op-wang", reason="乱码", at=AT)
    await desk.retry()
    assert await desk.numbers("a") == []
    await desk.inbox.process([ended("a", 1)])

    assert await desk.numbers("a") == [1, 3]


async def test_a_discarded_message_that_comes_again_is_dropped(desk: Desk) -> None:
    operating = Operating(desk.store)
    message = ended("a", 1)
    desk.handlers.before = POISON
    await desk.inbox.process([message])
    (held_id,) = await operating.select("PARKED", "PoisonMessage")
    desk.handlers.before = fail_on()

    await operating.discard(held_id, actor="op-wang", reason="作废", at=AT)
    await desk.inbox.process([message])
    await desk.retry()

    assert await desk.effects() == []
    assert [held["state"] for held in await desk.held()] == ["DISCARDED"]


async def test_every_act_is_on_record(desk: Desk) -> None:
    operating = Operating(desk.store)
    await park(desk, "a")
    await desk.inbox.process([ended("a", 2)])
    (held_id,) = await operating.select("PARKED", "PoisonMessage")

    seen = await operating.look(held_id, actor="op-li", at=AT)
    await operating.replay([held_id], actor="op-wang", reason="再试", at=AT)
    await operating.discard(held_id, actor="op-zhao", reason="作废", at=AT)

    assert (seen.detail, seen.subject, seen.waiting) == ("版本不符", "a", 1)
    assert "PoisonMessage" in seen.stack
    async with desk.store.reading() as connection:
        acts = await connection.fetch("SELECT act, actor, reason, at FROM held_act ORDER BY act_id")
    assert [tuple(act) for act in acts] == [
        ("LOOK", "op-li", "", AT),
        ("REPLAY", "op-wang", "再试", AT),
        ("DISCARD", "op-zhao", "作废", AT),
    ]
    (held,) = await desk.held()
    assert "discarded by op-zhao: 作废" in held["history"]


async def test_what_is_not_held_cannot_be_discarded_and_a_reason_is_needed(desk: Desk) -> None:
    operating = Operating(desk.store)
    await park(desk, "a")
    (held_id,) = await operating.select("PARKED", "PoisonMessage")

    with pytest.raises(ValueError, match="reason"):
        await operating.discard(held_id, actor="op-wang", reason=" ", at=AT)
    with pytest.raises(NotHeld):
        await operating.discard(uuid4(), actor="op-wang", reason="作废", at=AT)
    with pytest.raises(NotHeld):
        await operating.look(uuid4(), actor="op-wang", at=AT)

    assert await desk.count("held_act") == 0
