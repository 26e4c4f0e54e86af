"""What the pages get: clocks, verdicts, signals and the rules in force, as JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from services.deadline.facts import Clock, ClockState, VerdictState
from services.deadline.finalisation import Decision
from services.deadline.rules import RuleSet
from services.deadline.scanning import percent_used
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Basis, Leg, Mode, Precision, SignalSource, VerdictType
from shared.organisation.organisation import Organisation


class ClockView(BaseModel):
    """One clock. The page subtracts ``now`` of the list from ``late_from``; it never reads the PC's clock."""

    clock_id: UUID
    mode: Mode
    matter: str
    title: str
    unit: OfficeId
    unit_name: str
    recipient: OfficeId
    recipient_name: str
    leg: Leg
    stage: str
    ordinal: int
    binding: bool
    basis: Basis
    basis_time: datetime
    due_at: datetime
    late_from: datetime
    precision: Precision
    rule_id: str
    rule_version: int
    sum_text: str
    state: ClockState
    percent: int
    stopped_at: datetime | None
    report_id: UUID | None


class Whose(StrEnum):
    """Whose duties to list: those of the reader's unit, or those that others owe it."""

    OWN = "OWN"
    OTHERS = "OTHERS"


class ClockList(BaseModel):
    """Clocks by first late instant. ``next``: pass it as ``after`` for the next page; None at the end.

    ``total``: how many there are on all pages; None for the clocks of one matter.
    """

    now: datetime
    clocks: list[ClockView]
    next: str | None
    total: int | None


class VerdictView(BaseModel):
    """One verdict. ``proposed_type`` is the engine's word, ``type`` what a person made of it."""

    verdict_id: UUID
    mode: Mode
    matter: str
    unit: OfficeId
    unit_name: str
    first_responsible_person: str | None
    owed_to: OfficeId
    owed_to_name: str
    leg: Leg
    type: VerdictType
    proposed_type: VerdictType
    minutes_late: int
    arithmetic: str
    rule_id: str
    rule_version: int
    state: VerdictState
    proposed_at: datetime
    withdrawn_at: datetime | None
    decision: Decision | None
    reason: str
    scored: bool
    report_id: UUID | None
    finalised_at: datetime | None
    finalised_by: str | None
    finalised_by_name: str | None


class VerdictList(BaseModel):
    """Verdicts, newest first. ``next``: pass it as ``before`` for the next page; None at the end.

    ``total``: how many there are on all pages.
    """

    now: datetime
    verdicts: list[VerdictView]
    next: int | None
    total: int


class VerdictDetail(BaseModel):
    """One verdict with its proof. ``revision`` goes back with the decision; ``decisions``: what the reader may do."""

    now: datetime
    verdict: VerdictView
    evidence: list[str]
    history: list[VerdictView]
    revision: int
    decisions: list[Decision]


class FinaliseRequest(BaseModel):
    """A decision on all proposals of one unit in one matter, on what the page showed (``revision``)."""

    decision: Decision
    reason: str = Field(default="", max_length=2_000)
    revision: int = Field(ge=0)


class FinaliseReceipt(BaseModel):
    """What became final, when and by whom."""

    matter: str
    unit: OfficeId
    decision: Decision
    finalised_at: datetime
    finalised_by: str
    revision: int
    verdicts: list[VerdictView]


class SignalView(BaseModel):
    """One agency's signal (线索). None: not stated."""

    signal_id: UUID
    mode: Mode
    agency: str
    source: SignalSource
    at: datetime
    occurred_at: datetime | None
    place: str
    territory: OfficeId | None
    kind: str
    dead: int | None
    missing: int | None
    injured: int | None
    gist: str
    received_at: datetime


class SignalList(BaseModel):
    """Signals, newest first. ``next``: pass it as ``before`` for the next page; None at the end."""

    now: datetime
    signals: list[SignalView]
    next: str | None


class RulesView(BaseModel):
    """The rule set in force, and since when."""

    now: datetime
    digest: str
    effective_from: datetime
    effective_to: datetime | None
    rules: RuleSet


def clock_view(clock: Clock, organisation: Organisation, now: datetime) -> ClockView:
    """Return a clock as the pages get it."""
    terms = clock.terms
    return ClockView(
        clock_id=clock.clock_id,
        mode=clock.mode,
        matter=clock.duty.matter,
        title=terms.title,
        unit=clock.duty.unit,
        unit_name=organisation.office(clock.duty.unit).called,
        recipient=terms.recipient,
        recipient_name=organisation.office(terms.recipient).called,
        leg=terms.leg,
        stage=clock.stage,
        ordinal=clock.ordinal,
        binding=terms.binding,
        basis=terms.basis,
        basis_time=terms.basis_time,
        due_at=terms.due_at,
        late_from=terms.late_from,
        precision=terms.precision,
        rule_id=terms.rule_id,
        rule_version=terms.rule_version,
        sum_text=terms.sum_text,
        state=clock.state,
        percent=percent_used(terms, clock.stopped_at or now),
        stopped_at=clock.stopped_at,
        report_id=clock.report_id,
    )


def verdict_view(row: asyncpg.Record, organisation: Organisation) -> VerdictView:
    """Return a verdict as the pages get it, with the unit's first responsible person beside it (RV-06)."""
    unit = organisation.office(row["unit"])
    fields: Mapping[str, Any] = {name: row[name] for name in VerdictView.model_fields if name in row}
    return VerdictView(
        **fields,
        unit_name=unit.called,
        first_responsible_person=unit.readiness.first_responsible_person,
        owed_to_name=organisation.office(row["owed_to"]).called,
    )


def verdict_views(rows: Sequence[asyncpg.Record], organisation: Organisation) -> list[VerdictView]:
    """Return verdicts as the pages get them, in the same order."""
    return [verdict_view(row, organisation) for row in rows]
