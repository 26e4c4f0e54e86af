"""Showing the demo as it happens: live in a terminal, or as plain lines where there is none."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from rich.console import Console
from rich.live import Live

from deploy.city import City
from deploy.demo.drawing import draw
from deploy.demo.lines import Line
from deploy.demo.scene import Scene, look
from deploy.play.acting import Acting, StepFailed

LOOK_SECONDS, DRAWN_PER_SECOND = 0.7, 4


class Show:
    """Keeps the scene and tells of what happens. This one prints plain lines."""

    def __init__(self, console: Console) -> None:
        self.console, self.scene = console, Scene()

    def phase(self, text: str) -> None:
        """Say what is going on now."""
        self.scene.phase = text
        self.console.print(text, markup=False, highlight=False)

    def time_is(self, at: datetime) -> None:
        """Take note of the business time."""
        self.scene.now = at

    def moved(self, line: Line | None) -> None:
        """Take note of a step that was done; ``line`` None for one that only looked."""
        self.scene.done += 1
        if line is not None:
            self.scene.lines.append(line)
            self.console.print(line.text, markup=False, highlight=False, soft_wrap=True)

    @asynccontextmanager
    async def following(self, city: City, acting: Acting) -> AsyncIterator[None]:
        """Follow the city while the day is played."""
        yield


class LiveShow(Show):
    """Redraws the whole scene in place."""

    def moved(self, line: Line | None) -> None:
        """Take note of a step; the next redraw shows it."""
        self.scene.done += 1
        if line is not None:
            self.scene.lines.append(line)

    @asynccontextmanager
    async def following(self, city: City, acting: Acting) -> AsyncIterator[None]:
        """Draw a few times a second, and look at offices, clocks and links a little less often."""
        with Live(console=self.console, refresh_per_second=DRAWN_PER_SECOND, get_renderable=lambda: draw(self.scene)):
            looking = asyncio.create_task(self._look(city, acting))
            try:
                yield
            finally:
                looking.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await looking

    async def _look(self, city: City, acting: Acting) -> None:
        while True:
            with contextlib.suppress(StepFailed):  # the display alone is a beat behind; the day itself is not touched
                await look(self.scene, city, acting)
            await asyncio.sleep(LOOK_SECONDS)


def show_for(console: Console, *, plain: bool) -> Show:
    """Return what suits the terminal: plain lines when it is none, or when asked."""
    return Show(console) if plain or not console.is_terminal else LiveShow(console)
