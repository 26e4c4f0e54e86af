"""The business clock of the demo: it stands and jumps through the day, then goes on at the machine's pace."""

import time
from datetime import datetime, timedelta

from shared.timekeeping.clocks import ClockMovedBack, aware


class DayClock:
    """A clock that a player moves until ``go_on``; from then on it ticks, and is moved no more.

    Unlike ManualClock it wakes nobody: quiet runs the timers of the business after each move, and the other timers
    of 24 services have nothing to do with business time.
    """

    def __init__(self, start: datetime) -> None:
        self._put = aware(start)
        self._left_at: float | None = None

    def now(self) -> datetime:
        """Return the instant at which the clock was put last, and what has passed since it goes on by itself."""
        ticked = 0.0 if self._left_at is None else time.monotonic() - self._left_at
        return self._put + timedelta(seconds=ticked)

    def set(self, instant: datetime) -> None:
        """Put the clock at an instant. Raises ClockMovedBack, NaiveInstant."""
        asked = aware(instant)
        if asked < self.now():
            raise ClockMovedBack(self.now(), asked)
        self._put = asked

    def go_on(self) -> None:
        """Tick from now on, so that the portal can be used at the day's end."""
        self._left_at = time.monotonic()
