"""What scoring's HTTP door answers with."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.scoring.folding import LineKind
from services.scoring.ranking import Ranked
from services.scoring.recompute import Difference
from services.scoring.rules import Enabled, RuleSet
from services.scoring.scoreable import Family
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Level


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class RankingRow(_Answer):
    """One unit. ``previous_rank`` is its rank in the period of the same length before (趋势)."""

    rank: int
    previous_rank: int
    unit: OfficeId
    name: str
    score: Decimal
    score_without_deductions: Decimal
    deductions: Decimal
    adoptions: int
    upper_adoptions: int
    problem_items: int
    instructions: int
    deducted_times: int
    award_vetoed: bool

    @classmethod
    def of(cls, row: Ranked, before: Ranked) -> Self:
        """Return a row and where the unit stood before."""
        return cls(
            rank=row.rank,
            previous_rank=before.rank,
            unit=row.member.unit,
            name=row.member.name,
            score=row.score.score,
            score_without_deductions=row.score.score_without_deductions,
            deductions=row.score.deductions,
            adoptions=row.score.adoptions,
            upper_adoptions=row.score.upper_adoptions,
            problem_items=row.score.problem_items,
            instructions=row.score.instructions,
            deducted_times=row.score.deducted_times,
            award_vetoed=row.score.vetoes > 0,
        )


class LeagueChoice(_Answer):
    """A league that this site can show."""

    league: str
    name: str
    assessor: OfficeId
    assessor_name: str


class Ranking(_Answer):
    """A league in one period, best first, ties sharing a rank."""

    league: str
    name: str
    assessor: OfficeId
    period: str
    as_of: datetime
    rows: tuple[RankingRow, ...]
    leagues: tuple[LeagueChoice, ...]


class LedgerEntry(_Answer):
    """One line. ``reverses``: the entry it takes back."""

    line_no: int
    entry_id: UUID
    assessor: OfficeId
    unit: OfficeId
    kind: LineKind
    family: Family
    level: Level | None
    rule_set: str
    rule_code: str
    rule_version: int
    points: Decimal
    veto: bool
    reason: str
    arithmetic: str
    evidence: tuple[str, ...]
    fact_id: UUID
    report_id: UUID | None
    report_number: str | None
    earned_at: datetime
    period: str
    entered_at: datetime
    reverses: UUID | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Return a line from a database row."""
        return cls.model_validate({name: row[name] for name in cls.model_fields})


class Ledger(_Answer):
    """A page of a unit's lines, newest entry first. ``score`` is the sum of all lines of the period, on all pages.

    ``before``: pass it on to read the next page; None on the last.
    """

    assessor: OfficeId
    unit: OfficeId
    name: str
    period: str
    score: Decimal
    deductions: Decimal
    lines: tuple[LedgerEntry, ...]
    before: int | None


class RuleLine(_Answer):
    """One published rule. ``value``: its points, or ×factor."""

    code: str
    text: str
    value: str
    veto: bool
    enabled: Enabled
    source: str


class RuleSetShown(_Answer):
    """One version of a rule set. ``in_force``: it governs an event of today."""

    name: str
    version: int
    effective_from: date
    in_force: bool
    note: str
    assessors: tuple[OfficeId, ...]
    rules: tuple[RuleLine, ...]

    @classmethod
    def of(cls, rule_set: RuleSet, *, in_force: bool) -> Self:
        """Return a version as shown."""
        return cls(
            name=rule_set.name,
            version=rule_set.version,
            effective_from=rule_set.effective_from,
            in_force=in_force,
            note=rule_set.note,
            assessors=rule_set.assessors,
            rules=tuple(
                RuleLine(
                    code=rule.code,
                    text=rule.text,
                    value=f"×{rule.factor}" if rule.factor is not None else f"{rule.points or ''}",
                    veto=rule.veto,
                    enabled=rule.enabled,
                    source=rule.source,
                )
                for rule in rule_set.rules
            ),
        )


class DifferenceShown(_Answer):
    """What one rule gave one unit."""

    unit: OfficeId
    name: str
    rule_code: str
    ledger: Decimal
    recomputed: Decimal

    @classmethod
    def of(cls, difference: Difference, name: str) -> Self:
        """Return a difference with the unit's name."""
        return cls(
            unit=difference.unit,
            name=name,
            rule_code=difference.rule_code,
            ledger=difference.ledger,
            recomputed=difference.recomputed,
        )


class UnitChange(_Answer):
    """A unit's whole score, in the ledger and recomputed."""

    unit: OfficeId
    name: str
    ledger: Decimal
    recomputed: Decimal


class Recomputation(_Answer):
    """A dry run from the first fact. ``differences`` is empty when the ledger says the same."""

    assessor: OfficeId
    rule_set: str | None
    version: int | None
    facts: int
    units: tuple[UnitChange, ...]
    differences: tuple[DifferenceShown, ...]
