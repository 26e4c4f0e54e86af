"""The few calls of RabbitMQ's management API bear being repeated, because connections end at the wrong moment."""

import asyncio

import pytest

from deploy.provision.site import Servers
from shared.broker.management import Management
from shared.contracts.sending import BrokerUnavailable


class Door:
    """Answers HTTP requests with an empty success, after ending so many connections in the middle of a request."""

    def __init__(self, ends: int) -> None:
        self._ends, self.asked = ends, 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request."""
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        if self.asked > self._ends:
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.close()


async def test_a_request_that_crossed_with_the_end_of_its_connection_is_asked_again() -> None:
    """RabbitMQ 3.10 closes a connection after five idle seconds; a busy machine is that slow between two requests."""
    door = Door(ends=1)
    async with await asyncio.start_server(door.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with Management(f"http://127.0.0.1:{port}", "guest", "guest") as management:
            await management.delete_vhost("town")
    assert door.asked == 2


async def test_a_broker_that_ends_every_connection_is_told_as_away() -> None:
    door = Door(ends=9)
    async with await asyncio.start_server(door.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with Management(f"http://127.0.0.1:{port}", "guest", "guest") as management:
            with pytest.raises(BrokerUnavailable, match="DELETE /api/vhosts/town"):
                await management.delete_vhost("town")
    assert door.asked == 2


async def test_deleting_what_is_gone_already_succeeds(servers: Servers) -> None:
    """What is asked twice was done the first time."""
    async with Management(servers.management_url, servers.management_user, servers.management_password) as management:
        await management.delete_vhost("never-made")
        await management.delete_user("never-made")
        await management.delete_shovel("never-made", "never-made")
