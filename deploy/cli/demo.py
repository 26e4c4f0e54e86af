"""``shangda demo``: three sites on private servers, one day of reports, and the portal to look around in."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from deploy.cli.play import named_servers
from deploy.demo.closing import print_portal, print_summary
from deploy.demo.people import demo_accounts
from deploy.demo.playing import DayFailed
from deploy.demo.running import run_day, staged
from deploy.demo.script import ORGANISATION
from deploy.demo.servers import AlreadyRunning, Found, private_servers, shared_servers
from deploy.demo.showing import Show, show_for
from deploy.demo.summary import Summary
from deploy.local.errors import LocalServerError
from deploy.play.acting import StepFailed
from deploy.play.quiet import NotQuiet
from shared.organisation.loader import load

FOLDER = Path(__file__).resolve().parents[2] / ".run/demo"


def demo(
    plain: Annotated[bool, typer.Option("--plain", help="plain lines instead of the live view")] = False,
    leave: Annotated[bool, typer.Option("--exit", help="end after the summary; the portal is not left open")] = False,
    folder: Annotated[Path, typer.Option(help="where servers and sites live meanwhile; removed at the end")] = FOLDER,
) -> None:
    """Play one day with virtual business time on the real broker and database, live. Ends with 1 when a step fails."""
    show = show_for(Console(), plain=plain)
    try:
        with _log(folder), _servers(folder, show) as found:
            summary = uvloop.run(_demo(found, folder, show, stay=not leave))
    except (asyncio.CancelledError, KeyboardInterrupt):
        show.console.print("已结束，全部服务已停止。")
        return
    except (DayFailed, StepFailed, NotQuiet, LocalServerError, AlreadyRunning) as error:
        show.console.print(f"演示未完成：{error}", style="red", markup=False)
        raise typer.Exit(1) from error
    if summary.faults:
        raise typer.Exit(1)


async def _demo(found: Found, folder: Path, show: Show, *, stay: bool) -> Summary:
    playing = asyncio.current_task()
    assert playing is not None
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, playing.cancel)
    async with staged(found, folder / "sites", show) as stage:
        summary = await run_day(stage, show)
        print_summary(show.console, summary)
        if stay:
            print_portal(show.console, demo_accounts(stage.city))
            await asyncio.Event().wait()  # until Ctrl-C
    return summary


@contextmanager
def _servers(folder: Path, show: Show) -> Iterator[Found]:
    sites = [site.id for site in load(ORGANISATION).sites]
    if (named := named_servers()) is not None:
        yield shared_servers(sites, named)
        return
    show.phase("正在启动三个 RabbitMQ 和一个 PostgreSQL")
    with private_servers(sites, folder) as found:
        yield found


@contextmanager
def _log(folder: Path) -> Iterator[None]:
    """Keep the services' log beside the folder: in the terminal it would tear the live view."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(folder.parent / f"{folder.name}.log", mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
