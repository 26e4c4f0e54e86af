"""Civil time in Shanghai: the day an instant falls on, and how times are written for people (portal.md 6)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.timekeeping.clocks import aware

SHANGHAI = ZoneInfo("Asia/Shanghai")

_ONE_DAY = timedelta(days=1)


def in_shanghai(instant: datetime) -> datetime:
    """Return the same instant with Shanghai's wall time. Raises NaiveInstant when it has no zone."""
    return aware(instant).astimezone(SHANGHAI)


def civil_date(instant: datetime) -> date:
    """Return the day in Shanghai on which an instant falls. Midnight belongs to the day that begins."""
    return in_shanghai(instant).date()


def start_of_day(day: date) -> datetime:
    """Return 00:00 of a day in Shanghai, in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return 24:00 of a day in Shanghai, in UTC: the first instant that is not of the day any more."""
    return start_of_day(day + _ONE_DAY)


def written_time(instant: datetime, now: datetime) -> str:
    """Write an instant: today ``15:05``, this year ``03-12 15:05``, else ``2025-03-12 15:05``. Seconds are cut."""
    there = in_shanghai(instant)
    return f"{_day_prefix(there.date(), civil_date(now))}{there:%H:%M}"


def written_deadline(due: datetime, now: datetime) -> str:
    """Write a deadline with its boundary: ``截止 15:05（含）``; a day's end is its 24:00, not the next day's 00:00."""
    there = in_shanghai(due)
    day, clock = there.date(), f"{there:%H:%M}"
    if clock == "00:00":
        day, clock = day - _ONE_DAY, "24:00"
    return f"截止 {_day_prefix(day, civil_date(now))}{clock}（含）"


def written_duration(length: timedelta) -> str:
    """Write a length in whole minutes, cut: ``2 时 48 分``, ``2 时``, ``3 天 2 时``; a negative one with −."""
    minutes = abs(length) // timedelta(minutes=1)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [f"{number} {word}" for number, word in ((days, "天"), (hours, "时"), (rest, "分")) if number]
    written = " ".join(parts) or "0 分"
    return f"−{written}" if length < timedelta(0) and parts else written


def written_ago(instant: datetime, now: datetime) -> str:
    """Write a past instant: within the hour ``12 分钟前（15:05）``, otherwise as ``written_time`` does."""
    passed = (aware(now) - aware(instant)) // timedelta(minutes=1)
    clock = written_time(instant, now)
    return f"{passed} 分钟前（{clock}）" if 0 <= passed < 60 else clock


def _day_prefix(day: date, today: date) -> str:
    if day == today:
        return ""
    return f"{day:%m-%d} " if day.year == today.year else f"{day:%Y-%m-%d} "
