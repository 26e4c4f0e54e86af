"""Clocks of tickets: what the leader named, else the limit of the ticket's code (scenario F9)."""

from datetime import datetime, timedelta

import pytest

from services.deadline import queries
from services.deadline.facts import DutyKey, VerdictState
from services.deadline.rule_files import SHIPPED, load_rules
from services.deadline.tickets import ticket_terms
from shared.contracts.duties import ClockExpired, ClockStarted, ClockStopped, ClockWarned, VerdictProposed
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Leg, Service, VerdictType
from shared.organisation.organisation import Organisation
from shared.timekeeping.clocks import ManualClock
from shared.timekeeping.workcalendar import PACKAGED_OVERRIDES, load_calendar
from tests.conftest import OpenStore
from tests.deadline.builders import CITY_INFO, TICKET, at, at_work, closed, replied, sent_back, ticket
from tests.probe import hear, stated

REGISTERED = at("10:00", "2025-04-10")
ONE_WEEK = at("00:00", "2025-04-18")


@pytest.mark.parametrize(
    ("code", "request_", "due", "late_from", "text"),
    [
        (
            "URGENT",
            None,
            at("10:00", "2025-04-11"),
            at("10:01", "2025-04-11"),
            "登记 04-10 10:00 + 24 小时 = 截止 04-11 10:00（含）",
        ),
        ("FAST", None, ONE_WEEK, ONE_WEEK, "登记 04-10 10:00 + 5 个工作日 = 截止 04-17 24:00（含）"),
        (
            "ORDINARY",
            None,
            at("00:00", "2025-04-26"),
            at("00:00", "2025-04-26"),
            "登记 04-10 10:00 + 15 日 = 截止 04-25 24:00（含）",
        ),
        # 30 days end on Saturday 10 May, which rolls to Monday the 12th.
        (
            "DIFFICULT",
            None,
            at("00:00", "2025-05-13"),
            at("00:00", "2025-05-13"),
            "登记 04-10 10:00 + 30 日 = 截止 05-12 24:00（含）",
        ),
        ("FAST", ONE_WEEK, ONE_WEEK, ONE_WEEK, "登记 04-10 10:00，批示要求截止 04-17 24:00（含）"),
    ],
)
def test_the_limit_of_a_ticket(
    code: str, request_: datetime | None, due: datetime, late_from: datetime, text: str
) -> None:
    """F9, B3.5: elapsed hours, working days, calendar days that roll; what a leader named wins."""
    event = ticket(REGISTERED, code=code, due_on_request=request_)

    terms = ticket_terms(event, load_rules(SHIPPED), load_calendar(PACKAGED_OVERRIDES), binding=True)

    assert (terms.due_at, terms.late_from, terms.sum_text) == (due, late_from, text)
    assert terms.omitted_at is None


