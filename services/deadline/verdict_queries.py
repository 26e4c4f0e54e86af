"""Statements on verdicts and clocks as people see and decide them: one typed function each."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.deadline.facts import Clock, ClockState, DutyKey
from services.deadline.finalisation import Decision, Final
from services.deadline.rows import clock_of
from shared.access.inputs import in_utc
from shared.contracts.identifiers import ClockId, OfficeId, SignalId, VerdictId
from shared.contracts.vocabulary import Leg, Mode
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


async def find_duty(connection: Connection, duty: DutyKey) -> bool:
    """Lock a duty against facts and acts; return False when there is none."""
    return await connection.fetchval(SQL["find_duty"], duty.matter, duty.unit) is not None


async def measure_verdicts(connection: Connection, duty: DutyKey) -> int:
    """Return the revision of a duty's verdicts: it grows with each one made, withdrawn or made final."""
    revision: int = await connection.fetchval(SQL["measure_verdicts"], duty.matter, duty.unit)
    return revision


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of an office's clocks or verdicts to list. ``own``: those of its unit, or of others; None asks nothing."""

    state: str | None = None
    own: bool | None = None


EVERYTHING = Wanted()


async def list_running_clocks(
    connection: Connection,
    unit: OfficeId,
    office: OfficeId,
    after: tuple[datetime, ClockId] | None,
    limit: int,
    wanted: Wanted = EVERYTHING,
) -> list[Clock]:
    """Return running clocks that ``unit`` owes or that are owed to ``office``, by first late instant.

    Those that ran out alone (state EXPIRED) come the latest one first: what is long past is looked for, not missed.
    """
    late_from, clock_id = after or (None, None)
    spot = (unit, office, late_from, clock_id, limit)
    rows = (
        await connection.fetch(SQL["list_expired_clocks"], *spot, wanted.own)
        if wanted.state == ClockState.EXPIRED
        else await connection.fetch(SQL["list_running_clocks"], *spot, wanted.state, wanted.own)
    )
    return [clock_of(row) for row in rows]


async def count_running_clocks(connection: Connection, unit: OfficeId, office: OfficeId, wanted: Wanted) -> int:
    """Return how many clocks ``list_running_clocks`` has on all its pages."""
    found: int = await connection.fetchval(SQL["count_running_clocks"], unit, office, wanted.state, wanted.own)
    return found


async def list_matter_clocks(
    connection: Connection,
    unit: OfficeId,
    office: OfficeId,
    matter: str,
    after: tuple[datetime, ClockId] | None,
    limit: int,
) -> list[Clock]:
    """Return all clocks of one matter that ``unit`` owes or that are owed to ``office``, by first late instant."""
    late_from, clock_id = after or (None, None)
    rows = await connection.fetch(SQL["list_matter_clocks"], unit, office, matter, late_from, clock_id, limit)
    return [clock_of(row) for row in rows]


async def list_verdicts(
    connection: Connection,
    unit: OfficeId,
    offices: Iterable[OfficeId],
    wanted: Wanted,
    before: int | None,
    limit: int,
) -> list[asyncpg.Record]:
    """Return proposals and final verdicts about ``unit`` or owed to one of ``offices``, newest first."""
    return await connection.fetch(SQL["list_verdicts"], unit, list(offices), before, limit, wanted.state, wanted.own)


async def count_verdicts(connection: Connection, unit: OfficeId, offices: Iterable[OfficeId], wanted: Wanted) -> int:
    """Return how many verdicts ``list_verdicts`` has on all its pages."""
    found: int = await connection.fetchval(SQL["count_verdicts"], unit, list(offices), wanted.state, wanted.own)
    return found


async def find_verdict(connection: Connection, verdict: VerdictId) -> asyncpg.Record | None:
    """Return one verdict; None when there is none."""
    return await connection.fetchrow(SQL["find_verdict"], verdict)


async def list_history(connection: Connection, duty: DutyKey, owed_to: OfficeId, leg: Leg) -> list[asyncpg.Record]:
    """Return every verdict ever made on one leg of a duty to one office, in the order they were made."""
    return await connection.fetch(SQL["list_verdict_history"], duty.matter, duty.unit, owed_to, leg)


async def list_finals(connection: Connection, duty: DutyKey) -> list[asyncpg.Record]:
    """Return the verdicts of a duty that a person made final, in the order they were made."""
    return await connection.fetch(SQL["list_final_verdicts"], duty.matter, duty.unit)


async def finalise_verdicts(
    connection: Connection,
    finals: Sequence[Final],
    decision: Decision,
    reason: str,
    now: datetime,
    by: tuple[str, str],
) -> list[asyncpg.Record]:
    """Make proposals final; ``by``: the appointment used and the person's name. Return them in the order made."""
    rows = [
        {
            "verdict_id": str(final.verdict.verdict_id),
            "type": final.type,
            "scored": final.scored,
            "report_id": None if final.report_id is None else str(final.report_id),
        }
        for final in finals
    ]
    done = await connection.fetch(SQL["finalise_verdicts"], json.dumps(rows), decision, reason, now, *by)
    return sorted(done, key=lambda row: int(row["seq"]))


async def close_clocks(connection: Connection, duty: DutyKey, mode: Mode) -> None:
    """End the running clocks of a duty whose verdicts are final."""
    await connection.execute(SQL["close_clocks"], duty.matter, duty.unit, mode)


async def list_signals(
    connection: Connection,
    territories: Sequence[OfficeId],
    before: tuple[datetime, SignalId] | None,
    limit: int,
    *,
    with_unplaced: bool,
) -> list[asyncpg.Record]:
    """Return agencies' signals about territories, newest first; ``with_unplaced``: those of no known one too."""
    received_at, signal_id = before or (None, None)
    return await connection.fetch(SQL["list_signals"], territories, with_unplaced, received_at, signal_id, limit)


def cursor_of(at: datetime, row_id: UUID) -> str:
    """Return the cursor of a row in a list that is ordered by an instant and an id."""
    return f"{at.isoformat()}~{row_id}"


def read_cursor(text: str) -> tuple[datetime, UUID]:
    """Return what a cursor points to. Raises ValueError when it is none of ours."""
    at, _, row_id = text.partition("~")
    instant = datetime.fromisoformat(at)
    if instant.tzinfo is None:
        raise ValueError("a cursor carries an instant with its zone")
    return in_utc(instant), UUID(row_id)
