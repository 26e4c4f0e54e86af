"""Clocks that are handed in."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.timekeeping.clocks import Clock, ClockMovedBack, ManualClock, NaiveInstant, SkewedClock, SystemClock

NOON = datetime(2025, 3, 12, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("clock", [SystemClock(), ManualClock(NOON), SkewedClock(ManualClock(NOON), MINUTE)])
def test_every_clock_tells_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_a_manual_clock_stands_still_until_moved() -> None:
    clock = ManualClock(datetime(2025, 3, 12, 12, 0, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == clock.now() == NOON
    assert clock.now().tzinfo is UTC
    clock.advance(MINUTE)
    assert clock.now() == NOON + MINUTE
    clock.set(NOON + 5 * MINUTE)
    assert clock.now() == NOON + 5 * MINUTE


def test_a_manual_clock_never_goes_back() -> None:
    clock = ManualClock(NOON)
    with pytest.raises(ClockMovedBack) as caught:
        clock.set(NOON - MINUTE)
    assert (caught.value.now, caught.value.asked) == (NOON, NOON - MINUTE)
    with pytest.raises(ClockMovedBack):
        clock.advance(-MINUTE)
    assert clock.now() == NOON


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveInstant, match="has no zone"):
        ManualClock(datetime(2025, 3, 12, 12, 0))  # noqa: DTZ001 - the mistake that is refused
    with pytest.raises(NaiveInstant):
        ManualClock(NOON).set(datetime(2025, 3, 12, 12, 0))  # noqa: DTZ001


def test_a_skewed_clock_is_off_by_its_offset_and_can_be_set_right() -> None:
    base = ManualClock(NOON)
    clock = SkewedClock(base, timedelta(seconds=-90))
    assert clock.now() == NOON - timedelta(seconds=90)
    base.advance(MINUTE)
    assert clock.now() == NOON - timedelta(seconds=30)
    clock.skew(timedelta(0))
    assert (clock.now(), clock.offset) == (NOON + MINUTE, timedelta(0))


def test_those_who_wait_wake_when_the_clock_is_moved() -> None:
    async def story() -> list[datetime]:
        clock = ManualClock(NOON)
        skewed = SkewedClock(SkewedClock(clock, MINUTE), MINUTE)
        woken: list[datetime] = []

        async def wait(which: ManualClock | SkewedClock, until: datetime) -> None:
            while which.now() < until:
                await which.changed()
            woken.append(which.now())

        async with asyncio.timeout(5), asyncio.TaskGroup() as waiters:
            waiters.create_task(wait(clock, NOON + 2 * MINUTE))
            waiters.create_task(wait(skewed, NOON + 4 * MINUTE))
            await asyncio.sleep(0)
            clock.advance(MINUTE)
            await asyncio.sleep(0)
            assert woken == []
            clock.advance(MINUTE)
        return woken

    assert sorted(asyncio.run(story())) == [NOON + 2 * MINUTE, NOON + 4 * MINUTE]


def test_someone_who_gave_up_waiting_disturbs_nobody() -> None:
    async def story() -> None:
        clock = ManualClock(NOON)
        tired, patient = asyncio.create_task(clock.changed()), asyncio.create_task(clock.changed())
        await asyncio.sleep(0)
        tired.cancel()
        clock.advance(MINUTE)
        async with asyncio.timeout(5):
            await patient

    asyncio.run(story())


def test_callbacks_are_told_after_each_move_until_they_are_ended() -> None:
    clock = ManualClock(NOON)
    seen: list[datetime] = []
    end = clock.on_change(lambda: seen.append(clock.now()))
    clock.advance(MINUTE)
    end()
    clock.advance(MINUTE)
    assert seen == [NOON + MINUTE]


def test_callbacks_of_a_skewed_clock_hear_its_base_and_its_skew() -> None:
    base = ManualClock(NOON)
    clock = SkewedClock(base, timedelta(0))
    seen: list[datetime] = []
    clock.on_change(lambda: seen.append(clock.now()))
    base.advance(MINUTE)
    clock.skew(-MINUTE)
    assert seen == [NOON + MINUTE, NOON]
