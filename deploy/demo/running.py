"""The demo from provisioned servers to the summary."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.city import City, provision_city
from deploy.demo.daytime import DayClock
from deploy.demo.lines import Telling
from deploy.demo.playing import DayPlayer
from deploy.demo.scene import Scene
from deploy.demo.script import DAY, ORGANISATION
from deploy.demo.servers import Found
from deploy.demo.showing import Show
from deploy.demo.summary import Summary, sum_up
from deploy.demo.writing import Day, load_day
from deploy.play.story import AnyStep, Story, load_story
from shared.organisation.loader import load


@dataclass(frozen=True, slots=True)
class Stage:
    """A city that is up, with its player; business time stands at the day's begin."""

    city: City
    player: DayPlayer
    story: Story
    day: Day
    scene: Scene


@asynccontextmanager
async def staged(found: Found, folder: Path, show: Show, *, prefix: str | None = None) -> AsyncIterator[Stage]:
    """Provision three sites in ``folder``, start them, and stop them in the end.

    On servers that are not ours, vhosts and databases called ``prefix`` are removed again.
    """
    organisation, story, day = load(ORGANISATION), load_story(DAY), load_day()
    show.phase("正在准备三个站点：队列、数据库、密钥")
    prefix = prefix or f"demo-{os.getpid()}"
    city = await provision_city(
        organisation, ORGANISATION, found.by_site, folder, prefix, heartbeat_seconds=2.0, silent_seconds=60.0
    )
    await asyncio.to_thread(found.flush)
    clock = DayClock(story.begins)
    telling = Telling(organisation)

    def tell(at: datetime, step: AnyStep, done: str) -> None:
        show.moved(telling.line(step, at, done))

    player = DayPlayer(city, clock, tell, show.time_is)
    show.phase("正在启动三个站点的全部服务，为各单位开通账号")
    try:
        await player.open()
        yield Stage(city, player, story, day, show.scene)
    finally:
        await player.close()
        if not found.private:
            await city.drop()


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
