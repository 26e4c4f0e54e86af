"""Acknowledging sets of messages with one frame each, and never a message that was not processed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelInvalidStateError

from shared.broker.interrupted import interruptions_told

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Tags:
    """Tags of one channel: all up to ``floor`` are acknowledged; ``done`` are processed above it; ``highest`` came."""

    floor: int = 0
    highest: int = 0
    done: set[int] = field(default_factory=set)

    def rise(self) -> bool:
        """Raise the floor over what is done without a gap; return True when it rose."""
        before = self.floor
        while self.floor + 1 in self.done:
            self.floor += 1
            self.done.discard(self.floor)
        return self.floor > before


class Acknowledging:
    """Settles the messages of one queue.

    One frame acknowledges everything up to a tag, so it names the last tag below which nothing is still unprocessed:
    the order in which messages reached us is the order of their tags by habit of the libraries, not by promise.
    """

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._channels: dict[Any, _Tags] = {}
        self._holding = False

    @property
    def in_hand(self) -> int:
        """How many messages came and are not acknowledged."""
        return sum(tags.highest - tags.floor for channel, tags in self._channels.items() if not channel.is_closed)

    def came(self, message: AbstractIncomingMessage) -> None:
        """Count a message that arrived."""
        channel = _channel(message)
        if channel is not None:
            assert message.delivery_tag is not None
            tags = self._channels.setdefault(channel, _Tags())
            tags.highest = max(tags.highest, message.delivery_tag)

    async def settle(self, batch: Sequence[AbstractIncomingMessage]) -> None:
        """Acknowledge a processed set. Messages of a channel that is gone come again, and the inbox drops them."""
        for message in batch:
            channel = _channel(message)
            if channel is not None:
                assert message.delivery_tag is not None
                self._channels.setdefault(channel, _Tags()).done.add(message.delivery_tag)
        if not self._holding:
            await self._send()

    def hold(self) -> None:
        """Send no acknowledgement until ``release``."""
        self._holding = True

    async def release(self) -> None:
        """Send what was held back."""
        self._holding = False
        await self._send()

    async def _send(self) -> None:
        for channel, tags in tuple(self._channels.items()):
            if channel.is_closed:
                del self._channels[channel]
            elif tags.rise():
                try:
                    with interruptions_told():
                        await channel.basic_ack(tags.floor, multiple=True)
                except (AMQPError, ChannelInvalidStateError, ConnectionError, RuntimeError) as error:
                    _log.info("acknowledgement lost", extra={"queue": self._queue, "why": repr(error)})


def _channel(message: AbstractIncomingMessage) -> Any | None:
    """Return the channel a message came on; None when that is gone, which aio-pika answers with an exception."""
    try:
        return message.channel
    except ChannelInvalidStateError:
        return None
