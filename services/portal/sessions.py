"""Logging in and out, and who is behind a cookie. Sessions count machine time, appointments business time."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from services.portal import account_queries, queries
from services.portal.account_queries import Account
from services.portal.decisions import (
    LoginPace,
    SessionLimits,
    first_in_force,
    in_use,
    may_try_from,
    still_good,
)
from services.portal.queries import StoredSession
from shared.access.actor import Actor, Appointment
from shared.access.passwords import hash_password, needs_rehash, verify_password
from shared.contracts.identifiers import AppointmentId, OfficeId
from shared.contracts.vocabulary import Role
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import Clock


@dataclass(frozen=True, slots=True)
class Opened:
    """A login succeeded. ``token`` goes into the cookie and is kept nowhere."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WrongLogin:
    """Name and password do not belong together; which of the two is wrong is not told."""


@dataclass(frozen=True, slots=True)
class MustWait:
    """Too many failures: logins are looked at again from ``until``, machine time."""

    until: datetime


@dataclass(frozen=True, slots=True)
class NotAppointed:
    """The person has no appointment in force."""


Login = Opened | WrongLogin | MustWait | NotAppointed


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is logged in. ``key`` names the session (hash of the cookie), for caches.

    ``must_change``: the password is somebody else's making; until it is changed the person may do nothing else.
    """

    key: bytes = field(repr=False)
    actor: Actor
    appointment: Appointment
    appointments: tuple[Appointment, ...]
    csrf: str = field(repr=False)
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of one site."""

    store: Store
    organisation: Organisation
    machine: Clock
    limits: SessionLimits = field(default_factory=SessionLimits)
    pace: LoginPace = field(default_factory=LoginPace)

    async def login(self, username: str, password: str, address: str) -> Login:
        """Open a session when name and password belong together. ``address``: where the request came from."""
        now = self.machine.now()
        account = await self.identify(username, password, address)
        if not isinstance(account, Account):
            return account
        renewed = await hash_password(password) if await needs_rehash(account.password_hash) else None
        token = secrets.token_urlsafe(32)
        async with self.store.unit() as unit:
            if not await account_queries.is_still(unit.connection, account, now):
                return WrongLogin()  # closed, or the password changed, while it was being verified
            await queries.forgive_failures(unit.connection, username, address)
            if renewed is not None:
                await account_queries.renew_password(unit.connection, account.person, renewed, now)
            appointments = await account_queries.appointments_of(unit.connection, account.person)
            first = first_in_force(appointments, unit.now)
            if first is None:
                return NotAppointed()
            opened = StoredSession(
                account.person, account.name, first.id, secrets.token_urlsafe(24), now, now + self.limits.longest
            )
            await queries.open_session(unit.connection, _hash(token), opened)
            await queries.forget_sessions(unit.connection, now, now - self.limits.idle)
        return Opened(token)

    async def witness(self, username: str, password: str, role: Role, address: str) -> Actor | WrongLogin | MustWait:
        """Return who confirms another's act with name and password, in an appointment of ``role`` that is in force.

        It opens no session, and is slowed like a login. A password that somebody else gave confirms nothing.
        """
        account = await self.identify(username, password, address)
        if not isinstance(account, Account):
            return account
        if account.must_change:
            return WrongLogin()
        async with self.store.unit() as unit:
            await queries.forgive_failures(unit.connection, username, address)
            appointments = await account_queries.appointments_of(unit.connection, account.person)
            fitting = next((each for each in appointments if each.role is role and each.valid_at(unit.now)), None)
        return WrongLogin() if fitting is None else self._actor(account, fitting)

    async def identify(self, username: str, password: str, address: str) -> Account | WrongLogin | MustWait:
        """Return the account that name and password belong to; failing is counted and slows the next try."""
        now = self.machine.now()
        async with self.store.reading() as connection:
            until = may_try_from(await queries.find_failures(connection, username, address), self.pace)
            account = await account_queries.find_account(connection, username, now)
        if until is not None and now < until:
            return MustWait(until)
        # Outside any transaction: the hash takes tens of milliseconds.
        if not await verify_password(account.password_hash if account else None, password) or account is None:
            async with self.store.unit() as unit:
                forgotten = now - self.pace.forgotten_after
                await queries.count_failure(unit.connection, username, address, now, forgotten)
            return WrongLogin()
        return account

    async def visit(self, token: str) -> Visit | None:
        """Return who is behind a cookie; None when the session ended or no appointment is in force."""
        key, now = _hash(token), self.machine.now()
        async with self.store.reading() as connection:
            session = await queries.find_session(connection, key, now)
            if session is None or not still_good(session, self.limits, now):
                return None
            if now >= session.seen_at + self.limits.noted_every:
                await queries.touch_session(connection, key, now)
            appointments = await account_queries.appointments_of(connection, session.person)
        current, valid = in_use(appointments, session.appointment, self.store.clock.now())
        if current is None:
            return None
        return Visit(key, self._actor(session, current), current, valid, session.csrf, session.must_change)

    async def switch(self, visit: Visit, appointment: AppointmentId) -> bool:
        """Use another appointment in this session (切换任职); False when the person does not hold it now."""
        if appointment not in {each.id for each in visit.appointments}:
            return False
        async with self.store.unit() as unit:
            await queries.switch_appointment(unit.connection, visit.key, appointment)
        return True

    async def logout(self, visit: Visit) -> None:
        """End the session."""
        async with self.store.unit() as unit:
            await queries.close_session(unit.connection, visit.key)

    def office_name(self, office: OfficeId) -> str:
        """Return the name of an office as the bar shows it."""
        return self.organisation.office(office).called

    def _actor(self, session: StoredSession | Account, appointment: Appointment) -> Actor:
        return Actor(
            session.person,
            session.name,
            appointment.id,
            appointment.office,
            self.office_name(appointment.office),
            appointment.role,
            self.store.site,
            appointment.delegated_by,
        )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
