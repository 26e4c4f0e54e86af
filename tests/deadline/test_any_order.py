"""Senders do not wait for each other: whatever the order of the facts, the same rows and verdicts come out."""

import random
from datetime import timedelta
from uuid import UUID

from services.deadline import queries
from services.deadline.facts import ClockState, DutyKey, VerdictState
from shared.contracts.duties import AwarenessRecorded, PhoneReportRecorded
from shared.contracts.event import Event
from shared.contracts.identifiers import IncidentId, SubmissionId
from shared.contracts.reports import ReportArrived
from shared.contracts.vocabulary import Leg, Service, Severity, VerdictType
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.conftest import OpenStore
from tests.deadline.builders import CITY_DUTY, PARTY_DUTY, PINGHU, arrived, at, at_work, awareness, phone
from tests.probe import hear

PERMUTATIONS = 24
KNOWN_AT_FIRST, KNOWN_EARLIER, KNOWN_LATER, KNOWN_AS_LESS = at("14:05"), at("13:55"), at("14:30"), at("13:50")
FACTS: tuple[Event, ...] = (
    awareness(KNOWN_AT_FIRST),
    awareness(KNOWN_EARLIER, occurred_at=at("13:40")),
    awareness(KNOWN_LATER),
    awareness(KNOWN_AS_LESS, severity=Severity.IV),
    phone(at("14:26"), CITY_DUTY),
    phone(at("14:20"), PARTY_DUTY),
    arrived(at("15:30"), CITY_DUTY),
    arrived(at("14:56"), CITY_DUTY),
)
SCAN = len(FACTS)
"""Stands for a pass of the scanner, two days after everything came due."""


async def test_every_order_gives_the_same_rows_and_verdicts(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """Facts and the scanner's pass commute; awareness may come last, after calls, reports and silence."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation)
    clock.set(KNOWN_AT_FIRST + timedelta(days=2))
    dice = random.Random(20250312)
    outcomes: list[dict[tuple[str, Leg], tuple[object, ...]]] = []
    for number in range(PERMUTATIONS):
        incident = IncidentId(UUID(int=number + 1))
        for step in dice.sample(range(SCAN + 1), SCAN + 1):
            if step == SCAN:
                await scanner.run()
            else:
                # Each fact from a sender of its own, because facts of one sender keep their order.
                await hear(store, handlers, _about(FACTS[step], incident, number), site=f"sender-{step}")
        await scanner.run()
        outcomes.append(await _standing(store, DutyKey(str(incident), PINGHU)))

    assert {str(sorted(outcome.items(), key=str)) for outcome in outcomes} == {
        str(sorted(outcomes[0].items(), key=str))
    }
    verdicts = {part: (standing[-3], standing[-2]) for part, standing in outcomes[0].items()}
    assert verdicts == {
        (CITY_DUTY, Leg.PHONE): (VerdictType.LATE, 1),
        (CITY_DUTY, Leg.WRITTEN): (VerdictType.LATE, 1),
        (PARTY_DUTY, Leg.PHONE): (VerdictType.ON_TIME, 0),
        (PARTY_DUTY, Leg.WRITTEN): (VerdictType.OMITTED, 1440),
    }


async def test_a_fact_that_comes_twice_changes_nothing(open_store: OpenStore, organisation: Organisation) -> None:
    """The same awareness, call and report under other event ids open and stop nothing anew."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    for fact in FACTS:
        await hear(store, handlers, fact, site="pinghu")

    repeated = [event for fact in FACTS for event in await hear(store, handlers, fact, site="pinghu")]

    assert repeated == []


async def _standing(store: Store, duty: DutyKey) -> dict[tuple[str, Leg], tuple[object, ...]]:
    """Return what stands for each recipient and leg: terms, stop, and verdict with its whole sum."""
    async with store.unit() as unit:
        clocks = await queries.lock_clocks(unit.connection, duty)
        verdicts = await queries.read_verdicts(unit.connection, duty)
    said = {verdict.clock_id: verdict for verdict in verdicts if verdict.state is not VerdictState.WITHDRAWN}
    return {
        (clock.terms.recipient, clock.terms.leg): (
            clock.terms,
            clock.stopped_at,
            clock.state,
            clock.judged,
            said[clock.clock_id].type,
            said[clock.clock_id].minutes_late,
            said[clock.clock_id].arithmetic,
        )
        for clock in clocks
        if clock.state is not ClockState.SUPERSEDED
    }


def _about(fact: Event, incident: IncidentId, number: int) -> Event:
    """Return the fact about another incident, with ids of its own."""
    match fact:
        case AwarenessRecorded():
            known = UUID(int=fact.awareness_id.int ^ number << 64)
            return fact.model_copy(update={"incident_id": incident, "awareness_id": known})
        case PhoneReportRecorded():
            call = UUID(int=fact.phone_report_id.int ^ number << 64)
            return fact.model_copy(update={"incident_id": incident, "phone_report_id": call})
        case ReportArrived():
            head = fact.head.model_copy(update={"incident_id": incident})
            hop = SubmissionId(UUID(int=fact.submission_id.int ^ number << 64))
            return fact.model_copy(update={"head": head, "submission_id": hop})
        case _:
            raise AssertionError(fact)
