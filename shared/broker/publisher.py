"""Publishing with confirms on a connection of its own, telling the four outcomes apart."""

import asyncio
from collections.abc import Sequence

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.exceptions import AMQPError, ChannelClosed, DeliveryError, PublishError
from aiormq.exceptions import ChannelInvalidStateError

from shared.broker.interrupted import interruptions_told
from shared.broker.names import named
from shared.contracts.envelope import CONTENT_TYPE
from shared.contracts.sending import BrokerUnavailable, Outcome, Outgoing

CONFIRM_SECONDS = 10.0
CONNECT_SECONDS = 5.0
CLOSE_SECONDS = 1.0
_LOST = (AMQPError, ConnectionError, OSError, ChannelInvalidStateError, RuntimeError)


class ConfirmedPublisher:
    """Publishes batches. Not robust by itself: a lost connection is reported, and opened anew by the next batch.

    An unroutable message raises inside aio-pika because the channel is opened so; without that it looks delivered.
    """

    def __init__(self, url: str, name: str, *, confirm_seconds: float = CONFIRM_SECONDS) -> None:
        self._url, self._name, self._confirm_seconds = url, name, confirm_seconds
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._closed_for_a_message = False

    async def publish(self, messages: Sequence[Outgoing]) -> list[Outcome]:
        """Publish all and return each outcome, in order.

        Raises BrokerUnavailable when there is no connection to begin with; nothing was sent then.
        """
        outcomes = await self._together(messages)
        if self._closed_for_a_message and len(messages) > 1:
            await self._singly(messages, outcomes)
        return outcomes

    async def _singly(self, messages: Sequence[Outgoing], outcomes: list[Outcome]) -> None:
        """Publish one by one what has no answer, because one message took its neighbours' confirms with it.

        The broker answers a missing exchange or a forbidden key by closing the channel; alone, only that one fails.
        """
        for position, message in enumerate(messages):
            if outcomes[position] is not Outcome.UNKNOWN:
                continue
            try:
                outcomes[position] = (await self._together([message]))[0]
            except BrokerUnavailable:
                return
            if outcomes[position] is Outcome.UNKNOWN:
                return  # no answer for another reason; the rest would wait as long, each

    async def close(self) -> None:
        """Close the connection; nothing is in flight when the relay has stopped."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None and not connection.is_closed:
            await connection.close()

    async def _together(self, messages: Sequence[Outgoing]) -> list[Outcome]:
        channel = await self._open()
        self._closed_for_a_message = False
        exchanges = {name: await channel.get_exchange(name, ensure=False) for name in {m.exchange for m in messages}}
        alone = len(messages) == 1
        outcomes = await asyncio.gather(*(self._one(exchanges[each.exchange], each, alone=alone) for each in messages))
        if Outcome.UNKNOWN in outcomes or self._closed_for_a_message:
            await self._drop()
        return list(outcomes)

    async def _one(self, exchange: AbstractExchange, message: Outgoing, *, alone: bool) -> Outcome:
        try:
            async with asyncio.timeout(self._confirm_seconds):
                with interruptions_told():
                    await exchange.publish(
                        aio_pika.Message(
                            message.body,
                            headers=dict(message.headers),
                            content_type=CONTENT_TYPE,
                            message_id=message.message_id,
                            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                        ),
                        message.routing_key,
                        mandatory=True,
                    )
        except PublishError:
            return Outcome.UNROUTABLE
        except DeliveryError:
            return Outcome.REFUSED
        except ChannelClosed as error:
            if not _is_forbidden(error):
                return Outcome.UNKNOWN
            self._closed_for_a_message = True
            return Outcome.REFUSED if alone else Outcome.UNKNOWN
        except (TimeoutError, *_LOST):
            return Outcome.UNKNOWN
        return Outcome.CONFIRMED

    async def _open(self) -> AbstractChannel:
        if self._channel is not None and not self._channel.is_closed:
            return self._channel
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                with interruptions_told():
                    if self._connection is None or self._connection.is_closed:
                        self._connection = await aio_pika.connect(named(self._url, self._name))
                    self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        except (TimeoutError, *_LOST) as error:
            await self._drop()
            raise BrokerUnavailable(f"{self._name}: {error!r}") from error
        return self._channel

    async def _drop(self) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                with interruptions_told():
                    await self.close()
        except (TimeoutError, *_LOST):
            # The connection is beyond closing; the broker forgets it by its heartbeat.
            return


def _is_forbidden(error: ChannelClosed) -> bool:
    """Return True when the broker closed the channel because of the message, not because of itself."""
    return any(word in str(error) for word in ("ACCESS_REFUSED", "NOT_FOUND"))
