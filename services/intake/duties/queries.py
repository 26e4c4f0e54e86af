"""Statements on awareness and telephone reports."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.intake.duties.model import AwarenessOrigin, AwarenessView, PhoneReportView
from services.intake.duties.severity import Losses, as_grave_as
from shared.contracts.duties import AwarenessRecorded
from shared.contracts.identifiers import AwarenessId, IncidentId, OfficeId, PersonId
from shared.contracts.vocabulary import Mode, Severity
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements("services.intake")


@dataclass(frozen=True, slots=True)
class Entry:
    """Who entered something, under which key, and the hash of what was asked."""

    key: str
    request_hash: str
    by: PersonId


@dataclass(frozen=True, slots=True)
class StoredAwareness:
    """An awareness record as it was registered, and the hash of what was asked then."""

    request_hash: str
    view: AwarenessView


@dataclass(frozen=True, slots=True)
class StoredPhoneReport:
    """A telephone report as it was registered, and the hash of what was asked then."""

    request_hash: str
    view: PhoneReportView


async def register_awareness(
    connection: Connection, fact: AwarenessRecorded, losses: Losses, entry: Entry, mode: Mode
) -> bool | None:
    """Store a person's word on when a unit knew. Return whether it says something new; None when the key was used."""
    announced: bool | None = await connection.fetchval(
        SQL["register_awareness"],
        fact.awareness_id,
        fact.incident_id,
        fact.unit,
        fact.office,
        entry.key,
        entry.request_hash,
        fact.known_at,
        fact.occurred_at,
        fact.recorded_at,
        entry.by,
        fact.how,
        fact.evidence,
        fact.kind,
        fact.place,
        losses.dead,
        losses.missing,
        losses.severely_injured,
        losses.injured,
        losses.direct_loss_yuan,
        fact.severity,
        fact.sensitive,
        fact.must_report,
        fact.gist,
        mode,
        as_grave_as(fact.severity),
    )
    return announced


async def record_arrival(
    connection: Connection, fact: AwarenessRecorded, losses: Losses, mode: Mode, *, announced: bool
) -> bool:
    """Store that a unit knew by an arrived report; return False when that much was known before."""
    stored = await connection.fetchval(
        SQL["record_arrival"],
        fact.awareness_id,
        fact.incident_id,
        fact.unit,
        fact.office,
        fact.known_at,
        fact.occurred_at,
        fact.recorded_at,
        fact.how,
        fact.evidence,
        fact.kind,
        fact.place,
        losses.dead,
        losses.missing,
        losses.severely_injured,
        losses.injured,
        losses.direct_loss_yuan,
        fact.severity,
        fact.gist,
        mode,
        announced,
        as_grave_as(fact.severity),
    )
    return stored is not None


async def find_awareness_by_key(connection: Connection, office: OfficeId, key: str) -> StoredAwareness | None:
    """Return the awareness that was registered with a key."""
    row = await connection.fetchrow(SQL["find_awareness_by_key"], office, key)
    return None if row is None else StoredAwareness(row["request_hash"], _awareness(row))


async def list_awareness(
    connection: Connection, unit: OfficeId, incident: IncidentId | None, before: UUID | None, limit: int
) -> tuple[AwarenessView, ...]:
    """Return a unit's awareness, recorded last first."""
    rows = await connection.fetch(SQL["list_awareness"], unit, incident, before, limit)
    return tuple(_awareness(row) for row in rows)


async def register_phone_report(connection: Connection, report: PhoneReportView, entry: Entry, mode: Mode) -> bool:
    """Store a telephone report; return False when the key was used before."""
    stored = await connection.fetchval(
        SQL["register_phone_report"],
        report.phone_report_id,
        report.incident_id,
        report.unit,
        report.from_office,
        report.to_office,
        report.caller,
        report.callee,
        report.at,
        report.acknowledgement,
        report.gist,
        report.recorded_at,
        entry.by,
        entry.key,
        entry.request_hash,
        mode,
    )
    return stored is not None


async def find_phone_report_by_key(connection: Connection, office: OfficeId, key: str) -> StoredPhoneReport | None:
    """Return the telephone report that was registered with a key."""
    row = await connection.fetchrow(SQL["find_phone_report_by_key"], office, key)
    return None if row is None else StoredPhoneReport(row["request_hash"], _phone_report(row))


async def list_phone_reports(
    connection: Connection, unit: OfficeId, incident: IncidentId | None, before: UUID | None, limit: int
) -> tuple[PhoneReportView, ...]:
    """Return a unit's telephone reports, recorded last first."""
    rows = await connection.fetch(SQL["list_phone_reports"], unit, incident, before, limit)
    return tuple(_phone_report(row) for row in rows)


def _awareness(row: asyncpg.Record) -> AwarenessView:
    return AwarenessView(
        awareness_id=AwarenessId(row["awareness_id"]),
        incident_id=IncidentId(row["incident_id"]),
        unit=OfficeId(row["unit"]),
        office=OfficeId(row["office"]),
        origin=AwarenessOrigin(row["origin"]),
        known_at=row["known_at"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        how=row["how"],
        evidence=row["evidence"],
        kind=row["kind"],
        place=row["place"],
        gist=row["gist"],
        dead=row["dead"],
        missing=row["missing"],
        severely_injured=row["severely_injured"],
        injured=row["injured"],
        direct_loss_yuan=row["direct_loss_yuan"],
        severity=Severity(row["severity"]),
        sensitive=row["sensitive"],
        must_report=row["must_report"],
        mode=Mode(row["mode"]),
        announced=row["announced"],
    )


def _phone_report(row: asyncpg.Record) -> PhoneReportView:
    return PhoneReportView(**{key: value for key, value in row.items() if key != "request_hash"})
