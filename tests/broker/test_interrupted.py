"""A connection that dies cancels what waits for it; nobody may take that for a request to stop."""

import asyncio
from typing import Any, cast

import pytest

from shared.broker.acknowledging import Acknowledging
from shared.broker.interrupted import interruptions_told
from shared.broker.publisher import ConfirmedPublisher
from shared.contracts.sending import Outcome, Outgoing


class _Dying:
    """A channel whose connection dies while a frame is being sent."""

    is_closed = False

    async def get_exchange(self, *_: Any, **__: Any) -> Any:
        return self

    async def publish(self, *_: Any, **__: Any) -> None:
        await self.basic_ack()

    async def basic_ack(self, *_: Any, **__: Any) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.cancel()  # as aiormq does with everything that waits when its connection ends
        await waiting


class _Message:
    """A message that came over such a channel."""

    def __init__(self) -> None:
        self.channel, self.delivery_tag = _Dying(), 1


async def test_a_connection_that_dies_during_an_acknowledgement_ends_no_work() -> None:
    """Promise 2: the message comes again and is dropped; the worker that acknowledged it must still be there."""
    acknowledging, message = Acknowledging("queue"), cast(Any, _Message())
    acknowledging.came(message)

    await acknowledging.settle([message])


async def test_a_connection_that_dies_during_a_publish_leaves_the_outcome_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 4: unknown is one of the four outcomes; the relay keeps the message and lives on."""
    publisher = ConfirmedPublisher("amqp://nobody", "test")

    async def opened() -> Any:
        return _Dying()

    monkeypatch.setattr(publisher, "_open", opened)

    assert await publisher.publish([Outgoing("1", "exchange", "key", {}, b"body")]) == [Outcome.UNKNOWN]


async def test_a_request_to_stop_is_still_one() -> None:
    """What asks the task itself to stop passes through."""

    async def work() -> None:
        with interruptions_told():
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_time_that_is_up_is_still_time_that_is_up() -> None:
    """asyncio.timeout cancels too, and means it."""

    async def work() -> None:
        async with asyncio.timeout(0):
            with interruptions_told():
                await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await work()
