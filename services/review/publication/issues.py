"""Statements about issues (期): the day's issue, continuous numbers, lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from services.review.publication.decisions import IssueOfDay
from services.review.publication.publications import Publication
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Mode
from shared.store.statements import load_statements
from shared.store.unit import Connection, Unit

SQL = load_statements(__package__)


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue (期) with the number of its items."""

    issue_id: UUID
    publication: str
    name: str
    mode: Mode
    year: int
    ordinal: int
    issue_date: date
    opened_at: datetime
    items: int


async def lock_counter(connection: Connection, publication: str, mode: Mode, year: int) -> None:
    """Take a publication's year until the transaction ends."""
    await connection.execute(SQL["lock_counter"], publication, mode, year)


async def find_issue_of_day(connection: Connection, publication: str, mode: Mode, day: date) -> IssueOfDay | None:
    """Return a publication's issue of a civil day. Drills have issues of their own."""
    row = await connection.fetchrow(SQL["find_issue_of_day"], publication, mode, day)
    return None if row is None else IssueOfDay(row["issue_id"], row["ordinal"])


async def open_issue(unit: Unit, publication: Publication, day: date) -> IssueOfDay:
    """Open the next issue of the year in the unit's mode; the counter must be locked."""
    row = await unit.connection.fetchrow(
        SQL["open_issue"],
        unit.new_id(),
        publication.id,
        publication.office,
        publication.name,
        unit.mode,
        day.year,
        day,
        unit.now,
    )
    assert row is not None, "the counter's row is made by lock_counter"
    return IssueOfDay(row["issue_id"], row["ordinal"])


async def list_issues(
    connection: Connection, office: OfficeId, before: tuple[datetime, UUID], limit: int
) -> Sequence[Issue]:
    """Return an office's issues, newest first."""
    return [_issue(row) for row in await connection.fetch(SQL["list_issues"], office, *before, limit)]


async def read_issue(connection: Connection, issue_id: UUID, office: OfficeId) -> Issue | None:
    """Return one issue of an office."""
    row = await connection.fetchrow(SQL["read_issue"], issue_id, office)
    return None if row is None else _issue(row)


def _issue(row: asyncpg.Record) -> Issue:
    return Issue(
        row["issue_id"],
        row["publication"],
        row["name"],
        Mode(row["mode"]),
        row["year"],
        row["ordinal"],
        row["issue_date"],
        row["opened_at"],
        row["items"],
    )
