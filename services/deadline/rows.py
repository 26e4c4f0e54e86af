"""Between rows of the database and the frozen facts of this service."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

import asyncpg

from services.deadline.decisions import NewVerdict
from services.deadline.facts import (
    Answer,
    Awareness,
    Channel,
    Clock,
    ClockState,
    DutyKey,
    Terms,
    Verdict,
    VerdictState,
)
from services.deadline.scanning import next_instant
from shared.contracts.identifiers import ClockId, OfficeId, ReportId, VerdictId
from shared.contracts.vocabulary import Basis, Leg, Mode, Precision, Severity, VerdictType

Json = Mapping[str, object]


def clock_of(row: asyncpg.Record) -> Clock:
    """Return the clock in a row."""
    return Clock(
        clock_id=ClockId(row["clock_id"]),
        mode=Mode(row["mode"]),
        duty=DutyKey(row["matter"], OfficeId(row["unit"])),
        terms=_terms_of(row),
        stage=row["stage"],
        ordinal=row["ordinal"],
        state=ClockState(row["state"]),
        started_at=row["started_at"],
        stopped_at=row["stopped_at"],
        stopped_by=row["stopped_by"],
        report_id=None if row["report_id"] is None else ReportId(row["report_id"]),
        warned=row["warned"],
        judged=row["judged"],
    )


def _terms_of(row: asyncpg.Record) -> Terms:
    return Terms(
        recipient=OfficeId(row["recipient"]),
        binding=row["binding"],
        leg=Leg(row["leg"]),
        title=row["title"],
        basis=Basis(row["basis"]),
        basis_time=row["basis_time"],
        due_at=row["due_at"],
        late_from=row["late_from"],
        omitted_at=row["omitted_at"],
        precision=Precision(row["precision"]),
        rule_set_id=row["rule_set_id"],
        rule_id=row["rule_id"],
        rule_version=row["rule_version"],
        sum_text=row["sum_text"],
        basis_evidence=row["basis_evidence"],
        warn_percent=tuple(row["warn_percent"]),
        answered_at=tuple(OfficeId(office) for office in row["answered_at"]),
        answered_by=None if row["answered_by"] is None else OfficeId(row["answered_by"]),
    )


def opened_json(clock: Clock) -> Json:
    """Return a new clock as the statement that opens clocks wants it."""
    terms = clock.terms
    return {
        "clock_id": str(clock.clock_id),
        "mode": clock.mode,
        "matter": clock.duty.matter,
        "unit": clock.duty.unit,
        "recipient": terms.recipient,
        "leg": terms.leg,
        "stage": clock.stage,
        "ordinal": clock.ordinal,
        "binding": terms.binding,
        "title": terms.title,
        "basis": terms.basis,
        "basis_time": terms.basis_time.isoformat(),
        "due_at": terms.due_at.isoformat(),
        "late_from": terms.late_from.isoformat(),
        "omitted_at": _text(terms.omitted_at),
        "precision": terms.precision,
        "rule_set_id": terms.rule_set_id,
        "rule_id": terms.rule_id,
        "rule_version": terms.rule_version,
        "sum_text": terms.sum_text,
        "basis_evidence": terms.basis_evidence,
        "warn_percent": list(terms.warn_percent),
        "answered_at": list(terms.answered_at),
        "answered_by": terms.answered_by,
        "started_at": clock.started_at.isoformat(),
        **stopped_json(clock),
        **advanced_json(clock),
    }


def stopped_json(clock: Clock) -> Json:
    """Return a stopped clock as the statement that stops clocks wants it."""
    return {
        "clock_id": str(clock.clock_id),
        "stopped_at": _text(clock.stopped_at),
        "stopped_by": clock.stopped_by,
        "report_id": None if clock.report_id is None else str(clock.report_id),
        "judged": clock.judged,
    }


def advanced_json(clock: Clock) -> Json:
    """Return what the scanner changed about a clock, and when it must look again."""
    return {
        "clock_id": str(clock.clock_id),
        "state": clock.state,
        "warned": clock.warned,
        "judged": clock.judged,
        "next_at": _text(next_instant(clock)),
    }


def verdict_json(new: NewVerdict, proposed_at: datetime) -> Json:
    """Return a new verdict as the statement that adds verdicts wants it."""
    terms = new.clock.terms
    return {
        "verdict_id": str(new.verdict_id),
        "clock_id": str(new.clock.clock_id),
        "mode": new.clock.mode,
        "matter": new.clock.duty.matter,
        "unit": new.clock.duty.unit,
        "owed_to": terms.recipient,
        "leg": terms.leg,
        "type": new.judgement.type,
        "minutes_late": new.judgement.minutes_late,
        "arithmetic": new.judgement.arithmetic,
        "rule_set_id": terms.rule_set_id,
        "rule_id": terms.rule_id,
        "rule_version": terms.rule_version,
        "evidence": list(new.judgement.evidence),
        "report_id": None if new.judgement.report_id is None else str(new.judgement.report_id),
        "state": new.state,
        "proposed_at": proposed_at.isoformat(),
    }


def json_list(rows: Iterable[Json]) -> str:
    """Return rows as the JSON text of one parameter."""
    return json.dumps(list(rows), ensure_ascii=False)


def awareness_of(row: asyncpg.Record) -> tuple[Awareness, str]:
    """Return what a unit knew, and the evidence for it in words."""
    awareness = Awareness(
        awareness_id=row["awareness_id"],
        known_at=row["known_at"],
        occurred_at=row["occurred_at"],
        severity=Severity(row["severity"]),
        sensitive=row["sensitive"],
        must_report=row["must_report"],
        title=title_of(row["kind"], row["place"]),
    )
    return awareness, evidence_of(row["how"], row["evidence"])


def title_of(kind: str, place: str) -> str:
    """Return how lists call an incident: 仓库火灾·东风路."""
    return f"{kind}·{place}"


def evidence_of(how: str, evidence: str) -> str:
    """Return how a unit knew, for the evidence of a verdict."""
    return f"获知：{how}（{evidence}）" if evidence else f"获知：{how}"


def answer_of(row: asyncpg.Record) -> Answer:
    """Return the answer in a row."""
    return Answer(
        answer_id=row["answer_id"],
        channel=Channel(row["channel"]),
        recipient=None if row["recipient"] is None else OfficeId(row["recipient"]),
        given_by=None if row["given_by"] is None else OfficeId(row["given_by"]),
        at=row["at"],
        report_id=None if row["report_id"] is None else ReportId(row["report_id"]),
        evidence=row["evidence"],
    )


def verdict_of(row: asyncpg.Record) -> Verdict:
    """Return the verdict in a row."""
    return Verdict(
        verdict_id=VerdictId(row["verdict_id"]),
        clock_id=ClockId(row["clock_id"]),
        proposed_type=VerdictType(row["proposed_type"]),
        type=VerdictType(row["type"]),
        minutes_late=row["minutes_late"],
        arithmetic=row["arithmetic"],
        state=VerdictState(row["state"]),
        owed_to=OfficeId(row["owed_to"]),
        leg=Leg(row["leg"]),
        scored=row["scored"],
        report_id=None if row["report_id"] is None else ReportId(row["report_id"]),
    )


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
