"""``shangda bench``: our rates beside hand-written floors, measured in one run. Only the ratios travel well."""

from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.table import Table

from deploy.bench import accepting
from deploy.bench.floors import Floor
from deploy.bench.hop import Hop, hop, hop_latencies
from deploy.bench.servers import durable_stack, running
from deploy.bench.way import way_rate
from deploy.local.stack import LocalStack
from shared.contracts.identifiers import OfficeId

bench = typer.Typer(no_args_is_help=True, help="基准测试。 Benchmarks; loopback only, bounded.")
TOWNSHIP, COUNTY, CITY = (OfficeId(name) for name in ("qingshan-shiqiao", "qingshan-gov-info", "linjiang-gov-info"))
Reports = Annotated[int, typer.Option(min=50, max=20_000, help="reports per measurement")]


@bench.command("chain")
def chain(reports: Reports = 2_000) -> None:
    """Reports per second through one office hop and through the whole way, beside two floors; latency unloaded."""
    with durable_stack() as stack:
        uvloop.run(_chain(stack, reports))


@bench.command("intake")
def intake(requests: Reports = 3_000, clients: Annotated[int, typer.Option(min=1, max=64)] = 16) -> None:
    """Requests per second and p99 of accepting a report, beside a bare FastAPI + asyncpg insert."""
    with durable_stack() as stack:
        ours, floor = uvloop.run(accepting.measure(stack, requests, clients))
    table = Table(title=f"{requests} requests, {clients} clients")
    for column in ("", "requests/s", "p50 ms", "p99 ms", "refused"):
        table.add_column(column, justify="right")
    for name, each in (("intake", ours), ("bare insert", floor)):
        times = [f"{each.percentile(percent) * 1000:.1f}" for percent in (50, 99)]
        table.add_row(name, f"{each.rate:.0f}", *times, str(each.refused))
    console = Console()
    console.print(table)
    console.print(f"intake / bare insert = {ours.rate / floor.rate:.2f}")


async def _chain(stack: LocalStack, reports: int) -> None:
    console = Console()
    amqp, dsn = stack.rabbit.amqp_url(), stack.postgres.admin_dsn()
    one = await Floor(amqp, dsn, size=1).rate(reports)
    hundred = await Floor(amqp, dsn, size=100).rate(reports)
    async with running(stack, "bench") as city:
        # First, while nobody's desk holds the cases that the hops leave there.
        way = await way_rate(city, max(50, reports // 20))
        latencies = await hop_latencies(city, TOWNSHIP, COUNTY, 100)
        inside = await hop(city, TOWNSHIP, COUNTY, reports)
        between = await hop(city, COUNTY, CITY, reports)
    table = Table(title="chain, telemetry on")
    for column in ("", "per second", "/ floor 1", "/ floor 100"):
        table.add_column(column, justify="right")
    for name, rate in (
        ("floor: one message a transaction", one),
        ("floor: 100 messages a transaction", hundred),
        *_rows("inside a site", inside),
        *_rows("between sites", between),
        ("whole way with people's acts over HTTP", way),
    ):
        table.add_row(name, f"{rate:.0f}", f"{rate / one:.2f}", f"{rate / hundred:.2f}")
    console.print(table)
    half, worst = latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)]
    console.print(f"unloaded, release to arrival: p50 {half * 1000:.1f} ms, p99 {worst * 1000:.1f} ms")


def _rows(where: str, measured: Hop) -> tuple[tuple[str, float], ...]:
    """Reports per second, and the messages handled for them: a floor handles one for one."""
    return (
        (f"one office hop {where}", measured.rate),
        (f"  its messages, {measured.handled:.1f} a report", measured.rate * measured.handled),
    )
