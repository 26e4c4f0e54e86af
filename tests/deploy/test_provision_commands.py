"""Operators make a site ready by command: passwords from the environment, the same again when repeated."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import aio_pika
import asyncpg
import pytest
from click.testing import Result
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.provision.keys import make_pair
from deploy.provision.site import Place, Servers, database_dsn, drop
from shared.broker.selfcheck import check
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.process.hosting import amqp_url
from shared.process.settings import load_settings
from tests.conftest import ORGANISATION_FILE

_numbers = count(1)
QINGSHAN, LINJIANG = SiteId("qingshan"), SiteId("linjiang")


@dataclass(frozen=True, slots=True)
class Operators:
    """The operators of one data centre, at their command line."""

    site: SiteId
    name: str
    folder: Path
    servers: Servers

    @property
    def admin_dsn(self) -> str:
        """The administrator's address without its password."""
        parts = urlsplit(self.servers.admin_dsn)
        return urlunsplit(parts._replace(netloc=f"{parts.username}@{parts.hostname}:{parts.port}"))

    async def run(self, *arguments: str, **variables: str) -> Result:
        """Run a command of ``shangda`` with these variables in its environment. A thread: it has a loop of its own."""
        secrets = {
            "SHANGDA_MANAGEMENT_PASSWORD": self.servers.management_password,
            "SHANGDA_DATABASE_PASSWORD": urlsplit(self.servers.admin_dsn).password or "none",
        }
        return await asyncio.to_thread(CliRunner().invoke, app, arguments, env={**secrets, **variables})

    async def provision(self, *more: str, **variables: str) -> Result:
        """Run ``shangda provision`` for the site."""
        servers = self.servers
        return await self.run(
            "provision",
            f"--site={self.site}",
            f"--folder={self.folder}",
            f"--name={self.name}",
            f"--amqp-host={servers.amqp_host}",
            f"--amqp-port={servers.amqp_port}",
            f"--management-url={servers.management_url}",
            f"--management-user={servers.management_user}",
            f"--admin-dsn={self.admin_dsn}",
            *more,
            **variables,
        )

    @property
    def site_file(self) -> Path:
        """Where the settings are."""
        return self.folder / "site.json"


@pytest.fixture
async def operators(servers: Servers, tmp_path: Path) -> AsyncIterator[Callable[[SiteId], Operators]]:
    """Make the operators of a site; what they provisioned is dropped in the end."""
    made: list[Operators] = []

    def make(site: SiteId) -> Operators:
        name = f"cli{os.getpid()}-{next(_numbers)}-{site}"
        made.append(Operators(site, name, tmp_path / site, servers))
        return made[-1]

    yield make
    for each in made:
        if each.site_file.exists():
            place = Place(each.site, servers, each.folder, each.name, ORGANISATION_FILE, 1)
            await drop(place, load_settings(each.site_file))


async def test_a_provisioned_site_is_safe_to_start_and_provisioning_again_changes_no_password(
    operators: Callable[[SiteId], Operators], organisation: Organisation
) -> None:
    county = operators(QINGSHAN)

    first = await county.provision("--service-url=review=http://elsewhere:8080")
    before = load_settings(county.site_file)
    again = await county.provision("--service-url=review=http://elsewhere:8080")

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert load_settings(county.site_file) == before
    assert stat.S_IMODE(county.site_file.stat().st_mode) == 0o600
    assert before.service_urls == {Service.REVIEW: "http://elsewhere:8080"}
    assert await check(amqp_url(before.broker, Service.REVIEW), organisation.neighbours(QINGSHAN))


async def test_migrations_are_a_job_of_their_own(operators: Callable[[SiteId], Operators]) -> None:
    county = operators(QINGSHAN)
    assert (await county.provision("--no-migrations")).exit_code == 0
    dsn = database_dsn(county.servers.admin_dsn, load_settings(county.site_file).database.name)
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SELECT to_regclass('review.event_log')") is None

    for _ in range(2):
        done = await county.run("migrate", f"--site-file={county.site_file}", f"--admin-dsn={county.admin_dsn}")
        assert done.exit_code == 0, done.output

    assert await connection.fetchval("SELECT to_regclass('review.event_log')") == "review.event_log"
    await connection.close()


