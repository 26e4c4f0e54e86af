"""``shangda epoch new``: say that a site's database was restored from a backup, before its services start again."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from deploy.epochs import ServicesRunning, begin_epoch
from shared.process.settings import load_settings
from shared.process.site import database_dsn

app = typer.Typer(no_args_is_help=True, help="epochs of a site's database: one more after each restore from a backup")


@app.callback()
def epoch() -> None:
    """Present so that a single command still has to be named."""


@app.command("new")
def new(
    reason: Annotated[str, typer.Option(help="what happened, from which backup, who restored it")],
    site_file: Annotated[Path, typer.Option(help="settings file of the site")] = Path("site.json"),
) -> None:
    """Begin an epoch in every service's schema. Run it while the services are stopped."""
    database = load_settings(site_file).database
    try:
        number = asyncio.run(begin_epoch(lambda service: database_dsn(database, service), reason))
    except ServicesRunning as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(f"epoch {number} begun  已进入第 {number} 期")
