"""Recomputing a ledger from zero (试算): what would stand under a version, and where the ledger differs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.scoring.folding import totals
from services.scoring.leagues import Assessment, Assessor
from services.scoring.ledgers import lines_of
from services.scoring.reading import Kept
from services.scoring.rulebook import Versions
from services.scoring.rules import RuleSet
from shared.contracts.identifiers import OfficeId

Totals = Mapping[tuple[OfficeId, str], Decimal]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one rule gave one unit, in the ledger and in the recomputation."""

    unit: OfficeId
    rule_code: str
    ledger: Decimal
    recomputed: Decimal


def from_zero(
    assessor: Assessor, assessment: Assessment, versions: Versions, items: Mapping[str, Sequence[Kept]]
) -> Totals:
    """Return the sum per (unit, rule code) that the facts give under ``versions``."""
    summed: dict[tuple[OfficeId, str], Decimal] = defaultdict(Decimal)
    for item, facts in items.items():
        for key, points in totals(lines_of(assessor, assessment, versions, item, facts)).items():
            summed[key] += points
    return summed


def at_all_times(rule_set: RuleSet) -> Versions:
    """Return one version as if it had always been in force, for a dry run."""
    return Versions((rule_set.model_copy(update={"effective_from": date.min}),))


def differences(ledger: Totals, recomputed: Totals) -> tuple[Difference, ...]:
    """Return where the two disagree, by unit and rule code; empty when they say the same."""
    zero = Decimal(0)
    return tuple(
        Difference(unit, code, ledger.get((unit, code), zero), recomputed.get((unit, code), zero))
        for unit, code in sorted({*ledger, *recomputed})
        if ledger.get((unit, code), zero) != recomputed.get((unit, code), zero)
    )
