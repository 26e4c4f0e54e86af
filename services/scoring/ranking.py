"""Ranking a league (排名): ties share a rank and the next rank is skipped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.leagues import Member
from shared.contracts.identifiers import OfficeId


@dataclass(frozen=True, slots=True)
class UnitScore:
    """Sums and counts of one unit in one period. ``deductions`` and ``verdict_points`` are zero or negative.

    ``problem_items`` are those of ``adoptions`` whose report tells of a problem, whether a rule rewards that or not.
    """

    score: Decimal = Decimal(0)
    deductions: Decimal = Decimal(0)
    verdict_points: Decimal = Decimal(0)
    adoptions: int = 0
    upper_adoptions: int = 0
    problem_items: int = 0
    instructions: int = 0
    deducted_times: int = 0
    vetoes: int = 0

    @property
    def score_without_deductions(self) -> Decimal:
        """What the unit earned, before anything was taken off."""
        return self.score - self.deductions


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of a ranking."""

    rank: int
    member: Member
    score: UnitScore


def rank(members: Sequence[Member], scores: Mapping[OfficeId, UnitScore]) -> tuple[Ranked, ...]:
    """Return all members, best first; one without lines has zero.

    Equal scores are told apart by more province-or-higher adoptions, then more instructions, then fewer verdict
    points; what is still equal shares a rank. Volume never decides (SC-09), nor does the nature of reports (SC-25).
    """
    scored = [(member, scores.get(member.unit, UnitScore())) for member in members]
    scored.sort(key=lambda pair: _merit(pair[1]), reverse=True)
    rows: list[Ranked] = []
    for place, (member, score) in enumerate(scored, start=1):
        tied = bool(rows) and _merit(rows[-1].score) == _merit(score)
        rows.append(Ranked(rows[-1].rank if tied else place, member, score))
    return tuple(rows)


def _merit(score: UnitScore) -> tuple[Decimal, int, int, Decimal]:
    return score.score, score.upper_adoptions, score.instructions, score.verdict_points