async def test_a_county_reaches_the_city_with_the_password_that_the_city_gave_it(
    operators: Callable[[SiteId], Operators], organisation: Organisation
) -> None:
    city, county = operators(LINJIANG), operators(QINGSHAN)

    above = await city.provision("--lower=qingshan", "--no-migrations", SHANGDA_LOWER_PASSWORD_QINGSHAN="given")
    link = (f"--upper-host={city.servers.amqp_host}", f"--upper-port={city.servers.amqp_port}")
    below = await county.provision(
        "--no-migrations", "--upper-site=linjiang", f"--upper-name={city.name}", *link, SHANGDA_UPPER_PASSWORD="given"
    )

    assert (above.exit_code, below.exit_code) == (0, 0), above.output + below.output
    upper = load_settings(county.site_file).upper
    assert upper is not None
    async with await aio_pika.connect(upper.amqp_url, timeout=5) as connection:
        assert not connection.is_closed


async def test_a_password_on_the_command_line_is_refused(operators: Callable[[SiteId], Operators]) -> None:
    county = operators(QINGSHAN)

    refused = await county.provision("--admin-dsn=postgresql://postgres:secret@localhost/postgres")
    missing = await county.provision(SHANGDA_MANAGEMENT_PASSWORD="")

    assert refused.exit_code == missing.exit_code == 2
    assert "SHANGDA_DATABASE_PASSWORD" in refused.stderr
    assert "SHANGDA_MANAGEMENT_PASSWORD" in missing.stderr
    assert not county.site_file.exists()


async def test_public_keys_are_exchanged_by_hand_and_a_changed_key_is_refused(
    operators: Callable[[SiteId], Operators], tmp_path: Path
) -> None:
    city, county, exchange = operators(LINJIANG), operators(QINGSHAN), tmp_path / "exchange"
    for each in (city, county):
        assert (await each.provision("--no-migrations")).exit_code == 0
        exported = await each.run("keys", "export", f"--to={exchange}", f"--site-file={each.site_file}")
        assert exported.exit_code == 0, exported.output
    taken = await county.run("keys", "import", str(exchange), f"--site-file={county.site_file}")

    assert taken.exit_code == 0, taken.output
    believed = county.folder / "keys/peers/linjiang.pub.pem"
    assert believed.read_bytes() == (city.folder / "keys/site.pub.pem").read_bytes()
    assert not [file for file in exchange.iterdir() if "PRIVATE" in file.read_text()]

    forged = tmp_path / "forged"
    forged.mkdir()
    (forged / "linjiang.pub.pem").write_bytes(make_pair(forged, "other"))
    (forged / "other.pub.pem").unlink()
    refused = await county.run("keys", "import", str(forged), f"--site-file={county.site_file}")
    assert refused.exit_code == 2
    assert "--replace" in refused.stderr
    assert believed.read_bytes() != (forged / "linjiang.pub.pem").read_bytes()
    replaced = await county.run("keys", "import", str(forged), "--replace", f"--site-file={county.site_file}")
    assert replaced.exit_code == 0, replaced.output
    assert believed.read_bytes() == (forged / "linjiang.pub.pem").read_bytes()


async def test_a_key_of_a_site_that_nobody_knows_is_refused(
    operators: Callable[[SiteId], Operators], tmp_path: Path
) -> None:
    county = operators(QINGSHAN)
    assert (await county.provision("--no-migrations")).exit_code == 0
    (tmp_path / "nowhere.pub.pem").write_bytes(make_pair(tmp_path, "made"))

    refused = await county.run("keys", "import", str(tmp_path / "nowhere.pub.pem"), f"--site-file={county.site_file}")

    assert refused.exit_code == 2
    assert "nowhere.pub.pem" in refused.stderr
