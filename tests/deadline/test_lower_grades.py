"""A unit states itself when it knew and how grave it was: no statement of it gives back time that it had used up."""

import pytest

from services.deadline import queries
from services.deadline.facts import ClockState, DutyKey, VerdictState
from services.deadline.rule_book import publish
from services.deadline.rule_files import DATA, SHIPPED, load_rules
from services.deadline.rules import RuleSet
from shared.contracts.duties import AwarenessRecorded, ClockStarted, VerdictProposed
from shared.contracts.vocabulary import Basis, Leg, Service, Severity, VerdictType
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.conftest import OpenStore
from tests.deadline.builders import CITY_DUTY, DESKS, INCIDENT, PINGHU, arrived, at, at_work, awareness, phone
from tests.probe import hear

DUTY = DutyKey(str(INCIDENT), PINGHU)
TOWNSHIP = "qingshan-shiqiao"


async def standing(store: Store, duty: DutyKey = DUTY) -> dict[tuple[str, Leg], tuple[object, ...]]:
    """Return due time, rule and ordinal of every clock that was not set aside."""
    async with store.unit() as unit:
        clocks = await queries.lock_clocks(unit.connection, duty)
    return {
        (each.terms.recipient, each.terms.leg): (each.terms.due_at, each.terms.rule_id, each.ordinal)
        for each in clocks
        if each.state is not ClockState.SUPERSEDED
    }


@pytest.mark.parametrize("severity", [Severity.IV, Severity.UNCLASSIFIED])
async def test_a_lower_grade_known_a_minute_earlier_takes_no_verdict_back(
    open_store: OpenStore, organisation: Organisation, severity: Severity
) -> None:
    """B2: a lower grade never erases a clock. Late by 25 minutes stays late, on the same clock, on both legs."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    await hear(store, handlers, phone(at("14:50")), site="pinghu")
    late = await hear(store, handlers, arrived(at("15:30")))
    before = await standing(store)

    told = await hear(store, handlers, awareness(at("14:04"), severity=severity), site="pinghu")

    assert [(e.type, e.minutes_late) for e in late if isinstance(e, VerdictProposed)] == [(VerdictType.LATE, 25)]
    assert told == []
    assert await standing(store) == before
    async with store.reading() as connection:
        kept = await queries.read_verdicts(connection, DUTY)
    assert {(v.leg, v.minutes_late, v.state) for v in kept} == {
        (Leg.PHONE, 15, VerdictState.PROPOSED),
        (Leg.WRITTEN, 25, VerdictState.PROPOSED),
    }


@pytest.mark.parametrize("graver_first", [True, False])
async def test_the_shortest_time_that_any_knowledge_leaves_governs_in_every_order(
    open_store: OpenStore, organisation: Organisation, graver_first: bool
) -> None:
    """Known 14:04 as IV leaves until 16:04, known 14:05 as III until 15:05: 15:05 it is, whichever is heard first."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    facts = [awareness(at("14:05")), awareness(at("14:04"), severity=Severity.IV)]
    for fact in facts if graver_first else reversed(facts):
        await hear(store, handlers, fact, site="pinghu")

    due = {part: (due_at, rule) for part, (due_at, rule, _) in (await standing(store)).items()}

    expected = {Leg.PHONE: at("14:35"), Leg.WRITTEN: at("15:05")}
    assert due == {
        (desk, leg): (end, f"CITY_DEFAULT/COUNTY_TO_CITY/{leg}/III") for desk in DESKS for leg, end in expected.items()
    }


async def test_a_lower_grade_known_so_early_that_it_was_due_earlier_recomputes(
    open_store: OpenStore, organisation: Organisation
) -> None:
    """B3.8 holds for every grade: known at 13:00 as IV was due at 15:00, before what was known at 14:05 as III."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    await hear(store, handlers, arrived(at("15:05")))

    await hear(store, handlers, awareness(at("13:00"), severity=Severity.IV), site="pinghu")

    assert (await standing(store))[CITY_DUTY, Leg.WRITTEN] == (
        at("15:00"),
        "CITY_DEFAULT/COUNTY_TO_CITY/WRITTEN/IV",
        2,
    )
    async with store.reading() as connection:
        kept = await queries.read_verdicts(connection, DUTY)
    said = [(v.type, v.minutes_late) for v in kept if v.leg is Leg.WRITTEN and v.state is VerdictState.PROPOSED]
    assert said == [(VerdictType.LATE, 5)]


@pytest.mark.parametrize("severity", [Severity.III, Severity.IV, Severity.UNCLASSIFIED])
async def test_a_grade_without_a_limit_removes_no_clock(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock, severity: Severity
) -> None:
    """SEED_CLASSIC limits townships for I and II alone: a lower grade stated for a minute earlier leaves them owed."""
    store = await open_store(Service.DEADLINE, site="qingshan")
    handlers, scanner = await at_work(store, organisation, load_rules(DATA / "SEED_CLASSIC.yaml"))
    duty = DutyKey(str(INCIDENT), TOWNSHIP)
    await hear(store, handlers, awareness(at("09:00"), unit=TOWNSHIP, severity=Severity.II), site="qingshan")
    before = await standing(store, duty)

    await hear(store, handlers, awareness(at("08:59"), unit=TOWNSHIP, severity=severity), site="qingshan")

    assert {due_at for due_at, _, _ in before.values()} == {at("11:00")}
    assert await standing(store, duty) == before
    clock.set(at("11:01", "2025-03-13"))
    await scanner.run()
    async with store.reading() as connection:
        kept = await queries.read_verdicts(connection, duty)
    assert [v.type for v in kept] == [VerdictType.OMITTED] * 2


async def test_each_knowledge_is_counted_by_the_rules_of_its_own_time(
    open_store: OpenStore, organisation: Organisation
) -> None:
    """A minute back, before a stricter version took effect, gains nothing; nor does a grade that it does not limit."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    async with store.unit() as unit:
        await publish(unit.connection, _ten_minutes(load_rules(SHIPPED)), at("15:00"), unit.now)
    await hear(store, handlers, awareness(at("15:00")), site="pinghu")

    told = await hear(store, handlers, awareness(at("14:59")), site="pinghu")

    assert told == []
    assert {due_at for due_at, _, _ in (await standing(store)).values()} == {at("15:10")}


@pytest.mark.parametrize("stated_first", [True, False])
async def test_an_occurrence_stated_for_after_the_knowledge_of_it_moves_no_limit(
    open_store: OpenStore, organisation: Organisation, stated_first: bool
) -> None:
    """UR-01 counts from occurrence, and nobody knew of it before it occurred: knowledge at 09:00 stays the basis."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation, load_rules(DATA / "SEED_CLASSIC.yaml"))
    facts: list[AwarenessRecorded] = [awareness(at("09:00")), awareness(at("11:00"), occurred_at=at("10:30"))]
    told = [
        event
        for fact in (reversed(facts) if stated_first else facts)
        for event in await hear(store, handlers, fact, site="pinghu")
    ]

    started = [event.reading for event in told if isinstance(event, ClockStarted)]
    assert {each.due_at for each in started if each.basis is Basis.KNOWN} == {at("13:00")}
    assert {due_at for due_at, _, _ in (await standing(store)).values()} == {at("13:00")}


def _ten_minutes(rules: RuleSet) -> RuleSet:
    limits = tuple(limit.model_copy(update={"minutes": 10}) for limit in rules.limits)
    return rules.model_copy(update={"version": 2, "limits": limits})
