"""The business clock of the demo: it stands and jumps through the day, then goes on at the machine's pace."""

import time
from datetime import datetime, timedelta

from shared.timekeeping.clocks import ManualClock


class DayClock(ManualClock):
    """A clock that a player moves until ``go_on``; from then on it ticks, and is moved no more."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._left_at: float | None = None

    def now(self) -> datetime:
        """Return the instant at which the clock was put last, and what has passed since it goes on by itself."""
        put = super().now()
        return put if self._left_at is None else put + timedelta(seconds=time.monotonic() - self._left_at)

    def go_on(self) -> None:
        """Tick from now on, so that the portal can be used at the day's end."""
        self._left_at = time.monotonic()
