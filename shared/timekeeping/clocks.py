"""Clocks. Everything that needs the business time is handed one; nothing else may look at the machine's."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the business time."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock. The only place in the suite that reads it for business time."""

    def now(self) -> datetime:
        """Return the machine's instant, aware, in UTC."""
        return datetime.now(UTC)


class ClockMovedBack(ValueError):
    """A story tried to set its clock to an earlier instant. What was stored meanwhile would lie in the future."""

    def __init__(self, now: datetime, asked: datetime) -> None:
        self.now, self.asked = now, asked
        super().__init__(f"the clock stands at {now.isoformat()} and cannot go back to {asked.isoformat()}")


class NaiveInstant(ValueError):
    """An instant without a zone was given where one with a zone is needed; nobody can tell what it means."""

    def __init__(self, given: datetime) -> None:
        self.given = given
        super().__init__(f"{given.isoformat()} has no zone: state one, for example +08:00")


def aware(instant: datetime) -> datetime:
    """Return the same instant in UTC. Raises NaiveInstant when it has no zone."""
    if instant.utcoffset() is None:
        raise NaiveInstant(instant)
    return instant.astimezone(UTC)


class _Bell:
    """Wakes those who wait for a change. Waiters and ringers live on one event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for each in waiting:
            if not each.done():
                each.set_result(None)

    async def heard(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)


class ManualClock:
    """A clock that stands still until it is moved, for stories and tests. It never goes back.

    Whoever waits for an instant looks at ``now()`` and, when it is too early, awaits ``changed()`` at once:
    with nothing awaited between the two, no change is missed.
    """

    def __init__(self, start: datetime) -> None:
        self._now = aware(start)
        self._bell = _Bell()
        self._callbacks: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the instant at which the clock was last put, aware, in UTC."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Put the clock at an instant and tell everyone. Raises ClockMovedBack, NaiveInstant."""
        asked = aware(instant)
        if asked < self._now:
            raise ClockMovedBack(self._now, asked)
        self._now = asked
        for callback in tuple(self._callbacks):
            callback()
        self._bell.ring()

    def advance(self, by: timedelta) -> None:
        """Move the clock on and tell everyone. Raises ClockMovedBack for a negative length."""
        self.set(self._now + by)

    async def changed(self) -> None:
        """Return when the clock has been moved next."""
        await self._bell.heard()

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` after each move, before waiters wake. Returns what ends it."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)


class SkewedClock:
    """A site's clock that is wrong by ``offset``: ahead of ``base`` when positive.

    A story may skew it anew; then it can go back, as a clock that someone sets right does.
    """

    def __init__(self, base: Clock, offset: timedelta) -> None:
        self._base = base
        self._offset = offset
        self._bell = _Bell()
        self._callbacks: list[Callable[[], None]] = []
        if isinstance(base, ManualClock | SkewedClock):
            base.on_change(self._tell)

    @property
    def offset(self) -> timedelta:
        """Return by how much the clock is ahead of its base."""
        return self._offset

    def now(self) -> datetime:
        """Return the base's instant plus the offset, aware, in UTC."""
        return self._base.now() + self._offset

    def skew(self, offset: timedelta) -> None:
        """Make the clock wrong by another length and tell everyone."""
        self._offset = offset
        self._tell()

    async def changed(self) -> None:
        """Return when the base has been moved or the skew changed next. A system clock as base never tells."""
        await self._bell.heard()

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` after each move of the base and each new skew. Returns what ends it."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def _tell(self) -> None:
        for callback in tuple(self._callbacks):
            callback()
        self._bell.ring()
