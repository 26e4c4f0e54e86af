"""The player: moves business time to each step when the city is quiet, does the step, and waits for quiet again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from deploy.city import City, provision_city
from deploy.play.acting import Acting, StepFailed
from deploy.play.cast import Cast
from deploy.play.checking import Checking
from deploy.play.moments import moment
from deploy.play.quiet import NotQuiet, Quiet
from deploy.play.story import AnyStep, Story
from deploy.provision.site import Servers
from deploy.suite import BUILDS
from shared.contracts.identifiers import SiteId
from shared.organisation.organisation import Organisation
from shared.timekeeping.civil import SHANGHAI
from shared.timekeeping.clocks import ManualClock, SkewedClock

Tell = Callable[[datetime, AnyStep, str], None]


@dataclass(slots=True)
class Played:
    """What came of a story: every step that did not go as it must, with the reason. Empty means: as told."""

    story: Story
    failures: list[str] = field(default_factory=list)
    steps: int = 0


class Player:
    """Plays stories in one city on servers that are given. ``tell`` is told of every step done."""

    def __init__(self, city: City, clock: ManualClock, clocks: dict[SiteId, SkewedClock], tell: Tell) -> None:
        self.city, self._clock, self.clocks, self._tell = city, clock, clocks, tell
        self.cast = Cast(city)
        self.quiet = Quiet(city)
        self.acting = Acting(city, self.cast, self.quiet)
        self.checking = Checking(city, self.cast, self.acting)

    async def open(self) -> None:
        """Start the sites, appoint everybody, and wait until every service knows them."""
        await self.city.start(BUILDS, self.clocks)
        await self.cast.open()
        await self.quiet.open()
        for site in self.city.settings:
            await self.cast.appoint(site)
        await self.quiet.wait()

    async def close(self) -> None:
        """Stop the sites."""
        await self.cast.close()
        await self.quiet.close()
        await self.city.stop()

    async def play(self, story: Story) -> Played:
        """Do every step; a step that fails is noted and the story goes on, so that one run tells everything."""
        played = Played(story)
        for number, step in enumerate(story.steps, 1):
            at = moment(step.at, self._clock.now().astimezone(SHANGHAI))
            try:
                await self._pass_time_until(at)
                done = await self._do(step, at)
                await self.quiet.wait()
            except (StepFailed, NotQuiet, AssertionError) as error:
                played.failures.append(f"step {number} {step.at} {step.do}: {error}")
            else:
                played.steps += 1
                self._tell(at, step, done)
        return played

    async def _pass_time_until(self, at: datetime) -> None:
        """Move business time on, stopping at every instant at which a clock of the business becomes due."""
        while (due := await self.quiet.next_due()) is not None and self._clock.now() < due < at:
            self._clock.set(due)
            await self.quiet.wait()
        if at > self._clock.now():
            self._clock.set(at)
            await self.quiet.wait()

    async def _do(self, step: AnyStep, at: datetime) -> str:
        if step.do.startswith("expect_"):
            return await self.checking.check(step, at)
        return await self.acting.act(step, at)


async def prepare(
    story: Story,
    organisation: Organisation,
    organisation_file: Path,
    servers: Servers,
    folder: Path,
    prefix: str,
    tell: Tell = lambda at, step, done: None,
) -> Player:
    """Provision a city for one story, on vhosts and databases called ``prefix``, its time at the story's begin."""
    city = await provision_city(
        organisation,
        organisation_file,
        {site.id: servers for site in organisation.sites},
        folder,
        prefix,
        heartbeat_seconds=0.5,
        silent_seconds=30.0,
    )
    begins = story.begins if story.begins.tzinfo else story.begins.replace(tzinfo=SHANGHAI)
    clock = ManualClock(begins)
    clocks = {site: SkewedClock(clock, _NO_OFFSET) for site in city.settings}
    return Player(city, clock, clocks, tell)


_NO_OFFSET = timedelta(0)
