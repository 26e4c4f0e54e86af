"""Periods of a ledger: Shanghai civil months."""

import re
from dataclasses import dataclass
from datetime import datetime

from shared.timekeeping.civil import civil_date

_PERIOD = re.compile(r"^(?P<year>[0-9]{4})(-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4]))?$")


class PeriodUnclear(ValueError):
    """The text is no period. The remedy is in the message."""

    def __init__(self, text: str) -> None:
        super().__init__(f"期间“{text}”看不懂：请写 2025-02（月）、2025-Q1（季）或 2025（年）")


@dataclass(frozen=True, slots=True)
class Months:
    """A run of whole months, both ends included, each written YYYY-MM."""

    first: str
    last: str

    @property
    def before(self) -> "Months":
        """The run of the same length that ends just before this one."""
        first, last = _number(self.first), _number(self.last)
        return Months(_text(first - (last - first + 1)), _text(first - 1))


def month_of(at: datetime) -> str:
    """Return the Shanghai civil month of an instant, YYYY-MM."""
    return f"{civil_date(at):%Y-%m}"


def months(text: str) -> Months:
    """Return the months of 2025-02, 2025-Q1 or 2025. Raises PeriodUnclear."""
    match = _PERIOD.match(text)
    if match is None:
        raise PeriodUnclear(text)
    year, month, quarter = match["year"], match["month"], match["quarter"]
    if month:
        return Months(f"{year}-{month}", f"{year}-{month}")
    if quarter:
        first = int(quarter) * 3 - 2
        return Months(f"{year}-{first:02}", f"{year}-{first + 2:02}")
    return Months(f"{year}-01", f"{year}-12")


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _text(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"
