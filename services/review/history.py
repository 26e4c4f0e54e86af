"""What happened to a case: who did what, when, in which appointment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from services.review.cases import Act, WordingKey
from shared.contracts.identifiers import CaseId, OfficeId
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


@dataclass(frozen=True, slots=True)
class ActRecord:
    """One line of a case's history. Person, appointment and role are empty where a message did it."""

    revision: int
    act: Act
    at: datetime
    wording: WordingKey
    office: OfficeId
    person: str | None = None
    person_name: str | None = None
    appointment: str | None = None
    role: str | None = None
    reason: str | None = None
    text: str | None = None


async def record_act(connection: Connection, case_id: CaseId, record: ActRecord) -> None:
    """Write down who did what."""
    await connection.execute(
        SQL["record_act"],
        case_id,
        record.revision,
        record.act,
        record.at,
        str(record.wording),
        record.person,
        record.person_name,
        record.appointment,
        record.role,
        record.office,
        record.reason,
        record.text,
    )


async def last_act(connection: Connection, case_id: CaseId) -> ActRecord | None:
    """Return what happened to a case last."""
    row = await connection.fetchrow(SQL["last_act"], case_id)
    return None if row is None else _record(row)


async def read_acts(connection: Connection, case_id: CaseId) -> Sequence[ActRecord]:
    """Return what happened to a case, oldest first."""
    return [_record(row) for row in await connection.fetch(SQL["read_acts"], case_id)]


def _record(row: asyncpg.Record) -> ActRecord:
    """Return the history line in a row."""
    return ActRecord(
        row["revision"],
        Act(row["act"]),
        row["at"],
        WordingKey.read(row["wording"]),
        OfficeId(row["office"]),
        row["person"],
        row["person_name"],
        row["appointment"],
        row["role"],
        row["reason"],
        row["text"],
    )
