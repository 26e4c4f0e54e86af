"""What changed, told to open pages: a number per topic that grows, and nothing of the contents."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.timekeeping.clocks import Clock

BEAT_SECONDS = 15.0


class Topic(StrEnum):
    """What a page may be about. A page looks again when a topic of its own moves."""

    REPORTS = "reports"
    DUTY = "duty"
    VERDICTS = "verdicts"
    TICKETS = "tickets"
    LINKS = "links"


@dataclass(slots=True)
class Live:
    """The topics as this process heard of them. Numbers start anew with it: pages compare for difference, not order."""

    clock: Clock
    versions: dict[Topic, int] = field(default_factory=lambda: dict.fromkeys(Topic, 0))
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, topics: str | None) -> None:
        """Tell open streams what a process of the portal told all of them; None: anything may have moved."""
        for topic in Topic:
            if topics is None or topic.value in topics.split(" "):
                self.moved(topic)

    def moved(self, topic: Topic) -> None:
        """Tell every open stream that something of a topic changed."""
        self.versions[topic] += 1
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    async def stream(self, topics: frozenset[Topic], *, beat_seconds: float = BEAT_SECONDS) -> AsyncIterator[str]:
        """Yield server-sent events: a beat with the server's time at once and then regularly, and each move."""
        told = dict(self.versions)
        yield f"retry: 3000\n\n{_beat(self.clock)}"
        while True:
            bell = self._bell
            moved = _newer(told, self.versions, topics)
            told = dict(self.versions)
            for topic, version in moved.items():
                yield f'event: moved\nid: {version}\ndata: {{"topic": "{topic}", "version": {version}}}\n\n'
            try:
                async with asyncio.timeout(beat_seconds):
                    await bell.wait()
            except TimeoutError:
                yield _beat(self.clock)


def _newer(told: Mapping[Topic, int], now: Mapping[Topic, int], topics: frozenset[Topic]) -> dict[Topic, int]:
    return {topic: now[topic] for topic in Topic if topic in topics and now[topic] != told[topic]}


def _beat(clock: Clock) -> str:
    return f'event: beat\ndata: {{"now": "{clock.now().isoformat()}"}}\n\n'
