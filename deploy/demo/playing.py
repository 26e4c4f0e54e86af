"""Playing the day: what happens at one instant is done together, and time moves on when the city is quiet."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

import httpx

from deploy.city import City
from deploy.demo.beats import beats
from deploy.demo.daytime import DayClock
from deploy.demo.people import enrol
from deploy.play.acting import Acting, StepFailed
from deploy.play.cast import Cast
from deploy.play.checking import Checking
from deploy.play.moments import moment
from deploy.play.quiet import NotQuiet, Quiet
from deploy.play.story import AnyStep, Story
from deploy.suite import BUILDS
from shared.timekeeping.civil import SHANGHAI

T = TypeVar("T")
Tell = Callable[[datetime, AnyStep, str], None]
PATIENCE_SECONDS = 180.0
"""How long the city may need to come to rest: a second on an idle machine, minutes on one that others load."""
AT_ONCE = 6
"""Acts in flight: more gain nothing on two cores and make each slower."""


class DayFailed(Exception):
    """A step of the day did not go as it must; says which one and why, in Chinese."""

    def __init__(self, step: AnyStep, why: str) -> None:
        self.step, self.why = step, why
        super().__init__(f"{step.at} {step.who or ''} {step.do} 未完成：{why}")


class DayPlayer:
    """Plays one day in a provisioned city. ``on_time``: told of every instant that business time reaches."""

    def __init__(self, city: City, clock: DayClock, tell: Tell, on_time: Callable[[datetime], None]) -> None:
        self.city, self.clock, self._tell, self._on_time = city, clock, tell, on_time
        self.cast = Cast(city)
        self.quiet = Quiet(city)
        self.acting = Acting(city, self.cast, self.quiet)
        self._checking = Checking(city, self.cast, self.acting)
        self._room = asyncio.Semaphore(AT_ONCE)

    async def open(self) -> None:
        """Start the sites, open everybody's account, and wait until every service knows them."""
        await self.city.start(BUILDS, dict.fromkeys(self.city.settings, self.clock))
        await self.cast.open()
        await self.quiet.open()
        await asyncio.gather(*(enrol(self.city, site) for site in self.city.settings))
        await self.quiet.wait(PATIENCE_SECONDS)

    async def close(self) -> None:
        """Stop the sites."""
        await self.cast.close()
        await self.quiet.close()
        await self.city.stop()

    async def play_day(self, story: Story) -> None:
        """Do every step. Raises DayFailed at the first that does not go as it must."""
        for text, waves in beats(story.steps):
            at = moment(text, self.clock.now().astimezone(SHANGHAI))
            await self._or_fail(waves[0][0], self._move_to(at))
            for wave in waves:
                await self._wave(wave, at)

    async def _move_to(self, at: datetime) -> None:
        """Move business time on, stopping wherever a clock of the business becomes due; the city is quiet before."""
        while (due := await self.quiet.next_due()) is not None and self.clock.now() < due < at:
            self.clock.set(due)
            self._on_time(due)
            await self.quiet.wait(PATIENCE_SECONDS)
        if at > self.clock.now():
            self.clock.set(at)
            self._on_time(at)
            await self.quiet.wait(PATIENCE_SECONDS)

    async def _wave(self, wave: Sequence[AnyStep], at: datetime) -> None:
        done = await asyncio.gather(*(self._one(step, at) for step in wave), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome
        await self._or_fail(wave[-1], self.quiet.wait(PATIENCE_SECONDS))

    async def _one(self, step: AnyStep, at: datetime) -> None:
        async with self._room:
            does = self._checking.check if step.do.startswith("expect_") else self.acting.act
            done = await self._or_fail(step, does(step, at))
        self._tell(at, step, done)

    async def _or_fail(self, step: AnyStep, doing: Awaitable[T]) -> T:
        try:
            return await doing
        except (StepFailed, NotQuiet, httpx.HTTPError, LookupError) as error:
            raise DayFailed(step, f"{error}" or repr(error)) from error
