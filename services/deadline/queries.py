"""Statements on duties, their facts, clocks and verdicts: one typed function each, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.deadline.decisions import NewVerdict
from services.deadline.facts import Answer, Awareness, Clock, DutyKey, Verdict
from services.deadline.metrics import Running
from services.deadline.rows import (
    advanced_json,
    answer_of,
    awareness_of,
    clock_of,
    json_list,
    opened_json,
    stopped_json,
    verdict_json,
    verdict_of,
)
from shared.contracts.duties import AwarenessRecorded, SignalReceived, VerdictFinalised
from shared.contracts.identifiers import ClockId, OfficeId, VerdictId
from shared.contracts.vocabulary import Leg, Mode
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


async def remember_awareness(connection: Connection, duty: DutyKey, event: AwarenessRecorded, mode: Mode) -> int:
    """Keep what a unit knew and lock its duty; return how many facts it has, 1 when this is the first."""
    facts: int = await connection.fetchval(
        SQL["remember_awareness"],
        event.awareness_id,
        duty.matter,
        duty.unit,
        event.office,
        event.known_at,
        event.occurred_at,
        event.recorded_at,
        event.how,
        event.evidence,
        event.kind,
        event.place,
        event.severity,
        event.sensitive,
        event.must_report,
        mode,
    )
    return facts


async def remember_answer(connection: Connection, duty: DutyKey, given: Answer, mode: Mode) -> int:
    """Keep an answer and lock its duty; return how many facts the duty has, 1 when this is the first."""
    facts: int = await connection.fetchval(
        SQL["remember_answer"],
        given.answer_id,
        duty.matter,
        duty.unit,
        given.recipient,
        given.channel,
        given.at,
        given.report_id,
        given.evidence,
        mode,
        given.given_by,
    )
    return facts


async def remember_final(connection: Connection, duty: DutyKey, event: VerdictFinalised, mode: Mode) -> int:
    """Keep that a verdict is final elsewhere and lock its duty; return how many facts the duty has."""
    facts: int = await connection.fetchval(
        SQL["remember_final"],
        event.verdict_id,
        duty.matter,
        duty.unit,
        event.owed_to,
        event.leg,
        event.finalised_at,
        mode,
    )
    return facts


async def close_copies(connection: Connection, duty: DutyKey) -> None:
    """End the running warning copies of a duty whose verdicts are final where they are owed."""
    await connection.execute(SQL["close_copies"], duty.matter, duty.unit)


async def lock_duty(connection: Connection, duty: DutyKey) -> int:
    """Lock a duty; return how many facts it has, 1 when there is none besides the caller's."""
    facts: int = await connection.fetchval(SQL["lock_duty"], duty.matter, duty.unit)
    return facts


async def read_awareness(connection: Connection, duty: DutyKey, mode: Mode) -> list[tuple[Awareness, str]]:
    """Return all that a unit knew of a matter in one mode, each with its evidence in words."""
    return [awareness_of(row) for row in await connection.fetch(SQL["read_awareness"], duty.matter, duty.unit, mode)]


async def send_back_replies(
    connection: Connection, duty: DutyKey, issuer: OfficeId, at: datetime, mode: Mode
) -> frozenset[str]:
    """Keep that the issuer sent the replies to a locked duty back; return their ids."""
    rows = await connection.fetch(SQL["send_back_replies"], duty.matter, duty.unit, at, mode, issuer)
    return frozenset(row["answer_id"] for row in rows)


async def read_answers(connection: Connection, duty: DutyKey, mode: Mode) -> list[Answer]:
    """Return all that was given in one mode in answer to a duty and not sent back."""
    return [answer_of(row) for row in await connection.fetch(SQL["read_answers"], duty.matter, duty.unit, mode)]


async def lock_clocks(connection: Connection, duty: DutyKey) -> tuple[Clock, ...]:
    """Return all clocks of a duty, locked against the scanner."""
    return tuple(clock_of(row) for row in await connection.fetch(SQL["lock_clocks"], duty.matter, duty.unit))


async def open_clocks(connection: Connection, clocks: Sequence[Clock]) -> None:
    """Keep new clocks; those that are answered already among them."""
    if clocks:
        await connection.execute(SQL["open_clocks"], json_list(opened_json(clock) for clock in clocks))


async def stop_clocks(connection: Connection, clocks: Sequence[Clock]) -> None:
    """Keep by what, and when, clocks were stopped."""
    if clocks:
        await connection.execute(SQL["stop_clocks"], json_list(stopped_json(clock) for clock in clocks))


async def supersede_clocks(connection: Connection, clocks: Sequence[ClockId]) -> None:
    """Set clocks aside that a recomputation replaced."""
    if clocks:
        await connection.execute(SQL["supersede_clocks"], list(clocks))


async def claim_due_clocks(
    connection: Connection, mode: Mode, now: datetime, limit: int
) -> list[tuple[Clock, datetime]]:
    """Take up to ``limit`` clocks on which something came due at or before ``now``, each with the instant it did."""
    rows = await connection.fetch(SQL["claim_due_clocks"], mode, now, limit)
    return [(clock_of(row), row["next_at"]) for row in rows]


async def advance_clocks(connection: Connection, clocks: Sequence[Clock]) -> None:
    """Keep what the scanner told about clocks."""
    if clocks:
        await connection.execute(SQL["advance_clocks"], json_list(advanced_json(clock) for clock in clocks))


async def read_verdicts(connection: Connection, duty: DutyKey) -> tuple[Verdict, ...]:
    """Return all verdicts on a duty, in the order they were made."""
    return tuple(verdict_of(row) for row in await connection.fetch(SQL["read_verdicts"], duty.matter, duty.unit))


async def add_verdicts(connection: Connection, verdicts: Sequence[NewVerdict], now: datetime) -> None:
    """Keep new verdicts."""
    if verdicts:
        await connection.execute(SQL["add_verdicts"], json_list(verdict_json(new, now) for new in verdicts))


async def withdraw_verdicts(connection: Connection, verdicts: Sequence[VerdictId], now: datetime) -> None:
    """Withdraw verdicts that nobody has decided."""
    if verdicts:
        await connection.execute(SQL["withdraw_verdicts"], list(verdicts), now)


async def remember_signal(connection: Connection, event: SignalReceived, mode: Mode) -> None:
    """Keep an agency's signal; a repeat changes nothing."""
    await connection.execute(
        SQL["remember_signal"],
        event.signal_id,
        event.agency,
        event.source,
        event.at,
        event.occurred_at,
        event.place,
        event.territory,
        event.kind,
        event.dead,
        event.missing,
        event.injured,
        event.gist,
        event.received_at,
        mode,
    )


async def remember_link_fact(
    connection: Connection, fact_id: UUID, peer: str, lane: str, state: str, since: datetime, stated_at: datetime
) -> None:
    """Keep that a link fell silent (DOWN, since its last heartbeat) or answers again (UP, since it fell silent)."""
    await connection.execute(SQL["remember_link_fact"], fact_id, peer, lane, state, since, stated_at)


async def measure_running(connection: Connection, mode: Mode) -> list[Running]:
    """Return how many clocks of each leg run, and when the nearest of them becomes late."""
    rows = await connection.fetch(SQL["measure_running"], mode)
    return [Running(Leg(row["leg"]), row["clocks"], row["first_late_from"]) for row in rows]


async def next_due(connection: Connection) -> datetime | None:
    """Return the earliest instant at which time alone makes something due; None when no clock runs."""
    instant: datetime | None = await connection.fetchval(SQL["next_due"])
    return instant
