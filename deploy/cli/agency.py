"""``shangda agency add``: let another agency publish incident events on a site's bus."""

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from deploy.provision.agency import Administrator, AgencyCodeUnusable, add_agency, snippet
from shared.broker.management import BrokerRefused
from shared.contracts.sending import BrokerUnavailable
from shared.process.settings import load_settings

agency = typer.Typer(no_args_is_help=True, help="其他机构上总线。 Agencies on the bus.")


@agency.callback()
def group() -> None:
    """Present so that a single command still has to be named."""


@agency.command("add")
def add(
    name: Annotated[str, typer.Argument(help="the agency's name, for people: 消防支队")],
    code: Annotated[str, typer.Option(help="its code, part of its routing key: xiaofang")],
    site_file: Annotated[Path, typer.Option(help="settings file of the site, written by provision")] = Path(
        "site.json"
    ),
    management_url: Annotated[
        str | None, typer.Option(help="the broker's management API; the site's own when left out")
    ] = None,
    management_user: Annotated[
        str, typer.Option(envvar="SHANGDA_MANAGEMENT_USER", help="an account that may make users")
    ] = "guest",
    management_password: Annotated[
        str, typer.Option(envvar="SHANGDA_MANAGEMENT_PASSWORD", prompt=True, hide_input=True)
    ] = "",
) -> None:
    """Make the agency's account and print a Python program that publishes with it. Again: a new password."""
    try:
        broker = load_settings(site_file).broker
    except (OSError, ValidationError) as error:
        _stop(f"不能读站点设置 {site_file}：{error}")
    if management_url is not None:
        broker = broker.model_copy(update={"management_url": management_url})
    administrator = Administrator(management_user, management_password)
    try:
        access = asyncio.run(add_agency(broker, administrator, code, name))
    except AgencyCodeUnusable as error:
        _stop(str(error))
    except BrokerUnavailable as error:
        _stop(f"连不上 RabbitMQ 管理接口 {broker.management_url}：{error}。请核对 --management-url")
    except BrokerRefused as error:
        _stop(f"RabbitMQ 没有接受：{error}。请核对管理账号")
    typer.echo(snippet(access))


def _stop(text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(1)
