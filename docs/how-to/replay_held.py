"""List what a service holds, or replay one group of it: ``replay_held.py SITE.json SERVICE [CAUSE WHO WHY]``."""

import asyncio
import sys
from pathlib import Path

from shared.contracts.vocabulary import Service
from shared.process.settings import load_settings
from shared.process.site import database_dsn
from shared.store.operating import Operating
from shared.store.store import open_store
from shared.timekeeping.clocks import SystemClock


async def main(site_file: str, service_name: str, cause: str = "", who: str = "", why: str = "") -> None:
    """Print the groups, then replay one and print what became of each message."""
    settings, service, clock = load_settings(Path(site_file)), Service(service_name), SystemClock()
    dsn = database_dsn(settings.database, service)
    store = await open_store(dsn, settings.site, service, clock=clock, machine=clock)
    operating = Operating(store)
    for group in await operating.groups():
        print(f"{group.state:<9} {group.cause:<24} {group.messages:>6}  oldest {group.oldest:%m-%d %H:%M}")
    if cause:
        frozen = [*await operating.select("PARKED", cause), *await operating.select("DEFERRED", cause)]
        selection = await operating.replay(frozen, actor=who, reason=why, at=clock.now())
        await asyncio.sleep(5)  # the service itself tries them, every half second
        for fate in await operating.outcomes(selection):
            print(f"{fate.held_id}  {fate.state}  {fate.cause}  {fate.detail}")
    await store.pool.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
