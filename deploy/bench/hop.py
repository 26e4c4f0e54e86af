"""One office hop: a signed report leaves one office, is received by the next, and its receipt comes home."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import asyncpg
from uuid_utils.compat import uuid7

from deploy.bench.servers import store_of
from deploy.city import City
from deploy.provision.site import database_dsn
from shared.contracts.identifiers import CaseId, OfficeId, ReportId, SiteId
from shared.contracts.reports import (
    Citation,
    FactSheet,
    ReportHead,
    ReportSigned,
    ReportVersion,
    SignedBy,
    content_hash,
)
from shared.contracts.vocabulary import Nature, ReportType, Service, Urgency

_ARRIVED = "SELECT count(*) FROM review.review_case WHERE office = $1"
_HOME = "SELECT count(*) FROM forwarding.submission WHERE direction = 'OUT' AND received_at IS NOT NULL"
_HANDLED = " + ".join(f"(SELECT count(*) FROM {service}.inbox)" for service in Service)
_BODY = "经排查，全镇三座水库溢洪道淤堵，已组织清淤，请上级支持。" * 20


def signed_report(office: OfficeId, number: int) -> ReportSigned:
    """Return a realistic report of about 2 KB, released by ``office``."""
    report_id = ReportId(uuid7())
    now = datetime.now(UTC)
    facts = FactSheet(place="石桥镇", kind="水库隐患", measures="已组织清淤")
    citations = (Citation(figure="86户", source="镇财政所统计表"),)
    title = f"石桥镇水库溢洪道淤堵（{number}）"
    version = ReportVersion(
        version=1,
        by_office=office,
        title=title,
        body=_BODY,
        facts=facts,
        citations=citations,
        content_hash=content_hash(title, _BODY, facts, citations),
        written_at=now,
    )
    head = ReportHead(
        report_id=report_id,
        number=f"BENCH-{number:06}",
        origin_office=office,
        type=ReportType.PROBLEM,
        nature=Nature.PROBLEM,
        urgency=Urgency.ROUTINE,
        author_mark="作者-BENCH",
    )
    return ReportSigned(
        report_id=report_id,
        urgency=Urgency.ROUTINE,
        head=head,
        office=office,
        case_id=CaseId(uuid7()),
        versions=(version,),
        signed_by=SignedBy(appointment="bench", person_name="某某", role="DEPUTY_SIGNER"),
        signed_at=now,
    )


@dataclass(frozen=True, slots=True)
class Hop:
    """``rate``: reports per second through one hop. ``handled``: messages that services handled per report."""

    rate: float
    handled: float


async def hop(city: City, origin: OfficeId, destination: OfficeId, reports: int) -> Hop:
    """Measure one hop, receipts home included, with a full backlog at the start."""
    handled = await _handled(city)
    home, there = city.organisation.site_of(origin), city.organisation.site_of(destination)
    looks = [(await _look(city, there), _ARRIVED, (destination,)), (await _look(city, home), _HOME, ())]
    before = [await connection.fetchval(query, *arguments) for connection, query, arguments in looks]
    releases = [signed_report(origin, number) for number in range(reports)]
    begun = time.perf_counter()
    await _release(city, home, releases)
    for (connection, query, arguments), count in zip(looks, before, strict=True):
        while await connection.fetchval(query, *arguments) < count + reports:
            await asyncio.sleep(0.02)
    elapsed = time.perf_counter() - begun
    for connection, _, _ in looks:
        await connection.close()
    return Hop(reports / elapsed, (await _handled(city) - handled) / reports)


async def _handled(city: City) -> int:
    """Return how many messages the services of all sites have handled so far."""
    total = 0
    for site in city.settings:
        connection = await _look(city, site)
        total += await connection.fetchval(f"SELECT {_HANDLED}")
        await connection.close()
    return total


async def hop_latencies(city: City, origin: OfficeId, destination: OfficeId, reports: int) -> list[float]:
    """Return seconds from release to arrival, one report at a time, sorted."""
    home, there = city.organisation.site_of(origin), city.organisation.site_of(destination)
    connection = await _look(city, there)
    found: list[float] = []
    for number in range(reports):
        before = cast(int, await connection.fetchval(_ARRIVED, destination))
        async with store_of(city, home, Service.REVIEW) as store:
            begun = time.perf_counter()
            async with store.unit() as unit:
                unit.announce(signed_report(origin, number), office=origin)
        while await connection.fetchval(_ARRIVED, destination) == before:
            await asyncio.sleep(0.001)
        found.append(time.perf_counter() - begun)
    await connection.close()
    return sorted(found)


async def _release(city: City, site: SiteId, releases: Sequence[ReportSigned]) -> None:
    async with store_of(city, site, Service.REVIEW) as store:
        for begin in range(0, len(releases), 100):
            async with store.unit() as unit:
                for release in releases[begin : begin + 100]:
                    unit.announce(release, office=release.office)


async def _look(city: City, site: SiteId) -> asyncpg.Connection:
    place = city.places[site]
    return await asyncpg.connect(database_dsn(place.servers.admin_dsn, city.settings[site].database.name))
