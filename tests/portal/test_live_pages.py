"""An event wakes the open pages of every process of the portal, whichever of them handled it. Real PostgreSQL."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import asyncpg

from services.portal.app import build
from services.portal.handlers import CHANNEL
from services.portal.live import Live, Topic
from shared.contracts.identifiers import SiteId
from shared.contracts.people import LinkWentDown
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext, ServiceParts
from shared.store.listening import listen
from shared.store.store import Bell, Store
from tests.conftest import OpenStore
from tests.probe import delivery, eventually, hear

NOW = datetime(2025, 2, 17, 0, 0, tzinfo=UTC)
DOWN = LinkWentDown(peer=SiteId("linjiang"), lane="urgent", last_heard_at=NOW, declared_at=NOW)
LISTENING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%portal_pages%'"


@dataclass
class Portal:
    """One process of the portal: what it is made of, and what it tells open pages."""

    store: Store
    parts: ServiceParts

    @property
    def live(self) -> Live:
        """What its open pages follow."""
        return cast(Live, cast(Any, self.parts.hearing[CHANNEL]).__self__)

    async def moves(self, topic: Topic, since: int) -> None:
        """Wait until a topic has moved since it stood at a number."""

        async def moved() -> bool:
            return self.live.versions[topic] > since

        await eventually(moved, what=f"{topic} moves")


@contextlib.asynccontextmanager
async def processes(
    open_store: OpenStore, organisation: Organisation, admin: asyncpg.Connection
) -> AsyncIterator[list[Portal]]:
    """Two processes of the portal on one database, listening."""
    found: list[Portal] = []
    stopping = asyncio.Event()
    for _ in range(2):
        store = replace(await open_store(Service.PORTAL), bell=Bell())
        settings = cast(Any, SimpleNamespace(keys=Path("none"), portal_url="http://portal"))
        context = ServiceContext(
            store.site, organisation, store.clock, store.machine, store, cast(Any, None), settings, cast(Any, None)
        )
        found.append(Portal(store, build(context, upstream=cast(Any, object()))))
    tasks = [asyncio.create_task(listen(each.store, stopping, each.parts.hearing)) for each in found]

    async def both() -> bool:
        return len(await admin.fetch(LISTENING)) == 2

    await eventually(both, what="both listen")
    for each in found:
        await each.moves(Topic.LINKS, 0)  # at the start anything may have moved
    try:
        yield found
    finally:
        stopping.set()
        await asyncio.gather(*tasks)


async def test_an_event_wakes_the_pages_of_both_processes(
    open_store: OpenStore, organisation: Organisation, admin: asyncpg.Connection
) -> None:
    async with processes(open_store, organisation, admin) as (one, other):
        streams = [each.live.stream(frozenset({Topic.LINKS, Topic.TICKETS})) for each in (one, other)]
        for stream in streams:
            await anext(stream)

        await hear(one.store, one.parts.handlers, DOWN)

        async with asyncio.timeout(15):
            told = [await anext(stream) for stream in streams]
        assert ['"links"' in each for each in told] == [True, True]
        assert [each.live.versions[Topic.TICKETS] for each in (one, other)] == [1, 1]
        for stream in streams:
            await stream.aclose()  # type: ignore[attr-defined]


async def test_nothing_is_told_of_what_was_rolled_back(
    open_store: OpenStore, organisation: Organisation, admin: asyncpg.Connection
) -> None:
    async with processes(open_store, organisation, admin) as (one, other):
        handlers = one.parts.handlers
        with contextlib.suppress(ZeroDivisionError):
            async with one.store.unit() as unit:
                await handlers.dispatch(delivery(DOWN, reader=Service.PORTAL), unit, handlers.table())
                await handlers.finish(unit.connection, [unit])
                raise ZeroDivisionError

        await hear(one.store, handlers, DOWN)

        await other.moves(Topic.LINKS, 1)
        assert other.live.versions[Topic.LINKS] == 2, "once for the start and once for what was committed"


async def test_a_process_that_did_not_hear_for_a_while_lets_its_pages_look_again(
    open_store: OpenStore, organisation: Organisation, admin: asyncpg.Connection
) -> None:
    async with processes(open_store, organisation, admin) as (one, other):
        for line in await admin.fetch(LISTENING):
            await admin.execute("SELECT pg_terminate_backend($1)", line["pid"])

        for each in (one, other):
            await each.moves(Topic.REPORTS, 1)
