"""One real city with people at work, and the ways in which its doors are attacked and looked at."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import asyncpg
import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.city import City
from deploy.play.cast import Cast, grant_of
from deploy.provision.site import Servers, database_dsn
from deploy.suite import BUILDS
from shared.access.actor import Actor
from shared.access.tokens import TokenIssuer
from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import Role, Service
from shared.organisation.organisation import Organisation
from shared.process.hosting import HostedService, amqp_url
from shared.timekeeping.clocks import SystemClock
from tests.conftest import ORGANISATION_FILE
from tests.probe import eventually
from tests.towns import QINGSHAN, city_of

SHIQIAO = OfficeId("qingshan-shiqiao")
YUNLING = OfficeId("qingshan-yunling")
DUTY_DESK = OfficeId("qingshan-gov-duty")
PEOPLE = (
    (SHIQIAO, Role.REPORTER),
    (SHIQIAO, Role.INFO_SECTION),
    (SHIQIAO, Role.DEPUTY_SIGNER),
    (YUNLING, Role.REPORTER),
    (YUNLING, Role.INFO_SECTION),
    (DUTY_DESK, Role.DUTY_OFFICER),
)
_COLUMNS = """
SELECT format('SELECT %L AS place FROM %I.%I AS t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0',
              schemaname || '.' || tablename, schemaname, tablename) AS look
  FROM pg_tables
 WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""


def good_report(title: str) -> dict[str, Any]:
    """Return a report that any township may submit."""
    return {
        "type": "EXPERIENCE",
        "nature": "GOOD_NEWS",
        "title": title,
        "body": "组织农技人员下田指导，春耕备耕进展顺利，农资供应充足，群众反映良好。",
        "facts": {"place": "石桥镇", "measures": "见正文"},
    }


