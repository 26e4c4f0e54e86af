"""``shangda play``: play stories on private servers, or on the servers named in the environment."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvloop
from rich.console import Console

from deploy.local.stack import LocalStack
from deploy.play.player import Played, prepare
from deploy.play.story import AnyStep, Story, StoryInvalid, load_story
from deploy.provision.site import Servers
from shared.organisation.loader import load
from shared.timekeeping.civil import SHANGHAI

STORIES = Path(__file__).resolve().parents[1] / "play/stories"
ORGANISATION = Path(__file__).resolve().parents[2] / "shared/organisation/data/linjiang.yaml"


def play(
    stories: Annotated[list[Path] | None, typer.Argument(help="story files; all that are shipped when none")] = None,
    quiet: Annotated[bool, typer.Option(help="say only what did not go as told")] = False,
) -> None:
    """Play stories with virtual business time on the real broker and database. Ends with 1 when one fails."""
    console = Console()
    try:
        told = [load_story(path) for path in stories or sorted(STORIES.glob("*.yaml"))]
    except StoryInvalid as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(2) from error
    with servers() as found:
        results = [uvloop.run(_play(story, found, console, number, quiet)) for number, story in enumerate(told, 1)]
    if any(result.failures for result in results):
        raise typer.Exit(1)


def named_servers() -> Servers | None:
    """Return the servers that SHANGDA_AMQP_URL, …_MANAGEMENT_URL and …_POSTGRES_DSN name; None when they name none."""
    amqp, dsn = os.environ.get("SHANGDA_AMQP_URL"), os.environ.get("SHANGDA_POSTGRES_DSN")
    if not amqp or not dsn:
        return None
    parts = urlsplit(amqp)
    host = parts.hostname or "127.0.0.1"
    management = os.environ.get("SHANGDA_MANAGEMENT_URL", f"http://{host}:15672")
    return Servers(host, parts.port or 5672, management, parts.username or "guest", parts.password or "guest", dsn)


@contextmanager
def servers() -> Iterator[Servers]:
    """Yield the servers that the environment names, else private ones."""
    if (named := named_servers()) is not None:
        yield named
        return
    with tempfile.TemporaryDirectory() as folder, LocalStack(Path(folder), durable=False, keep=False) as stack:
        node = stack.rabbit
        yield Servers(
            "127.0.0.1",
            node.amqp_port,
            node.management_url,
            node.admin_user,
            node.admin_password,
            stack.postgres.admin_dsn(),
        )


async def _play(story: Story, found: Servers, console: Console, number: int, quiet: bool) -> Played:
    def tell(at: datetime, step: AnyStep, done: str) -> None:
        if not quiet:
            console.print(f"  {at.astimezone(SHANGHAI):%m-%d %H:%M:%S}  {step.who or ''}  {done}", markup=False)

    console.print(f"\n故事：{story.story}（{story.source}）", style="bold")
    with tempfile.TemporaryDirectory() as folder:
        prefix = f"story-{os.getpid()}-{number}"
        player = await prepare(story, load(ORGANISATION), ORGANISATION, found, Path(folder), prefix, tell)
        try:
            await player.open()
            played = await player.play(story)
        finally:
            await player.close()
            await player.city.drop()
    for failure in played.failures:
        console.print(f"  ✗ {failure}", style="red", markup=False)
    console.print(f"  {played.steps} 步完成，{len(played.failures)} 处不符")
    for missing in story.missing:
        console.print(f"  尚缺：{missing}", style="dim", markup=False)
    return played
