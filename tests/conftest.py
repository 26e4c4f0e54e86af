"""Real servers, started once for the whole run; a fresh database, cloned from a migrated template, for each test."""

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from deploy.local.stack import LocalStack
from deploy.provision.site import Servers, database_dsn, provision_database
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.organisation.loader import load
from shared.organisation.organisation import Organisation
from shared.process.settings import DatabaseSettings, Login
from shared.process.site import database_dsn as service_dsn
from shared.store.store import Store
from shared.store.store import open_store as open_service_store
from shared.timekeeping.civil import SHANGHAI
from shared.timekeeping.clocks import ManualClock, SystemClock
from tests import probe

ORGANISATION_FILE = Path(__file__).resolve().parents[1] / "shared/organisation/data/linjiang.yaml"
TEMPLATE = "shangda_template"
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 4 * 1024**3  # bytes
_numbers = count(1)
OpenStore = Callable[..., Awaitable[Store]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with few tests first: they play whole days, and one begun last would keep its process at work alone."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: tests[item.path])


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """One PostgreSQL and one RabbitMQ for the whole run; nothing here is killed, so it need not be durable.

    In memory where there is enough: every test clones a database of a thousand files and drops it, and ext4 without a
    journal looks for a free inode among all that were deleted lately, which made a clone take two seconds.
    """
    with tempfile.TemporaryDirectory(prefix="shangda-tests-", dir=_memory()) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as a user of its own here
        with LocalStack(Path(folder) / "stack", durable=False, keep=False) as running:
            yield running


def _memory() -> Path | None:
    """Return a file system in memory with room for the servers' data; None: wherever temporary files go."""
    room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED
    return MEMORY if room else None


@pytest.fixture(scope="session")
def servers(stack: LocalStack) -> Servers:
    """The administrator's ways into the shared servers."""
    node = stack.rabbit
    return Servers(
        "127.0.0.1",
        node.amqp_port,
        node.management_url,
        node.admin_user,
        node.admin_password,
        stack.postgres.admin_dsn(),
    )


@pytest.fixture(scope="session")
def organisation() -> Organisation:
    """The invented city 临江市 with its two counties."""
    return load(ORGANISATION_FILE)


@pytest.fixture(scope="session")
async def template(servers: Servers) -> DatabaseSettings:
    """A database with every service's schema, migrated once; tests clone it."""
    host, port = _host_and_port(servers.admin_dsn)
    settings = DatabaseSettings(
        host=host,
        port=port,
        name=TEMPLATE,
        logins={service: Login(user=f"test_{service}", password="test") for service in Service},
    )
    await provision_database(servers.admin_dsn, settings)
    return settings


@pytest.fixture
async def database(servers: Servers, template: DatabaseSettings) -> AsyncIterator[DatabaseSettings]:
    """A fresh database for one test."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    admin = await asyncpg.connect(servers.admin_dsn)
    try:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY file_copy')
        yield template.model_copy(update={"name": name})
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()


@pytest.fixture(autouse=True)
def fresh_numbers() -> None:
    """Every test's senders count from 1: a store may stand where an earlier test's stood in memory."""
    probe.forget_numbers()


@pytest.fixture
def clock() -> ManualClock:
    """Business time: 2025-02-17 08:00 in Shanghai, standing still until a test moves it."""
    return ManualClock(datetime(2025, 2, 17, 8, 0, tzinfo=SHANGHAI))


@pytest.fixture
async def open_store(database: DatabaseSettings, clock: ManualClock) -> AsyncIterator[OpenStore]:
    """Open a service's store on this test's database: ``await open_store(Service.REVIEW, site="qingshan")``."""
    opened: list[Store] = []

    async def opener(service: Service, *, site: str = "qingshan") -> Store:
        store = await open_service_store(
            service_dsn(database, service), SiteId(site), service, clock=clock, machine=SystemClock()
        )
        opened.append(store)
        return store

    yield opener
    await asyncio.gather(*(store.pool.close() for store in opened))


@pytest.fixture
async def admin(servers: Servers, database: DatabaseSettings) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to this test's database, for looking where no service may look."""
    connection = await asyncpg.connect(database_dsn(servers.admin_dsn, database.name))
    yield connection
    await connection.close()


def _host_and_port(dsn: str) -> tuple[str, int]:
    parts = urlsplit(dsn)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port
