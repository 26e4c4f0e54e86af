"""Provisioning one site. Every step may be repeated: what stands already is left as it is or brought up to date."""

import asyncio
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from deploy.provision.keys import make_pair
from shared.broker.definitions import (
    Account,
    declarer_rights,
    lower_site_rights,
    marker,
    merge,
    rights,
    topology,
)
from shared.broker.management import Management
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.process.settings import BrokerSettings, DatabaseSettings, Login, SiteSettings, UpperLink, load_settings
from shared.store.migrating import migrate
from shared.store.provisioning import RoleLogin, create_database, create_roles, create_schemas, grant_rights


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of one site and the administrator's ways into them.

    ``amqp_host``/``amqp_port``: where services reach the broker. ``admin_dsn``: a PostgreSQL superuser.
    """

    amqp_host: str
    amqp_port: int
    management_url: str
    management_user: str
    management_password: str
    admin_dsn: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site is put on its servers and on this machine. ``name`` prefixes vhost, database and accounts."""

    site: SiteId
    servers: Servers
    folder: Path
    name: str
    organisation_file: Path
    http_port: int
    http_host: str = "127.0.0.1"
    portal_url: str | None = None
    heartbeat_seconds: float = 5.0
    silent_seconds: float = 35.0


async def provision(place: Place, organisation: Organisation) -> SiteSettings:
    """Make a site's broker, database, keys and settings file; return the settings. The upper link comes after."""
    settings_file = place.folder / "site.json"
    place.folder.mkdir(parents=True, exist_ok=True)
    known = load_settings(settings_file) if settings_file.exists() else None
    settings = _settings(place, known)
    keys = settings.keys
    keys.mkdir(parents=True, exist_ok=True)
    make_pair(keys, "site")
    make_pair(keys, "tokens")
    await asyncio.gather(
        _provision_broker(place, settings, organisation), provision_database(place.servers.admin_dsn, settings.database)
    )
    save(settings, settings_file)
    return settings


def save(settings: SiteSettings, file: Path) -> None:
    """Write the settings, passwords included, for their owner's eyes only."""
    file.touch(mode=0o600)
    file.write_text(settings.model_dump_json(indent=2), encoding="utf-8")


def _settings(place: Place, known: SiteSettings | None) -> SiteSettings:
    """New settings, with the passwords of earlier ones where there are any."""
    dsn = urlsplit(place.servers.admin_dsn)
    broker_logins = {
        service: known.broker.logins[service] if known else _login(f"{place.name}-{service}") for service in Service
    }
    database_logins = {
        service: known.database.logins[service] if known else _login(f"{place.name}_{service}".replace("-", "_"))
        for service in Service
    }
    return SiteSettings(
        site=place.site,
        organisation_file=place.organisation_file,
        http_host=place.http_host,
        http_port=place.http_port,
        portal_url=place.portal_url or f"http://{place.http_host}:{place.http_port}",
        broker=BrokerSettings(
            host=place.servers.amqp_host,
            port=place.servers.amqp_port,
            vhost=place.name,
            management_url=place.servers.management_url,
            logins=broker_logins,
            link_declarer=known.broker.link_declarer if known else _login(f"{place.name}-links"),
        ),
        database=DatabaseSettings(
            host=dsn.hostname or "127.0.0.1",
            port=dsn.port or 5432,
            name=place.name.replace("-", "_"),
            logins=database_logins,
        ),
        upper=known.upper if known else None,
        keys=place.folder / "keys",
        heartbeat_seconds=place.heartbeat_seconds,
        silent_seconds=place.silent_seconds,
    )


def _login(user: str) -> Login:
    return Login(user=user, password=secrets.token_urlsafe(24))


async def _provision_broker(place: Place, settings: SiteSettings, organisation: Organisation) -> None:
    vhost, neighbours = settings.broker.vhost, organisation.neighbours(place.site)
    accounts = [
        rights(vhost, service, Account(login.user, login.password)) for service, login in settings.broker.logins.items()
    ]
    declarer = settings.broker.link_declarer
    accounts.append(declarer_rights(vhost, Account(declarer.user, declarer.password, "policymaker"), neighbours))
    made_for_this_version = {
        "exchanges": [
            {
                "name": marker(neighbours),
                "type": "fanout",
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
        ]
    }
    servers = place.servers
    async with Management(
        servers.management_url, servers.management_user, servers.management_password, timeout_seconds=30
    ) as management:
        await management.create_vhost(vhost)
        await management.import_definitions(vhost, merge([topology(neighbours), *accounts]))
        # Last: a broker that was only half prepared is refused by the start-up check.
        await management.import_definitions(vhost, made_for_this_version)


async def provision_database(admin_dsn: str, database: DatabaseSettings) -> None:
    """Make the database with one schema and role per service, and bring every schema up to date."""
    logins = {service: RoleLogin(login.user, login.password) for service, login in database.logins.items()}
    await create_database(admin_dsn, database.name)
    await create_roles(admin_dsn, logins)
    await migrate_database(database_dsn(admin_dsn, database.name), logins)


async def migrate_database(dsn: str, logins: dict[Service, RoleLogin]) -> None:
    """Create missing schemas, apply missing migrations and renew rights. ``dsn`` is the owner's, to this database."""
    await create_schemas(dsn, logins)
    await asyncio.gather(*(asyncio.to_thread(migrate, dsn, service) for service in logins))
    await grant_rights(dsn, logins)


def database_dsn(admin_dsn: str, name: str) -> str:
    """Return the administrator's address of another database on the same server."""
    parts = urlsplit(admin_dsn)
    return urlunsplit((parts.scheme, parts.netloc, f"/{quote(name)}", parts.query, parts.fragment))


async def connect_upward(
    lower: Place, lower_settings: SiteSettings, upper: Place, *, through: tuple[str, int] | None = None
) -> SiteSettings:
    """Give a lower site its account on the broker above and write the link into its settings; return them.

    ``through``: host and port to use instead of the upper broker's own, for example a proxy's.
    """
    account = Account(f"{upper.name}-from-{lower.site}", secrets.token_urlsafe(24))
    vhost = upper.name
    servers = upper.servers
    async with Management(
        servers.management_url, servers.management_user, servers.management_password, timeout_seconds=30
    ) as management:
        await management.import_definitions(vhost, lower_site_rights(vhost, account, lower.site))
    host, port = through or (servers.amqp_host, servers.amqp_port)
    url = f"amqp://{quote(account.name)}:{quote(account.password)}@{host}:{port}/{quote(vhost, safe='')}"
    settings = lower_settings.model_copy(update={"upper": UpperLink(site=upper.site, amqp_url=url)})
    save(settings, lower.folder / "site.json")
    return settings


async def drop(place: Place, settings: SiteSettings) -> None:
    """Remove a site's vhost and database: for stories and tests, which clean up what they made."""
    servers = place.servers
    async with Management(
        servers.management_url, servers.management_user, servers.management_password, timeout_seconds=30
    ) as management:
        await management.delete_vhost(settings.broker.vhost)
    connection = await asyncpg.connect(servers.admin_dsn)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{settings.database.name}" WITH (FORCE)')
    finally:
        await connection.close()
