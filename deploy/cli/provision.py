"""``shangda provision``: make one site ready to run; run it again after an upgrade or a change of the organisation."""

import os
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import quote, urlsplit, urlunsplit

import typer
import uvloop

from deploy.cli.play import ORGANISATION
from deploy.provision.keys import export_public_key
from deploy.provision.site import Place, Servers, admit_lower, link_url, point_upward, provision
from shared.broker.definitions import Account
from shared.broker.management import BrokerRefused
from shared.contracts.identifiers import SiteId
from shared.contracts.sending import BrokerUnavailable
from shared.contracts.vocabulary import Service
from shared.organisation.loader import load

MANAGEMENT_PASSWORD, DATABASE_PASSWORD = "SHANGDA_MANAGEMENT_PASSWORD", "SHANGDA_DATABASE_PASSWORD"
UPPER_PASSWORD, LOWER_PASSWORD = "SHANGDA_UPPER_PASSWORD", "SHANGDA_LOWER_PASSWORD_"


def provision_site(
    site: Annotated[str, typer.Option(help="the site's id in the organisation")],
    folder: Annotated[Path, typer.Option(help="where site.json and the keys go; keep it secret, back it up")],
    amqp_host: Annotated[str, typer.Option(help="where services reach the broker")],
    management_url: Annotated[str, typer.Option(help="the broker's management API, http://host:15672")],
    admin_dsn: Annotated[str, typer.Option(help="a PostgreSQL superuser's address without password")],
    name: Annotated[str | None, typer.Option(help="prefix of vhost, database and accounts; the site's id")] = None,
    amqp_port: Annotated[int, typer.Option(help="of the broker")] = 5672,
    management_user: Annotated[str, typer.Option(help="a broker account that may do everything")] = "guest",
    upper_site: Annotated[str | None, typer.Option(help="the site above; none for the highest")] = None,
    upper_host: Annotated[str | None, typer.Option(help="where the broker above is reached")] = None,
    upper_port: Annotated[int, typer.Option(help="of the broker above")] = 5672,
    upper_name: Annotated[str | None, typer.Option(help="--name of the site above, its id when left out")] = None,
    upper_scheme: Annotated[str, typer.Option(help="amqps between data centres")] = "amqp",
    lower: Annotated[list[str] | None, typer.Option(help="a site below that may fetch and deliver here")] = None,
    http_host: Annotated[str, typer.Option(help="where this site's processes listen")] = "127.0.0.1",
    http_port: Annotated[int, typer.Option(help="where this site's processes listen")] = 8080,
    portal_url: Annotated[str | None, typer.Option(help="the address people type")] = None,
    service_url: Annotated[
        list[str] | None, typer.Option(help="service=URL of a service in a process of its own")
    ] = None,
    organisation: Annotated[Path, typer.Option(help="the organisation's file")] = ORGANISATION,
    public_key_to: Annotated[Path | None, typer.Option(help="folder to export this site's public key into")] = None,
    migrations: Annotated[bool, typer.Option(help="also apply migrations; else run shangda migrate")] = True,
) -> None:
    """Make a site's broker, database, accounts, keys and site.json. Repeating it changes only what must change.

    Passwords come from the environment: SHANGDA_MANAGEMENT_PASSWORD and SHANGDA_DATABASE_PASSWORD of the
    administrators; SHANGDA_UPPER_PASSWORD of this site's account above; SHANGDA_LOWER_PASSWORD_<SITE> that the
    site below is given, which its operators then use as their SHANGDA_UPPER_PASSWORD.
    """
    place = Place(
        site=SiteId(site),
        servers=Servers(
            amqp_host, amqp_port, management_url, management_user, secret(MANAGEMENT_PASSWORD), with_password(admin_dsn)
        ),
        folder=folder,
        name=name or site,
        organisation_file=organisation.resolve(),
        http_port=http_port,
        http_host=http_host,
        portal_url=portal_url,
        service_urls=dict(_service_url(each) for each in service_url or ()),
    )
    below = {SiteId(each): secret(lower_variable(each)) for each in lower or ()}
    above = None
    if upper_site is not None:
        if upper_host is None:
            stop("--upper-site 需要 --upper-host：上级站点消息中间件的地址")
        account = Account(f"{upper_name or upper_site}-from-{site}", secret(UPPER_PASSWORD))
        above = link_url(account, upper_host, upper_port, upper_name or upper_site, upper_scheme)
    try:
        uvloop.run(_provision(place, above, upper_site, below, migrations=migrations))
    except BrokerUnavailable as error:
        stop(f"连不上 RabbitMQ 管理接口 {management_url}：{error}。请核对 --management-url")
    except BrokerRefused as error:
        stop(f"RabbitMQ 没有接受：{error}。请核对管理账号")
    if public_key_to is not None:
        export_public_key(folder / "keys", place.site, public_key_to)
    typer.echo(f"{site}: {folder / 'site.json'}")


async def _provision(
    place: Place, above: str | None, upper_site: str | None, below: dict[SiteId, str], *, migrations: bool
) -> None:
    settings = await provision(place, load(place.organisation_file), migrations=migrations)
    if above is not None and upper_site is not None:
        point_upward(place.folder, settings, SiteId(upper_site), above)
    for lower, password in below.items():
        await admit_lower(place, lower, password)


def lower_variable(site: str) -> str:
    """Return the environment variable with the password that a site below is given."""
    return LOWER_PASSWORD + site.upper().replace("-", "_")


def secret(variable: str) -> str:
    """Return a password from the environment: a command line is seen by everybody on the machine."""
    found = os.environ.get(variable)
    if not found:
        stop(f"请在环境变量 {variable} 中给出密码（不写在命令行上）。 Set {variable}.")
    return found


def with_password(admin_dsn: str) -> str:
    """Return a PostgreSQL address with the password from the environment in it."""
    parts = urlsplit(admin_dsn)
    if parts.password is not None:
        stop(f"--admin-dsn 不应含密码：请改用环境变量 {DATABASE_PASSWORD}。 Set {DATABASE_PASSWORD} instead.")
    user, _, address = parts.netloc.rpartition("@")
    login = f"{user or 'postgres'}:{quote(secret(DATABASE_PASSWORD), safe='')}"
    return urlunsplit((parts.scheme, f"{login}@{address}", parts.path or "/postgres", parts.query, ""))


def stop(text: str) -> NoReturn:
    """Say what is wrong and end with 2."""
    typer.echo(text, err=True)
    raise typer.Exit(2)


def _service_url(text: str) -> tuple[Service, str]:
    name, equals, url = text.partition("=")
    if not equals or name not in set(Service):
        stop(f"--service-url {text}：应为 service=URL，service 是 {'、'.join(Service)} 之一")
    return Service(name), url
