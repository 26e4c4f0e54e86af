"""Three linked sites with recorders for readers, the counties behind proxies, and a look into their databases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from deploy.city import City
from deploy.provision.site import Servers, database_dsn
from services.forwarding import app as forwarding
from shared.contracts.duties import AwarenessRecorded
from shared.contracts.event import Event
from shared.contracts.identifiers import AwarenessId, IncidentId, OfficeId, ReportId, SiteId
from shared.contracts.reports import ReportArrived
from shared.contracts.vocabulary import Service, Severity
from shared.organisation.organisation import Organisation
from shared.process.site import Build, SiteProcess
from shared.telemetry.tracing import Tracing
from shared.timekeeping.clocks import SystemClock
from tests.building import signed
from tests.conftest import ORGANISATION_FILE
from tests.probe import eventually
from tests.proxy import Proxy
from tests.towns import LINJIANG, PINGHU, QINGSHAN, Heard, city_of, recorder

COUNTY = OfficeId("qingshan-gov-info")
DUTY_DESKS = {QINGSHAN: OfficeId("qingshan-gov-duty"), PINGHU: OfficeId("pinghu-gov-duty")}
UNRECEIPTED = "SELECT count(*) FROM forwarding.crossing"


@dataclass(slots=True)
class Linked:
    """The sites at work. ``ears``: what each recorder heard."""

    city: City
    proxies: dict[SiteId, Proxy]
    ears: dict[tuple[SiteId, Service], Heard]
    builds: dict[Service, Build]
    owners: dict[SiteId, asyncpg.Connection] = field(default_factory=dict)

    async def state(self, site: SiteId, service: Service, *events: Event) -> None:
        """State facts as a service of a site, in one transaction."""
        async with self.city.running[site].hosted[service].store.unit() as unit:
            for event in events:
                unit.announce(event)

    async def release(self, number: int = 1) -> list[ReportId]:
        """Let the county release reports to the city; return their ids."""
        reports = [signed(office=COUNTY) for _ in range(number)]
        await self.state(QINGSHAN, Service.REVIEW, *reports)
        return [report.report_id for report in reports]

    async def one(self, site: SiteId, statement: str, *values: Any) -> Any:
        """Return one value of a site's database."""
        return await self.owners[site].fetchval(statement, *values)

    async def until(self, site: SiteId, statement: str, *values: Any, what: str = "") -> Any:
        """Return the first truthy answer of a statement."""
        return await eventually(
            lambda: self.one(site, statement, *values), seconds=40, what=f"{site}: {what or statement}"
        )

    def arrived(self) -> list[ReportId]:
        """Return the reports that the city's review heard of, each as often as it did."""
        return [
            event.report_id
            for event in self.ears[LINJIANG, Service.REVIEW].of(ReportArrived)
            if isinstance(event, ReportArrived)
        ]

    async def at_rest(self) -> None:
        """Return when every crossing has its receipt."""
        for site in self.owners:
            await self.until(site, f"SELECT ({UNRECEIPTED}) = 0", what="every crossing has its receipt")

    async def restart(self, site: SiteId, *, prefetch: int) -> None:
        """Stop a site's process and start another in its place, as an upgrade does."""
        await self.city.running[site].stop()
        machine, settings = SystemClock(), self.city.settings[site].model_copy(update={"prefetch": prefetch})
        process = SiteProcess(settings, self.city.organisation, self.builds, machine, machine, Tracing(site))
        self.city.running[site] = process
        await process.start()


def learned(unit: SiteId, told: SiteId) -> AwarenessRecorded:
    """Return that a county learned of an incident, which concerns another county's duty desk."""
    now = datetime.now(UTC)
    return AwarenessRecorded(
        awareness_id=AwarenessId(uuid4()),
        incident_id=IncidentId(uuid4()),
        unit=OfficeId(unit),
        office=DUTY_DESKS[unit],
        known_at=now,
        recorded_at=now,
        how="电话",
        kind="洪水",
        place="界河",
        severity=Severity.IV,
        concerns=(DUTY_DESKS[told],),
    )


@asynccontextmanager
async def linked(
    servers: Servers, organisation: Organisation, folder: Path, *, silent_seconds: float
) -> AsyncIterator[Linked]:
    """Start the sites; the counties reach the city through proxies."""
    ears: dict[tuple[SiteId, Service], Heard] = {}
    heard = (Service.REVIEW, Service.INTAKE, Service.DEADLINE)
    builds = {Service.FORWARDING: forwarding.build, **{service: recorder(service, ears) for service in heard}}
    async with (
        Proxy("127.0.0.1", servers.amqp_port) as qingshan,
        Proxy("127.0.0.1", servers.amqp_port) as pinghu,
        city_of(
            servers,
            organisation,
            ORGANISATION_FILE,
            folder,
            builds,
            through={QINGSHAN: ("127.0.0.1", qingshan.port), PINGHU: ("127.0.0.1", pinghu.port)},
            heartbeat_seconds=0.3,
            silent_seconds=silent_seconds,
        ) as city,
    ):
        made = Linked(city, {QINGSHAN: qingshan, PINGHU: pinghu}, ears, builds)
        for site, settings in city.settings.items():
            made.owners[site] = await asyncpg.connect(database_dsn(servers.admin_dsn, settings.database.name))
        try:
            yield made
        finally:
            for owner in made.owners.values():
                await owner.close()
