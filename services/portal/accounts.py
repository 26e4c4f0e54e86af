"""Accounts and appointments (账号与任职): enrolling people, changing and ending what they are appointed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal import queries
from shared.access.actor import Appointment
from shared.access.appointments import remember_appointment, revoke_appointment
from shared.contracts.identifiers import AppointmentId, PersonId
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.store.unit import Unit


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A person with login name, password hash (``shared.access.passwords.hash_password``) and appointments."""

    person: PersonId
    name: str
    username: str
    password_hash: str
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """How many accounts stand now, and how many appointments were stated because they are new or changed."""

    accounts: int
    stated: int


async def enroll(unit: Unit, people: Sequence[NewAccount], now: datetime) -> Enrolled:
    """Open or update accounts and state their appointments. Doing it twice states nothing new.

    ``now``: machine time, for the account's dates. Appointments that are no longer listed stay as they are: end
    them by ``end_appointment``.
    """
    wanted = [appointment for person in people for appointment in person.appointments]
    stated = await queries.stated_appointments(unit.connection, [appointment.id for appointment in wanted])
    for person in people:
        await queries.save_account(
            unit.connection, person.person, person.username, person.name, person.password_hash, now
        )
    changed = [each for each in wanted if each.id not in stated or stated[each.id][0] != each]
    for appointment in changed:
        revision = stated[appointment.id][1] + 1 if appointment.id in stated else 1
        await remember_appointment(unit.connection, appointment, revision)
        unit.announce(_granted(appointment, revision), office=appointment.office)
    return Enrolled(len(people), len(changed))


async def end_appointment(unit: Unit, appointment: AppointmentId, valid_to: datetime) -> bool:
    """End an appointment (免职) at ``valid_to``, exclusive, business time. False when there is none with this id."""
    stated = await queries.stated_appointments(unit.connection, [appointment])
    if appointment not in stated:
        return False
    ended, revision = stated[appointment][0], stated[appointment][1] + 1
    await revoke_appointment(unit.connection, appointment, valid_to, revision)
    unit.announce(
        AppointmentEnded(appointment_id=appointment, revision=revision, valid_to=valid_to), office=ended.office
    )
    return True


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
