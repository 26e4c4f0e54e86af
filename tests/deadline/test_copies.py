"""Warning copies at the owing site: they end when the site that is owed has decided."""

from datetime import datetime, timedelta
from itertools import product
from uuid import uuid4

from services.deadline import queries, verdict_queries
from services.deadline.facts import Clock, ClockState, DutyKey
from services.deadline.handlers import DeadlineHandlers
from shared.contracts.duties import AwarenessRecorded, VerdictFinalised
from shared.contracts.identifiers import OfficeId, VerdictId
from shared.contracts.vocabulary import Leg, Service, VerdictType
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.conftest import OpenStore
from tests.deadline.builders import CITY_DUTY, DESKS, INCIDENT, PINGHU, PINGHU_DUTY, at, at_work, awareness
from tests.probe import hear

DUTY = DutyKey(str(INCIDENT), PINGHU)
TWO_DAYS_LATER = at("14:05", "2025-03-14")


def final(owed_to: OfficeId, leg: Leg, at_: datetime = TWO_DAYS_LATER) -> VerdictFinalised:
    """Return that the city made an omission final."""
    return VerdictFinalised(
        matter=str(INCIDENT),
        verdict_id=VerdictId(uuid4()),
        incident_id=INCIDENT,
        unit=PINGHU,
        owed_to=owed_to,
        type=VerdictType.OMITTED,
        leg=leg,
        minutes_late=1440,
        arithmetic="截止 15:05；24 时内未收到",
        rule_id="CITY_DEFAULT/COUNTY_TO_CITY/WRITTEN/III",
        rule_version=1,
        scored=True,
        finalised_by="head",
        finalised_at=at_,
    )


async def clocks_of(store: Store) -> tuple[Clock, ...]:
    async with store.unit() as unit:
        return await queries.lock_clocks(unit.connection, DUTY)


async def decide_all(store: Store, handlers: DeadlineHandlers) -> None:
    for office, leg in product(DESKS, (Leg.PHONE, Leg.WRITTEN)):
        await hear(store, handlers, final(office, leg), site="linjiang")


async def test_a_final_verdict_ends_the_copy_of_its_clock_and_no_other(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    store = await open_store(Service.DEADLINE, site="pinghu")
    handlers, scanner = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    clock.set(TWO_DAYS_LATER)
    await scanner.run()

    assert await hear(store, handlers, final(CITY_DUTY, Leg.WRITTEN), site="linjiang") == []

    ended = {
        (each.terms.recipient, each.terms.leg) for each in await clocks_of(store) if each.state is ClockState.CLOSED
    }
    assert ended == {(CITY_DUTY, Leg.WRITTEN)}
    await decide_all(store, handlers)
    async with store.reading() as connection:
        assert await verdict_queries.list_running_clocks(connection, PINGHU, PINGHU_DUTY, None, 50) == []


async def test_a_final_verdict_may_be_heard_before_the_knowledge(
    open_store: OpenStore, organisation: Organisation
) -> None:
    """Senders do not wait for each other."""
    store = await open_store(Service.DEADLINE, site="pinghu")
    handlers, _ = await at_work(store, organisation)
    await decide_all(store, handlers)

    await hear(store, handlers, awareness(at("14:05")), site="pinghu")

    assert {each.state for each in await clocks_of(store)} == {ClockState.CLOSED}


async def test_what_is_found_out_after_the_verdict_runs_again(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """B3.8: earlier knowledge found later is owed anew; the old verdict does not end the new copy."""
    store = await open_store(Service.DEADLINE, site="pinghu")
    handlers, _ = await at_work(store, organisation)
    clock.set(TWO_DAYS_LATER)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    await decide_all(store, handlers)

    found: AwarenessRecorded = awareness(at("13:00"), recorded_at=TWO_DAYS_LATER + timedelta(hours=1))
    await hear(store, handlers, found, site="pinghu")

    states = [(each.terms.basis_time, each.state) for each in await clocks_of(store)]
    assert sorted(states) == [(at("13:00"), ClockState.OPEN)] * 4 + [(at("14:05"), ClockState.SUPERSEDED)] * 4


async def test_the_site_that_decided_keeps_its_own_clocks_as_it_left_them(
    open_store: OpenStore, organisation: Organisation
) -> None:
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")

    await hear(store, handlers, final(CITY_DUTY, Leg.WRITTEN), site="linjiang")

    assert {each.state for each in await clocks_of(store)} == {ClockState.OPEN}
