"""Three sites as real processes on brokers of their own, for killing: each site is two processes, and a supervisor
starts again what died, as a data centre does."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.city import City, provision_city
from deploy.local.ports import free_ports
from deploy.local.stack import LocalStack
from deploy.play.cast import Cast, grant_of, posts
from deploy.provision.site import Servers
from shared.broker.management import Management
from shared.contracts.identifiers import SiteId
from shared.contracts.people import AppointmentGranted
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.process.site import database_dsn
from shared.store.store import open_store
from shared.timekeeping.clocks import SystemClock
from tests.conftest import ORGANISATION_FILE
from tests.probe import eventually
from tests.proxy import Proxy
from tests.towns import LINJIANG, PINGHU, QINGSHAN

WITH_DOORS = (Service.INTAKE, Service.REVIEW, Service.PUBLICATION, Service.PORTAL)
BEHIND = (Service.FORWARDING, Service.DEADLINE, Service.SCORING, Service.SUPERVISION)
ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Worker:
    """One process of one site. ``start`` it again after it was killed."""

    site: SiteId
    services: tuple[Service, ...]
    settings_file: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; its output goes to its log."""
        command = [sys.executable, "-m", "deploy.cli", "serve", *self.services]
        command += ["--site", str(self.settings_file), "--http-port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)

    def kill(self) -> None:
        """SIGKILL it and wait for its end."""
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()

    async def ready(self) -> bool:
        """Whether every door of it works now."""
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
                answer = await client.get(f"http://127.0.0.1:{self.port}/readyz")
        except httpx.TransportError:
            return False
        return answer.status_code == 200


@dataclass(slots=True)
class Town:
    """Everything that can be killed or cut."""

    stack: LocalStack
    city: City
    cast: Cast
    workers: list[Worker]
    proxies: dict[SiteId, Proxy]
    killed: list[str] = field(default_factory=list)

    def victims(self) -> list[tuple[str, Callable[[], None]]]:
        """Return every process that may be killed, by name, with what kills it and starts it again."""
        found: list[tuple[str, Callable[[], None]]] = [
            (f"{worker.site} {worker.services[0]}…", _again(worker.kill, worker.start)) for worker in self.workers
        ]
        found += [(f"broker {node.name}", _again(node.kill, node.start)) for node in self.stack.nodes]
        for node, site in zip(self.stack.nodes, self.city.settings, strict=True):
            # Together: a process that starts before its broker must serve people all the same.
            doors = next(worker for worker in self.workers if worker.site == site)
            strike = _again(_both(node.kill, doors.kill), _both(doors.start, node.start))
            found.append((f"broker {node.name} with {site}", strike))
        found.append(("PostgreSQL", _again(self.stack.postgres.kill, self.stack.postgres.start)))
        return found

    async def standing(self) -> str:
        """Say what was killed and which doors are closed, for the day when a run does not come to its end."""
        lines = [f"killed: {', '.join(self.killed)}"]
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            for worker in self.workers:
                try:
                    answer = await client.get(f"http://127.0.0.1:{worker.port}/readyz")
                    said = str(answer.json()["closed"])
                except httpx.TransportError as error:
                    said = repr(error)
                lines.append(f"{worker.site} {worker.services[0]}…: {said}")
        return "\n".join(lines)

    async def link_queues(self, site: SiteId) -> dict[str, str]:
        """Return messages, unacknowledged ones and consumers of a site's link queues, as its broker says."""
        servers = self.city.places[site].servers
        vhost = self.city.settings[site].broker.vhost
        login = (servers.management_url, servers.management_user, servers.management_password)
        async with Management(*login) as management:
            found = await management.queues(vhost)
        return {
            queue["name"]: f"{queue.get('messages')}/{queue.get('messages_unacknowledged')}/{queue.get('consumers')}"
            for queue in found
            if queue["name"].startswith("link.")
        }

    async def kill_one(self, chance: random.Random) -> str:
        """Kill one process chosen by ``chance`` and start it again; return which."""
        name, strike = chance.choice(self.victims())
        await asyncio.to_thread(strike)
        self.killed.append(name)
        return name


def _again(kill: Callable[[], None], start: Callable[[], None]) -> Callable[[], None]:
    def strike() -> None:
        kill()
        start()

    return strike


def _both(first: Callable[[], None], second: Callable[[], None]) -> Callable[[], None]:
    def strike() -> None:
        first()
        second()

    return strike


@asynccontextmanager
async def town(organisation: Organisation, folder: Path) -> AsyncIterator[Town]:
    """Start servers and sites, appoint everybody, wait until all is ready; end only what was started here."""
    stack = await asyncio.to_thread(LocalStack(folder / "stack", rabbit_nodes=3, durable=True, keep=False).__enter__)
    try:
        async with (
            Proxy("127.0.0.1", stack.nodes[0].amqp_port) as one,
            Proxy("127.0.0.1", stack.nodes[0].amqp_port) as two,
        ):
            proxies = {QINGSHAN: one, PINGHU: two}
            servers = {site: _servers(stack, position) for position, site in enumerate((LINJIANG, QINGSHAN, PINGHU))}
            city = await provision_city(
                organisation,
                ORGANISATION_FILE,
                servers,
                folder / "sites",
                "chaos",
                heartbeat_seconds=1.0,
                silent_seconds=20.0,
                through={site: ("127.0.0.1", proxy.port) for site, proxy in proxies.items()},
            )
            for node in stack.nodes:
                # RabbitMQ 3.10 forgets a queue that was declared just before a SIGKILL.
                await asyncio.to_thread(node.flush_declarations)
            workers = _workers(city, folder)
            try:
                for worker in workers:
                    worker.start()
                for worker in workers:
                    await eventually(worker.ready, seconds=90, what=f"{worker.site} {worker.services[0]} ready")
                cast = Cast(city)
                await cast.open()
                await _appoint(city)
                yield Town(stack, city, cast, workers, proxies)
                await cast.close()
            finally:
                for worker in workers:
                    worker.kill()
    finally:
        await asyncio.to_thread(stack.__exit__, None, None, None)


def _servers(stack: LocalStack, position: int) -> Servers:
    node = stack.nodes[position]
    return Servers(
        "127.0.0.1",
        node.amqp_port,
        node.management_url,
        node.admin_user,
        node.admin_password,
        stack.postgres.admin_dsn(),
    )


def _workers(city: City, folder: Path) -> list[Worker]:
    workers: list[Worker] = []
    spare = free_ports(len(city.settings))
    for port, (site, settings) in zip(spare, city.settings.items(), strict=True):
        file = city.settings_file(site)
        workers.append(Worker(site, WITH_DOORS, file, settings.http_port, folder / f"{site}-doors.log"))
        workers.append(Worker(site, BEHIND, file, port, folder / f"{site}-behind.log"))
    return workers


async def _appoint(city: City) -> None:
    """State everybody's appointment through the portal's own store; its relay, in another process, is woken."""
    machine = SystemClock()
    for site, settings in city.settings.items():
        dsn = database_dsn(settings.database, Service.PORTAL)
        store = await open_store(dsn, site, Service.PORTAL, clock=machine, machine=machine)
        async with store.unit() as unit:
            for grant in _grants(city, site):
                unit.announce(grant)
        await store.pool.close()


def _grants(city: City, site: SiteId) -> list[AppointmentGranted]:
    return [grant_of(*post) for post in posts(city.organisation.offices_of(site))]
