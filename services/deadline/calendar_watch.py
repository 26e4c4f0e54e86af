"""Whether the working days that limits will need soon are known, told while there is time to publish them."""

import logging
from datetime import datetime

from shared.timekeeping.civil import civil_date
from shared.timekeeping.workcalendar import WorkCalendar

NOTICE_MONTH = 11
"""In November the State Council publishes the rest days of the next year, and limits begin to reach into it."""

_log = logging.getLogger(__name__)


def missing_years(calendar: WorkCalendar, now: datetime) -> tuple[int, ...]:
    """Return the years without a calendar: this one, and from 1 November on the next. ``now``: business time."""
    today = civil_date(now)
    needed = (today.year, today.year + 1) if today.month >= NOTICE_MONTH else (today.year,)
    return tuple(year for year in needed if not calendar.knows(year))


def warn_of_missing_years(calendar: WorkCalendar, now: datetime) -> None:
    """Log each year whose working days will be missed."""
    for year in missing_years(calendar, now):
        _log.warning(
            "working days of a year not known: tickets whose limits reach into it will wait without a clock",
            extra={
                "year": year,
                "remedy": "update chinesecalendar or add the year to calendar-overrides.yaml, and start deadline again",
            },
        )
