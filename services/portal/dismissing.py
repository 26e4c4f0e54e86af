"""Dismissing people (免职): ending one appointment, or all of a person's together with the account."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.portal import account_queries as queries
from services.portal.account_queries import Account
from services.portal.queries import end_sessions
from shared.access.actor import Appointment
from shared.access.appointments import revoke_appointment
from shared.contracts.identifiers import AppointmentId, PersonId
from shared.contracts.people import AppointmentEnded
from shared.store.unit import Unit
from shared.timekeeping.civil import in_shanghai


class NotDismissed(Exception):
    """A dismissal that cannot be stated as asked. The text names field, value and remedy, in Chinese and English."""


class UnknownPerson(NotDismissed):
    """Nobody of this name has, or ever had, an account here."""

    def __init__(self, person: PersonId) -> None:
        super().__init__(
            f"PERSON {person}：本站点没有此人的账号。请填写人员文件中的 person，不是登录名。 "
            f"No account of {person} at this site: give the person of the file, not the login name."
        )
        self.person = person


class UnknownAppointment(NotDismissed):
    """No appointment with this id was ever stated here."""

    def __init__(self, appointment: AppointmentId) -> None:
        super().__init__(
            f"--appointment {appointment}：本站点没有此任职。请填写文件中的 id，未写的为 office.role（小写）。 "
            f"No appointment {appointment} at this site: give the id of the file, or office.role in lower case."
        )
        self.appointment = appointment


class AlreadyEnded(NotDismissed):
    """The appointment ends, or the account is closed, no later than was asked for."""

    def __init__(self, field: str, value: str, since: datetime) -> None:
        at = f"{in_shanghai(since):%Y-%m-%d %H:%M:%S}"
        super().__init__(
            f"{field} {value}：已定于 {at} 结束，未作改动。要提前的，请用 --at 写明更早的时刻。 "
            f"{value} ends at {at} already, nothing was changed: to end it earlier give that instant with --at."
        )
        self.value, self.since = value, since


class EndsBeforeItBegins(NotDismissed):
    """The end asked for is not after the appointment's beginning."""

    def __init__(self, appointment: Appointment, at: datetime) -> None:
        begun, asked = (f"{in_shanghai(each):%Y-%m-%d %H:%M:%S}" for each in (appointment.valid_from, at))
        super().__init__(
            f"--at {asked}：不晚于任职 {appointment.id} 的起始时刻 {begun}。请写明更晚的时刻。 "
            f"Not after the beginning of {appointment.id}, {begun}: give a later instant."
        )
        self.appointment, self.at = appointment, at


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Who was dismissed, the appointments ended by it as they stand now, and from when on the account is closed.

    ``closed_at``: machine time; None when the account stays open.
    """

    account: Account
    appointments: tuple[Appointment, ...]
    closed_at: datetime | None = None


async def dismiss(unit: Unit, person: PersonId, at: datetime, reason: str, now: datetime) -> Dismissed:
    """End all appointments of a person at ``at`` (exclusive, business time) and close the account from then on.

    What has not begun by then never begins. Sessions end when the account is closed: at once, unless ``at`` lies
    ahead. ``now``: machine time. Raises UnknownPerson, AlreadyEnded, EndsBeforeItBegins; then nothing is stated.
    """
    account = await _locked(unit, person)
    if account is None:
        raise UnknownPerson(person)
    running = [each for each in await queries.appointments_of(unit.connection, person) if _lasts(each, at)]
    if account.closed_at is not None and account.closed_at <= max(at, now) and not running:
        raise AlreadyEnded("PERSON", person, account.closed_at)
    ended = []
    for each in running:
        # One that has begun cannot be taken back to before its beginning: that would be a slip in the date.
        if each.valid_from <= unit.now and at <= each.valid_from:
            raise EndsBeforeItBegins(each, at)
        ended.append(await _end(unit, each, max(at, each.valid_from), reason, now))
    closed_at = max(at, now)  # an account was open until now, whatever is stated afterwards
    await queries.close_account(unit.connection, person, closed_at, now)
    await queries.note_dismissal(unit.connection, person, None, at, reason, now)
    if closed_at <= now:
        await end_sessions(unit.connection, person)
    return Dismissed(account, tuple(ended), closed_at)


async def end_appointment(
    unit: Unit, appointment: AppointmentId, at: datetime, reason: str, now: datetime
) -> Dismissed:
    """End one appointment at ``at`` (exclusive, business time); the account stays, with what else it is appointed to.

    ``now``: machine time. Raises UnknownAppointment, AlreadyEnded, EndsBeforeItBegins; then nothing is stated.
    """
    stated = await queries.stated_appointments(unit.connection, [appointment])
    account = await _locked(unit, stated[appointment][0].person) if appointment in stated else None
    if account is None:
        raise UnknownAppointment(appointment)
    ended = (await queries.stated_appointments(unit.connection, [appointment]))[appointment][0]
    if ended.valid_to is not None and ended.valid_to <= at:
        raise AlreadyEnded("--appointment", appointment, ended.valid_to)
    if at <= ended.valid_from:
        raise EndsBeforeItBegins(ended, at)
    return Dismissed(account, (await _end(unit, ended, at, reason, now),))


def _lasts(appointment: Appointment, at: datetime) -> bool:
    """Tell whether an appointment is to be ended so that nothing of it is left from ``at`` on."""
    return appointment.valid_to is None or appointment.valid_to > max(at, appointment.valid_from)


async def _locked(unit: Unit, person: PersonId) -> Account | None:
    return (await queries.lock_accounts(unit.connection, [person])).get(person)


async def _end(unit: Unit, appointment: Appointment, valid_to: datetime, reason: str, now: datetime) -> Appointment:
    """State the end of an appointment; return it as it stands now."""
    revision = (await queries.stated_appointments(unit.connection, [appointment.id]))[appointment.id][1] + 1
    await revoke_appointment(unit.connection, appointment.id, valid_to, revision)
    await queries.note_dismissal(unit.connection, appointment.person, appointment.id, valid_to, reason, now)
    event = AppointmentEnded(appointment_id=appointment.id, revision=revision, valid_to=valid_to)
    unit.announce(event, office=appointment.office)
    return replace(appointment, valid_to=valid_to)
