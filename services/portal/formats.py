"""How instants, lengths, numbers and points are written on pages (portal.md 6). Takes JSON's texts or values."""

from datetime import datetime, timedelta
from decimal import Decimal

from shared.timekeeping.civil import in_shanghai, written_ago, written_deadline, written_duration, written_time

Moment = datetime | str
NEAR_PERCENT = 80  # portal.md 4: 临近


def instant(value: Moment) -> datetime:
    """Return the instant that a service wrote as ISO 8601."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value.replace("Z", "+00:00"))


def moment(value: Moment, now: datetime) -> str:
    """Write an instant: 15:05, 03-12 15:05, 2025-03-12 15:05."""
    return written_time(instant(value), now)


def deadline(value: Moment, now: datetime) -> str:
    """Write a limit: 截止 15:05（含）."""
    return written_deadline(instant(value), now)


def ago(value: Moment, now: datetime) -> str:
    """Write a past instant, within the hour relative."""
    return written_ago(instant(value), now)


def waited(seconds: float) -> str:
    """Write a length of time in minutes and more."""
    return written_duration(timedelta(seconds=float(seconds)))


def field_time(value: Moment) -> str:
    """Write an instant as a ``datetime-local`` field wants it, Shanghai's wall time; seconds when there are any."""
    at = in_shanghai(instant(value))
    return f"{at:%Y-%m-%dT%H:%M:%S}" if at.second else f"{at:%Y-%m-%dT%H:%M}"


def this_minute(now: datetime) -> str:
    """Write now, in whole minutes, as a ``datetime-local`` field wants it."""
    return field_time(now.replace(second=0, microsecond=0))


def clock_time(value: Moment) -> str:
    """Write the wall time with seconds, for the bar."""
    return f"{in_shanghai(instant(value)):%H:%M:%S}"


def number(value: int | str | Decimal) -> str:
    """Write a count with thousands separated: 4,120."""
    return f"{Decimal(str(value)):,}"


def points(value: str | Decimal | float) -> str:
    """Write points with a true minus and without idle zeros: 12, 3.5, −2.5."""
    plain = f"{Decimal(str(value)).normalize():f}"
    return plain.replace("-", "−")


def signed(value: str | Decimal | float) -> str:
    """Write points of one line of a ledger: +3, −2.5."""
    written = points(value)
    return written if written.startswith("−") or written == "0" else f"+{written}"


def status(late_from: Moment, percent: float, now: datetime, stopped_at: Moment | None = None) -> str:
    """Return how a clock stands: done, late, near or normal. The first late instant is late."""
    if stopped_at is not None:
        return "done"
    if now >= instant(late_from):
        return "late"
    return "near" if percent >= NEAR_PERCENT else "normal"


def headroom(due_at: Moment, late_from: Moment, now: datetime) -> str:
    """Write what is left of a limit in whole minutes: 余 9 分, 余 0 分, 超 6 分 (portal.md 4)."""
    due = instant(due_at)
    minutes = int(due.timestamp() // 60) - int(now.timestamp() // 60)
    if now >= instant(late_from):
        return f"超 {_minutes(max(-minutes, 0))}"
    return f"余 {_minutes(max(minutes, 0))}"


def _minutes(count: int) -> str:
    return written_duration(timedelta(minutes=count))
