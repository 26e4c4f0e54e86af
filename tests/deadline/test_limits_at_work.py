"""Scenario F2 on real PostgreSQL: facts go in through the inbox, the scanner runs, verdicts come out."""

from datetime import datetime, timedelta

import pytest

from services.deadline import queries
from services.deadline.facts import ClockState, DutyKey, Verdict, VerdictState
from services.deadline.rule_files import SHIPPED, load_rules
from services.deadline.rules import PhoneCallAnswers
from shared.contracts.duties import ClockStarted, ClockStopped, VerdictProposed
from shared.contracts.vocabulary import Leg, Precision, Service, Severity, VerdictType
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.conftest import OpenStore
from tests.deadline.builders import (
    CITY_DUTY,
    CITY_INFO,
    DESKS,
    INCIDENT,
    PARTY_DUTY,
    PINGHU,
    REPORT,
    acknowledged,
    arrived,
    at,
    at_work,
    awareness,
    phone,
)
from tests.probe import hear, stated

DUTY = DutyKey(str(INCIDENT), PINGHU)
ON_TIME, LATE = VerdictType.ON_TIME, VerdictType.LATE


async def verdicts_of(store: Store, duty: DutyKey = DUTY) -> dict[tuple[str, Leg], Verdict]:
    """Return the standing verdict of each recipient and leg."""
    async with store.reading() as connection:
        found = await queries.read_verdicts(connection, duty)
    return {(each.owed_to, each.leg): each for each in found if each.state is not VerdictState.WITHDRAWN}


@pytest.mark.parametrize(
    ("called_at", "received_at", "phone_verdict", "written_verdict", "minutes"),
    [
        (at("14:34"), at("15:05:00"), ON_TIME, ON_TIME, 0),
        (at("14:34"), at("15:05:59"), ON_TIME, ON_TIME, 0),
        (at("14:34"), at("15:06:00"), ON_TIME, LATE, 1),
        (at("14:34"), at("15:36:00"), ON_TIME, LATE, 31),
        (at("14:36"), at("15:05:00"), LATE, ON_TIME, 1),
    ],
)
async def test_f2_at_the_limit_and_one_minute_late(
    open_store: OpenStore,
    organisation: Organisation,
    clock: ManualClock,
    called_at: datetime,
    received_at: datetime,
    phone_verdict: VerdictType,
    written_verdict: VerdictType,
    minutes: int,
) -> None:
    """F2, B3.4, AS-04, UR-07: the limit counts from knowledge; the minute of the limit is still on time."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation)
    clock.set(at("14:10"))
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    for desk in DESKS:
        await hear(store, handlers, phone(called_at, desk), site="pinghu")
    clock.set(received_at)
    while await scanner.run():
        pass
    for desk in DESKS:
        await hear(store, handlers, arrived(received_at, desk))

    found = await verdicts_of(store)

    for desk in DESKS:
        assert found[desk, Leg.PHONE].type is phone_verdict
        assert found[desk, Leg.WRITTEN].type is written_verdict
        late = max(found[desk, Leg.PHONE].minutes_late, found[desk, Leg.WRITTEN].minutes_late)
        assert late == minutes


async def test_the_sum_is_printed_as_people_write_it(open_store: OpenStore, organisation: Organisation) -> None:
    """F2: basis, limit, end, receipt, lateness, rule and version."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")

    told = await hear(store, handlers, arrived(at("15:06")))

    proposed = [event for event in told if isinstance(event, VerdictProposed) and event.leg is Leg.WRITTEN]
    assert [event.arithmetic for event in proposed] == [
        "获知 14:05 + 60 分 = 截止 15:05（含）；接收 15:06；迟 1 分；按 CITY_DEFAULT 第 1 版 COUNTY_TO_CITY/WRITTEN/III"
    ]
    assert proposed[0].rule_id == "CITY_DEFAULT/COUNTY_TO_CITY/WRITTEN/III"
    assert (proposed[0].rule_version, proposed[0].owed_to, proposed[0].concerns) == (1, CITY_DUTY, (PINGHU,))
    assert proposed[0].evidence == ("获知：值班电话（值班日志 14:05）", "书面报告：PH-2025-0312-001")


@pytest.mark.parametrize(
    ("received_at", "type_", "text"),
    [("15:05:00", ON_TIME, "按时"), ("15:05:59", LATE, "迟 59 秒"), ("15:06:05", LATE, "迟 1 分 5 秒")],
)
async def test_f2_with_a_rule_that_counts_seconds(
    open_store: OpenStore, organisation: Organisation, received_at: str, type_: VerdictType, text: str
) -> None:
    """F2, B3.4: with precision SECOND, 15:05:59 is 59 seconds late."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    by_seconds = load_rules(SHIPPED).model_copy(update={"precision": Precision.SECOND})
    handlers, _ = await at_work(store, organisation, by_seconds)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")

    await hear(store, handlers, arrived(at(received_at)))

    written = (await verdicts_of(store))[CITY_DUTY, Leg.WRITTEN]
    assert written.type is type_
    assert written.arithmetic.startswith(
        f"获知 14:05:00 + 60 分 = 截止 15:05:00（含）；接收 {received_at}；{text}；按 CITY_DEFAULT"
    )


async def test_both_sides_have_their_own_clock(open_store: OpenStore, organisation: Organisation) -> None:
    """UR-03, DR-03: both offices are owed; a call to one side answers that side only."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)

    told = await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    after_call = await hear(store, handlers, phone(at("14:20")), site="pinghu")

    started = {(event.reading.recipient, event.reading.leg) for event in told if isinstance(event, ClockStarted)}
    assert started == {(desk, leg) for desk in DESKS for leg in (Leg.PHONE, Leg.WRITTEN)}
    assert all(event.reading.binding for event in told if isinstance(event, ClockStarted))
    stops = [(e.reading.recipient, e.reading.leg) for e in after_call if isinstance(e, ClockStopped)]
    assert stops == [(CITY_DUTY, Leg.PHONE)]


