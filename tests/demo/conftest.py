"""A site's broker to add agencies on."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage

from deploy.provision.agency import Administrator
from deploy.provision.site import Servers
from shared.broker.definitions import topology
from shared.broker.management import Management
from shared.process.settings import BrokerSettings, Login

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Vhost:
    """A site's vhost on the shared broker, and the account that may make users there."""

    broker: BrokerSettings
    administrator: Administrator

    async def next_message(self, queue: str) -> AbstractIncomingMessage:
        """Return the next message of a queue, taken off."""
        login = f"{quote(self.administrator.user)}:{quote(self.administrator.password)}"
        url = f"amqp://{login}@{self.broker.host}:{self.broker.port}/{quote(self.broker.vhost, safe='')}"
        async with await aio_pika.connect(url) as connection:
            found = await (await (await connection.channel()).get_queue(queue)).get(no_ack=True, timeout=10)
        assert found is not None
        return found


@pytest.fixture
async def vhost(servers: Servers) -> AsyncIterator[Vhost]:
    name = f"agency-{os.getpid()}-{next(_numbers)}"
    async with Management(servers.management_url, servers.management_user, servers.management_password) as management:
        await management.create_vhost(name)
        await management.import_definitions(name, topology(()))
        nobody = Login(user="nobody", password="nobody")
        broker = BrokerSettings(
            host=servers.amqp_host,
            port=servers.amqp_port,
            vhost=name,
            management_url=servers.management_url,
            logins={},
            link_declarer=nobody,
        )
        await management.call(
            "PUT",
            f"/api/permissions/{quote(name)}/{quote(servers.management_user)}",
            {"configure": ".*", "write": ".*", "read": ".*"},
        )
        yield Vhost(broker, Administrator(servers.management_user, servers.management_password))
        await management.delete_vhost(name)
