"""Servers and a city for one benchmark: durable, private, gone at the end."""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from deploy.city import City, provision_city
from deploy.local.stack import LocalStack
from deploy.provision.site import Servers
from deploy.suite import BUILDS
from shared.organisation.loader import load

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
    """Run the three sites with every service inside this process, telemetry on."""
    async with provisioned(stack, prefix) as city:
        await city.start(BUILDS)
        try:
            yield city
        finally:
            await city.stop()


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
