"""What time alone does to a clock: warnings, expiry, and the silence that becomes a proposal. Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.deadline.facts import Clock, ClockState, Terms
from shared.timekeeping.limits import WarningInstant, warning_instants


@dataclass(frozen=True, slots=True)
class Passed:
    """What has come due on a running clock since it was last looked at.

    ``warnings`` carry when each part of the limit had passed, not when that was noticed. ``expired_at`` and
    ``omitted_from`` are None when they are not due yet or were told before.
    """

    warnings: tuple[WarningInstant, ...]
    expired_at: datetime | None
    omitted_from: datetime | None


def passed(clock: Clock, now: datetime) -> Passed:
    """Return everything due at ``now``. A pause of the scanner changes when it is told, never what."""
    terms = clock.terms
    warnings = tuple(reminder for reminder in _reminders(clock) if reminder.at <= now)
    expired = terms.late_from if clock.state is ClockState.OPEN and terms.late_from <= now else None
    omitted = _omission(clock)
    return Passed(warnings, expired, omitted if omitted is not None and omitted <= now else None)


def next_instant(clock: Clock) -> datetime | None:
    """Return when something next comes due on a clock by time alone; None when nothing will."""
    if not clock.running:
        return None
    terms = clock.terms
    coming = [reminder.at for reminder in _reminders(clock)]
    if clock.state is ClockState.OPEN:
        coming.append(terms.late_from)
    if (omitted := _omission(clock)) is not None:
        coming.append(omitted)
    return min(coming, default=None)


def percent_used(terms: Terms, at: datetime) -> int:
    """Return how much of a limit has passed at an instant, in whole percent from 0, above 100 when it is over."""
    whole = (terms.due_at - terms.basis_time).total_seconds()
    return max(0, int((at - terms.basis_time).total_seconds() * 100 / whole)) if whole > 0 else 100


def _reminders(clock: Clock) -> tuple[WarningInstant, ...]:
    terms = clock.terms
    left = tuple(percent for percent in terms.warn_percent if percent > clock.warned)
    return warning_instants(terms.basis_time, terms.due_at, left)


def _omission(clock: Clock) -> datetime | None:
    return clock.terms.omitted_from if clock.terms.binding and not clock.judged else None
