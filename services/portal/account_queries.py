"""The portal's statements on accounts, appointments and dismissals, one function each.

Times are machine time, except an appointment's term.
"""

from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from shared.access.actor import Appointment
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId
from shared.contracts.vocabulary import Role
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


@dataclass(frozen=True, slots=True)
class Account:
    """An account. ``given_hash``: the password last given by somebody else, which may never be chosen again.

    ``must_change``: the password is one that somebody else gave. ``closed_at``: from when on it is closed.
    """

    person: PersonId
    username: str
    name: str
    password_hash: str = field(repr=False)
    given_hash: str | None = field(repr=False)
    must_change: bool
    closed_at: datetime | None


async def save_account(connection: Connection, account: Account, at: datetime) -> None:
    """Add an account, or open it anew, with a password that somebody gave."""
    await connection.execute(
        SQL["save_account"],
        account.person,
        account.username,
        account.name,
        account.password_hash,
        account.given_hash,
        account.must_change,
        at,
    )


async def rename_account(connection: Connection, person: PersonId, username: str, name: str, at: datetime) -> None:
    """Bring the names of an account up to date and keep it open, with the password it has."""
    await connection.execute(SQL["rename_account"], person, username, name, at)


async def lock_accounts(connection: Connection, people: list[PersonId]) -> dict[PersonId, Account]:
    """Return those of these people who have an account, open or closed; nobody changes it before the unit ends."""
    return {row["person"]: _account(row) for row in await connection.fetch(SQL["lock_accounts"], people)}


async def close_account(connection: Connection, person: PersonId, closed_at: datetime, at: datetime) -> None:
    """Close an account from ``closed_at`` on."""
    await connection.execute(SQL["close_account"], person, closed_at, at)


async def note_dismissal(
    connection: Connection,
    person: PersonId,
    appointment: AppointmentId | None,
    valid_to: datetime,
    reason: str,
    at: datetime,
) -> None:
    """Keep from when on (business time) somebody is dismissed, and why. No appointment: the account was closed."""
    await connection.execute(SQL["note_dismissal"], person, appointment, valid_to, reason, at)


async def dismissed_from(
    connection: Connection, ids: list[AppointmentId]
) -> dict[tuple[AppointmentId, PersonId], datetime]:
    """Return from when on an operator took people from those of ``ids``, as last stated."""
    rows = await connection.fetch(SQL["list_dismissals"], ids)
    return {(row["appointment_id"], row["person"]): row["valid_to"] for row in rows}


async def other_people(connection: Connection, people: list[PersonId]) -> dict[PersonId, str]:
    """Return the names of people with an open account who are none of these."""
    return {row["person"]: row["name"] for row in await connection.fetch(SQL["list_other_people"], people)}


async def other_appointments(
    connection: Connection, people: list[PersonId], ids: list[AppointmentId], at: datetime
) -> tuple[Appointment, ...]:
    """Return what these people are appointed to beside ``ids``, unless it ended by ``at``."""
    rows = await connection.fetch(SQL["list_other_appointments"], people, ids, at)
    return tuple(_appointment(row) for row in rows)


async def stated_appointments(
    connection: Connection, ids: list[AppointmentId]
) -> dict[AppointmentId, tuple[Appointment, int]]:
    """Return those of ``ids`` that were stated, each with its revision."""
    rows = await connection.fetch(SQL["list_stated"], ids)
    return {row["appointment_id"]: (_appointment(row), row["revision"]) for row in rows}


async def appointments_of(connection: Connection, person: PersonId) -> tuple[Appointment, ...]:
    """Return what a person is or was appointed to, earliest first."""
    return tuple(_appointment(row) for row in await connection.fetch(SQL["list_appointments"], person))


async def find_account(connection: Connection, username: str, at: datetime) -> Account | None:
    """Return the account with this login name that is open at an instant."""
    row = await connection.fetchrow(SQL["find_account"], username, at)
    return None if row is None else _account(row)


async def find_own_account(connection: Connection, person: PersonId) -> Account | None:
    """Return the account of a person, open or closed."""
    row = await connection.fetchrow(SQL["find_own_account"], person)
    return None if row is None else _account(row)


async def is_still(connection: Connection, account: Account, at: datetime) -> bool:
    """Tell whether an account is open and its password unchanged; both stay so until the unit ends."""
    return await connection.fetchval(SQL["still_account"], account.person, account.password_hash, at) is not None


async def give_password(connection: Connection, person: PersonId, password_hash: str, at: datetime) -> None:
    """Store a password that somebody else gave."""
    await connection.execute(SQL["give_password"], person, password_hash, at)


async def choose_password(connection: Connection, account: Account, password_hash: str, at: datetime) -> bool:
    """Store a password that its person chose; False when another one was stored since ``account`` was read."""
    changed = await connection.fetchval(
        SQL["choose_password"], account.person, account.password_hash, password_hash, at
    )
    return changed is not None


async def renew_password(connection: Connection, person: PersonId, password_hash: str, at: datetime) -> None:
    """Store a new hash of a password."""
    await connection.execute(SQL["renew_password"], person, password_hash, at)


def _account(row: asyncpg.Record) -> Account:
    return Account(
        PersonId(row["person"]),
        row["username"],
        row["name"],
        row["password_hash"],
        row["given_hash"],
        row["must_change"],
        row["closed_at"],
    )


def _appointment(row: asyncpg.Record) -> Appointment:
    return Appointment(
        AppointmentId(row["appointment_id"]),
        PersonId(row["person"]),
        row["person_name"],
        OfficeId(row["office"]),
        Role(row["role"]),
        row["valid_from"],
        row["valid_to"],
        None if row["delegated_by"] is None else AppointmentId(row["delegated_by"]),
    )
