"""What the consumer tests share: a worker that notes its sets, and messages that say their place."""

import asyncio
from collections.abc import Sequence

from shared.broker.consumer import Taken
from tests.broker.conftest import Broker
from tests.probe import eventually

QUEUE = "review.routine"


class Worker:
    """Processes sets: notes them, and waits at ``gate`` or raises ``failure`` when told to."""

    def __init__(self) -> None:
        self.sets: list[list[bytes]] = []
        self.redelivered: list[bytes] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure: Exception | None = None
        self.attempts = 0

    async def __call__(self, messages: Sequence[Taken]) -> None:
        self.attempts += 1
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        self.sets.append([message.body for message in messages])
        self.redelivered += [message.body for message in messages if message.redelivered]

    @property
    def done(self) -> list[bytes]:
        return [body for each in self.sets for body in each]

    async def has(self, number: int) -> bool:
        return len(self.done) >= number


def bodies(number: int, *, start: int = 0) -> list[bytes]:
    """Return bodies that say their place."""
    return [str(place).encode() for place in range(start, start + number)]


async def emptied(broker: Broker, queue: str = QUEUE) -> None:
    """Wait until the broker has nothing of a queue left, unacknowledged messages included."""

    async def look() -> bool:
        found = await broker.queue(queue)
        return found.get("messages") == 0 and found.get("messages_unacknowledged") == 0

    await eventually(look, seconds=30, what=f"{queue} is empty and acknowledged")
