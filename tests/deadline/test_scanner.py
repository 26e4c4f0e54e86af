"""The scanner: what time alone does, told once, whenever the scanner gets to it."""

from datetime import timedelta

import asyncpg
import pytest

from services.deadline import queries
from services.deadline.facts import ClockState, DutyKey, VerdictState
from services.deadline.queries import SQL
from services.deadline.rule_files import SHIPPED, load_rules
from shared.contracts.duties import ClockExpired, ClockWarned, VerdictProposed
from shared.contracts.event import Event
from shared.contracts.vocabulary import Leg, Mode, Precision, Service, VerdictType
from shared.organisation.organisation import Organisation
from shared.timekeeping.clocks import ManualClock
from tests.conftest import OpenStore
from tests.deadline.builders import CITY_DUTY, DESKS, INCIDENT, PINGHU, arrived, at, at_work, awareness, phone
from tests.probe import hear, stated

DUTY = DutyKey(str(INCIDENT), PINGHU)
MANY = 100_000


async def test_warnings_and_expiry_come_at_their_instants(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """Warned at 50, 80 and 100 percent; expired one minute after the minute of the limit has begun."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    for desk in DESKS:
        await hear(store, handlers, phone(at("14:10"), desk), site="pinghu")
    told: list[tuple[str, list[str]]] = []
    for wall in ("14:34", "14:35", "14:53", "15:05", "15:05:59", "15:06", "15:07"):
        before = len(await stated(store))
        clock.set(at(wall))
        await scanner.run()
        told.append((wall, [_word(event) for event in (await stated(store))[before:] if _about(event)]))

    assert told == [
        ("14:34", []),
        ("14:35", ["50"]),
        ("14:53", ["80"]),
        ("15:05", ["100"]),
        ("15:05:59", []),
        ("15:06", ["expired"]),
        ("15:07", []),
    ]


async def test_a_downtime_changes_when_and_never_what(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """After two days without a scanner every warning, the expiry and the silence are told with their own instants."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    clock.set(at("09:00", "2025-03-15"))

    await scanner.run()
    await scanner.run()

    events = [event for event in await stated(store) if _about(event)]
    warned = [(event.percent, event.at) for event in events if isinstance(event, ClockWarned)]
    assert warned == [(50, at("14:35")), (80, at("14:53")), (100, at("15:05"))]
    assert [event.at for event in events if isinstance(event, ClockExpired)] == [at("15:06")]
    silent = [event for event in events if isinstance(event, VerdictProposed)]
    assert [(event.type, event.minutes_late) for event in silent] == [(VerdictType.OMITTED, 1440)]
    assert silent[0].arithmetic == (
        "获知 14:05 + 60 分 = 截止 15:05（含）；至 03-13 15:05 未收到；"
        "按 CITY_DEFAULT 第 1 版 COUNTY_TO_CITY/WRITTEN/III"
    )


async def test_silence_is_proposed_as_omitted_a_day_after_the_limit(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """B5, F4: nothing by due + 24 h is OMITTED; what comes after that changes no word of the proposal."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    clock.set(at("15:05:59", "2025-03-13"))
    await scanner.run()
    assert not [e for e in await stated(store) if isinstance(e, VerdictProposed) and _about(e)]

    clock.set(at("15:06", "2025-03-13"))
    await scanner.run()
    after = await hear(store, handlers, arrived(at("15:07", "2025-03-13")))

    proposed = [e for e in await stated(store) if isinstance(e, VerdictProposed) and _about(e)]
    assert [event.type for event in proposed] == [VerdictType.OMITTED]
    assert not [event for event in after if isinstance(event, VerdictProposed) and event.leg is Leg.WRITTEN]


@pytest.mark.parametrize(
    ("precision", "wall", "silence", "verdict"),
    [
        (Precision.MINUTE, "15:05:59", [], VerdictType.LATE),
        (Precision.MINUTE, "15:06:00", [VerdictType.OMITTED], VerdictType.OMITTED),
        (Precision.SECOND, "15:05:00", [], VerdictType.LATE),
        (Precision.SECOND, "15:05:01", [VerdictType.OMITTED], VerdictType.OMITTED),
    ],
)
async def test_silence_is_omitted_at_the_very_instant_from_which_a_report_is(
    open_store: OpenStore,
    organisation: Organisation,
    clock: ManualClock,
    precision: Precision,
    wall: str,
    silence: list[VerdictType],
    verdict: VerdictType,
) -> None:
    """B3.4, B5: due + 24 h is itself still LATE, to its last second; what the scanner said no report takes back."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(
        store, organisation, load_rules(SHIPPED).model_copy(update={"precision": precision})
    )
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    clock.set(at(wall, "2025-03-13"))
    await scanner.run()
    told = [e.type for e in await stated(store) if isinstance(e, VerdictProposed) and _about(e)]

    await hear(store, handlers, arrived(clock.now()))

    async with store.reading() as connection:
        kept = await queries.read_verdicts(connection, DUTY)
    assert told == silence
    assert [(v.type, v.minutes_late, v.state) for v in kept if (v.owed_to, v.leg) == (CITY_DUTY, Leg.WRITTEN)] == [
        (verdict, 1440, VerdictState.PROPOSED)
    ]


async def test_a_report_that_waited_in_a_queue_withdraws_the_silence(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """B3.2: what counts is when it was received, not when this service heard of it; the proposal is kept, withdrawn."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    clock.set(at("09:00", "2025-03-15"))
    await scanner.run()

    await hear(store, handlers, arrived(at("15:10")))

    async with store.reading() as connection:
        kept = await queries.read_verdicts(connection, DUTY)
    written = [(v.type, v.state) for v in kept if (v.owed_to, v.leg) == (CITY_DUTY, Leg.WRITTEN)]
    assert written == [
        (VerdictType.OMITTED, VerdictState.WITHDRAWN),
        (VerdictType.LATE, VerdictState.PROPOSED),
    ]


async def test_a_backlog_is_told_in_batches(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """A full batch asks for another pass; every clock is told once."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation, batch=3)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    clock.set(at("15:30"))

    more = [await scanner.run(), await scanner.run(), await scanner.run()]

    assert more == [True, False, False]
    assert len([event for event in await stated(store) if isinstance(event, ClockExpired)]) == 4


async def test_a_drill_says_that_it_is_one_and_touches_no_real_clock(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """A call made in a drill stops the drill's clocks only."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    await hear(store, handlers, phone(at("14:10")), site="pinghu", mode=Mode.DRILL)
    await hear(store, handlers, awareness(at("14:05"), unit="qingshan"), site="qingshan", mode=Mode.DRILL)
    clock.set(at("15:30"))
    await scanner.run()

    async with store.unit() as unit:
        real = await queries.lock_clocks(unit.connection, DUTY)
        drilled = await queries.lock_clocks(unit.connection, DutyKey(str(INCIDENT), "qingshan"))
    assert {(each.mode, each.state) for each in real} == {(Mode.ACTUAL, ClockState.EXPIRED)}
    assert {(each.mode, each.state) for each in drilled} == {(Mode.DRILL, ClockState.EXPIRED)}


@pytest.mark.parametrize("drill_first", [True, False])
async def test_a_drill_about_the_same_duty_neither_moves_nor_hides_the_actual_clocks(
    open_store: OpenStore, organisation: Organisation, drill_first: bool
) -> None:
    """Somebody drills with the number of an incident that is real: what is owed is counted from what was known."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    known = [(awareness(at("13:00")), Mode.DRILL), (awareness(at("14:05")), Mode.ACTUAL)]
    for fact, mode in known if drill_first else reversed(known):
        await hear(store, handlers, fact, site="pinghu", mode=mode)
    await hear(store, handlers, arrived(at("13:30")), mode=Mode.DRILL)

    async with store.unit() as unit:
        clocks = await queries.lock_clocks(unit.connection, DUTY)
    actual = {(each.terms.basis_time, each.state) for each in clocks if each.mode is Mode.ACTUAL}
    assert actual == {(at("14:05"), ClockState.OPEN)}
    assert {each.terms.basis_time for each in clocks if each.mode is Mode.DRILL} == {at("13:00")}


async def test_claiming_uses_its_index(open_store: OpenStore, admin: asyncpg.Connection, clock: ManualClock) -> None:
    """With 100 000 clocks of which few are due, the claim reads the index of what is due next and sorts nothing."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    await admin.execute(
        """
        INSERT INTO deadline.clock (clock_id, mode, matter, unit, recipient, leg, stage, ordinal, binding, title, basis,
               basis_time, due_at, late_from, precision, rule_set_id, rule_id, rule_version, sum_text, basis_evidence,
               warn_percent, answered_at, state, started_at, next_at)
        SELECT gen_random_uuid(), 'ACTUAL', 'm' || n, 'pinghu', 'linjiang-gov-duty', 'WRITTEN', 'INITIAL', 1, true, '',
               'KNOWN', $1, $1, $1, 'MINUTE', 'X', 'X/Y', 1, '', '', '{50,80,100}', '{}',
               CASE WHEN n % 10 = 0 THEN 'OPEN' ELSE 'STOPPED' END, $1,
               CASE WHEN n % 10 = 0 THEN $1::timestamptz + make_interval(mins => n) END
          FROM generate_series(1, $2::integer) AS n
        """,
        clock.now(),
        MANY,
    )
    await admin.execute("ANALYZE deadline.clock")

    async with store.reading() as connection:
        rows = await connection.fetch(
            f"EXPLAIN {SQL['claim_due_clocks']}", Mode.ACTUAL, clock.now() + timedelta(days=1), 500
        )

    plan = "\n".join(row[0] for row in rows)
    assert "clock_next" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "Sort" not in plan, plan


def _about(event: Event) -> bool:
    """Tell whether an event is about the written report owed to the government side."""
    match event:
        case ClockWarned() | ClockExpired():
            return (event.reading.recipient, event.reading.leg) == (CITY_DUTY, Leg.WRITTEN)
        case VerdictProposed():
            return (event.owed_to, event.leg) == (CITY_DUTY, Leg.WRITTEN)
        case _:
            return False


def _word(event: Event) -> str:
    return str(event.percent) if isinstance(event, ClockWarned) else "expired"
