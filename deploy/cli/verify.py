"""``shangda verify``: show whether the logs of a site are what was sealed and what other sites witnessed."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.bundles import read_bundle, write_bundle
from deploy.evidence import Evidence, NotEvidence, from_database, public_keys
from deploy.verifying import LogReport, believed, verify_log
from services.forwarding.signatures import Keyring
from shared.contracts.identifiers import SiteId
from shared.process.settings import SiteSettings, load_settings
from shared.process.site import database_dsn

SHOWN = 20


def verify(
    bundle: Annotated[Path | None, typer.Argument(help="a bundle to verify offline, instead of a database")] = None,
    site_file: Annotated[Path | None, typer.Option(help="settings file of the site: its database and keys")] = None,
    dsn: Annotated[str | None, typer.Option(help="the owner's address of the site's database")] = None,
    site: Annotated[str | None, typer.Option(help="the site whose logs these are, where no file says it")] = None,
    keys: Annotated[Path | None, typer.Option(help="folder of public keys <site>.pub.pem; the site's peers")] = None,
    witnesses: Annotated[list[Path] | None, typer.Option(help="bundles of other sites: what they witnessed")] = None,
    export: Annotated[Path | None, typer.Option(help="write a bundle instead, to be verified offline")] = None,
) -> None:
    """Recompute every log of a site and compare it with what other sites signed. Ends with 1 when one does not hold."""
    try:
        settings = load_settings(site_file) if site_file is not None else None
        evidence = _evidence(bundle, settings, dsn, site)
        if export is not None:
            typer.echo(f"{write_bundle(evidence, export)} facts  已导出 {export}")
            return
        folder = keys or (settings.keys / "peers" if settings is not None else None)
        if folder is None:
            raise NotEvidence("no public keys: name their folder with --keys, or the site's --site-file")
        for other in witnesses or []:
            theirs = read_bundle(other)
            evidence.statements.extend(theirs.statements)
            evidence.witnesses.extend(theirs.witnesses)
        whole = report(evidence, public_keys(folder), Console(highlight=False, soft_wrap=True))
    except (NotEvidence, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if not whole:
        raise typer.Exit(1)


def _evidence(bundle: Path | None, settings: SiteSettings | None, dsn: str | None, site: str | None) -> Evidence:
    if bundle is not None:
        return read_bundle(bundle)
    name = SiteId(site) if site is not None else settings.site if settings is not None else None
    if name is None:
        raise NotEvidence("which site? name a bundle, --site-file, or --dsn together with --site")
    if dsn is not None:
        owner = dsn
        return from_database(name, lambda _: owner)
    if settings is None:
        raise NotEvidence("which database? name --dsn or --site-file")
    database = settings.database
    return from_database(name, lambda service: database_dsn(database, service))


def report(evidence: Evidence, keys: Keyring, console: Console) -> bool:
    """Verify log by log and say what is found; return whether everything holds."""
    signed, refused = believed(keys, evidence.statements, evidence.witnesses, evidence.site)
    found = list(refused)
    for log in evidence.logs:
        result = verify_log(evidence.site, log, signed)
        console.print(_line(result), markup=False)
        found += result.findings
    if not found:
        console.print("每条日志与封印、见证相符。 Every log is what was sealed and witnessed.", style="green")
        return True
    console.print("第一处不符 First discontinuity:", style="bold red")
    for each in found[:SHOWN]:
        where = f"{each.service} position {each.position}, batch {each.batch}"
        console.print(f"  {each.kind}  {where}: {each.detail}", style="red", markup=False)
        if each.before or each.after:
            console.print(f"      between {each.before or 'the beginning'} and {each.after or 'the end'}", markup=False)
    if len(found) > SHOWN:
        console.print(f"  … {len(found) - SHOWN} more")
    return False


def _line(result: LogReport) -> str:
    by = ", ".join(result.witnesses) or "nobody"
    state = "不符 broken" if result.findings else "相符 whole"
    return (
        f"{result.service:<12} {state}  sealed {result.sealed}, witnessed {result.witnessed} by {by};"
        f" unwitnessed tail 未见证 {result.tail} (of these unsealed {result.unsealed})"
    )
