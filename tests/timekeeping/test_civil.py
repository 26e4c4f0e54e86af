"""Civil days of Shanghai, and how times are written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.timekeeping.civil import (
    SHANGHAI,
    civil_date,
    end_of_day,
    start_of_day,
    written_ago,
    written_deadline,
    written_duration,
    written_time,
)

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def there(text: str) -> datetime:
    """Return the instant at which Shanghai's clocks show ``text``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NOW = there("2025-03-12 15:30")


def test_the_day_is_shanghais_and_not_utcs() -> None:
    assert civil_date(datetime(2025, 3, 11, 16, 0, tzinfo=UTC)) == date(2025, 3, 12)
    assert civil_date(datetime(2025, 3, 11, 15, 59, 59, tzinfo=UTC)) == date(2025, 3, 11)


def test_a_day_ends_where_the_next_begins() -> None:
    assert end_of_day(date(2025, 12, 31)) == start_of_day(date(2026, 1, 1)) == datetime(2025, 12, 31, 16, tzinfo=UTC)


@given(instants)
def test_every_instant_lies_within_its_day(instant: datetime) -> None:
    day = civil_date(instant)
    assert start_of_day(day) <= instant < end_of_day(day)


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        ("2025-03-12 15:05:59", "15:05"),
        ("2025-03-11 15:05", "03-11 15:05"),
        ("2024-03-12 15:05", "2024-03-12 15:05"),
        ("2025-03-12 00:00", "00:00"),
    ],
)
def test_an_instant_is_written_as_shortly_as_its_day_allows(instant: str, written: str) -> None:
    assert written_time(there(instant), NOW) == written


@pytest.mark.parametrize(
    ("due", "written"),
    [
        ("2025-03-12 15:05", "截止 15:05（含）"),
        ("2025-03-13 00:00", "截止 24:00（含）"),
        ("2025-04-18 00:00", "截止 04-17 24:00（含）"),
        ("2026-01-01 00:00", "截止 12-31 24:00（含）"),
        ("2026-01-02 09:00", "截止 2026-01-02 09:00（含）"),
    ],
)
def test_a_deadline_says_that_its_boundary_counts_and_a_day_ends_at_24(due: str, written: str) -> None:
    assert written_deadline(there(due), NOW) == written


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (timedelta(hours=2, minutes=48, seconds=59), "2 时 48 分"),
        (timedelta(hours=2), "2 时"),
        (timedelta(minutes=48), "48 分"),
        (timedelta(seconds=59), "0 分"),
        (timedelta(days=3, hours=2), "3 天 2 时"),
        (timedelta(minutes=-12), "−12 分"),
    ],
)
def test_a_duration_is_written_in_whole_units(length: timedelta, written: str) -> None:
    assert written_duration(length) == written


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        ("2025-03-12 15:18", "12 分钟前（15:18）"),
        ("2025-03-12 14:31", "59 分钟前（14:31）"),
        ("2025-03-12 14:30", "14:30"),
        ("2025-03-12 15:31", "15:31"),
    ],
)
def test_how_long_ago_is_said_only_within_the_hour(instant: str, written: str) -> None:
    assert written_ago(there(instant), NOW) == written
