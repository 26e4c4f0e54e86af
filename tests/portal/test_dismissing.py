"""Whoever is dismissed acts no more, stays dismissed, and the bus is told. Real PostgreSQL, manual clocks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.portal.accounts import NewAccount, enroll, not_listed
from services.portal.dismissing import (
    AlreadyEnded,
    EndsBeforeItBegins,
    NotDismissed,
    UnknownAppointment,
    UnknownPerson,
    dismiss,
    end_appointment,
)
from services.portal.enrolment import accounts_of
from services.portal.sessions import NotAppointed, Opened, Sessions, WrongLogin
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.contracts.vocabulary import Role, Service
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.conftest import OpenStore
from tests.portal.people import PASSWORD, stated
from tests.probe import stated as said_by

SHIQIAO, DUTY = OfficeId("qingshan-shiqiao"), OfficeId("qingshan-gov-duty")
REPORTER, OFFICER = AppointmentId("qingshan-shiqiao.reporter"), AppointmentId("qingshan-gov-duty.duty_officer")
WHO = PersonId("qingshan-shiqiao-reporter")
SIGNER = PersonId("qingshan-shiqiao-deputy-signer")
HOUR = timedelta(hours=1)


@pytest.fixture
async def people() -> tuple[NewAccount, ...]:
    """Somebody with two appointments, and somebody else."""
    two = stated(SHIQIAO, Role.REPORTER, 1, (DUTY, Role.DUTY_OFFICER))
    return await accounts_of([two, stated(SHIQIAO, Role.DEPUTY_SIGNER)], PASSWORD)


@pytest.fixture
async def sessions(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock, people: tuple[NewAccount, ...]
) -> Sessions:
    """A site whose machine clock is its business clock, as at a real one."""
    store = replace(await open_store(Service.PORTAL), machine=clock)
    await _load(store, people)
    return Sessions(store, organisation, clock)


async def _load(store: Store, people: tuple[NewAccount, ...]) -> tuple[AppointmentId, ...]:
    async with store.unit() as unit:
        return (await enroll(unit, people, store.machine.now())).left_ended


async def _dismiss(store: Store, person: PersonId, at: datetime) -> None:
    async with store.unit() as unit:
        await dismiss(unit, person, at, "调离", store.machine.now())


async def _end(store: Store, appointment: AppointmentId, at: datetime) -> None:
    async with store.unit() as unit:
        await end_appointment(unit, appointment, at, "调离", store.machine.now())


async def _in(sessions: Sessions) -> str:
    opened = await sessions.login(WHO, PASSWORD, "10.0.0.1")
    assert isinstance(opened, Opened)
    return opened.token


async def test_a_dismissal_ends_every_appointment_the_account_and_its_sessions(
    sessions: Sessions, clock: ManualClock
) -> None:
    token = await _in(sessions)

    await _dismiss(sessions.store, WHO, clock.now())

    ended = [each for each in await said_by(sessions.store) if isinstance(each, AppointmentEnded)]
    assert {(each.appointment_id, each.revision, each.valid_to) for each in ended} == {
        (REPORTER, 2, clock.now()),
        (OFFICER, 2, clock.now()),
    }
    assert await sessions.visit(token) is None
    assert await sessions.login(WHO, PASSWORD, "10.0.0.1") == WrongLogin()
    async with sessions.store.reading() as connection:
        assert await connection.fetchval("SELECT count(*) FROM session") == 0
        assert await connection.fetchval("SELECT closed_at FROM account WHERE person = $1", WHO) == clock.now()
        assert await connection.fetchval("SELECT count(*) FROM dismissal WHERE reason = '调离'") == 3
    assert isinstance(await sessions.login(SIGNER, PASSWORD, "10.0.0.1"), Opened)


async def test_a_dismissal_that_lies_ahead_lets_the_person_work_until_then(
    sessions: Sessions, clock: ManualClock
) -> None:
    token = await _in(sessions)
    await _dismiss(sessions.store, WHO, clock.now() + HOUR)
    clock.advance(timedelta(minutes=44))
    assert await sessions.visit(token) is not None

    clock.advance(timedelta(minutes=16))

    assert await sessions.visit(token) is None
    assert await sessions.login(WHO, PASSWORD, "10.0.0.1") == WrongLogin()


async def test_an_account_may_be_closed_earlier_than_was_stated_but_not_twice(
    sessions: Sessions, clock: ManualClock
) -> None:
    await _dismiss(sessions.store, WHO, clock.now() + 2 * HOUR)
    with pytest.raises(AlreadyEnded, match=r"PERSON qingshan-shiqiao-reporter：已定于 2025-02-17 10:00:00 结束"):
        await _dismiss(sessions.store, WHO, clock.now() + 3 * HOUR)

    await _dismiss(sessions.store, WHO, clock.now() + HOUR)
    clock.advance(HOUR)
    with pytest.raises(AlreadyEnded):
        await _dismiss(sessions.store, WHO, clock.now())


async def test_what_has_not_begun_never_begins(
    sessions: Sessions, clock: ManualClock, people: tuple[NewAccount, ...]
) -> None:
    person = people[0]
    planned = replace(person.appointments[0], id=AppointmentId("planned"), valid_from=clock.now() + HOUR)
    await _load(sessions.store, (replace(person, appointments=(*person.appointments, planned)),))

    await _dismiss(sessions.store, WHO, clock.now())

    ends = {e.appointment_id: e.valid_to for e in await said_by(sessions.store) if isinstance(e, AppointmentEnded)}
    assert ends[planned.id] == planned.valid_from
    assert await _load(sessions.store, (replace(person, appointments=(planned,)),)) == (planned.id,)


async def test_one_appointment_ends_and_the_person_goes_on_in_the_other(sessions: Sessions, clock: ManualClock) -> None:
    token = await _in(sessions)

    await _end(sessions.store, OFFICER, clock.now())

    visit = await sessions.visit(token)
    assert visit is not None
    assert [each.id for each in visit.appointments] == [REPORTER]
    await _end(sessions.store, REPORTER, clock.now())
    assert await sessions.login(WHO, PASSWORD, "10.0.0.1") == NotAppointed()


Stating = Callable[[Store, datetime], object]


@pytest.mark.parametrize(
    ("begin", "error", "told"),
    [
        (lambda store, now: _dismiss(store, PersonId("nobody"), now), UnknownPerson, "PERSON nobody"),
        (lambda store, now: _end(store, AppointmentId("no"), now), UnknownAppointment, "--appointment no"),
        (lambda store, _: _end(store, REPORTER, datetime(2019, 1, 1).astimezone()), EndsBeforeItBegins, "--at 2019"),
        (lambda store, _: _dismiss(store, WHO, datetime(2019, 1, 1).astimezone()), EndsBeforeItBegins, "--at 2019"),
    ],
)
async def test_what_cannot_be_ended_is_named_with_the_remedy_and_nothing_is_stated(
    sessions: Sessions, clock: ManualClock, begin: Stating, error: type[NotDismissed], told: str
) -> None:
    with pytest.raises(error, match=rf"^{told}.*(请|give)"):
        await begin(sessions.store, clock.now())  # type: ignore[misc]

    assert not [each for each in await said_by(sessions.store) if isinstance(each, AppointmentEnded)]


async def test_an_appointment_that_ended_is_not_ended_again(sessions: Sessions, clock: ManualClock) -> None:
    await _end(sessions.store, REPORTER, clock.now())

    with pytest.raises(AlreadyEnded, match=r"--appointment qingshan-shiqiao\.reporter：已定于 2025-02-17 08:00:00"):
        await _end(sessions.store, REPORTER, clock.now() + HOUR)


async def test_a_file_that_was_not_brought_up_to_date_brings_nobody_back(
    sessions: Sessions, clock: ManualClock, people: tuple[NewAccount, ...]
) -> None:
    await _dismiss(sessions.store, WHO, clock.now())
    clock.advance(HOUR)

    assert await _load(sessions.store, people) == (REPORTER, OFFICER)

    assert await sessions.login(WHO, PASSWORD, "10.0.0.1") == WrongLogin()
    granted = [each for each in await said_by(sessions.store) if isinstance(each, AppointmentGranted)]
    assert len(granted) == 3, "nothing was stated again"


async def test_a_new_term_brings_a_person_back_and_another_person_may_take_the_post(
    sessions: Sessions, clock: ManualClock, people: tuple[NewAccount, ...]
) -> None:
    await _dismiss(sessions.store, WHO, clock.now())
    clock.advance(HOUR)
    old = people[0].appointments[0]
    again = replace(people[0], appointments=(replace(old, valid_from=clock.now()),))
    successor = replace(people[1], appointments=(replace(people[0].appointments[1], person=SIGNER),))

    assert await _load(sessions.store, (again, successor)) == ()

    visit = await sessions.visit(await _in(sessions))
    assert visit is not None
    assert [each.id for each in visit.appointments] == [REPORTER]
    opened = await sessions.login(SIGNER, PASSWORD, "10.0.0.1")
    assert isinstance(opened, Opened)


async def test_who_and_what_a_file_leaves_out_is_named_and_stays(
    sessions: Sessions, people: tuple[NewAccount, ...]
) -> None:
    shorter = (replace(people[0], appointments=people[0].appointments[:1]),)
    await _load(sessions.store, shorter)

    async with sessions.store.unit() as unit:
        missing = await not_listed(unit, shorter)

    assert (list(missing.people), [each.id for each in missing.appointments]) == ([SIGNER], [OFFICER])
    assert isinstance(await sessions.login(SIGNER, PASSWORD, "10.0.0.1"), Opened)
