"""One typed function per statement of forwarding's hops and crossings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.identifiers import EventId, OfficeId, ReportId, SiteId, SubmissionId
from shared.contracts.vocabulary import Lane
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


@dataclass(frozen=True, slots=True)
class Hop:
    """One submission as this site stores it. ``received_at`` is None while no receipt has come."""

    submission_id: SubmissionId
    direction: str
    report_id: ReportId
    from_office: OfficeId
    to_office: OfficeId
    is_copy: bool
    version_hash: str
    signed_at: datetime
    queued_at: datetime
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Crossing:
    """A frame that leaves for a neighbour and is kept until its receipt comes. ``submission_id``: the hop it is."""

    peer: SiteId
    event_id: EventId
    lane: Lane
    frame: bytes
    submission_id: SubmissionId | None = None


@dataclass(frozen=True, slots=True)
class Unreceipted:
    """A crossing that is to be sent once more."""

    event_id: UUID
    frame: bytes
    attempts: int


async def add_submissions(connection: Connection, hops: Sequence[Hop]) -> None:
    """Remember hops; those known already stay as they are."""
    if hops:
        columns = [
            (
                hop.submission_id,
                hop.direction,
                hop.report_id,
                hop.from_office,
                hop.to_office,
                hop.is_copy,
                hop.version_hash,
                hop.signed_at,
                hop.queued_at,
                hop.received_at,
            )
            for hop in hops
        ]
        await connection.execute(SQL["add_submission"], *map(list, zip(*columns, strict=True)))


async def known_submissions(connection: Connection, ids: Sequence[SubmissionId]) -> set[UUID]:
    """Return which hops have arrived here before."""
    return {row["submission_id"] for row in await connection.fetch(SQL["known_submissions"], list(ids))}


async def receipt_submissions(connection: Connection, receipts: Sequence[tuple[SubmissionId, datetime]]) -> None:
    """Note receivers' receipts on hops that left from here; the first receipt stays."""
    if receipts:
        await connection.execute(
            SQL["receipt_submission"], [receipt[0] for receipt in receipts], [receipt[1] for receipt in receipts]
        )


async def list_submissions(connection: Connection, report_id: ReportId) -> list[dict[str, object]]:
    """Return the hops of a report seen from this site, in the order they left."""
    return [dict(row) for row in await connection.fetch(SQL["list_submissions"], report_id)]


async def add_crossings(connection: Connection, crossings: Sequence[Crossing], at: datetime) -> None:
    """Keep what leaves until its receipt comes. ``at`` is machine time."""
    if crossings:
        await connection.execute(
            SQL["add_crossings"],
            [crossing.peer for crossing in crossings],
            [crossing.event_id for crossing in crossings],
            [str(crossing.lane) for crossing in crossings],
            [crossing.frame for crossing in crossings],
            [crossing.submission_id for crossing in crossings],
            at,
        )


async def forget_crossings(connection: Connection, peer: SiteId, ids: Sequence[UUID]) -> None:
    """Drop crossings that have come to their end at the other site."""
    await connection.execute(SQL["forget_crossings"], peer, list(ids))


async def hold_crossings(connection: Connection, peer: SiteId, fates: Mapping[UUID, str], now: datetime) -> None:
    """Note crossings that the other site holds without having applied them."""
    await connection.execute(SQL["hold_crossings"], peer, list(fates), list(fates.values()), now)


async def claim_unreceipted(
    connection: Connection, peer: SiteId, lane: Lane, now: datetime, *, first_seconds: float, longest_seconds: float
) -> list[Unreceipted]:
    """Lock the crossings that must be sent again: a later heartbeat has come back and their back-off is over."""
    rows = await connection.fetch(SQL["claim_unreceipted"], peer, str(lane), now, first_seconds, longest_seconds)
    return [Unreceipted(row["event_id"], bytes(row["frame"]), row["attempts"]) for row in rows]


async def mark_resent(connection: Connection, peer: SiteId, ids: Sequence[UUID], now: datetime) -> None:
    """Note that crossings left once more."""
    await connection.execute(SQL["mark_resent"], peer, list(ids), now)
