"""A vhost of its own for each test, provisioned as a site's is."""

import asyncio
import contextlib
import itertools
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aio_pika
import pytest

from deploy.provision.site import Servers
from shared.broker.consumer import Process, QueueConsumer
from shared.broker.counting import ConsumerCounts
from shared.broker.definitions import Account, agency_rights, marker, merge, rights, topology
from shared.broker.management import Management
from shared.broker.publisher import ConfirmedPublisher
from shared.contracts.identifiers import SiteId
from shared.contracts.sending import Outgoing
from shared.contracts.vocabulary import Service

NEIGHBOURS = (SiteId("linjiang"),)
AGENCY = "xiaofang"
_numbers = itertools.count(1)
PASSWORD = "broker-test"


@dataclass(slots=True)
class Broker:
    """A vhost with its topology and accounts, and the things that were opened on it, closed when the test ends."""

    servers: Servers
    vhost: str
    management: Management
    publishers: list[ConfirmedPublisher] = field(default_factory=list)
    consumers: list[QueueConsumer] = field(default_factory=list)
    counts: list[ConsumerCounts] = field(default_factory=list)

    def url(self, account: str, *, port: int | None = None) -> str:
        """Return the address for a service's or the agency's account; ``port`` is a proxy's."""
        name = f"{self.vhost}-{account}"
        return f"amqp://{name}:{PASSWORD}@127.0.0.1:{port or self.servers.amqp_port}/{quote(self.vhost, safe='')}"

    @property
    def admin_url(self) -> str:
        """Return the administrator's address of the vhost."""
        user, password = self.servers.management_user, quote(self.servers.management_password)
        return f"amqp://{user}:{password}@127.0.0.1:{self.servers.amqp_port}/{quote(self.vhost, safe='')}"

    def publisher(
        self, account: str = "review", *, port: int | None = None, seconds: float = 10.0
    ) -> ConfirmedPublisher:
        """Return a publisher with a service's account."""
        name = f"{self.vhost} publisher {len(self.publishers)}"
        made = ConfirmedPublisher(self.url(account, port=port), name, confirm_seconds=seconds)
        self.publishers.append(made)
        return made

    def consumer(
        self,
        queue: str,
        process: Process,
        *,
        account: str = "",
        port: int | None = None,
        prefetch: int = 50,
        limit: int = 100,
    ) -> QueueConsumer:
        """Return a consumer of a queue, with the account of the service that reads it; it is not started."""
        url = self.url(account or queue.partition(".")[0], port=port)
        counts = ConsumerCounts(url, "counts")
        self.counts.append(counts)
        made = QueueConsumer(url, queue, process, counts=counts, prefetch=prefetch, limit=limit)
        self.consumers.append(made)
        return made

    async def fill(self, queue: str, bodies: list[bytes], **properties: Any) -> None:
        """Put messages straight into a queue, confirmed."""
        connection = await aio_pika.connect(self.admin_url)
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            for body in bodies:
                message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT, **properties)
                await channel.default_exchange.publish(message, queue)

    async def queue(self, name: str) -> dict[str, Any]:
        """Return what the management API knows of a queue."""
        path = f"/api/queues/{quote(self.vhost, safe='')}/{quote(name, safe='')}"
        found: dict[str, Any] = await self.management.call("GET", path)
        return found

    async def left(self, queue: str) -> list[bytes]:
        """Take and return every message a queue still holds."""
        connection = await aio_pika.connect(self.admin_url)
        bodies = []
        async with connection:
            channel = await connection.channel()
            found = await channel.get_queue(queue, ensure=False)
            while (message := await found.get(fail=False)) is not None:
                bodies.append(message.body)
                await message.ack()
        return bodies

    async def waiting(self, queue: str) -> int:
        """Return how many messages are ready in a queue, by asking the queue itself, not the statistics."""
        connection = await aio_pika.connect(self.admin_url)
        async with connection:
            channel = await connection.channel()
            declared = await channel.declare_queue(queue, passive=True)
            return int(declared.declaration_result.message_count or 0)

    async def close_connections(self, part_of_name: str) -> int:
        """Close every connection of this vhost whose name contains the text; return how many there were."""
        closed = 0
        for connection in await self.management.call("GET", f"/api/vhosts/{quote(self.vhost, safe='')}/connections"):
            if part_of_name in connection.get("client_properties", {}).get("connection_name", ""):
                await self.management.call("DELETE", f"/api/connections/{quote(connection['name'], safe='')}")
                closed += 1
        return closed


def event(key: str, body: bytes = b"{}", *, exchange: str = "shangda.events") -> Outgoing:
    """Return a message for the publisher."""
    return Outgoing(f"id-{next(_numbers)}", exchange, key, {"x-shangda-subject": "s"}, body)


@pytest.fixture
async def broker(servers: Servers) -> AsyncIterator[Broker]:
    """A provisioned vhost; accounts are named after it, because accounts belong to the whole server."""
    vhost = f"b{os.getpid()}-{next(_numbers)}"
    accounts = [rights(vhost, service, Account(f"{vhost}-{service}", PASSWORD)) for service in Service]
    accounts.append(agency_rights(vhost, Account(f"{vhost}-agency", PASSWORD), AGENCY))
    mark = {"name": marker(NEIGHBOURS), "type": "fanout", "durable": True, "arguments": {}}
    async with Management(
        servers.management_url, servers.management_user, servers.management_password, timeout_seconds=60
    ) as management:
        await management.create_vhost(vhost)
        await management.import_definitions(vhost, merge([topology(NEIGHBOURS), *accounts]))
        await management.import_definitions(vhost, {"exchanges": [mark]})
        made = Broker(servers, vhost, management)
        yield made
        for consumer in made.consumers:
            # A test that failed may have left its worker waiting; it must not hold up the others.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(20):
                    await consumer.stop()
        for publisher in made.publishers:
            await publisher.close()
        for counts in made.counts:
            await counts.close()
        await management.delete_vhost(vhost)
