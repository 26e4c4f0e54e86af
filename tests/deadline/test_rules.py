"""The rules as data: what ships, what a wrong file is told, which published version governs."""

from pathlib import Path

import pytest

from services.deadline.errors import NoRuleInForce, RuleVersionTaken
from services.deadline.rule_book import RuleBook, publish
from services.deadline.rule_files import DATA, SHIPPED, load_rules
from services.deadline.rules import Hop, HopLimit, RuleSet, TicketUnit
from shared.contracts.duties import ClockStarted
from shared.contracts.vocabulary import Basis, Leg, Service, Severity
from shared.organisation.organisation import Organisation
from shared.organisation.sources import SourceInvalid
from shared.timekeeping.clocks import ManualClock
from tests.conftest import OpenStore
from tests.deadline.builders import at, at_work, awareness
from tests.probe import hear

# rules.md D2, minutes for I, II, III, IV and sensitive; None: no limit.
TABLE = [
    (Hop.TOWNSHIP_TO_COUNTY, Leg.PHONE, (20, 20, 20, 30, 20), Basis.KNOWN),
    (Hop.TOWNSHIP_TO_COUNTY, Leg.WRITTEN, (40, 40, 40, 60, 40), Basis.KNOWN),
    (Hop.COUNTY_TO_CITY, Leg.PHONE, (30, 30, 30, 60, 30), Basis.KNOWN),
    (Hop.COUNTY_TO_CITY, Leg.WRITTEN, (60, 60, 60, 120, 60), Basis.KNOWN),
    (Hop.CITY_TO_PROVINCE, Leg.PHONE, (30, 30, 60, None, 60), Basis.RECEIVED),
    (Hop.CITY_TO_PROVINCE, Leg.WRITTEN, (60, 60, 120, None, 120), Basis.RECEIVED),
]


@pytest.mark.parametrize(("hop", "leg", "minutes", "basis"), TABLE)
def test_city_default_is_the_published_table(hop: Hop, leg: Leg, minutes: tuple[int | None, ...], basis: Basis) -> None:
    """D2: every cell of CITY_DEFAULT, with a source for each."""
    rules = load_rules(SHIPPED)
    grades = (Severity.I, Severity.II, Severity.III, Severity.IV)
    found = [rules.limit(hop, leg, grade, sensitive=False) for grade in grades]
    found.append(rules.limit(hop, leg, Severity.IV, sensitive=True))

    assert tuple(limit.minutes if limit else None for limit in found) == minutes
    assert {limit.basis for limit in found if limit} == {basis}
    assert all(limit.source for limit in rules.limits)


def test_a_sensitive_incident_keeps_the_shorter_of_two_limits() -> None:
    """Sensitive is not bound by grade, and never gives more time than the grade does."""
    rules = load_rules(SHIPPED)

    gravest = rules.limit(Hop.CITY_TO_PROVINCE, Leg.PHONE, Severity.I, sensitive=True)
    common = rules.limit(Hop.COUNTY_TO_CITY, Leg.WRITTEN, Severity.IV, sensitive=True)

    assert isinstance(gravest, HopLimit)
    assert isinstance(common, HopLimit)
    assert (gravest.minutes, common.minutes) == (30, 60)
    assert common.id == "CITY_DEFAULT/COUNTY_TO_CITY/WRITTEN/SENSITIVE"


