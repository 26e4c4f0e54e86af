"""Arithmetic of time limits (domain-model.md B3): when something is due, and from which instant it is late.

Limits, percentages and calendars are arguments: they are data of rule sets. Instants go in with any zone and
come out in UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.contracts.vocabulary import Precision
from shared.timekeeping.civil import civil_date, end_of_day
from shared.timekeeping.clocks import aware
from shared.timekeeping.workcalendar import WorkCalendar

_GRAIN = {Precision.MINUTE: timedelta(minutes=1), Precision.SECOND: timedelta(seconds=1)}


class Ends(StrEnum):
    """What the last moment of a limit belongs to.

    INSTANT: an hour limit; the due minute (or second) itself is still on time (以内 includes it, B3.4).
    DAY: a day limit ends at 24:00, which is the next day's 00:00 and therefore late.
    """

    INSTANT = "INSTANT"
    DAY = "DAY"


@dataclass(frozen=True)
class WarningInstant:
    """An instant at which ``percent`` of a limit has passed."""

    percent: int
    at: datetime


def floored(instant: datetime, precision: Precision) -> datetime:
    """Return the instant in UTC, cut to whole minutes or seconds."""
    exact = aware(instant)
    cut = exact.replace(microsecond=0)
    return cut.replace(second=0) if precision is Precision.MINUTE else cut


def due_at(basis_time: datetime, minutes: int, precision: Precision = Precision.MINUTE) -> datetime:
    """Return when an hour limit ends: ``minutes`` of elapsed time after its basis; nights and holidays count (B3.5).

    The basis is cut to the precision first. Official logs hold HH:MM, so under MINUTE the seconds of a basis
    that a machine happened to note must not move the limit: known at 14:05:45 plus 60 is due at 15:05, as it is
    for the unit whose log says 14:05. What is received is cut in the same way, so the cut favours nobody.
    """
    return floored(basis_time, precision) + timedelta(minutes=minutes)


def due_by_days(basis_time: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """Return 24:00 of the last of ``days`` calendar days; the day of the basis is not counted (B3.5).

    A last day that is a rest day rolls to the next working day. Raises YearUnknown.
    """
    return due_on(civil_date(basis_time) + timedelta(days=days), calendar)


def due_by_workdays(basis_time: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """Return 24:00 of the last of ``days`` working days; the day of the basis is not counted. Raises YearUnknown."""
    return end_of_day(calendar.add_workdays(civil_date(basis_time), days))


def due_on(day: date, calendar: WorkCalendar) -> datetime:
    """Return 24:00 of a day that a rule or a leader named; a rest day rolls to the next working day."""
    return end_of_day(calendar.workday_from(day))


def late_from(due: datetime, precision: Precision, ends: Ends = Ends.INSTANT) -> datetime:
    """Return the first instant that is late.

    For due 15:05: 15:06:00 under MINUTE, 15:05:01 under SECOND; for a day limit its 24:00 itself.
    """
    last = floored(due, precision)
    return last + _GRAIN[precision] if ends is Ends.INSTANT else last


def is_late(due: datetime, received: datetime, precision: Precision, ends: Ends = Ends.INSTANT) -> bool:
    """Tell whether something received then came after its limit. ``received``: the receiver's time (B3.2)."""
    return aware(received) >= late_from(due, precision, ends)


def lateness(due: datetime, received: datetime, precision: Precision, ends: Ends = Ends.INSTANT) -> timedelta:
    """Return by how much something was late, in whole minutes or seconds; zero when it was on time.

    15:06:00 for due 15:05 is one minute. What comes in the first minute after a day limit is one minute late:
    a late thing is never late by nothing.
    """
    if not is_late(due, received, precision, ends):
        return timedelta(0)
    return max(floored(received, precision) - floored(due, precision), _GRAIN[precision])


def minutes_late(due: datetime, received: datetime, precision: Precision, ends: Ends = Ends.INSTANT) -> int:
    """Return the lateness in minutes, a begun one counted whole; 0 means on time. SECOND: 59 s late is 1."""
    return -(-lateness(due, received, precision, ends) // timedelta(minutes=1))


def warning_instants(basis_time: datetime, due: datetime, percents: tuple[int, ...]) -> tuple[WarningInstant, ...]:
    """Return the instants at which parts of the limit have passed, earliest first, cut to whole seconds.

    ``percents``: as the rule set states them, for example 50, 80 and 100 (rules.md D2).
    100 % is the due time itself: then the limit is reached, not yet broken.
    """
    start, end = aware(basis_time), aware(due)
    return tuple(
        WarningInstant(percent, floored(start + (end - start) * percent // 100, Precision.SECOND))
        for percent in sorted(percents)
    )
