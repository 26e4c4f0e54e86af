"""The whole way: written at townships, checked and signed three times, adopted at county and city, by robots."""

import asyncio
import time

import asyncpg

from deploy.bench.servers import appoint_all
from deploy.city import City
from deploy.play.cast import Cast
from deploy.play.robots import DESKS, EDITORS, WRITERS, Robots
from deploy.provision.site import database_dsn
from shared.contracts.identifiers import SiteId

_ADOPTED = "SELECT count(*) FROM publication.adoption"


async def way_rate(city: City, reports: int) -> float:
    """Return reports per second from the first submission to the last adoption at the city, acts over HTTP included."""
    cast = Cast(city)
    await cast.open()
    await appoint_all(city)
    top = SiteId("linjiang")
    dsn = database_dsn(city.places[top].servers.admin_dsn, city.settings[top].database.name)
    connection = await asyncpg.connect(dsn)
    robots = Robots(cast)
    shares = [range(share, reports, len(WRITERS)) for share in range(len(WRITERS))]
    begun = time.perf_counter()
    work = [
        *(robots.write(office, share, prefix="bench") for office, share in zip(WRITERS, shares, strict=True)),
        *(robots.work_at(desk) for desk in DESKS),
        *(robots.adopt_at(office, publication) for office, publication in EDITORS),
    ]
    tasks = [asyncio.create_task(each) for each in work]
    while await connection.fetchval(_ADOPTED) < reports:
        await asyncio.sleep(0.05)
    elapsed = time.perf_counter() - begun
    robots.stopping.set()
    await asyncio.gather(*tasks)
    await cast.close()
    await connection.close()
    return reports / elapsed
