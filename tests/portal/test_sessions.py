"""Logging in: who gets a session, for how long, and what failing costs. Real PostgreSQL, manual clocks."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal.accounts import enroll
from services.portal.decisions import LoginPace, SessionLimits
from services.portal.dismissing import end_appointment
from services.portal.enrolment import accounts_of
from services.portal.sessions import MustWait, NotAppointed, Opened, Sessions, WrongLogin
from shared.contracts.identifiers import AppointmentId, OfficeId
from shared.contracts.vocabulary import Role, Service
from shared.organisation.organisation import Organisation
from shared.timekeeping.clocks import ManualClock
from tests.conftest import OpenStore
from tests.portal.people import PASSWORD, stated

SHIQIAO, DUTY = OfficeId("qingshan-shiqiao"), OfficeId("qingshan-gov-duty")
REPORTER, OFFICER = AppointmentId("qingshan-shiqiao.reporter"), AppointmentId("qingshan-gov-duty.duty_officer")
NAME = "qingshan-shiqiao-reporter"
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.fixture
def machine() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def sessions(open_store: OpenStore, organisation: Organisation, machine: ManualClock) -> Sessions:
    store = await open_store(Service.PORTAL)
    people = await accounts_of([stated(SHIQIAO, Role.REPORTER, 1, (DUTY, Role.DUTY_OFFICER))], PASSWORD)
    async with store.unit() as unit:
        await enroll(unit, people, NOON)
    return Sessions(store, organisation, machine)


async def _token(sessions: Sessions) -> str:
    opened = await sessions.login(NAME, PASSWORD, "10.0.0.1")
    assert isinstance(opened, Opened)
    return opened.token


async def test_a_session_knows_person_and_appointment(sessions: Sessions) -> None:
    visit = await sessions.visit(await _token(sessions))

    assert visit is not None
    assert (visit.actor.person, visit.actor.office, visit.actor.role) == (NAME, DUTY, Role.DUTY_OFFICER)
    assert {each.id for each in visit.appointments} == {REPORTER, OFFICER}


async def test_another_appointment_is_used_after_switching_but_only_one_s_own(sessions: Sessions) -> None:
    token = await _token(sessions)
    visit = await sessions.visit(token)
    assert visit is not None

    assert not await sessions.switch(visit, AppointmentId("linjiang-gov-duty.duty_head"))
    assert await sessions.switch(visit, REPORTER)

    switched = await sessions.visit(token)
    assert switched is not None
    assert switched.actor.role is Role.REPORTER


async def test_an_appointment_that_ended_is_not_used_any_more(sessions: Sessions, clock: ManualClock) -> None:
    token = await _token(sessions)
    async with sessions.store.unit() as unit:
        await end_appointment(unit, OFFICER, unit.now, "调离", NOON)
    visit = await sessions.visit(token)
    assert visit is not None
    assert visit.appointment.id == REPORTER

    async with sessions.store.unit() as unit:
        await end_appointment(unit, REPORTER, unit.now, "调离", NOON)

    assert await sessions.visit(token) is None
    assert await sessions.login(NAME, PASSWORD, "10.0.0.1") == NotAppointed()


async def test_a_session_ends_when_left_idle_and_at_its_longest(sessions: Sessions, machine: ManualClock) -> None:
    limits = SessionLimits()
    token = await _token(sessions)
    machine.advance(limits.idle - timedelta(seconds=1))
    assert await sessions.visit(token) is not None
    machine.advance(limits.idle - timedelta(seconds=1))
    assert await sessions.visit(token) is not None
    machine.advance(limits.idle)
    assert await sessions.visit(token) is None

    token = await _token(sessions)
    for _ in range(int(limits.longest / limits.idle) + 2):
        machine.advance(limits.idle - timedelta(minutes=1))
        last = await sessions.visit(token)
    assert last is None


async def test_a_logout_ends_the_session(sessions: Sessions) -> None:
    token = await _token(sessions)
    visit = await sessions.visit(token)
    assert visit is not None
    await sessions.logout(visit)

    assert await sessions.visit(token) is None
    assert await sessions.visit("invented") is None


async def test_failing_makes_the_next_login_wait_longer_and_longer(sessions: Sessions, machine: ManualClock) -> None:
    pace = LoginPace()
    for _ in range(pace.free + 1):
        assert await sessions.login(NAME, "wrong", "10.0.0.1") == WrongLogin()
    assert await sessions.login(NAME, PASSWORD, "10.0.0.1") == MustWait(NOON + pace.first)

    machine.advance(pace.first)
    assert await sessions.login(NAME, "wrong", "10.0.0.1") == WrongLogin()
    assert await sessions.login(NAME, PASSWORD, "10.0.0.1") == MustWait(machine.now() + 2 * pace.first)

    machine.advance(2 * pace.first)
    assert isinstance(await sessions.login(NAME, PASSWORD, "10.0.0.1"), Opened)
    assert await sessions.login(NAME, "wrong", "10.0.0.1") == WrongLogin(), "a good login forgives"


async def test_an_address_that_tries_many_accounts_waits_too(sessions: Sessions) -> None:
    for number in range(LoginPace().free + 1):
        assert await sessions.login(f"nobody-{number}", "wrong", "10.0.0.9") == WrongLogin()

    assert isinstance(await sessions.login(NAME, PASSWORD, "10.0.0.9"), MustWait)
    assert isinstance(await sessions.login(NAME, PASSWORD, "10.0.0.1"), Opened)


async def test_neither_cookie_nor_password_is_kept(sessions: Sessions) -> None:
    token = await _token(sessions)

    async with sessions.store.reading() as connection:
        rows = await connection.fetch("SELECT s::text AS line FROM session s UNION ALL SELECT a::text FROM account a")

    text = "\n".join(row["line"] for row in rows)
    assert token not in text
    assert PASSWORD not in text
