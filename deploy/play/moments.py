"""Times as stories write them."""

from datetime import datetime, time

from shared.timekeeping.civil import SHANGHAI


def moment(text: str, now: datetime) -> datetime:
    """Return the instant of a step's ``at``; what it leaves out is taken from ``now`` (Asia/Shanghai)."""
    words = text.split()
    date_text = words[0] if len(words) == 2 or "-" in words[0] else ""
    time_text = words[-1] if ":" in words[-1] else "00:00"
    day = now.date()
    if date_text:
        parts = [int(part) for part in date_text.split("-")]
        day = day.replace(**dict(zip(("year", "month", "day")[-len(parts) :], parts, strict=True)))
    return datetime.combine(day, time.fromisoformat(time_text), SHANGHAI)
