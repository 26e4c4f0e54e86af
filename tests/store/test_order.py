"""Facts of one sender about one subject are applied in the order they were stated, each once, whatever the bus does."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from shared.contracts.envelope import Delivery
from shared.store.handlers import PoisonMessage
from shared.store.inbox import Inbox
from shared.store.operating import Operating
from shared.store.unit import Unit
from tests.probe import eventually
from tests.store.noting import WHEN, Desk, ended

_examples = count()
SENDERS = ("qingshan", "jiangyang")


@dataclass(frozen=True, slots=True)
class Weather:
    """What the bus and the handlers do to some events.

    ``lengths``: events per (sender, subject). ``rounds``: for each round, the sets that run at once; an event may be in
    several. ``parks``: which are poison at first. ``stumbles``: which fail once and succeed when retried.
    ``retries``: after which rounds the retry beat runs.
    """

    lengths: dict[tuple[str, int], int]
    rounds: list[list[list[tuple[str, int, int]]]]
    parks: frozenset[tuple[int, int]]
    stumbles: frozenset[tuple[int, int]]
    retries: frozenset[int]


@st.composite
def weathers(draw: st.DrawFn) -> Weather:
    """Draw events of several senders and subjects, permuted, repeated, and cut into sets that may run at once."""
    subjects = range(draw(st.integers(1, 3)))
    lengths = {(sender, subject): draw(st.integers(0, 5)) for sender in SENDERS for subject in subjects}
    events = [(*key, number) for key, length in lengths.items() for number in range(1, length + 1)]
    repeats = draw(st.lists(st.sampled_from(events), max_size=6)) if events else []
    left = list(draw(st.permutations(events + repeats)))
    rounds = []
    while left:
        sets = []
        for _ in range(draw(st.integers(1, 3))):
            size = draw(st.integers(1, 8))
            sets.append(left[:size])
            left = left[size:]
        rounds.append(sets)
    some = st.frozensets(st.tuples(st.sampled_from(subjects), st.integers(1, 5)), max_size=2)
    return Weather(
        lengths, rounds, draw(some), draw(some), draw(st.frozensets(st.integers(0, len(rounds)), max_size=3))
    )


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(weather=weathers())
async def test_every_effect_is_once_and_in_order_and_parking_holds_one_subject_only(
    desk: Desk, weather: Weather
) -> None:
    note(repr(weather))
    example = next(_examples)
    made: dict[tuple[str, int, int], Delivery] = {}
    mended = False
    stumbled: set[tuple[str, int]] = set()

    def name(subject: int) -> str:
        return f"e{example}-s{subject}"

    def before(text: str, number: int, unit: Unit) -> None:
        subject = int(text.rpartition("-s")[2])
        assert unit.cause is not None
        if (subject, number) in weather.parks and not mended:
            raise PoisonMessage("parked")
        if (subject, number) in weather.stumbles and (key := (f"{unit.cause.site}{text}", number)) not in stumbled:
            stumbled.add(key)
            raise ValueError("stumbled")

    def message(key: tuple[str, int, int]) -> Delivery:
        sender, subject, number = key
        return made.setdefault(key, ended(name(subject), number, site=sender))

    desk.handlers.before = before
    for at, sets in enumerate(weather.rounds):
        await asyncio.gather(*(desk.inbox.process([message(key) for key in each]) for each in sets))
        if at in weather.retries:
            await desk.retry(timedelta(hours=1))
    await settle(desk)

    for (sender, subject), length in weather.lengths.items():
        first_parked = min((number for parked, number in weather.parks if parked == subject), default=length + 1)
        assert await numbers(desk, sender, name(subject)) == list(range(1, min(length + 1, first_parked)))

    mended = True
    while frozen := await Operating(desk.store).select("PARKED", "PoisonMessage"):
        await Operating(desk.store).replay(frozen, actor="op", reason="mended", at=WHEN)
        await settle(desk)
    for (sender, subject), length in weather.lengths.items():
        assert await numbers(desk, sender, name(subject)) == list(range(1, length + 1))
    assert await desk.count("stash") == 0


async def settle(desk: Desk) -> None:
    """Let time pass until nothing is tried again by itself: what goes on after a retry may stumble in its turn."""
    while await desk.retry(timedelta(hours=1)):
        pass


async def numbers(desk: Desk, site: str, subject: str) -> Sequence[int]:
    """Return the numbers applied of one sender and subject, in order of their effect."""
    return [number for sender, _, number in await desk.effects(subject) if sender == f"{site}/1"]


async def test_two_replicas_lose_no_stashed_event(desk: Desk) -> None:
    """The earlier event commits while the later one's set has begun: whoever is second must see the first's work."""
    other = Inbox(desk.store, desk.handlers)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(number: int) -> None:
        if number == 1:
            begun.set()
            await go_on.wait()

    desk.handlers.before = lambda subject, number, unit: wait(number)
    first = asyncio.create_task(desk.inbox.process([ended("a", 1)]))
    await begun.wait()
    later = asyncio.create_task(other.process([ended("a", 2), ended("a", 3)]))

    async def second_waits() -> bool:
        return bool(await desk.admin.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    await eventually(second_waits, what="the later set waits for the subject")
    go_on.set()
    await asyncio.gather(first, later)

    assert await desk.numbers("a") == [1, 2, 3]
    assert await desk.count("stash") == 0


async def test_the_later_event_first_is_found_by_the_set_that_brings_the_earlier(desk: Desk) -> None:
    """The later event's set holds the subject and has not committed its stash when the earlier event's set begins."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(subject: str) -> None:
        if subject == "brake":
            begun.set()
            await go_on.wait()

    desk.handlers.before = lambda subject, number, unit: wait(subject)
    later = asyncio.create_task(desk.inbox.process([ended("a", 2), ended("brake", 1)]))
    await begun.wait()
    first = asyncio.create_task(desk.inbox.process([ended("a", 1)]))

    async def first_waits() -> bool:
        return bool(await desk.admin.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    await eventually(first_waits, what="the earlier event's set waits for the subject")
    go_on.set()
    await asyncio.gather(first, later)

    assert await desk.numbers("a") == [1, 2]
    assert await desk.count("stash") == 0
