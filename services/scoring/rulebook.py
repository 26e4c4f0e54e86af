"""The rule sets a site knows, and which version governs an event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from services.scoring.rules import RuleSet
from shared.contracts.identifiers import OfficeId
from shared.timekeeping.civil import civil_date


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of one assessor's rules. Never empty."""

    rule_sets: tuple[RuleSet, ...]

    def governing(self, at: datetime) -> RuleSet | None:
        """Return the version in force at the earning event; None when the first one was not in force yet."""
        return self.on(civil_date(at))

    def on(self, day: date) -> RuleSet | None:
        """Return the version in force on a Shanghai civil day, or None."""
        begun = [rule_set for rule_set in self.rule_sets if rule_set.effective_from <= day]
        return max(begun, key=lambda rule_set: (rule_set.effective_from, rule_set.version), default=None)


@dataclass(slots=True)
class Rulebook:
    """Every published version by assessor. The process replaces its content once, after publishing at start."""

    by_assessor: Mapping[OfficeId, Versions] = field(default_factory=dict)

    @classmethod
    def of(cls, rule_sets: Iterable[RuleSet]) -> "Rulebook":
        """Return the book of these versions."""
        book = cls()
        book.replace(rule_sets)
        return book

    def replace(self, rule_sets: Iterable[RuleSet]) -> None:
        """Take these versions instead of the present ones."""
        collected: dict[OfficeId, list[RuleSet]] = {}
        for rule_set in rule_sets:
            for assessor in rule_set.assessors:
                collected.setdefault(assessor, []).append(rule_set)
        self.by_assessor = {assessor: Versions(tuple(known)) for assessor, known in collected.items()}

    def versions(self, assessor: OfficeId) -> Versions:
        """Return an assessor's versions. Raises KeyError when nobody published rules for it."""
        return self.by_assessor[assessor]
