"""Servers and a city for one benchmark: durable, private, gone at the end."""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import httpx

from deploy.city import City, provision_city
from deploy.local.stack import LocalStack
from deploy.play.cast import grant_of, posts
from deploy.provision.site import Servers
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.organisation.loader import load
from shared.process.site import database_dsn
from shared.store.store import Store, open_store
from shared.timekeeping.clocks import SystemClock

ROOT = Path(__file__).resolve().parents[2]
ORGANISATION = ROOT / "shared/organisation/data/linjiang.yaml"


@contextmanager
def durable_stack() -> Iterator[LocalStack]:
    """One broker and one database that keep their promises on disk."""
    with tempfile.TemporaryDirectory() as folder, LocalStack(Path(folder), durable=True, keep=False) as stack:
        yield stack


def administrator(stack: LocalStack) -> Servers:
    """Return the ways into a stack's first broker and its database."""
    node = stack.rabbit
    dsn = stack.postgres.admin_dsn()
    return Servers("127.0.0.1", node.amqp_port, node.management_url, node.admin_user, node.admin_password, dsn)


@asynccontextmanager
async def provisioned(stack: LocalStack, prefix: str) -> AsyncIterator[City]:
    """Provision the three sites on one broker and one database; nothing runs yet."""
    organisation = load(ORGANISATION)
    servers = administrator(stack)
    with tempfile.TemporaryDirectory() as folder:
        yield await provision_city(
            organisation, ORGANISATION, {site.id: servers for site in organisation.sites}, Path(folder), prefix
        )


@asynccontextmanager
async def running(stack: LocalStack, prefix: str) -> AsyncIterator[City]:
    """Run the three sites as they are deployed, each in a process of its own, telemetry on."""
    async with provisioned(stack, prefix) as city, AsyncExitStack() as processes:
        for site, settings in city.settings.items():
            arguments = ["serve", "--site", str(city.settings_file(site))]
            await processes.enter_async_context(process("deploy.cli", arguments, settings.http_port))
        for settings in city.settings.values():
            await _until_ready(settings.http_port)
        yield city


@asynccontextmanager
async def store_of(city: City, site: SiteId, service: Service) -> AsyncIterator[Store]:
    """Lend a service's store; what is stated in it leaves through the service's own process."""
    machine = SystemClock()
    dsn = database_dsn(city.settings[site].database, service)
    store = await open_store(dsn, site, service, clock=machine, machine=machine)
    try:
        yield store
    finally:
        await store.pool.close()


async def appoint_all(city: City) -> None:
    """State everybody's appointment at every site."""
    for site in city.settings:
        async with store_of(city, site, Service.PORTAL) as store, store.unit() as unit:
            for post in posts(city.organisation.offices_of(site)):
                unit.announce(grant_of(*post))


@asynccontextmanager
async def process(module: str, arguments: Sequence[str], port: int) -> AsyncIterator[None]:
    """Run ``python -m module`` until the end, once its port answers. Raises RuntimeError when it dies first."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        while not await _answers(port):
            if child.returncode is not None:
                raise RuntimeError(f"{module} ended with {child.returncode}")
            await asyncio.sleep(0.1)
        yield
    finally:
        child.terminate()
        await child.wait()


async def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return False


async def _until_ready(port: int) -> None:
    """Wait until every door of a process works; bounded. Raises RuntimeError."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=5) as client:
        for _ in range(600):
            if (await client.get("/readyz")).is_success:
                return
            await asyncio.sleep(0.1)
    raise RuntimeError(f"the process at port {port} did not get ready")
