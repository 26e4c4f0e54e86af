"""Provisioning one site. Every step may be repeated: what stands already is left as it is or brought up to date."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from deploy.provision.keys import export_public_key, make_pair
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
    """Where a site is put on its servers and on this machine. ``name`` prefixes vhost, database and accounts.

    ``service_urls``: where services answer that run in processes of their own.
    """

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
    service_urls: Mapping[Service, str] = field(default_factory=dict)


async def provision(place: Place, organisation: Organisation, *, migrations: bool = True) -> SiteSettings:
    """Make a site's broker, database, keys and settings file; return the settings. The upper link comes after.

    ``migrations``: False leaves the schemas to ``migrate_database``, a job of its own.
    """
    settings_file = place.folder / "site.json"
    place.folder.mkdir(parents=True, exist_ok=True)
    known = load_settings(settings_file) if settings_file.exists() else None
    settings = _settings(place, known)
    keys = settings.keys
    keys.mkdir(parents=True, exist_ok=True)
    make_pair(keys, "site")
    make_pair(keys, "tokens")
    export_public_key(keys, place.site, keys / "peers")
    admin_dsn, database = place.servers.admin_dsn, settings.database
    await asyncio.gather(
        _provision_broker(place, settings, organisation),
        provision_database(admin_dsn, database) if migrations else prepare_database(admin_dsn, database),
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
        service_urls=dict(place.service_urls),
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
    await prepare_database(admin_dsn, database)
    await migrate_database(database_dsn(admin_dsn, database.name), roles(database))


async def prepare_database(admin_dsn: str, database: DatabaseSettings) -> None:
    """Make the database and one role per service, without any schema."""
    await create_database(admin_dsn, database.name)
    await create_roles(admin_dsn, roles(database))


def roles(database: DatabaseSettings) -> dict[Service, RoleLogin]:
    """Return the role of each service as a site's settings name them."""
    return {service: RoleLogin(login.user, login.password) for service, login in database.logins.items()}


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
    account = await admit_lower(upper, lower.site, secrets.token_urlsafe(24))
    host, port = through or (upper.servers.amqp_host, upper.servers.amqp_port)
    return point_upward(lower.folder, lower_settings, upper.site, link_url(account, host, port, upper.name))


async def admit_lower(upper: Place, lower: SiteId, password: str) -> Account:
    """Give a lower site its account on this site's broker, or an existing one this password; return the account."""
    account = Account(f"{upper.name}-from-{lower}", password)
    servers = upper.servers
    async with Management(
        servers.management_url, servers.management_user, servers.management_password, timeout_seconds=30
    ) as management:
        await management.import_definitions(upper.name, lower_site_rights(upper.name, account, lower))
    return account


def link_url(account: Account, host: str, port: int, vhost: str, scheme: str = "amqp") -> str:
    """Return the address with which a lower site reaches the broker above."""
    return f"{scheme}://{quote(account.name)}:{quote(account.password)}@{host}:{port}/{quote(vhost, safe='')}"


def point_upward(folder: Path, settings: SiteSettings, upper: SiteId, url: str) -> SiteSettings:
    """Write into a lower site's settings how it reaches the broker above; return them."""
    linked = settings.model_copy(update={"upper": UpperLink(site=upper, amqp_url=url)})
    save(linked, folder / "site.json")
    return linked


async def drop(place: Place, settings: SiteSettings) -> None:
    """Remove a site's vhost, database, accounts and roles: for stories and tests, which clean up what they made."""
    servers, vhost = place.servers, settings.broker.vhost
    async with Management(
        servers.management_url, servers.management_user, servers.management_password, timeout_seconds=30
    ) as management:
        # Agencies and lower sites too: every account made for this vhost is called after it.
        made_for_it = [user for user in await management.users_of(vhost) if user.startswith(f"{vhost}-")]
        await management.delete_vhost(vhost)
        for user in made_for_it:
            await management.delete_user(user)
    connection = await asyncpg.connect(servers.admin_dsn)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{settings.database.name}" WITH (FORCE)')
        for login in settings.database.logins.values():
            await connection.execute(f'DROP ROLE IF EXISTS "{login.user}"')
    finally:
        await connection.close()