async def test_f9_a_reply_after_the_week_is_late(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """F9: due 04-17 24:00, overdue at 04-18 00:00; the assisting unit's reply stops nothing; 10:00 is late."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation)
    started = await hear(store, handlers, ticket(REGISTERED, due_on_request=ONE_WEEK))
    assisting = await hear(store, handlers, replied(at("09:00", "2025-04-15"), "linjiang-gongan"))
    clock.set(at("23:59:59", "2025-04-17"))
    await scanner.run()
    in_time = [event for event in await stated(store) if isinstance(event, ClockExpired)]
    clock.set(ONE_WEEK)
    await scanner.run()
    overdue = [event for event in await stated(store) if isinstance(event, ClockExpired)]

    told = await hear(store, handlers, replied(at("10:00", "2025-04-18")))

    reading = next(event.reading for event in started if isinstance(event, ClockStarted))
    assert (reading.unit, reading.recipient, reading.leg) == ("linjiang-jiaotong", CITY_INFO, Leg.TICKET_REPLY)
    assert assisting == []
    assert in_time == []
    assert [event.at for event in overdue] == [ONE_WEEK]
    proposed = next(event for event in told if isinstance(event, VerdictProposed))
    assert (proposed.type, proposed.minutes_late) == (VerdictType.LATE, 600)
    assert "反馈 04-18 10:00；迟 10 时" in proposed.arithmetic


async def test_f9_a_reply_that_was_sent_back_stops_nothing(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """F9: replied 04-17 16:00, returned 17:00; overdue at 04-18 00:00 all the same; the re-reply at 10:00 is late."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation)
    await hear(store, handlers, ticket(REGISTERED, due_on_request=ONE_WEEK))
    clock.set(at("16:00", "2025-04-17"))
    await scanner.run()
    reminded = [event.percent for event in await stated(store) if isinstance(event, ClockWarned)]
    await hear(store, handlers, replied(clock.now()))
    clock.set(at("17:00", "2025-04-17"))
    untaken = await hear(store, handlers, sent_back(clock.now(), received=False))

    (again,) = await hear(store, handlers, sent_back(clock.now()))

    assert untaken == []
    assert isinstance(again, ClockStarted)
    assert (again.reading.due_at, again.reading.ordinal) == (ONE_WEEK, 2)
    clock.set(ONE_WEEK)
    await scanner.run()
    told = await stated(store)
    assert [event.at for event in told if isinstance(event, ClockExpired)] == [ONE_WEEK]
    assert [event.percent for event in told if isinstance(event, ClockWarned)] == [*reminded, 100]
    answered = await hear(store, handlers, replied(at("10:00", "2025-04-18")))
    (proposed,) = [event for event in answered if isinstance(event, VerdictProposed)]
    assert (proposed.type, proposed.minutes_late) == (VerdictType.LATE, 600)


async def test_what_was_proposed_on_a_reply_that_came_back_is_withdrawn(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """The late answer was no answer; what counts is the one that was not sent back, however late it is then."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, ticket(REGISTERED, due_on_request=ONE_WEEK))
    clock.set(at("12:00", "2025-04-18"))
    await hear(store, handlers, replied(at("10:00", "2025-04-18")))
    await hear(store, handlers, sent_back(at("11:00", "2025-04-18")))
    await hear(store, handlers, replied(at("12:00", "2025-04-18")))

    async with store.reading() as connection:
        kept = await queries.read_verdicts(connection, DutyKey(str(TICKET), OfficeId("linjiang-jiaotong")))
    assert [(verdict.minutes_late, verdict.state) for verdict in kept] == [
        (600, VerdictState.WITHDRAWN),
        (720, VerdictState.PROPOSED),
    ]


@pytest.mark.parametrize(
    ("lead", "co"),
    [("pinghu-gov-duty", "pinghu-party-duty"), ("pinghu", "pinghu-gov-duty"), ("pinghu-gov-duty", "pinghu")],
)
@pytest.mark.parametrize("reply_first", [False, True])
async def test_the_reply_of_an_assisting_desk_of_the_leads_own_unit_stops_nothing(
    open_store: OpenStore, organisation: Organisation, lead: str, co: str, reply_first: bool
) -> None:
    """What the lead owes the lead answers: another desk of its unit that only assists does not speak for it."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    addressed = {"lead": OfficeId(lead), "co": (OfficeId(co),)}
    assigned, assisting = ticket(REGISTERED).model_copy(update=addressed), replied(at("16:00", "2025-04-14"), co)
    for fact in (assisting, assigned) if reply_first else (assigned, assisting):
        await hear(store, handlers, fact)
    before = [event for event in await stated(store) if isinstance(event, ClockStopped)]

    told = await hear(store, handlers, replied(at("10:00", "2025-04-18"), lead))

    assert before == []
    (proposed,) = [event for event in told if isinstance(event, VerdictProposed)]
    assert (proposed.type, proposed.minutes_late) == (VerdictType.LATE, 600)


async def test_a_reply_may_come_before_its_ticket(open_store: OpenStore, organisation: Organisation) -> None:
    """Senders do not wait for each other: the reply is remembered and stops the clock when it opens."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, replied(at("16:00", "2025-04-14")))

    told = await hear(store, handlers, ticket(REGISTERED))

    assert [event.stopped_at for event in told if isinstance(event, ClockStopped)] == [at("16:00", "2025-04-14")]


async def test_closing_stops_a_clock_and_silence_alone_is_no_verdict(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock
) -> None:
    """A ticket stays open until it is answered or closed; nobody is judged for the days before that."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, scanner = await at_work(store, organisation)
    await hear(store, handlers, ticket(REGISTERED))
    clock.set(REGISTERED + timedelta(days=60))
    await scanner.run()
    silent = [event for event in await stated(store) if isinstance(event, VerdictProposed)]

    told = await hear(store, handlers, closed(at("09:00", "2025-04-16")))

    assert silent == []
    assert [event.stopped_at for event in told if isinstance(event, ClockStopped)] == [at("09:00", "2025-04-16")]


async def test_what_another_than_the_issuer_states_of_a_ticket_moves_no_clock(
    open_store: OpenStore, organisation: Organisation
) -> None:
    """One owner per fact: the lead neither receives its own reply, nor ends the ticket, nor sends a reply back."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, ticket(REGISTERED))
    lead = {"issuer": OfficeId("linjiang-jiaotong")}

    for stated_by_lead in (replied(at("16:00", "2025-04-14")), closed(at("16:30", "2025-04-14"))):
        assert await hear(store, handlers, stated_by_lead.model_copy(update=lead)) == []
    (stopped,) = await hear(store, handlers, replied(at("17:00", "2025-04-14")))
    assert isinstance(stopped, ClockStopped)
    assert await hear(store, handlers, sent_back(at("18:00", "2025-04-14")).model_copy(update=lead)) == []
