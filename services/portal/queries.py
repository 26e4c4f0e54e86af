"""The portal's statements on sessions, failed logins and receipts, one function each. Times are machine time."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.identifiers import AppointmentId, PersonId
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as kept."""

    person: PersonId
    name: str
    appointment: AppointmentId
    csrf: str
    seen_at: datetime
    ends_at: datetime
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Failures:
    """How often logins failed in a row, for one account or one address, and when last."""

    count: int
    last_at: datetime


async def end_sessions(connection: Connection, person: PersonId, *, but: bytes | None = None) -> None:
    """End the sessions of a person, all but ``but`` (the hash of its cookie)."""
    await connection.execute(SQL["end_sessions"], person, but)


async def open_session(connection: Connection, token_hash: bytes, opened: StoredSession) -> None:
    """Open a session at ``opened.seen_at``."""
    await connection.execute(
        SQL["open_session"],
        token_hash,
        opened.person,
        opened.appointment,
        opened.csrf,
        opened.seen_at,
        opened.ends_at,
    )


async def find_session(connection: Connection, token_hash: bytes, at: datetime) -> StoredSession | None:
    """Return a session, whether it is still good or not; None when its account is closed at an instant."""
    row = await connection.fetchrow(SQL["find_session"], token_hash, at)
    if row is None:
        return None
    return StoredSession(
        PersonId(row["person"]),
        row["name"],
        AppointmentId(row["appointment_id"]),
        row["csrf"],
        row["seen_at"],
        row["ends_at"],
        row["must_change"],
    )


async def touch_session(connection: Connection, token_hash: bytes, at: datetime) -> None:
    """Note that a session is in use."""
    await connection.execute(SQL["touch_session"], token_hash, at)


async def switch_appointment(connection: Connection, token_hash: bytes, appointment: AppointmentId) -> None:
    """Use another appointment in a session."""
    await connection.execute(SQL["switch_appointment"], token_hash, appointment)


async def close_session(connection: Connection, token_hash: bytes) -> None:
    """End a session."""
    await connection.execute(SQL["close_session"], token_hash)


async def forget_sessions(connection: Connection, ended_by: datetime, idle_since: datetime) -> None:
    """Remove sessions that ended by an instant or were last used by another."""
    await connection.execute(SQL["forget_sessions"], ended_by, idle_since)


async def find_failures(connection: Connection, username: str, address: str) -> tuple[Failures, ...]:
    """Return the failures of an account and of an address, as far as there are any."""
    rows = await connection.fetch(SQL["find_failures"], username, address)
    return tuple(Failures(row["failures"], row["last_at"]) for row in rows)


async def count_failure(
    connection: Connection, username: str, address: str, at: datetime, forgotten_before: datetime
) -> None:
    """Count a failed login; counting starts anew when the last one was before ``forgotten_before``."""
    await connection.execute(SQL["count_failure"], username, address, at, forgotten_before)


async def forgive_failures(connection: Connection, username: str, address: str) -> None:
    """Forget the failures of an account and of an address."""
    await connection.execute(SQL["forgive_failures"], username, address)


async def keep_receipt(connection: Connection, person: PersonId, key: str, content: str, at: datetime) -> None:
    """Keep a receipt (JSON); the first one under a key stands."""
    await connection.execute(SQL["keep_receipt"], person, key, content, at)


async def find_receipt(connection: Connection, person: PersonId, key: str) -> str | None:
    """Return a receipt (JSON)."""
    found: str | None = await connection.fetchval(SQL["find_receipt"], person, key)
    return found
