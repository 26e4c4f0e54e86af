"""Promises 1, 2, 4 and 5 of the plan under kills: whatever process dies at whatever moment, every report is adopted
exactly once at each tier, none is parked, every receipt comes home, no effect is doubled, every log verifies."""

import asyncio
import random
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from deploy.play.robots import DESKS, EDITORS, WRITERS, Robots
from deploy.provision.site import database_dsn
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from tests.chaos.town import ROOT, Town, town
from tests.probe import eventually
from tests.towns import LINJIANG, PINGHU, QINGSHAN

ADOPTED = "SELECT count(*) FROM publication.adoption"
PARKED = {s: f"SELECT state, cause, detail, stack FROM {s}.held_message WHERE state <> 'APPLIED'" for s in Service}
STASHED = {s: f"SELECT count(*) FROM {s}.stash" for s in Service}
WAITING = {s: f"SELECT count(*) FROM {s}.outbox_pending WHERE exchange <> 'shangda.links'" for s in Service}
DOUBLED = "SELECT report_id FROM publication.adoption GROUP BY report_id, publication HAVING count(*) > 1"
UNRECEIPTED = "SELECT count(*) FROM forwarding.submission WHERE direction = 'OUT' AND received_at IS NULL"
CROSSING = "SELECT count(*) FROM forwarding.crossing"
SCORED = "SELECT report_id, count(*) AS lines FROM scoring.ledger_line WHERE assessor = $1 GROUP BY report_id"
SEALED = {s: f"SELECT (SELECT count(*) FROM {s}.sealed_fact) = (SELECT count(*) FROM {s}.event_log)" for s in Service}
WAYS = "SELECT count(*) FROM intake.report"
CASES = "SELECT office, state, count(*) AS n FROM review.review_case GROUP BY office, state"
LINK_OUTBOX = """
SELECT routing_key, last_outcome, count(*), max(attempts) FROM forwarding.outbox_pending
 WHERE exchange = 'shangda.links' GROUP BY 1, 2
"""
WAYS_HOME = """
SELECT kinds, count(*) AS n, min(report_id::text) AS one
  FROM (SELECT m.report_id, array_agg(m.office || ' ' || m.kind ORDER BY m.kind, m.office) AS kinds
          FROM intake.way_milestone AS m GROUP BY m.report_id) AS w
 GROUP BY kinds
"""
# Reports whose origin knows: signed by township and county, received and adopted by county and city, each once.
HOME = """
SELECT count(*) FROM intake.report AS r
 WHERE (SELECT array_agg(m.kind ORDER BY m.kind) FROM intake.way_milestone AS m
         WHERE m.report_id = r.report_id AND m.kind IN ('SIGNED', 'RECEIVED', 'ADOPTED'))
       = ARRAY['ADOPTED', 'ADOPTED', 'RECEIVED', 'RECEIVED', 'SIGNED', 'SIGNED']
"""
STANDSTILL_SECONDS = 180


async def test_few_kills(organisation: Organisation, tmp_path: Path) -> None:
    """Promises 1 and 2, short form: four kills and a cut link while 40 reports go through three tiers (IF-06)."""
    await _chaos(organisation, tmp_path, seed=20250217, reports=40, kills=4)


@pytest.mark.slow
async def test_many_kills(organisation: Organisation, tmp_path: Path) -> None:
    """Promises 1 and 2, long form: twenty-four kills and a cut link while 2,000 reports go through three tiers."""
    await _chaos(organisation, tmp_path, seed=20250218, reports=2_000, kills=24)


async def _chaos(organisation: Organisation, folder: Path, *, seed: int, reports: int, kills: int) -> None:
    chance = random.Random(seed)
    async with town(organisation, folder) as place, _owners(place) as owners:
        robots = Robots(place.cast)
        shares = [range(share, reports, len(WRITERS)) for share in range(len(WRITERS))]
        work = [
            *(robots.write(office, share) for office, share in zip(WRITERS, shares, strict=True)),
            *(robots.work_at(desk) for desk in DESKS),
            *(robots.adopt_at(office, publication) for office, publication in EDITORS),
        ]
        tasks = [asyncio.create_task(each) for each in work]
        try:
            await _strike(place, owners[LINJIANG], chance, reports, kills)
            await _get_on(partial(_adopted_in, *owners.values()), 2 * reports, "adopted")
            await eventually(lambda: _at_rest(owners, reports), seconds=120, what="everything at rest")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{robots.refused}\n{await _standing(place, owners)}") from error
        finally:
            robots.stopping.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await _check(owners, reports)
        await _verify(place, owners)
        assert len(place.killed) == kills