def test_ticket_limits_are_the_published_ones() -> None:
    """24 h, 5 working days, 15 and 30 days."""
    tickets = {limit.code: (limit.amount, limit.unit) for limit in load_rules(SHIPPED).tickets}

    assert tickets == {
        "URGENT": (24, TicketUnit.HOURS),
        "FAST": (5, TicketUnit.WORKDAYS),
        "ORDINARY": (15, TicketUnit.CALENDAR_DAYS),
        "DIFFICULT": (30, TicketUnit.CALENDAR_DAYS),
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("minutes: 60, basis: KNOWN", "minutes: -5, basis: KNOWN", "minutes: -5"),
        ("basis: RECEIVED", "basis: RECIEVED", "did you mean 'RECEIVED'?"),
        ("COUNTY_TO_CITY/WRITTEN/III", "COUNTRY_TO_CITY/WRITTEN/III", "'COUNTRY_TO_CITY' in the id is not known"),
        ("warn_percent: [50, 80, 100]", "warn_percent: [80, 50, 100]", "sort it"),
        ("version: 1", "versoin: 1", "did you mean 'version'?"),
    ],
)
def test_a_wrong_file_is_told_line_field_value_and_remedy(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Rule files are written by offices: each problem says where it stands and what to do."""
    text = SHIPPED.read_text(encoding="utf-8").replace(old, new, 1)
    path = tmp_path / "CITY_DEFAULT.yaml"
    path.write_text(text, encoding="utf-8")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if new in row and not row.startswith("#"))

    with pytest.raises(SourceInvalid) as caught:
        load_rules(path)

    problems = [str(problem) for problem in caught.value.problems]
    assert any(told in problem for problem in problems), problems
    if "sort it" not in told:
        assert any(problem.startswith(f"CITY_DEFAULT.yaml:{line}:") for problem in problems), problems


async def test_the_version_in_force_at_the_start_governs(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """B3, architecture 11: a clock keeps the version of its basis time, whatever is published afterwards."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    stricter = _with_minutes(load_rules(SHIPPED), version=2, minutes=10)
    async with store.unit() as unit:
        await publish(unit.connection, stricter, at("15:00"), unit.now)

    before = await hear(store, handlers, awareness(at("14:59:59")), site="pinghu")
    after = await hear(store, handlers, awareness(at("15:00"), unit="qingshan"), site="qingshan")

    assert {event.reading.rule_version for event in before if isinstance(event, ClockStarted)} == {1}
    assert {event.reading.rule_version for event in after if isinstance(event, ClockStarted)} == {2}
    assert {e.reading.due_at for e in after if isinstance(e, ClockStarted)} == {at("15:10")}


async def test_publishing_twice_changes_nothing_and_a_taken_version_is_refused(open_store: OpenStore) -> None:
    """A digest that was seen is not inserted again; other content under the same version is a mistake."""
    store = await open_store(Service.DEADLINE)
    rules = load_rules(SHIPPED)
    async with store.unit() as unit:
        for _ in range(2):
            await publish(unit.connection, rules, rules.effective_from, unit.now)
        with pytest.raises(RuleVersionTaken):
            await publish(unit.connection, _with_minutes(rules, version=1, minutes=9), at("08:00"), unit.now)
        with pytest.raises(NoRuleInForce):
            await RuleBook().in_force(unit.connection, at("08:00", "2019-12-31"))


async def test_seed_classic_gives_two_hours_to_both_offices(open_store: OpenStore, organisation: Organisation) -> None:
    """UR-03: 重特大 within 2 h to the county's Party and government offices; UR-01: 4 h from occurrence to the city."""
    seed = load_rules(DATA / "SEED_CLASSIC.yaml")
    county = await open_store(Service.DEADLINE, site="qingshan")
    handlers, _ = await at_work(county, organisation, seed)
    told = await hear(
        county, handlers, awareness(at("09:00"), unit="qingshan-shiqiao", severity=Severity.II), site="qingshan"
    )
    owed = [event.reading for event in told if isinstance(event, ClockStarted)]
    assert {(reading.recipient, reading.due_at) for reading in owed} == {
        ("qingshan-gov-duty", at("11:00")),
        ("qingshan-party-duty", at("11:00")),
    }


async def test_a_limit_from_occurrence_waits_for_the_time_of_occurrence(
    open_store: OpenStore, organisation: Organisation
) -> None:
    """UR-01: until somebody states when it happened the limit counts from knowledge; then it is recomputed."""
    seed = load_rules(DATA / "SEED_CLASSIC.yaml")
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation, seed)

    first = await hear(store, handlers, awareness(at("09:00")), site="pinghu")
    then = await hear(store, handlers, awareness(at("09:30"), occurred_at=at("08:10")), site="pinghu")

    readings = [
        (event.reading.basis, event.reading.due_at, event.reading.ordinal)
        for event in (*first, *then)
        if isinstance(event, ClockStarted) and event.reading.recipient == "linjiang-gov-duty"
    ]
    assert readings == [(Basis.KNOWN, at("13:00"), 1), (Basis.OCCURRED, at("12:10"), 2)]


def _with_minutes(rules: RuleSet, *, version: int, minutes: int) -> RuleSet:
    limits = tuple(limit.model_copy(update={"minutes": minutes}) for limit in rules.limits)
    return rules.model_copy(update={"version": version, "limits": limits})
