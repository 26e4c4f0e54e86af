"""One process of one site: hosts the services it is told to, serves their APIs, and stops without losing anything."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import uvicorn
from prometheus_client import CollectorRegistry

from shared.access.tokens import TokenVerifier
from shared.broker.selfcheck import UnsafeBroker, check
from shared.contracts.sending import BrokerUnavailable
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.process.heads import UnsealedWatch, heads_router
from shared.process.hosting import HostedService, amqp_url
from shared.process.parked import parked_router
from shared.process.service import ServiceContext, ServiceParts, Timer
from shared.process.settings import DatabaseSettings, SiteSettings
from shared.process.watching import Watch
from shared.process.web import build_app
from shared.store.inbox import Inbox
from shared.store.pruning import Pruner
from shared.store.sealing import Sealer
from shared.store.store import Store, open_store
from shared.telemetry.metrics import MessagingMetrics
from shared.telemetry.observing import ProcessObserver
from shared.telemetry.tracing import Tracing
from shared.timekeeping.clocks import Clock

Build = Callable[[ServiceContext], ServiceParts]
KEEP_ALIVE_SECONDS = 75
WAIT_SECONDS = 1.0
_log = logging.getLogger(__name__)


def database_dsn(database: DatabaseSettings, service: Service) -> str:
    """Return the address with which a service reaches its schema."""
    login = database.logins[service]
    return f"postgresql://{quote(login.user)}:{quote(login.password)}@{database.host}:{database.port}/{database.name}"


@dataclass(slots=True)
class SiteProcess:
    """The services of one site that live in this process.

    ``builds``: service -> its ``app.build``. ``clock`` is business time, ``machine`` the computer's.
    """

    settings: SiteSettings
    organisation: Organisation
    builds: Mapping[Service, Build]
    clock: Clock
    machine: Clock
    tracing: Tracing
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    hosted: dict[Service, HostedService] = field(default_factory=dict)
    _server: uvicorn.Server | None = None
    _serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the stores, serve HTTP, check the broker, then start what needs it.

        People may hand in reports while the broker is away: what is accepted is in the database, and leaves later.
        Raises UnsafeBroker when the broker does not stand as this version needs it; waits for a broker that is away.
        """
        await self._open()
        await asyncio.gather(*(hosted.prepare() for hosted in self.hosted.values()))
        await self._serve()
        try:
            await self._check_broker()
        except UnsafeBroker:
            await self.stop()
            raise
        await asyncio.gather(*(hosted.start() for hosted in self.hosted.values()))

    async def _open(self) -> None:
        metrics = MessagingMetrics(self.registry)
        observer = ProcessObserver(metrics, self.tracing, self.machine)
        verifier = TokenVerifier((self.settings.keys / "tokens.pub.pem").read_bytes(), self.settings.site)
        for service, build in self.builds.items():
            store = await open_store(
                database_dsn(self.settings.database, service),
                self.settings.site,
                service,
                clock=self.clock,
                machine=self.machine,
                trace_now=self.tracing.now,
                follow_trace=self.tracing.follow,
            )
            context = ServiceContext(
                self.settings.site,
                self.organisation,
                self.clock,
                self.machine,
                store,
                verifier,
                self.settings,
                self.registry,
            )
            parts = build(context)
            inbox = parts.inbox or Inbox(store, parts.handlers, observer)
            inbox.observer = observer
            hosted = HostedService(
                parts, store, inbox, self.settings.broker, observer, self.clock, self.settings.prefetch
            )
            watch = Watch(store, hosted, metrics, self.machine)
            watching = Timer("watch", watch.every_seconds, watch.look)
            pruner = Pruner(store)
            pruning = Timer("pruner", pruner.every_seconds, pruner.prune)
            hosted.parts = _with_timers(parts, watching, pruning, *_sealing(store, metrics, self.machine))
            self.hosted[service] = hosted

    async def stop(self) -> None:
        """Stop serving, then stop every service: what was accepted is in the database, the rest never was."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
        await asyncio.gather(*(hosted.stop() for hosted in self.hosted.values()))

    async def doors(self) -> dict[str, dict[str, bool]]:
        """Return every door of every service here, and whether it works now."""
        found = await asyncio.gather(*(hosted.doors() for hosted in self.hosted.values()))
        return {str(service): doors for service, doors in zip(self.hosted, found, strict=True)}

    async def _check_broker(self) -> None:
        url = amqp_url(self.settings.broker, next(iter(self.builds)))
        neighbours = self.organisation.neighbours(self.settings.site)
        while True:
            try:
                version = await check(url, neighbours)
            except BrokerUnavailable as error:
                _log.warning("waiting for the broker", extra={"why": str(error)})
                await asyncio.sleep(WAIT_SECONDS)
            else:
                _log.info("broker is safe to use", extra={"version": version})
                return

    async def _serve(self) -> None:
        routers = [hosted.parts.router for hosted in self.hosted.values() if hosted.parts.router is not None]
        stores = {service: hosted.store for service, hosted in self.hosted.items()}
        verifier = TokenVerifier((self.settings.keys / "tokens.pub.pem").read_bytes(), self.settings.site)
        shared_routers = (heads_router(stores), parked_router(stores, verifier))
        app = build_app([*routers, *shared_routers], self.registry, self.tracing, self.doors)
        for hosted in self.hosted.values():
            for prepare in hosted.parts.on_app:
                prepare(app)
        config = uvicorn.Config(
            app,
            host=self.settings.http_host,
            port=self.settings.http_port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            # Longer than clients and proxies keep a connection: one closed under a request looks like an outage.
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._server = _Quiet(config)
        self._serving = asyncio.create_task(self._server.serve(), name="http")
        # uvicorn tells that it listens by this flag alone.
        while not self._server.started and not self._serving.done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        if self._serving.done():
            await self._serving
            raise OSError(f"port {self.settings.http_port} cannot be served")


class _Quiet(uvicorn.Server):
    """A server that leaves signals to the process that hosts it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _sealing(store: Store, metrics: MessagingMetrics, machine: Clock) -> tuple[Timer, Timer]:
    sealer, unsealed = Sealer(store), UnsealedWatch(store, metrics, machine)
    return (
        Timer("sealer", sealer.every_seconds, sealer.seal),
        Timer("unsealed", unsealed.every_seconds, unsealed.look),
    )


def _with_timers(parts: ServiceParts, *timers: Timer) -> ServiceParts:
    return replace(parts, timers=(*parts.timers, *timers))


def chosen(builds: Mapping[Service, Build], names: Sequence[Service]) -> dict[Service, Build]:
    """Return the builds of ``names``, all of them when none is named."""
    return {service: build for service, build in builds.items() if not names or service in names}
