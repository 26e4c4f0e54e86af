"""Statements that pages read: one typed function each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.review.cases import Case, CaseState, Hold
from services.review.queries import case_of, custody_of
from shared.contracts.identifiers import CaseId, OfficeId, ReportId
from shared.contracts.reports import CustodyHop, ReportHead
from shared.contracts.vocabulary import Level, Mode
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list of cases."""

    case_id: UUID
    report_id: UUID
    title: str
    state: CaseState
    step: int
    revision: int
    from_office: OfficeId | None
    head: ReportHead
    received_at: datetime
    step_since: datetime
    hold: Hold | None
    mode: Mode
    adopted: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits at one step of an office."""

    state: CaseState
    cases: int
    urgent: int
    held: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits at one step of an office, and since when the oldest has been there."""

    office: OfficeId
    state: CaseState
    cases: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Use:
    """Where a report was used."""

    adoption_id: UUID
    office: OfficeId
    level: Level
    publication: str
    issue_number: str
    adopted_at: datetime


@dataclass(frozen=True, slots=True)
class CaseOnPage:
    """A case with what its page shows besides."""

    case: Case
    custody: tuple[CustodyHop, ...]
    received_at: datetime
    step_since: datetime
    submission_id: UUID | None


@dataclass(frozen=True, slots=True)
class OpenCursor:
    """The line after which the next page of open cases begins."""

    routine: bool
    received_at: datetime
    case_id: UUID


@dataclass(frozen=True, slots=True)
class DoneCursor:
    """The line before which the next page of cases that wait for nobody begins."""

    step_since: datetime
    case_id: UUID


async def list_open(
    connection: Connection, office: OfficeId, after: OpenCursor, limit: int, *, urgent_only: bool
) -> Sequence[Line]:
    """Return an office's open cases: urgent first, then what came first."""
    rows = await connection.fetch(
        SQL["list_open"], office, after.routine, after.received_at, after.case_id, limit, urgent_only
    )
    return [_line(row) for row in rows]


async def list_done(
    connection: Connection, office: OfficeId, state: CaseState, before: DoneCursor, limit: int, *, urgent_only: bool
) -> Sequence[Line]:
    """Return an office's cases in a state that waits for nobody here: newest first."""
    rows = await connection.fetch(
        SQL["list_done"], office, state, before.step_since, before.case_id, limit, urgent_only
    )
    return [_line(row) for row in rows]


async def count_open(connection: Connection, office: OfficeId, *, urgent_only: bool) -> Sequence[Counts]:
    """Return how much waits at each step of an office."""
    rows = await connection.fetch(SQL["count_open"], office, urgent_only)
    return [Counts(CaseState(row["state"]), row["cases"], row["urgent"], row["held"]) for row in rows]


async def backlog(connection: Connection) -> Sequence[Backlog]:
    """Return what waits at every step of every office of the site."""
    return [_backlog(row) for row in await connection.fetch(SQL["backlog"])]


async def backlog_of(connection: Connection, office: OfficeId) -> Sequence[Backlog]:
    """Return what waits at every step of one office."""
    return [_backlog(row) for row in await connection.fetch(SQL["backlog_of"], office)]


async def read_case(connection: Connection, case_id: CaseId, office: OfficeId) -> CaseOnPage | None:
    """Return an office's case; None when it has no such case."""
    row = await connection.fetchrow(SQL["read_case"], case_id, office)
    if row is None:
        return None
    return CaseOnPage(
        case_of(row), custody_of(row["custody"]), row["received_at"], row["step_since"], row["submission_id"]
    )


async def read_uses(connection: Connection, report_id: ReportId) -> Sequence[Use]:
    """Return where a report was used, oldest first."""
    return [
        Use(
            row["adoption_id"],
            OfficeId(row["office"]),
            Level(row["level"]),
            row["publication"],
            row["issue_number"],
            row["adopted_at"],
        )
        for row in await connection.fetch(SQL["read_adoptions"], report_id)
    ]


def _line(row: asyncpg.Record) -> Line:
    held = row["held_since"] is not None
    return Line(
        row["case_id"],
        row["report_id"],
        row["title"],
        CaseState(row["state"]),
        row["step"],
        row["revision"],
        row["from_office"],
        ReportHead.model_validate_json(row["head"]),
        row["received_at"],
        row["step_since"],
        Hold(row["held_since"], row["held_until"], row["held_reason"]) if held else None,
        Mode(row["mode"]),
        row["adopted"],
    )


def _backlog(row: asyncpg.Record) -> Backlog:
    return Backlog(OfficeId(row["office"]), CaseState(row["state"]), row["cases"], row["oldest"])
