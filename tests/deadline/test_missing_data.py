"""A rule set or a calendar that is not there yet: what rests on it is deferred, and its clock opens once it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.deadline import queries
from services.deadline.facts import Clock, ClockState, DutyKey
from services.deadline.handlers import DeadlineHandlers
from services.deadline.rule_book import RuleBook, publish
from services.deadline.rule_files import SHIPPED, load_rules
from services.deadline.rules import RuleSet
from shared.contracts.event import Event
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.store.holding import DEFERRED_DELAY, retry_deferred
from shared.store.inbox import Inbox
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from shared.timekeeping.workcalendar import parse_calendar
from tests import probe
from tests.conftest import OpenStore
from tests.deadline.builders import INCIDENT, PINGHU, TICKET, at, awareness, replied, ticket

TICKETS = DutyKey(str(TICKET), OfficeId("linjiang-jiaotong"))
INCIDENTS = DutyKey(str(INCIDENT), PINGHU)
REGISTERED = at("10:00", "2096-12-20")
KNOWN = "years:\n  - {year: 2096, source: a notice, verified: true}\n"
NEXT = "  - {year: 2097, source: a notice, verified: true}\n"


class Desk:
    """The city's service and the machine clock that retries go by."""

    def __init__(self, store: Store, organisation: Organisation, calendar: str = KNOWN) -> None:
        self.machine = ManualClock(datetime(2025, 2, 17, tzinfo=UTC))
        self.store, self.organisation = replace(store, machine=self.machine), organisation
        self.start(calendar)

    def start(self, calendar: str) -> None:
        """Start with a calendar, which is read once."""
        handlers = DeadlineHandlers(self.organisation, parse_calendar(calendar, "calendar.yaml"), RuleBook())
        self.inbox = Inbox(self.store, handlers)

    async def hear(self, *events: Event) -> None:
        """Let the service hear events of one sender and subject."""
        await self.inbox.process(
            [
                probe.delivery(event, number, reader=Service.DEADLINE, site="linjiang")
                for number, event in enumerate(events, 1)
            ]
        )

    async def publish(self, rules: RuleSet) -> None:
        async with self.store.unit() as unit:
            await publish(unit.connection, rules, rules.effective_from, unit.now)

    async def pass_(self, length: timedelta = timedelta(0)) -> None:
        """Let time pass on the machine, and the beat that retries run until it finds nothing."""
        self.machine.advance(length)
        while await self.inbox.retry_one():
            pass

    async def held(self) -> list[tuple[str, str]]:
        async with self.store.reading() as connection:
            rows = await connection.fetch("SELECT state, cause FROM held_message ORDER BY held_id")
        return [(row["state"], row["cause"]) for row in rows]

    async def clocks(self, duty: DutyKey) -> tuple[Clock, ...]:
        async with self.store.unit() as unit:
            return await queries.lock_clocks(unit.connection, duty)


@pytest.fixture
async def desk(open_store: OpenStore, organisation: Organisation) -> Desk:
    return Desk(await open_store(Service.DEADLINE, site="linjiang"), organisation)


async def test_a_ticket_whose_limit_reaches_into_a_year_without_a_calendar_waits_for_it(desk: Desk) -> None:
    """Fifteen days from 20 December end in a year nobody knows yet: the start that knows it opens the clock."""
    await desk.publish(load_rules(SHIPPED))
    await desk.hear(ticket(REGISTERED, code="ORDINARY"), replied(at("16:00", "2096-12-30")))
    await desk.pass_(timedelta(days=1))
    assert await desk.held() == [("DEFERRED", "CalendarEnds")]

    desk.start(KNOWN + NEXT)
    await retry_deferred(desk.store)
    await desk.pass_()

    (opened,) = await desk.clocks(TICKETS)
    assert (opened.terms.due_at, opened.state) == (at("00:00", "2097-01-05"), ClockState.STOPPED)
    assert opened.stopped_at == at("16:00", "2096-12-30")
    assert await desk.held() == [("APPLIED", "CalendarEnds")]


async def test_a_ticket_of_a_limit_that_no_rule_set_has_waits_until_one_is_published(desk: Desk) -> None:
    """No start is needed: the clock opens, with the basis it always had, minutes after the rule set is there."""
    shipped = load_rules(SHIPPED)
    urgent = tuple(limit for limit in shipped.tickets if limit.code == "URGENT")
    await desk.publish(shipped.model_copy(update={"tickets": urgent}))
    await desk.hear(ticket(REGISTERED, code="FAST"))
    await desk.pass_(timedelta(days=1))
    assert await desk.held() == [("DEFERRED", "NoSuchTicketLimit")]

    second = {"version": 2, "effective_from": shipped.effective_from + timedelta(days=1)}
    await desk.publish(shipped.model_copy(update=second))
    await desk.pass_(DEFERRED_DELAY)

    (opened,) = await desk.clocks(TICKETS)
    assert (opened.terms.basis_time, opened.terms.rule_version) == (REGISTERED, 2)


async def test_knowledge_of_a_time_without_rules_waits_until_they_are_published(desk: Desk) -> None:
    await desk.hear(awareness(at("14:05")))
    await desk.pass_(timedelta(days=1))
    assert await desk.held() == [("DEFERRED", "NoRuleInForce")]

    await desk.publish(load_rules(SHIPPED))
    await desk.pass_(DEFERRED_DELAY)

    assert {clock.terms.due_at for clock in await desk.clocks(INCIDENTS)} == {at("14:35"), at("15:05")}
