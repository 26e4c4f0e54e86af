"""``shangda keys``: exchange public keys between data centres. Private keys never leave their site's folder."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from pydantic import ValidationError

from deploy.cli.provision import stop
from deploy.provision.keys import SUFFIX, KeyNotTaken, export_public_key, fingerprint, import_public_key
from services.forwarding.keys import SQL
from services.forwarding.keys import revoke as revoke_key
from shared.contracts.vocabulary import Service
from shared.organisation.loader import load
from shared.process.settings import SiteSettings, load_settings
from shared.process.site import database_dsn
from shared.timekeeping.civil import SHANGHAI

keys = typer.Typer(no_args_is_help=True, help="交换站点公钥。 Exchange the sites' public keys.")
_SiteFile = Annotated[Path, typer.Option(help="settings file of the site, written by provision")]


@keys.command("export")
def export(
    to: Annotated[Path, typer.Option(help="folder to write <site>.pub.pem into")],
    site_file: _SiteFile = Path("site.json"),
) -> None:
    """Write this site's public key for other data centres; print its fingerprint, to be read out by telephone."""
    settings = _settings(site_file)
    file = export_public_key(settings.keys, settings.site, to)
    typer.echo(f"{file}  {fingerprint(file.read_bytes(), file.name)}")


@keys.command("import")
def take(
    source: Annotated[Path, typer.Argument(help="a <site>.pub.pem, or a folder of them")],
    site_file: _SiteFile = Path("site.json"),
    replace: Annotated[bool, typer.Option(help="believe the new key of a site besides the one known")] = False,
) -> None:
    """Believe other sites' keys. A changed key is refused unless --replace. Restart forwarding afterwards."""
    settings = _settings(site_file)
    files = sorted(source.glob(f"*{SUFFIX}")) if source.is_dir() else [source]
    if not files:
        stop(f"{source} 中没有 <site>{SUFFIX}")
    known = {site.id for site in load(settings.organisation_file).sites}
    for file in files:
        if file.name.removesuffix(SUFFIX) not in known:
            stop(f"{file.name}：组织中没有这个站点。 No such site in the organisation.")
        try:
            named = import_public_key(settings.keys, file, replace=replace)
        except (KeyNotTaken, OSError) as error:
            stop(str(error))
        typer.echo(f"{file.name}  {named}")


@keys.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="<site>:<first 16 digits of the fingerprint>")],
    since: Annotated[
        datetime | None, typer.Option(help="nothing it signed from then on is believed, Beijing time; now without it")
    ] = None,
    site_file: _SiteFile = Path("site.json"),
) -> None:
    """Believe a site's key no longer: it was lost, stolen or replaced. Forwarding knows within half a minute."""
    settings = _settings(site_file)
    at = datetime.now(UTC) if since is None else since.replace(tzinfo=SHANGHAI)
    revoked, known = asyncio.run(_revoke(database_dsn(settings.database, Service.FORWARDING), key, at))
    if revoked is None:
        stop(f"没有这个公钥。 No such key: {key}. Known: {', '.join(known)}")
    typer.echo(f"{key}  {revoked.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S} 起不再采信 revoked")


async def _revoke(dsn: str, key: str, at: datetime) -> tuple[datetime | None, list[str]]:
    """Revoke a key; return since when, or None and the keys that are known."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": str(Service.FORWARDING)})
    try:
        since = await revoke_key(connection, key, at)
        return since, sorted(row["key_id"] for row in await connection.fetch(SQL["list_keys"]))
    finally:
        await connection.close()


def _settings(file: Path) -> SiteSettings:
    try:
        return load_settings(file)
    except (OSError, ValidationError) as error:
        stop(f"不能读站点设置 {file}：{error}")
