"""Scoring's statements, one function each."""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby

import asyncpg

from services.scoring.entries import LedgerLine
from services.scoring.folding import LineKind
from services.scoring.periods import Months
from services.scoring.ranking import UnitScore
from services.scoring.reading import EARNING, Earning, Kept, earned_at, items_of
from services.scoring.rulefiles import digest_of
from services.scoring.rules import RuleSet
from services.scoring.scoreable import DEDUCTIONS, Family
from shared.contracts.identifiers import EntryId, EventId, OfficeId, ReportId
from shared.contracts.vocabulary import Level, Nature
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)
_UPPER = [Level.PROVINCE, Level.STATE]
_PROBLEMS = [Nature.PROBLEM, Nature.EARLY_SIGN]


async def keep_fact(connection: Connection, event_id: EventId, event: Earning, heard_at: datetime) -> None:
    """Keep a fact and lock its items until the transaction ends."""
    await connection.execute(
        SQL["keep_fact"],
        event_id,
        event.name,
        list(items_of(event)),
        earned_at(event),
        event.model_dump_json(),
        heard_at,
    )


async def item_facts(connection: Connection, item: str) -> tuple[Kept, ...]:
    """Return the facts of one item."""
    return tuple(_kept(row) for row in await connection.fetch(SQL["item_facts"], item))


async def facts_by_item(connection: Connection) -> dict[str, tuple[Kept, ...]]:
    """Return every fact ever kept, by item."""
    rows = await connection.fetch(SQL["all_facts"])
    return {item: tuple(_kept(row) for row in group) for item, group in groupby(rows, key=lambda row: str(row["item"]))}


async def item_lines(connection: Connection, item: str) -> tuple[LedgerLine, ...]:
    """Return the lines of one item that were not taken back as corrections, in the order entered, all ledgers."""
    return tuple(_line(row) for row in await connection.fetch(SQL["item_lines"], item))


async def enter_lines(connection: Connection, lines: Sequence[LedgerLine], entered_at: datetime) -> None:
    """Append lines, in order."""
    if lines:
        await connection.execute(SQL["enter_lines"], json.dumps([_row(line) for line in lines]), entered_at)


async def unit_scores(connection: Connection, assessor: OfficeId, period: Months) -> dict[OfficeId, UnitScore]:
    """Return sums and counts by unit; units without lines are missing."""
    rows = await connection.fetch(
        SQL["unit_scores"], assessor, period.first, period.last, sorted(DEDUCTIONS), _UPPER, _PROBLEMS
    )
    return {OfficeId(row["unit"]): _unit_score(row) for row in rows}


async def ledger_page(
    connection: Connection, assessor: OfficeId, unit: OfficeId, period: Months, *, before: int | None, limit: int
) -> list[asyncpg.Record]:
    """Return rows of a unit's ledger, newest entry first."""
    rows: list[asyncpg.Record] = await connection.fetch(
        SQL["ledger_page"], assessor, unit, period.first, period.last, before, limit
    )
    return rows


async def ledger_export(
    connection: Connection, assessor: OfficeId, unit: OfficeId | None, period: Months, *, limit: int
) -> list[asyncpg.Record]:
    """Return rows of a ledger in the order entered."""
    rows: list[asyncpg.Record] = await connection.fetch(
        SQL["ledger_export"], assessor, unit, period.first, period.last, limit
    )
    return rows


async def ledger_totals(connection: Connection, assessor: OfficeId) -> dict[tuple[OfficeId, str], Decimal]:
    """Return the sum per (unit, rule code)."""
    rows = await connection.fetch(SQL["ledger_totals"], assessor)
    return {(OfficeId(row["unit"]), row["rule_code"]): row["points"] for row in rows}


async def publish_rule_set(connection: Connection, rule_set: RuleSet, published_at: datetime) -> None:
    """Publish a version unless that version is there."""
    await connection.execute(
        SQL["publish_rule_set"],
        rule_set.name,
        rule_set.version,
        digest_of(rule_set),
        rule_set.effective_from,
        rule_set.model_dump_json(),
        published_at,
    )


async def published_rule_sets(connection: Connection) -> tuple[RuleSet, ...]:
    """Return every published version."""
    rows = await connection.fetch(SQL["published_rule_sets"])
    return tuple(RuleSet.model_validate_json(row["content"]) for row in rows)


def _kept(row: asyncpg.Record) -> Kept:
    return Kept(EventId(row["event_id"]), EARNING[row["type"]].model_validate_json(row["body"]))


def _line(row: asyncpg.Record) -> LedgerLine:
    return LedgerLine(
        entry_id=EntryId(row["entry_id"]),
        assessor=OfficeId(row["assessor"]),
        unit=OfficeId(row["unit"]),
        item=row["item"],
        kind=LineKind(row["kind"]),
        family=Family(row["family"]),
        level=Level(row["level"]) if row["level"] is not None else None,
        rule_set=row["rule_set"],
        rule_code=row["rule_code"],
        rule_version=row["rule_version"],
        points=row["points"],
        tally=row["tally"],
        veto=row["veto"],
        reason=row["reason"],
        arithmetic=row["arithmetic"],
        evidence=tuple(row["evidence"]),
        fact_id=EventId(row["fact_id"]),
        report_id=ReportId(row["report_id"]) if row["report_id"] is not None else None,
        report_number=row["report_number"],
        earned_at=row["earned_at"],
        period=row["period"],
        reverses=EntryId(row["reverses"]) if row["reverses"] is not None else None,
    )


def _unit_score(row: asyncpg.Record) -> UnitScore:
    counted = dict(row.items())
    del counted["unit"]
    return UnitScore(**counted)


def _row(line: LedgerLine) -> dict[str, object]:
    texts = ("assessor", "unit", "item", "kind", "family", "level", "rule_set", "rule_code", "reason", "arithmetic")
    plain = {name: getattr(line, name) for name in (*texts, "rule_version", "tally", "veto", "report_number", "period")}
    ids = {name: _text(getattr(line, name)) for name in ("entry_id", "fact_id", "report_id", "reverses", "points")}
    return {**plain, **ids, "evidence": line.evidence, "earned_at": line.earned_at.isoformat()}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
