"""Promises 1 and 6 at the start of a process: a broker that is away does not close the door for people."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import pytest

from deploy.city import City, provision_city
from deploy.play.cast import Cast, grant_of
from deploy.provision.site import Servers, database_dsn
from deploy.suite import BUILDS
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role, Service
from shared.organisation.organisation import Organisation
from shared.process.site import SiteProcess
from shared.telemetry.tracing import Tracing
from shared.timekeeping.clocks import SystemClock
from tests.conftest import ORGANISATION_FILE
from tests.doors.town import good_report
from tests.probe import eventually
from tests.proxy import Proxy
from tests.towns import QINGSHAN

OFFICE = OfficeId("qingshan-shiqiao")
HOSTED = (Service.INTAKE, Service.PORTAL)
SENT = "SELECT count(*) = 0 FROM intake.outbox_pending"
LOGGED = "SELECT count(*) FROM intake.event_log WHERE type = 'report.submitted.v1'"


@dataclass(slots=True)
class Place:
    """A county whose services reach their broker through a proxy."""

    city: City
    cast: Cast
    proxy: Proxy
    owner: asyncpg.Connection

    def process(self) -> SiteProcess:
        """Return a new process of two services of the county."""
        settings = self.city.settings[QINGSHAN]
        broker = settings.broker.model_copy(update={"host": "127.0.0.1", "port": self.proxy.port})
        machine, builds = SystemClock(), {service: BUILDS[service] for service in HOSTED}
        settings = settings.model_copy(update={"broker": broker})
        return SiteProcess(settings, self.city.organisation, builds, machine, machine, Tracing(QINGSHAN))

    async def submit(self) -> httpx.Response | None:
        """Hand in a report; None when nobody listens."""
        try:
            return await self.cast.call(
                OFFICE,
                Role.REPORTER,
                "POST",
                "/intake/reports",
                good_report("春耕备耕进展顺利"),
                Idempotency_Key="starting-1",
            )
        except httpx.TransportError:
            return None

    async def readiness(self) -> httpx.Response:
        """Ask whether every door works."""
        return await self.cast.call(OFFICE, Role.REPORTER, "GET", "/readyz")


@pytest.fixture
async def place(servers: Servers, organisation: Organisation, tmp_path: Path) -> AsyncIterator[Place]:
    """A county whose reporter was appointed; nothing of it runs, and its broker is away."""
    where = {site.id: servers for site in organisation.sites}
    city = await provision_city(organisation, ORGANISATION_FILE, where, tmp_path, f"start{os.getpid()}")
    owner = await asyncpg.connect(database_dsn(servers.admin_dsn, city.settings[QINGSHAN].database.name))
    async with Proxy("127.0.0.1", servers.amqp_port) as proxy:
        made = Place(city, Cast(city), proxy, owner)
        await made.cast.open()
        process = made.process()
        await process.start()
        async with process.hosted[Service.PORTAL].store.unit() as unit:
            unit.announce(grant_of(organisation.office(OFFICE), Role.REPORTER, 1))
        known = "SELECT count(*) = 1 FROM intake.appointment"
        await eventually(lambda: owner.fetchval(known), seconds=40, what="intake knows the reporter")
        await process.stop()
        await proxy.cut()
        yield made
        await made.cast.close()
        await owner.close()
    await city.drop()


async def test_a_process_that_starts_without_its_broker_accepts_reports_and_sends_them_later(place: Place) -> None:
    """Promise 1: a broker that is down does not close intake. Promise 6: readiness says which doors are closed."""
    process = place.process()
    starting = asyncio.create_task(process.start())
    answer = await eventually(place.submit, seconds=40, what="somebody listens")
    assert answer is not None
    assert answer.status_code == 201, answer.text
    assert await place.owner.fetchval(LOGGED) == 1
    readiness = await place.readiness()
    assert readiness.status_code == 503
    assert "intake: started" in readiness.json()["closed"]
    assert not starting.done()

    await place.proxy.restore()
    await starting

    await eventually(lambda: place.owner.fetchval(SENT), seconds=40, what="the report has left")
    await eventually(lambda: _ready(place), seconds=40, what="ready")
    await process.stop()


async def test_readiness_names_the_doors_that_a_lost_broker_closes_and_opens_them_again(place: Place) -> None:
    """Promise 6 for a whole process: queues and relays close, the database's door stays open, all of it heals."""
    await place.proxy.restore()
    process = place.process()
    await process.start()
    await eventually(lambda: _ready(place), seconds=40, what="ready")

    await place.proxy.cut()
    await place.submit()  # something that cannot leave

    closed = await eventually(
        lambda: _closed(place, "intake: relay routine"), seconds=40, what="the relay's door is closed"
    )
    assert closed is not None
    assert any(door.startswith("intake: queue") for door in closed)
    assert "intake: database" not in closed
    await place.proxy.restore()
    await eventually(lambda: _ready(place), seconds=30, what="ready again")
    await process.stop()


async def _ready(place: Place) -> bool:
    return (await place.readiness()).status_code == 200


async def _closed(place: Place, door: str) -> list[str] | None:
    answer = await place.readiness()
    closed: list[str] = answer.json()["closed"]
    return closed if door in closed else None