async def _strike(place: Town, city: asyncpg.Pool, chance: random.Random, reports: int, kills: int) -> None:
    """Kill at random points of progress, counted in adoptions at the city; cut a link for a part of the way."""
    points = sorted(chance.sample(range(1, max(reports - reports // 10, kills + 2)), kills))
    cut_from, cut_to = points[0], points[-1]
    await place.proxies[PINGHU].cut()
    restored = False
    for point in points:
        wanted = point if restored else point // 3  # while one county is cut off, only the other's half can arrive
        await _get_on(partial(_adopted_in, city), wanted, "adopted at the city")
        await place.kill_one(chance)
        if not restored and point >= (cut_from + cut_to) // 2:
            await place.proxies[PINGHU].restore()
            restored = True
    await place.proxies[PINGHU].restore()


async def _get_on(count: Callable[[], Awaitable[int]], wanted: int, what: str) -> None:
    """Wait until ``wanted`` is counted; fail when nothing is added for a while. A slow machine is not at fault."""
    seen = -1

    async def more() -> bool:
        nonlocal seen
        before, seen = seen, max(seen, await count())
        return seen > before

    while seen < wanted:
        await eventually(more, seconds=STANDSTILL_SECONDS, what=f"more than {seen} {what}")


async def _adopted_in(*pools: asyncpg.Pool) -> int:
    """Return the adoptions in these databases; 0 when one of them is away, for then nothing is added."""
    try:
        return sum([await pool.fetchval(ADOPTED) for pool in pools])
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return 0


async def _standing(place: Town, owners: dict[SiteId, asyncpg.Pool]) -> str:
    """Say where everything stands, when it does not come to its end."""
    lines = [await place.standing()]
    for site, pool in owners.items():
        for service in Service:
            held = [dict(row) for row in await pool.fetch(PARKED[service])]
            waiting, stashed = await pool.fetchval(WAITING[service]), await pool.fetchval(STASHED[service])
            if held or waiting or stashed:
                lines.append(f"{site} {service}: {waiting} waiting, {stashed} stashed, held {held[:3]}")
        crossing, unreceipted = await pool.fetchval(CROSSING), await pool.fetchval(UNRECEIPTED)
        cases = {(row["office"], row["state"]): row["n"] for row in await pool.fetch(CASES)}
        adopted = await pool.fetchval(ADOPTED)
        links = [tuple(row) for row in await pool.fetch(LINK_OUTBOX)]
        lines.append(f"{site}: frames in the outbox {links}, queues {await place.link_queues(site)}")
        ways = [(row["kinds"], row["n"], row["one"]) for row in await pool.fetch(WAYS_HOME)]
        scored = {row["report_id"] for row in await pool.fetch(SCORED, str(site))}
        lines.append(f"{site}: {len(scored)} scored, ways {ways}")
        lines.append(f"{site}: {adopted} adopted, {crossing} crossing, {unreceipted} without receipt, {cases}")
    return "\n".join(lines)


async def _at_rest(owners: dict[SiteId, asyncpg.Pool], reports: int) -> bool:
    for pool in owners.values():
        counts = [await pool.fetchval(WAITING[s]) + await pool.fetchval(STASHED[s]) for s in Service]
        if sum(counts) or await pool.fetchval(UNRECEIPTED) or await pool.fetchval(CROSSING):
            return False
    scored = len(await owners[LINJIANG].fetch(SCORED, "linjiang"))
    home = sum([await owners[site].fetchval(HOME) for site in (QINGSHAN, PINGHU)])
    return scored == reports and home == reports


async def _check(owners: dict[SiteId, asyncpg.Pool], reports: int) -> None:
    for site, pool in owners.items():
        for service in Service:
            held = await pool.fetch(PARKED[service])
            assert not held, f"{site} {service}: {[(row['state'], row['cause'], row['detail']) for row in held][:3]}"
        assert await pool.fetch(DOUBLED) == [], site
    written = await owners[QINGSHAN].fetchval(WAYS) + await owners[PINGHU].fetchval(WAYS)
    assert written == reports
    assert await owners[LINJIANG].fetchval(ADOPTED) == reports
    assert await _adopted_in(owners[QINGSHAN], owners[PINGHU]) == reports
    # The city enters a line for the county; the county one for its own adoption and one for the city's.
    for site, assessor, lines in ((LINJIANG, "linjiang", 1), (QINGSHAN, "qingshan", 2), (PINGHU, "pinghu", 2)):
        found = {row["lines"] for row in await owners[site].fetch(SCORED, assessor)}
        assert found == {lines}, f"{assessor} entered {found} lines for a report"


async def _verify(place: Town, owners: dict[SiteId, asyncpg.Pool]) -> None:
    """Every fact is sealed, and the operator's command finds each log as it was sealed and witnessed."""
    await eventually(lambda: _all_sealed(owners), seconds=60, what="every fact sealed")
    for site in owners:
        command = [sys.executable, "-m", "deploy.cli", "verify", "--site-file", str(place.city.settings_file(site))]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=STDOUT)
        said, _ = await process.communicate()
        assert process.returncode == 0, f"{site}: {said.decode()}"


async def _all_sealed(owners: dict[SiteId, asyncpg.Pool]) -> bool:
    return all([await pool.fetchval(SEALED[service]) for pool in owners.values() for service in Service])


@asynccontextmanager
async def _owners(place: Town) -> AsyncIterator[dict[SiteId, asyncpg.Pool]]:
    """Pools of the databases' owner: nobody else may look across services."""
    pools = {}
    for site, settings in place.city.settings.items():
        dsn = database_dsn(place.city.places[site].servers.admin_dsn, settings.database.name)
        pools[site] = await asyncpg.create_pool(dsn, min_size=1, max_size=2)
    yield pools
    for pool in pools.values():
        pool.terminate()
