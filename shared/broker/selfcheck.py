"""Before a process starts to work: is this a broker we can live with, and does it stand as this version wants it?"""

import re
from collections.abc import Sequence

import aio_pika
from aio_pika.exceptions import AMQPError, ChannelClosed

from shared.broker.definitions import marker
from shared.broker.interrupted import interruptions_told
from shared.contracts.identifiers import SiteId
from shared.contracts.sending import BrokerUnavailable

OLDEST = (3, 10)


class UnsafeBroker(Exception):
    """The broker must not be used as it is; the message says what to do."""


async def check(url: str, neighbours: Sequence[SiteId]) -> str:
    """Return the broker's version when it is safe for this version of the suite.

    Raises UnsafeBroker for a version older than 3.10 or for definitions made by another version of the chain, and
    BrokerUnavailable when it does not answer.
    """
    try:
        with interruptions_told():
            connection = await aio_pika.connect(url, timeout=5)
    except (AMQPError, ConnectionError, OSError, TimeoutError) as error:
        raise BrokerUnavailable(repr(error)) from error
    async with connection:
        version = _version(connection)
        if is_too_old(version):
            raise UnsafeBroker(f"RabbitMQ {version} is older than 3.10; upgrade the broker")
        wanted = marker(neighbours)
        try:
            with interruptions_told():
                channel = await connection.channel()
                await channel.get_exchange(wanted, ensure=True)
        except ConnectionResetError as error:
            raise BrokerUnavailable(repr(error)) from error
        except ChannelClosed as error:
            raise UnsafeBroker(
                f"the broker's definitions are not those of this version (no exchange {wanted}); run: shangda provision"
            ) from error
    return version


def is_too_old(version: str) -> bool:
    """Return True for a RabbitMQ older than 3.10."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < OLDEST


def _version(connection: aio_pika.abc.AbstractConnection) -> str:
    transport = connection.transport
    if transport is None:
        raise BrokerUnavailable("the connection closed while it was checked")
    properties = transport.connection.server_properties
    return str(properties.get("version", "0"))
