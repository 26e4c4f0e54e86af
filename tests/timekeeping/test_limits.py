"""When something is due, and from which instant it is late (domain-model.md B3)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.vocabulary import Precision
from shared.timekeeping.civil import SHANGHAI, end_of_day
from shared.timekeeping.limits import (
    Ends,
    WarningInstant,
    due_at,
    due_by_days,
    due_by_workdays,
    due_on,
    is_late,
    late_from,
    lateness,
    minutes_late,
    warning_instants,
)
from shared.timekeeping.workcalendar import WorkCalendar

MINUTE, SECOND = Precision.MINUTE, Precision.SECOND
ONE_MINUTE, ONE_SECOND = timedelta(minutes=1), timedelta(seconds=1)

instants = st.datetimes(datetime(2005, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001
minutes = st.integers(1, 60 * 24 * 30)
precisions = st.sampled_from(Precision)
ends = st.sampled_from(Ends)


def there(text: str) -> datetime:
    """Return the instant at which Shanghai's clocks show ``text``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


DUE = due_at(there("2025-03-12 14:05"), 60)


def test_the_due_time_of_f2() -> None:
    assert there("2025-03-12 15:05") == DUE


@pytest.mark.parametrize(
    ("received", "precision", "late_seconds"),
    [
        ("15:05:00", MINUTE, 0),
        ("15:05:59", MINUTE, 0),
        ("15:05:59.999999", MINUTE, 0),
        ("15:06:00", MINUTE, 60),
        ("15:06:59", MINUTE, 60),
        ("15:36:00", MINUTE, 31 * 60),
        ("15:05:00", SECOND, 0),
        ("15:05:00.999999", SECOND, 0),
        ("15:05:01", SECOND, 1),
        ("15:05:59", SECOND, 59),
    ],
)
def test_the_number_itself_is_within_and_the_grain_decides_b3_4(
    received: str, precision: Precision, late_seconds: int
) -> None:
    at = there(f"2025-03-12 {received}")
    assert lateness(DUE, at, precision) == timedelta(seconds=late_seconds)
    assert is_late(DUE, at, precision) == (late_seconds > 0)


def test_seconds_of_the_basis_move_the_limit_only_where_seconds_count_b3_4() -> None:
    known = there("2025-03-12 14:05:45")
    assert due_at(known, 60) == there("2025-03-12 15:05:00")
    assert due_at(known, 60, SECOND) == there("2025-03-12 15:05:45")


def test_four_hours_run_through_the_night_and_the_holiday_ur_01_b3_5() -> None:
    assert due_at(there("2025-10-01 23:10"), 240) == there("2025-10-02 03:10")


def test_a_begun_minute_of_lateness_counts_whole() -> None:
    assert minutes_late(DUE, there("2025-03-12 15:05:59"), SECOND) == 1
    assert minutes_late(DUE, there("2025-03-12 15:35:01"), SECOND) == 31
    assert minutes_late(DUE, there("2025-03-12 15:35:59"), MINUTE) == 30
    assert minutes_late(DUE, there("2025-03-12 15:05:59"), MINUTE) == 0


def test_the_first_late_instant() -> None:
    assert late_from(DUE, MINUTE) == there("2025-03-12 15:06")
    assert late_from(DUE, SECOND) == there("2025-03-12 15:05:01")


def test_a_week_skips_the_first_day_and_ends_at_24_f9(calendar: WorkCalendar) -> None:
    due = due_by_days(there("2025-04-10 10:00"), 7, calendar)
    assert due == end_of_day(date(2025, 4, 17))
    assert lateness(due, there("2025-04-17 23:59:59"), MINUTE, Ends.DAY) == timedelta(0)
    assert lateness(due, there("2025-04-18 00:00:00"), MINUTE, Ends.DAY) == ONE_MINUTE
    assert lateness(due, there("2025-04-18 10:00:00"), MINUTE, Ends.DAY) == timedelta(hours=10)


def test_a_day_limit_that_ends_on_a_rest_day_rolls_to_the_next_working_day_b3_5(calendar: WorkCalendar) -> None:
    assert due_by_days(there("2025-09-20 09:00"), 15, calendar) == end_of_day(date(2025, 10, 9))
    assert due_by_days(there("2025-03-08 09:00"), 7, calendar) == end_of_day(date(2025, 3, 17))


