"""``shangda serve``: run the services of one site, all or some of them, until asked to stop."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from deploy.suite import BUILDS
from shared.contracts.vocabulary import Service
from shared.organisation.loader import load
from shared.process.settings import load_settings
from shared.process.site import SiteProcess, chosen
from shared.telemetry.logs import set_up_logs
from shared.telemetry.tracing import Tracing
from shared.timekeeping.clocks import SystemClock


def serve(
    services: Annotated[list[Service] | None, typer.Argument(help="services to host; all when none is named")] = None,
    site: Annotated[Path, typer.Option(help="settings file of the site, written by provision")] = Path("site.json"),
    http_port: Annotated[int | None, typer.Option(help="serve HTTP here instead of the settings' port")] = None,
) -> None:
    """Run the services of one site in this process. SIGTERM and Ctrl-C stop it, losing and repeating nothing."""
    uvloop.run(_serve(site, services or [], http_port))


async def _serve(file: Path, services: list[Service], http_port: int | None) -> None:
    settings = load_settings(file)
    if http_port is not None:
        settings = settings.model_copy(update={"http_port": http_port})
    set_up_logs(settings.site)
    clock = SystemClock()
    process = SiteProcess(
        settings,
        load(settings.organisation_file),
        chosen(BUILDS, services),
        clock,
        clock,
        Tracing(settings.site, otlp_endpoint=settings.otlp_endpoint),
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    starting = asyncio.create_task(process.start())
    asked = asyncio.create_task(stopping.wait())
    await asyncio.wait((starting, asked), return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        await starting  # tells why it could not start
        await asked
    else:
        starting.cancel()
    await process.stop()
