"""``shangda migrate``: bring the schemas of a provisioned site up to date, and nothing else. A job of its own."""

from pathlib import Path
from typing import Annotated

import typer
import uvloop
from pydantic import ValidationError

from deploy.cli.provision import stop, with_password
from deploy.provision.site import database_dsn, migrate_database, roles
from shared.process.settings import load_settings


def migrate(
    admin_dsn: Annotated[str, typer.Option(help="a PostgreSQL superuser's address without password")],
    site_file: Annotated[Path, typer.Option(help="settings file of the site, written by provision")] = Path(
        "site.json"
    ),
) -> None:
    """Apply missing migrations and renew the services' rights. Run it before the processes of a new version.

    The password comes from SHANGDA_DATABASE_PASSWORD. Doing it twice changes nothing.
    """
    try:
        database = load_settings(site_file).database
    except (OSError, ValidationError) as error:
        stop(f"不能读站点设置 {site_file}：{error}")
    uvloop.run(migrate_database(database_dsn(with_password(admin_dsn), database.name), roles(database)))
    typer.echo(f"{database.name}: up to date")
