"""Three linked sites inside the test process, with recorders in the place of services a test is not about."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from deploy.city import City, provision_city
from deploy.provision.site import Servers
from shared.contracts.envelope import Delivery
from shared.contracts.event import Event
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext, ServiceParts
from shared.process.site import Build
from shared.store.handlers import Handle, Handlers
from shared.store.unit import Unit
from shared.telemetry.tracing import Tracing
from shared.timekeeping.clocks import Clock

LINJIANG, QINGSHAN, PINGHU = SiteId("linjiang"), SiteId("qingshan"), SiteId("pinghu")
_numbers = count(1)


@dataclass(slots=True)
class Heard:
    """What one recorder heard, and a bell that rings at each."""

    deliveries: list[Delivery] = field(default_factory=list)
    bell: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, event: type[Event], number: int = 1, seconds: float = 20) -> list[Event]:
        """Return the events of a class when there are at least ``number``; fail after ``seconds``."""
        async with asyncio.timeout(seconds), self.bell:
            await self.bell.wait_for(lambda: len(self.of(event)) >= number)
        return self.of(event)

    def of(self, event: type[Event]) -> list[Event]:
        """Return the events of a class heard so far."""
        return [each.event for each in self.deliveries if isinstance(each.event, event)]


class Recorder(Handlers):
    """Hears everything its service may hear and does nothing with it."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    async def dispatch(self, delivery: Delivery, unit: Unit, table: Mapping[type[Event], Handle]) -> None:
        """Remember the delivery."""
        async with self._heard.bell:
            self._heard.deliveries.append(delivery)
            self._heard.bell.notify_all()


def recorder(service: Service, ears: dict[tuple[SiteId, Service], Heard]) -> Build:
    """Return a build that puts a recorder in a service's place; what it hears is in ``ears[site, service]``."""

    def build(context: ServiceContext) -> ServiceParts:
        heard = ears.setdefault((context.site, service), Heard())
        return ServiceParts(service, Recorder(heard))

    return build


@asynccontextmanager
async def city_of(
    servers: Servers,
    organisation: Organisation,
    organisation_file: Path,
    folder: Path,
    builds: Mapping[Service, Build],
    clocks: Mapping[SiteId, Clock] | None = None,
    *,
    through: Mapping[SiteId, tuple[str, int]] | None = None,
    heartbeat_seconds: float = 0.3,
    silent_seconds: float = 5.0,
    tracing: Mapping[SiteId, Tracing] | None = None,
) -> AsyncIterator[City]:
    """Provision and start the organisation's sites with these services; stop and drop them at the end."""
    city = await provision_city(
        organisation,
        organisation_file,
        {site.id: servers for site in organisation.sites},
        folder,
        f"t{os.getpid()}-{next(_numbers)}",
        through=through,
        heartbeat_seconds=heartbeat_seconds,
        silent_seconds=silent_seconds,
    )
    try:
        await city.start(builds, clocks, tracing=tracing)
        yield city
    finally:
        await city.stop()
        await city.drop()
