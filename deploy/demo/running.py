"""The demo from provisioned servers to the summary."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from deploy.city import City, provision_city
from deploy.demo.daytime import DayClock
from deploy.demo.lines import Telling
from deploy.demo.playing import DayPlayer
from deploy.demo.scene import Scene
from deploy.demo.script import DAY, ORGANISATION
from deploy.demo.showing import Show
from deploy.demo.summary import Summary, sum_up
from deploy.demo.writing import Day, load_day
from deploy.play.story import AnyStep, Story, load_story
from deploy.provision.site import Servers
from shared.contracts.identifiers import SiteId
from shared.organisation.loader import load
from shared.timekeeping.clocks import SkewedClock

PREFIX = "demo"


@dataclass(frozen=True, slots=True)
class Stage:
    """A city that is up, with its player; business time stands at the day's begin."""

    city: City
    player: DayPlayer
    story: Story
    day: Day
    scene: Scene


@asynccontextmanager
async def staged(
    servers: Mapping[SiteId, Servers],
    folder: Path,
    show: Show,
    *,
    prefix: str = PREFIX,
    flush: Callable[[], None] = lambda: None,
) -> AsyncIterator[Stage]:
    """Provision three sites, start them, and stop them in the end. ``flush``: called when all queues are declared."""
    organisation, story, day = load(ORGANISATION), load_story(DAY), load_day()
    show.phase("正在准备三个站点：队列、数据库、密钥")
    city = await provision_city(
        organisation, ORGANISATION, servers, folder, prefix, heartbeat_seconds=0.5, silent_seconds=30.0
    )
    flush()
    clock = DayClock(story.begins)
    clocks = {site: SkewedClock(clock, timedelta(0)) for site in city.settings}
    telling = Telling(organisation)

    def tell(at: datetime, step: AnyStep, done: str) -> None:
        show.moved(telling.line(step, at, done))

    player = DayPlayer(city, clock, clocks, tell, show.time_is)
    show.phase("正在启动三个站点的全部服务，为各单位开通账号")
    try:
        await player.open()
        yield Stage(city, player, story, day, show.scene)
    finally:
        await player.close()


async def run_day(stage: Stage, show: Show) -> Summary:
    """Play the day and sum it up; afterwards business time goes on by itself. Raises DayFailed, StepFailed."""
    player, began = stage.player, time.monotonic()
    stage.scene.total = len(stage.story.steps)
    show.phase("正在演示一天的报送")
    async with show.following(stage.city, player.acting):
        await player.play_day(stage.story)
    seconds = time.monotonic() - began
    summary = await sum_up(stage.city, player.acting, player.quiet, stage.day, acts=stage.scene.done, seconds=seconds)
    player.clock.go_on()
    return summary
