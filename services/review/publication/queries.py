"""Statements of publication: one typed function each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from services.review.publication.decisions import Candidate
from shared.contracts.identifiers import AdoptionId, IncidentId, OfficeId, ReportId
from shared.contracts.outcomes import Contributor
from shared.contracts.reports import ReportReturned
from shared.contracts.vocabulary import CarrierKind, Level, Mode, Nature, ReportType, Urgency
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)
_CONTRIBUTORS = TypeAdapter(tuple[Contributor, ...])


@dataclass(frozen=True, slots=True)
class Adoption:
    """One item: which reports were used where. ``publication``: an id of ours, or a name when on behalf."""

    adoption_id: AdoptionId
    report_id: ReportId
    office: OfficeId
    level: Level
    publication: str
    carrier: CarrierKind
    issue_id: UUID | None
    issue_number: str
    title: str
    contributors: tuple[Contributor, ...]
    on_behalf: bool
    evidence: str
    adopted_at: datetime
    adopted_by: str


@dataclass(frozen=True, slots=True)
class Use:
    """Where a report was used by this office."""

    report_id: ReportId
    adoption_id: AdoptionId
    publication: str
    issue_number: str
    level: Level
    carrier: CarrierKind
    adopted_at: datetime


async def remember_candidate(connection: Connection, candidate: Candidate) -> None:
    """Note that a report came here."""
    await connection.execute(
        SQL["remember_candidate"],
        candidate.report_id,
        candidate.office,
        candidate.number,
        candidate.title,
        candidate.body,
        candidate.type,
        candidate.nature,
        candidate.urgency,
        candidate.incident_id,
        candidate.origin_office,
        candidate.from_office,
        candidate.contributor,
        list(candidate.units),
        list(candidate.way),
        candidate.is_copy,
        candidate.received_at,
        candidate.traceparent,
        candidate.mode,
    )


async def remember_return(connection: Connection, event: ReportReturned, copies_at: Sequence[OfficeId]) -> None:
    """Note that a report was returned; ``copies_at``: offices whose copies of it are withdrawn with it."""
    offices = [event.office, *copies_at]
    copies_only = [False, *(True for _ in copies_at)]
    await connection.execute(SQL["remember_return"], event.report_id, offices, copies_only, event.returned_at)


async def read_candidates(
    connection: Connection, office: OfficeId, reports: Sequence[ReportId]
) -> Mapping[ReportId, Candidate]:
    """Return those of some reports that came to an office."""
    rows = await connection.fetch(SQL["read_candidates"], office, list(reports))
    return {ReportId(row["report_id"]): _candidate(row) for row in rows}


async def list_candidates(
    connection: Connection, office: OfficeId, before: tuple[datetime, UUID], limit: int, *, urgent_only: bool
) -> Sequence[Candidate]:
    """Return what came to an office, newest first."""
    rows = await connection.fetch(SQL["list_candidates"], office, *before, limit, urgent_only)
    return [_candidate(row) for row in rows]


async def read_uses(connection: Connection, office: OfficeId, reports: Sequence[ReportId]) -> Sequence[Use]:
    """Return where an office used some reports, oldest first."""
    return [
        Use(
            ReportId(row["report_id"]),
            AdoptionId(row["adoption_id"]),
            row["publication"],
            row["issue_number"],
            Level(row["level"]),
            CarrierKind(row["carrier"]),
            row["adopted_at"],
        )
        for row in await connection.fetch(SQL["read_uses"], office, list(reports))
    ]


async def find_adoption(
    connection: Connection, report_id: ReportId, level: Level, office: OfficeId, publication: str
) -> Adoption | None:
    """Return the adoption of a report into a publication, if there is one."""
    row = await connection.fetchrow(SQL["find_adoption"], report_id, level, office, publication)
    return None if row is None else _adoption(row)


async def add_adoption(
    connection: Connection, adoption: Adoption, reports: Sequence[ReportId], appointment: str
) -> bool:
    """Store an adoption. Return False when the report was in that publication already."""
    stored = await connection.fetchval(
        SQL["add_adoption"],
        adoption.adoption_id,
        adoption.report_id,
        adoption.office,
        adoption.level,
        adoption.publication,
        adoption.carrier,
        adoption.issue_id,
        adoption.issue_number,
        adoption.title,
        _CONTRIBUTORS.dump_json(adoption.contributors).decode(),
        adoption.on_behalf,
        adoption.evidence,
        adoption.adopted_at,
        adoption.adopted_by,
        appointment,
        list(reports),
    )
    return stored is not None


async def add_forwarding(
    connection: Connection,
    report_id: ReportId,
    office: OfficeId,
    to_level: Level,
    carrier: CarrierKind,
    at: datetime,
    by: str,
    appointment: str,
) -> bool:
    """Store that a report was forwarded. Return False when it was before."""
    stored = await connection.fetchval(SQL["add_forwarding"], report_id, office, to_level, carrier, at, by, appointment)
    return stored is not None


async def find_forwarding(
    connection: Connection, report_id: ReportId, office: OfficeId, to_level: Level, carrier: CarrierKind
) -> datetime | None:
    """Return when a report was forwarded; None when it was not."""
    at: datetime | None = await connection.fetchval(SQL["find_forwarding"], report_id, office, to_level, carrier)
    return at


async def read_issue_items(connection: Connection, issue_id: UUID) -> Sequence[Adoption]:
    """Return the items of an issue in order."""
    return [_adoption(row) for row in await connection.fetch(SQL["read_issue_items"], issue_id)]


def _candidate(row: asyncpg.Record) -> Candidate:
    return Candidate(
        report_id=ReportId(row["report_id"]),
        office=OfficeId(row["office"]),
        number=row["number"],
        title=row["title"],
        body=row["body"],
        type=ReportType(row["type"]),
        nature=Nature(row["nature"]),
        urgency=Urgency(row["urgency"]),
        incident_id=None if row["incident_id"] is None else IncidentId(row["incident_id"]),
        origin_office=OfficeId(row["origin_office"]),
        from_office=OfficeId(row["from_office"]),
        contributor=OfficeId(row["contributor"]),
        units=tuple(row["units"]),
        way=tuple(row["way"]),
        is_copy=row["is_copy"],
        received_at=row["received_at"],
        traceparent=row["traceparent"],
        mode=Mode(row["mode"]),
        withdrawn=row["withdrawn"],
    )


def _adoption(row: asyncpg.Record) -> Adoption:
    return Adoption(
        adoption_id=AdoptionId(row["adoption_id"]),
        report_id=ReportId(row["report_id"]),
        office=OfficeId(row["office"]),
        level=Level(row["level"]),
        publication=row["publication"],
        carrier=CarrierKind(row["carrier"]),
        issue_id=row["issue_id"],
        issue_number=row["issue_number"],
        title=row["title"],
        contributors=_CONTRIBUTORS.validate_json(row["contributors"]),
        on_behalf=row["on_behalf"],
        evidence=row["evidence"],
        adopted_at=row["adopted_at"],
        adopted_by=row["adopted_by"],
    )