def test_a_worked_sunday_is_no_rest_day(calendar: WorkCalendar) -> None:
    assert due_by_days(there("2025-09-21 09:00"), 7, calendar) == end_of_day(date(2025, 9, 28))


def test_three_working_days_from_a_sunday_end_on_wednesday_f4(calendar: WorkCalendar) -> None:
    assert due_by_workdays(there("2025-03-09 10:00"), 3, calendar) == end_of_day(date(2025, 3, 12))


def test_working_days_pass_over_the_holiday_and_count_the_worked_saturday(calendar: WorkCalendar) -> None:
    assert due_by_workdays(there("2025-09-29 10:00"), 4, calendar) == end_of_day(date(2025, 10, 11))


def test_the_day_of_a_day_limit_is_shanghais(calendar: WorkCalendar) -> None:
    assert due_by_days(datetime(2025, 4, 9, 16, 30, tzinfo=UTC), 7, calendar) == end_of_day(date(2025, 4, 17))


def test_a_named_day_rolls_over_rest_days_too(calendar: WorkCalendar) -> None:
    assert due_on(date(2025, 6, 15), calendar) == end_of_day(date(2025, 6, 16))
    assert due_on(date(2025, 4, 15), calendar) == end_of_day(date(2025, 4, 15))


def test_warnings_stand_at_parts_of_the_limit() -> None:
    basis = there("2025-03-12 14:05")
    assert warning_instants(basis, DUE, (100, 50, 80)) == (
        WarningInstant(50, there("2025-03-12 14:35")),
        WarningInstant(80, there("2025-03-12 14:53")),
        WarningInstant(100, DUE),
    )


def test_the_eighty_percent_reminder_of_f9_falls_on_the_16th(calendar: WorkCalendar) -> None:
    registered = there("2025-04-10 10:00")
    (reminder,) = warning_instants(registered, due_by_days(registered, 7, calendar), (80,))
    assert reminder.at == there("2025-04-16 11:36")


@given(instants, minutes, precisions)
def test_everything_up_to_the_due_time_is_on_time(basis: datetime, length: int, precision: Precision) -> None:
    due = due_at(basis, length, precision)
    assert lateness(due, due, precision) == timedelta(0)
    assert lateness(due, late_from(due, precision) - timedelta(microseconds=1), precision) == timedelta(0)


@given(instants, minutes, precisions, ends)
def test_lateness_begins_with_one_grain_at_late_from(
    basis: datetime, length: int, precision: Precision, end: Ends
) -> None:
    due = due_at(basis, length, precision)
    grain = ONE_MINUTE if precision is MINUTE else ONE_SECOND
    assert lateness(due, late_from(due, precision, end), precision, end) == grain


@given(instants, instants, instants, precisions, ends)
def test_what_comes_later_is_never_less_late(
    due: datetime, one: datetime, other: datetime, precision: Precision, end: Ends
) -> None:
    first, second = sorted((one, other))
    assert lateness(due, first, precision, end) <= lateness(due, second, precision, end)


@given(instants, instants, precisions, ends)
def test_late_lateness_and_minutes_agree(due: datetime, received: datetime, precision: Precision, end: Ends) -> None:
    late = is_late(due, received, precision, end)
    assert late == (lateness(due, received, precision, end) > timedelta(0))
    assert late == (minutes_late(due, received, precision, end) > 0)
    assert late == (received >= late_from(due, precision, end))


@given(instants, minutes)
def test_under_minute_precision_the_seconds_of_a_log_change_nothing(basis: datetime, length: int) -> None:
    assert due_at(basis, length) == due_at(basis.replace(second=0, microsecond=0), length)


@given(basis=instants, days=st.integers(0, 120))
def test_day_limits_end_on_a_working_day_and_never_early(calendar: WorkCalendar, basis: datetime, days: int) -> None:
    due = due_by_days(basis, days, calendar)
    last = (due.astimezone(SHANGHAI) - ONE_SECOND).date()
    assert calendar.is_workday(last)
    assert due >= basis + timedelta(days=days)


@given(instants, minutes, st.sets(st.integers(1, 100)))
def test_warnings_rise_to_the_due_time(basis: datetime, length: int, percents: set[int]) -> None:
    due = due_at(basis, length)
    stands = [each.at for each in warning_instants(basis, due, tuple(percents))]
    assert stands == sorted(stands)
    assert all(at <= due for at in stands)
