"""Supervision's statements about adopted reports and instructions, one function each."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.supervision.records import Instruction
from shared.contracts.identifiers import OfficeId
from shared.contracts.outcomes import ReportAdopted
from shared.contracts.vocabulary import Mode
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


async def learn_report(
    connection: Connection, event: ReportAdopted, *, unit: OfficeId, mode: Mode, offices: Sequence[OfficeId]
) -> None:
    """Remember that a unit here adopted a report. Order of several adoptions does not matter."""
    await connection.execute(
        SQL["learn_report"],
        event.report_id,
        unit,
        mode,
        event.number,
        event.title,
        event.nature,
        event.urgency,
        event.origin_office,
        list(event.units),
        sorted(set(offices)),
        event.publication,
        event.issue_number,
        event.adopted_at,
    )


async def find_report(connection: Connection, report_id: UUID, unit: OfficeId) -> asyncpg.Record | None:
    """Return an adopted report as a unit holds it."""
    return await connection.fetchrow(SQL["find_report"], report_id, unit)


async def list_reports(connection: Connection, unit: OfficeId, before: int | None, limit: int) -> list[asyncpg.Record]:
    """Return what a unit adopted, newest first."""
    return list(await connection.fetch(SQL["list_reports"], unit, before, limit))


async def record_instruction(connection: Connection, instruction: Instruction) -> bool:
    """Record an instruction; False when the office recorded one under the same key."""
    recorded = await connection.fetchval(
        SQL["record_instruction"],
        instruction.instruction_id,
        instruction.office,
        instruction.unit,
        instruction.idempotency_key,
        instruction.report_id,
        instruction.number,
        instruction.title,
        instruction.leader,
        instruction.rank,
        instruction.text,
        instruction.disposition,
        instruction.given_at,
        instruction.recorded_at,
        instruction.recorded_by,
        instruction.ticket_id,
    )
    return recorded is not None


async def find_instruction_by_key(connection: Connection, office: OfficeId, key: str) -> asyncpg.Record | None:
    """Return the instruction that an office recorded under a key."""
    return await connection.fetchrow(SQL["find_instruction_by_key"], office, key)


async def find_instruction(connection: Connection, instruction_id: UUID) -> asyncpg.Record | None:
    """Return one instruction."""
    return await connection.fetchrow(SQL["find_instruction"], instruction_id)


async def list_instructions(
    connection: Connection, unit: OfficeId, *, before: UUID | None, report_id: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Return a unit's instructions, newest first."""
    return list(await connection.fetch(SQL["list_instructions"], unit, before, report_id, limit))
