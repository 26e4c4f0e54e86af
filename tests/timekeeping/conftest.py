"""The shipped calendar."""

import pytest
from hypothesis import settings

from shared.timekeeping.workcalendar import PACKAGED_OVERRIDES, WorkCalendar, load_calendar

# A busy machine is no wrong result: examples are not timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return load_calendar(PACKAGED_OVERRIDES)