async def test_one_call_may_answer_both_sides_where_the_rules_say_so(
    open_store: OpenStore, organisation: Organisation
) -> None:
    """Whose phone clocks a call stops is data: EVERY_SIDE lets one call to one duty desk count for both."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    shared_call = load_rules(SHIPPED).model_copy(update={"phone_call_answers": PhoneCallAnswers.EVERY_SIDE})
    handlers, _ = await at_work(store, organisation, shared_call)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")

    told = await hear(store, handlers, phone(at("14:20"), CITY_DUTY), site="pinghu")
    elsewhere = await hear(store, handlers, phone(at("14:10"), CITY_INFO), site="pinghu")

    assert {e.reading.recipient for e in told if isinstance(e, ClockStopped)} == set(DESKS)
    assert {e.reading.leg for e in told if isinstance(e, ClockStopped)} == {Leg.PHONE}
    assert elsewhere == []


async def test_a_written_report_within_the_phone_limit_answers_the_phone_leg(
    open_store: OpenStore, organisation: Organisation
) -> None:
    """B3.7: a written report at 14:30 leaves nothing to call about."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")

    await hear(store, handlers, arrived(at("14:30"), PARTY_DUTY))

    found = await verdicts_of(store)
    assert {key: each.type for key, each in found.items()} == {
        (PARTY_DUTY, Leg.PHONE): ON_TIME,
        (PARTY_DUTY, Leg.WRITTEN): ON_TIME,
    }


async def test_a_copy_answers_no_duty(open_store: OpenStore, organisation: Organisation) -> None:
    """A copy is for information: nobody owed it, so it stops nothing."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")

    assert await hear(store, handlers, arrived(at("14:30"), is_copy=True)) == []


async def test_the_owing_site_runs_warning_copies_without_verdicts(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """At 平湖县's own site the same knowledge opens copies that warn; the receipt stops them; nothing is judged."""
    store = await open_store(Service.DEADLINE, site="pinghu")
    handlers, scanner = await at_work(store, organisation)
    told = await hear(store, handlers, awareness(at("14:05")))
    clock.set(at("15:10"))
    await scanner.run()
    stopped = await hear(store, handlers, acknowledged(at("15:07")), site="linjiang")

    assert {event.reading.binding for event in told if isinstance(event, ClockStarted)} == {False}
    assert {e.reading.leg for e in stopped if isinstance(e, ClockStopped)} == {Leg.PHONE, Leg.WRITTEN}
    clock.advance(timedelta(days=2))
    await scanner.run()
    assert not [event for event in await stated(store) if isinstance(event, VerdictProposed)]


async def test_a_direct_point_owes_the_higher_office(open_store: OpenStore, organisation: Organisation) -> None:
    """DR-01: 白云乡 writes to the city, whose limits it must keep; the county gets copies and is owed nothing."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)

    told = await hear(store, handlers, awareness(at("14:05"), unit="pinghu-baiyun"), site="pinghu")

    readings = [event.reading for event in told if isinstance(event, ClockStarted)]
    assert {reading.recipient for reading in readings} == set(DESKS)
    assert {reading.rule_id.split("/")[1] for reading in readings} == {"COUNTY_TO_CITY"}


async def test_earlier_knowledge_found_later_recomputes(open_store: OpenStore, organisation: Organisation) -> None:
    """B3.8: a new ordinal and a new proposal; the old row is superseded and stays, its verdict withdrawn."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, awareness(at("14:05")), site="pinghu")
    await hear(store, handlers, arrived(at("15:05")))

    told = await hear(store, handlers, awareness(at("13:50"), evidence="值班日志 13:50"), site="pinghu")
    later = await hear(store, handlers, awareness(at("14:40")), site="pinghu")
    lower = await hear(store, handlers, awareness(at("13:49"), severity=Severity.IV), site="pinghu")

    assert (later, lower) == ([], [])
    written = [e for e in told if isinstance(e, VerdictProposed) and (e.owed_to, e.leg) == (CITY_DUTY, Leg.WRITTEN)]
    assert [(event.type, event.minutes_late) for event in written] == [(LATE, 15)]
    async with store.unit() as unit:
        clocks = await queries.lock_clocks(unit.connection, DUTY)
    rows = [(c.ordinal, c.state) for c in clocks if (c.terms.recipient, c.terms.leg) == (CITY_DUTY, Leg.WRITTEN)]
    assert sorted(rows) == [(1, ClockState.SUPERSEDED), (2, ClockState.STOPPED)]
    assert (await verdicts_of(store))[CITY_DUTY, Leg.WRITTEN].report_id == REPORT
