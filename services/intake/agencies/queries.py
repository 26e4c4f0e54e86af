"""Statements on signals, refused messages and answers; each takes a whole set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.agencies.model import AgencyAnswer, SignalView
from services.intake.agencies.reading import Refused
from shared.contracts.duties import SignalReceived
from shared.contracts.identifiers import OfficeId, SignalId
from shared.contracts.vocabulary import Mode, SignalSource
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements("services.intake")


@dataclass(frozen=True, slots=True)
class NewSignal:
    """A signal to store: the fact, its mode, and the message as it came."""

    fact: SignalReceived
    mode: Mode
    body: bytes


async def add_signals(connection: Connection, signals: Sequence[NewSignal], at: datetime) -> frozenset[SignalId]:
    """Store signals, each event of an agency once in each mode; return the ids of those that are new."""
    facts = [signal.fact for signal in signals]
    rows = await connection.fetch(
        SQL["add_signals"],
        [fact.signal_id for fact in facts],
        [fact.agency for fact in facts],
        [fact.agency_event_id for fact in facts],
        [fact.source.value for fact in facts],
        [fact.at for fact in facts],
        [fact.occurred_at for fact in facts],
        [fact.place for fact in facts],
        [fact.territory for fact in facts],
        [fact.kind for fact in facts],
        [fact.dead for fact in facts],
        [fact.missing for fact in facts],
        [fact.injured for fact in facts],
        [fact.gist for fact in facts],
        at,
        [signal.mode.value for signal in signals],
        [signal.body for signal in signals],
    )
    return frozenset(SignalId(row["signal_id"]) for row in rows)


async def add_refusals(connection: Connection, refusals: Sequence[tuple[UUID, Refused, int]], at: datetime) -> None:
    """Store refused messages; each entry is an id, the refusal and how often it came. Each cause and hash once."""
    await connection.execute(
        SQL["add_refusals"],
        [refusal_id for refusal_id, _, _ in refusals],
        [refused.agency for _, refused, _ in refusals],
        [refused.cause.value for _, refused, _ in refusals],
        [refused.detail for _, refused, _ in refusals],
        [refused.size for _, refused, _ in refusals],
        [refused.body_hash for _, refused, _ in refusals],
        [refused.kept for _, refused, _ in refusals],
        at,
        [times for _, _, times in refusals],
    )


async def add_answers(
    connection: Connection, answers: Sequence[tuple[UUID, str, AgencyAnswer, bytes]], at: datetime
) -> None:
    """Store what was answered; each entry is an id, the agency, the answer and its bytes."""
    await connection.execute(
        SQL["add_answers"],
        [answer_id for answer_id, _, _, _ in answers],
        [agency for _, agency, _, _ in answers],
        [answer.event_id for _, _, answer, _ in answers],
        [answer.outcome.value for _, _, answer, _ in answers],
        [answer.cause.value if answer.cause else None for _, _, answer, _ in answers],
        [body for _, _, _, body in answers],
        at,
    )


async def list_signals(
    connection: Connection,
    territories: Sequence[OfficeId],
    before: UUID | None,
    limit: int,
    *,
    with_unplaced: bool,
) -> tuple[SignalView, ...]:
    """Return signals of territories, received last first; those of no known territory too when asked."""
    rows = await connection.fetch(SQL["list_signals"], list(territories), with_unplaced, before, limit)
    return tuple(
        SignalView(**{**dict(row), "source": SignalSource(row["source"]), "mode": Mode(row["mode"])}) for row in rows
    )
