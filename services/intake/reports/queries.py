"""Statements on reports. ``accept_report`` does the whole of a submission in one."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter
from pydantic_core import to_json

from services.intake.reports.decisions import Standing, StateChanged
from services.intake.reports.model import KeptAnswer, ReportState, VersionLine
from services.intake.reports.stored import Acceptance, Accepted, ReportRow, StoredReport, Submission
from shared.contracts.identifiers import IncidentId, OfficeId, PersonId, ReportId
from shared.contracts.reports import Citation, FactSheet, ReportHead
from shared.contracts.vocabulary import Form, IncidentReportKind, Mode, Nature, ReportType, Urgency
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements("services.intake")
_CITATIONS = TypeAdapter(tuple[Citation, ...])


def _stored_columns(submission: Submission) -> tuple[object, ...]:
    content = submission.content
    return (
        submission.report_id,
        submission.office,
        submission.key,
        submission.request_hash,
        content.title,
        content.body,
        content.facts.model_dump_json(exclude_none=True),
        to_json(content.citations).decode(),
        content.content_hash,
        submission.written_by,
        content.written_at,
        submission.answer.model_dump_json(),
    )


async def accept_report(
    connection: Connection, submission: Submission, head: ReportHead, prefix: str, mode: Mode
) -> Accepted | None:
    """Store a new report under the next number of ``prefix``; None when its key was used before.

    ``head.number`` is not looked at: the number is given here.
    """
    number = await connection.fetchval(
        SQL["accept_report"],
        *_stored_columns(submission),
        prefix,
        submission.draft_id,
        head.type,
        head.nature,
        head.urgency,
        head.form,
        head.author_mark,
        list(submission.authors),
        head.incident_id,
        head.incident_kind,
        head.expected_at,
        head.commission_task,
        mode,
    )
    return None if number is None else Accepted(number, 1)


async def accept_again(
    connection: Connection, submission: Submission, derived_from: str, expected_at: datetime | None
) -> Accepted | None:
    """Store the next version of a returned report; None when it is not returned or the key was used before."""
    row = await connection.fetchrow(
        SQL["accept_again"],
        *_stored_columns(submission),
        derived_from,
        submission.draft_id,
        expected_at,
        list(submission.authors),
    )
    return None if row is None else Accepted(row["number"], row["version"])


async def find_acceptance(connection: Connection, office: OfficeId, key: str) -> Acceptance | None:
    """Return what was answered to the first submission with a key."""
    row = await connection.fetchrow(SQL["find_acceptance"], office, key)
    if row is None:
        return None
    answer = KeptAnswer.model_validate_json(row["answer"])
    found = (row["request_hash"], ReportId(row["report_id"]), row["number"], row["version"], row["submitted_at"])
    return Acceptance(*found, answer)


async def find_report(connection: Connection, report_id: ReportId, office: OfficeId) -> StoredReport | None:
    """Return one report of an office."""
    row = await connection.fetchrow(SQL["find_report"], report_id, office)
    if row is None:
        return None
    kind = row["incident_kind"]
    head = ReportHead(
        report_id=row["report_id"],
        number=row["number"],
        origin_office=row["office"],
        type=ReportType(row["type"]),
        nature=Nature(row["nature"]),
        urgency=Urgency(row["urgency"]),
        form=Form(row["form"]),
        author_mark=row["author_mark"],
        incident_id=row["incident_id"],
        incident_kind=None if kind is None else IncidentReportKind(kind),
        expected_at=row["expected_at"],
        commission_task=row["commission_task"],
    )
    return StoredReport(
        head,
        row["title"],
        ReportState(row["state"]),
        row["state_since"],
        row["last_version"],
        tuple(PersonId(author) for author in row["authors"]),
        Mode(row["mode"]),
        row["first_submitted_at"],
        row["content_hash"],
    )


async def list_reports(
    connection: Connection,
    office: OfficeId,
    *,
    state: ReportState | None,
    number: str | None,
    author: PersonId | None,
    before: UUID | None,
    limit: int,
) -> tuple[ReportRow, ...]:
    """Return an office's reports, newest first; a filter that is None asks nothing."""
    rows = await connection.fetch(SQL["list_reports"], office, state, number, author, before, limit)
    return tuple(_row(row) for row in rows)


async def list_versions(connection: Connection, report_id: ReportId) -> tuple[VersionLine, ...]:
    """Return every wording that was submitted of a report, the first one first."""
    return tuple(_version(row) for row in await connection.fetch(SQL["list_versions"], report_id))


async def lock_report(connection: Connection, report_id: ReportId) -> Standing | None:
    """Return how a report of ours stands and keep others from changing it; None for other sites' reports."""
    row = await connection.fetchrow(SQL["lock_report"], report_id)
    if row is None:
        return None
    return Standing(OfficeId(row["office"]), ReportState(row["state"]), row["state_since"], row["last_version"])


async def set_state(connection: Connection, report_id: ReportId, change: StateChanged) -> None:
    """Store how a report stands."""
    await connection.execute(SQL["set_state"], report_id, change.state, change.since, change.last_version)


def _version(row: asyncpg.Record) -> VersionLine:
    return VersionLine(
        version=row["version"],
        title=row["title"],
        body=row["body"],
        facts=FactSheet.model_validate_json(row["facts"]),
        citations=_CITATIONS.validate_json(row["citations"]),
        content_hash=row["content_hash"],
        derived_from=row["derived_from"],
        written_by=row["written_by"],
        submitted_at=row["submitted_at"],
    )


def _row(row: asyncpg.Record) -> ReportRow:
    return ReportRow(
        report_id=ReportId(row["report_id"]),
        number=row["number"],
        office=OfficeId(row["office"]),
        state=ReportState(row["state"]),
        state_since=row["state_since"],
        last_version=row["last_version"],
        title=row["title"],
        type=ReportType(row["type"]),
        nature=Nature(row["nature"]),
        urgency=Urgency(row["urgency"]),
        form=Form(row["form"]),
        mode=Mode(row["mode"]),
        incident_id=None if row["incident_id"] is None else IncidentId(row["incident_id"]),
        submitted_at=row["first_submitted_at"],
    )


def ids_of(rows: Iterable[ReportRow]) -> tuple[ReportId, ...]:
    """Return the ids of listed reports."""
    return tuple(row.report_id for row in rows)
