"""Accounts and appointments (账号与任职): enrolling people, and changing what they are appointed to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.portal import account_queries as queries
from services.portal.account_queries import Account
from shared.access.actor import Appointment
from shared.access.appointments import remember_appointment
from shared.contracts.identifiers import AppointmentId, PersonId
from shared.contracts.people import AppointmentGranted
from shared.store.unit import Unit


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A person with login name, first password (hash of ``shared.access.passwords``) and appointments.

    The first password is somebody else's making, so it must be changed at the first sign-in. ``lasting``: it need
    not be, and it is set again each time, as for the invented people of a city to look around in.
    """

    person: PersonId
    name: str
    username: str
    password_hash: str = field(repr=False)
    appointments: tuple[Appointment, ...]
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """How many accounts stand now, and how many appointments were stated because they are new or changed.

    ``left_ended``: appointments that an operator ended, and that were not stated again though they are listed.
    """

    accounts: int
    stated: int
    left_ended: tuple[AppointmentId, ...] = ()


@dataclass(frozen=True, slots=True)
class NotListed:
    """Who may still log in though the file does not list them, by name, and appointments it does not list."""

    people: dict[PersonId, str]
    appointments: tuple[Appointment, ...]


async def enroll(unit: Unit, people: Sequence[NewAccount], now: datetime) -> Enrolled:
    """Open or update accounts and state their appointments. Doing it twice states nothing new.

    ``now``: machine time, for the account's dates. Whoever has an open account keeps their password. What is no
    longer listed stays as it is. An appointment that an operator ended stays ended unless its term begins later than
    that end: a list that was not brought up to date must not bring anybody back.
    """
    accounts = await queries.lock_accounts(unit.connection, [person.person for person in people])
    listed = [appointment for person in people for appointment in person.appointments]
    ended = await queries.dismissed_from(unit.connection, [each.id for each in listed])
    past = {each.id: at for each in listed if (at := ended.get((each.id, each.person))) and each.valid_from <= at}
    wanted = [each for each in listed if each.id not in past]
    serving = {each.person for each in wanted}
    kept = 0
    for person in people:
        account = accounts.get(person.person)
        if person.person in serving or account is None or account.closed_at is None:
            await _keep(unit, person, account, now)
            kept += 1
    stated = await _state(unit, wanted)
    longer = [each for each in listed if each.id in past and (each.valid_to is None or each.valid_to > past[each.id])]
    return Enrolled(kept, stated, tuple(each.id for each in longer))


async def not_listed(unit: Unit, people: Sequence[NewAccount]) -> NotListed:
    """Return who and what stands here beside these people and appointments. Nothing is ended by not being listed."""
    persons = [person.person for person in people]
    ids = [appointment.id for person in people for appointment in person.appointments]
    return NotListed(
        await queries.other_people(unit.connection, persons),
        await queries.other_appointments(unit.connection, persons, ids, unit.now),
    )


async def _keep(unit: Unit, person: NewAccount, account: Account | None, now: datetime) -> None:
    """Keep an account open; one that is new, was closed or is for looking around gets the password."""
    closed = account is not None and account.closed_at is not None and account.closed_at <= now
    if account is not None and not closed and not person.lasting:
        await queries.rename_account(unit.connection, person.person, person.username, person.name, now)
        return
    given = None if person.lasting else person.password_hash
    opened = Account(
        person.person, person.username, person.name, person.password_hash, given, not person.lasting, closed_at=None
    )
    await queries.save_account(unit.connection, opened, now)


async def _state(unit: Unit, wanted: Sequence[Appointment]) -> int:
    """State those appointments that are new or changed; return how many."""
    stated = await queries.stated_appointments(unit.connection, [appointment.id for appointment in wanted])
    changed = [each for each in wanted if each.id not in stated or stated[each.id][0] != each]
    for appointment in changed:
        revision = stated[appointment.id][1] + 1 if appointment.id in stated else 1
        await remember_appointment(unit.connection, appointment, revision)
        unit.announce(_granted(appointment, revision), office=appointment.office)
    return len(changed)


def _granted(appointment: Appointment, revision: int) -> AppointmentGranted:
    return AppointmentGranted(
        appointment_id=appointment.id,
        revision=revision,
        person=appointment.person,
        person_name=appointment.person_name,
        office=appointment.office,
        role=appointment.role,
        valid_from=appointment.valid_from,
        valid_to=appointment.valid_to,
        delegated_by=appointment.delegated_by,
    )