@dataclass(slots=True)
class Town:
    """A city at work. ``owners``: connections of the databases' owner, who may look everywhere."""

    city: City
    cast: Cast
    owners: dict[SiteId, asyncpg.Connection] = field(default_factory=dict)
    # A connection that the server is about to drop must not be used again.
    _http: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(trust_env=False, timeout=30, limits=httpx.Limits(keepalive_expiry=1))
    )

    async def open(self, admin_dsn: str) -> None:
        """Connect to every site's database as its owner."""
        await self.cast.open()
        for site, settings in self.city.settings.items():
            self.owners[site] = await asyncpg.connect(database_dsn(admin_dsn, settings.database.name))

    async def close(self) -> None:
        """Close what was opened."""
        await self.cast.close()
        await self._http.aclose()
        for owner in self.owners.values():
            await owner.close()

    def _address(self, site: SiteId) -> str:
        settings = self.city.settings[site]
        return f"http://{settings.http_host}:{settings.http_port}"

    def service(self, service: Service, site: SiteId = QINGSHAN) -> HostedService:
        """Return a service of a site, as it runs."""
        return self.city.running[site].hosted[service]

    def account(self, service: Service, site: SiteId = QINGSHAN) -> str:
        """Return the broker's address with a service's own account."""
        return amqp_url(self.city.settings[site].broker, service)

    def token(self, actor: Actor, **claimed: Any) -> str:
        """Return a token of the site's own portal for an actor of whom something else is claimed."""
        settings = self.city.settings[actor.site]
        issuer = TokenIssuer((settings.keys / "tokens.pem").read_bytes(), actor.site)
        return issuer.issue(replace(actor, **claimed), SystemClock().now())

    async def send(
        self,
        path: str,
        content: bytes | str | Mapping[str, Any],
        *,
        by: tuple[OfficeId, Role] = (SHIQIAO, Role.REPORTER),
        token: str | None = None,
        method: str = "POST",
        **headers: str | bytes | None,
    ) -> httpx.Response:
        """Do one request of raw bytes; a header given as None is left out."""
        actor = self.cast.actor(*by)
        sent: dict[str, str | bytes | None] = {
            "Authorization": f"Bearer {token or self.token(actor)}",
            "Idempotency-Key": f"doors-{uuid4()}",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        raw = json.dumps(content, ensure_ascii=False) if isinstance(content, Mapping) else content
        stated = {name: value for name, value in sent.items() if value is not None}
        return await self._http.request(method, f"{self._address(actor.site)}{path}", content=raw, headers=stated)

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Do one request at the county, as httpx takes it."""
        return await self._http.request(method, f"{self._address(QINGSHAN)}{path}", **options)

    async def one(self, statement: str, *values: Any, site: SiteId = QINGSHAN) -> Any:
        """Return one value of a site's database."""
        return await self.owners[site].fetchval(statement, *values)

    async def owners_row(self, statement: str) -> tuple[Any, ...]:
        """Return one row of the county's database."""
        return tuple(await self.owners[QINGSHAN].fetchrow(statement))

    async def until(self, statement: str, *values: Any, site: SiteId = QINGSHAN, what: str = "") -> Any:
        """Return the first truthy answer of a statement to a site's database."""
        return await eventually(
            lambda: self.one(statement, *values, site=site), seconds=30, what=f"{what or statement} {values}"
        )

    async def held(self, service: Service, cause: str, site: SiteId = QINGSHAN) -> list[asyncpg.Record]:
        """Return what a service holds for a cause."""
        look = f"SELECT * FROM {service}.held_message WHERE cause = $1 AND state IN ('PARKED', 'DEFERRED', 'RETRYING')"
        return list(await self.owners[site].fetch(look, cause))

    async def traces_of(self, text: str) -> list[str]:
        """Return every table of every site in which a text stands, as text, in bytes or escaped."""
        found: list[str] = []
        escaped = json.dumps(text)[1:-1]
        for site, owner in self.owners.items():
            looks = [row["look"] for row in await owner.fetch(_COLUMNS)]
            for written in (text, escaped):
                rows = await owner.fetch(" UNION ALL ".join(looks), written, written.encode().hex())
                found += [f"{site}: {row['place']}" for row in rows]
        return found

    async def measured(self, name: str, site: SiteId = QINGSHAN, **labels: str) -> float:
        """Return one number of a site's /metrics: the sum of the samples with these labels, 0.0 when there is none."""
        answer = await self._http.get(f"{self._address(site)}/metrics")
        samples = [s for family in text_string_to_metric_families(answer.text) for s in family.samples]
        return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())

    async def submit(self, title: str, office: OfficeId = SHIQIAO) -> UUID:
        """Submit a good report; return its id when it lies in its office's review."""
        answer = await self.send("/intake/reports", good_report(title), by=(office, Role.REPORTER))
        assert answer.status_code == 201, answer.text
        report = UUID(answer.json()["report_id"])
        await self.until("SELECT true FROM review.review_case WHERE report_id = $1", report)
        return report


async def publish(url: str, exchange: str, key: str, body: bytes, headers: Mapping[str, Any] | None = None) -> None:
    """Publish one message with an account, confirmed. Raises aio-pika's errors when the broker refuses it."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        to = channel.default_exchange if not exchange else await channel.get_exchange(exchange, ensure=False)
        message = aio_pika.Message(body, headers=dict(headers or {}), delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await to.publish(message, key, mandatory=True)


async def _appoint(town: Town) -> None:
    """Appoint the county's people, and wait until the doors know them."""
    async with town.service(Service.PORTAL).store.unit() as unit:
        for office, role in PEOPLE:
            unit.announce(grant_of(town.city.organisation.office(office), role, 1))
    for service in (Service.INTAKE, Service.REVIEW, Service.DEADLINE):
        counted = f"SELECT count(*) = $1 FROM {service}.appointment"
        await town.until(counted, len(PEOPLE), what=f"{service} knows the appointments")


@asynccontextmanager
async def town_of(servers: Servers, organisation: Organisation, folder: Path) -> AsyncIterator[Town]:
    """Start a city with every service and appoint the people who act in these tests."""
    async with city_of(
        servers, organisation, ORGANISATION_FILE, folder, BUILDS, heartbeat_seconds=0.5, silent_seconds=60.0
    ) as city:
        town = Town(city, Cast(city))
        await town.open(servers.admin_dsn)
        try:
            await _appoint(town)
            yield town
        finally:
            await town.close()
