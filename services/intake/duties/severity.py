"""The grade that casualties propose (B3.6): 以上 includes the number, missing persons count with the dead."""

from dataclasses import dataclass

from services.intake.rules import SeverityBands
from shared.contracts.reports import FactSheet
from shared.contracts.vocabulary import Severity


@dataclass(frozen=True, slots=True)
class Losses:
    """What is known of casualties and loss. None is not known yet, never 0. ``direct_loss_yuan`` in yuan."""

    dead: int | None = None
    missing: int | None = None
    severely_injured: int | None = None
    injured: int | None = None
    direct_loss_yuan: int | None = None


_GRADES = (Severity.UNCLASSIFIED, Severity.IV, Severity.III, Severity.II, Severity.I)


def gravity(severity: Severity) -> int:
    """Return how grave a grade is: 0 for none, growing to 特别重大."""
    return _GRADES.index(severity)


def as_grave_as(severity: Severity) -> tuple[Severity, ...]:
    """Return the grades that are as grave as one, itself among them."""
    return _GRADES[gravity(severity) :]


def proposed_severity(losses: Losses, rules: SeverityBands) -> Severity:
    """Return the grade that the known figures reach.

    UNCLASSIFIED when nothing is known, or when all that is known is 0 while something is still unknown: no band
    can be ruled out then.
    """
    casualties = (losses.dead or 0) + (losses.missing or 0)
    severe, loss = losses.severely_injured or 0, losses.direct_loss_yuan or 0
    for band in rules.bands:
        if casualties >= band.dead_or_missing or severe >= band.severely_injured or loss >= band.direct_loss_yuan:
            return band.severity
    people = (losses.dead, losses.missing, losses.severely_injured, losses.injured)
    something = any(people) or bool(loss)
    everything = losses.dead is not None and losses.missing is not None
    return rules.lowest if something or everything else Severity.UNCLASSIFIED


def losses_in(facts: FactSheet) -> Losses:
    """Return the losses a report states."""
    return Losses(facts.dead, facts.missing, facts.severely_injured, facts.injured, facts.direct_loss_yuan)
