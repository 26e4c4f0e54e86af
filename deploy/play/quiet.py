"""Quiet: everything that was stated has been applied everywhere, so that business time may move on.

Every logged event has its inbox row at every reader of the chain's table, every crossing has its receipt unless
its link is known to be cut, nothing waits in an outbox, and no clock of the business is due.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import asyncpg

from deploy.city import City
from deploy.provision.site import database_dsn
from shared.broker.names import LINKS_EXCHANGE
from shared.contracts.envelope import read
from shared.contracts.identifiers import SiteId
from shared.contracts.routes import route_of
from shared.contracts.vocabulary import Service

# Schema names come from the Service enumeration, never from outside.
_LOG = {s: f"SELECT event_id, carried, body FROM {s}.event_log WHERE event_id <> ALL ($1::uuid[])" for s in Service}
_INBOX = {s: f"SELECT event_id FROM {s}.inbox WHERE event_id = ANY ($1::uuid[])" for s in Service}
_STASH = {s: f"SELECT event_id FROM {s}.stash" for s in Service}
_HELD = {
    s: f"SELECT state, cause, detail FROM {s}.held_message WHERE state IN ('RETRYING', 'PARKED', 'DEFERRED')"
    for s in Service
}
_OUTBOX = {s: f"SELECT count(*) FROM {s}.outbox_pending WHERE exchange <> $1" for s in Service}
_CROSSING = "SELECT peer, event_id FROM forwarding.crossing"
LOOK_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Unrest:
    """What keeps a city from being quiet, for messages."""

    waiting: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.waiting or self.held)


class NotQuiet(Exception):
    """The city did not come to rest in time; says what is missing where."""


@dataclass(slots=True)
class Quiet:
    """Watches one city. ``cut``: pairs of sites whose link is known to be cut now."""

    city: City
    connections: dict[SiteId, asyncpg.Connection] = field(default_factory=dict)
    cut: set[frozenset[SiteId]] = field(default_factory=set)
    _missing: dict[SiteId, dict[Service, set[UUID]]] = field(default_factory=dict)
    _seen: dict[tuple[SiteId, Service], set[UUID]] = field(default_factory=lambda: defaultdict(set))

    async def open(self) -> None:
        """Connect to every site's database as its owner: no service may look into another's tables."""
        for site, place in self.city.places.items():
            dsn = database_dsn(place.servers.admin_dsn, self.city.settings[site].database.name)
            self.connections[site] = await asyncpg.connect(dsn)
            self._missing[site] = defaultdict(set)

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.gather(*(connection.close() for connection in self.connections.values()))

    async def wait(self, seconds: float = 60.0) -> None:
        """Return when the city is quiet. Raises NotQuiet with what is missing, or at once when a message is parked."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            await self._run_business_timers()
            unrest = await self.look()
            if not unrest:
                return
            if unrest.held and not unrest.waiting and any("PARKED" in each for each in unrest.held):
                raise NotQuiet("; ".join(unrest.held))
            if asyncio.get_running_loop().time() > end:
                raise NotQuiet(f"after {seconds} s: {unrest.waiting[:10]} held: {unrest.held[:5]}")
            await asyncio.sleep(LOOK_SECONDS)

    async def next_due(self) -> datetime | None:
        """Return the earliest business instant at which any site has something to do by itself; None when none."""
        instants: list[datetime] = []
        for process in self.city.running.values():
            for hosted in process.hosted.values():
                for timer in hosted.parts.timers:
                    if timer.next_due is not None and (due := await timer.next_due()) is not None:
                        instants.append(due)
        return min(instants, default=None)

    async def look(self) -> Unrest:
        """Return what is not at rest at this moment."""
        found = await asyncio.gather(*(self._look_at(site) for site in self.connections))
        return Unrest(
            tuple(each for unrest in found for each in unrest.waiting),
            tuple(each for unrest in found for each in unrest.held),
        )

    async def _look_at(self, site: SiteId) -> Unrest:
        connection = self.connections[site]
        hosted = self.city.running[site].hosted
        waiting: list[str] = []
        held: list[str] = []
        for service in hosted:
            await self._expect(site, service, hosted)
            if pending := await connection.fetchval(_OUTBOX[service], LINKS_EXCHANGE):
                waiting.append(f"{site}: {pending} in the outbox of {service}")
            if stashed := await connection.fetch(_STASH[service]):
                waiting.append(f"{site}: {len(stashed)} in the stash of {service}")
            held += [
                f"{site} {service}: {row['state']} {row['cause']} {row['detail']}"
                for row in await connection.fetch(_HELD[service])
            ]
        waiting += await self._unheard(site)
        if Service.FORWARDING in hosted:
            crossing = await connection.fetch(_CROSSING)
            open_ = [row["peer"] for row in crossing if frozenset({site, SiteId(row["peer"])}) not in self.cut]
            if open_:
                waiting.append(f"{site}: {len(open_)} crossings without receipt")
        return Unrest(tuple(waiting), tuple(held))

    async def _expect(self, site: SiteId, service: Service, hosted: Iterable[Service]) -> None:
        """Note which readers have to hear what a service stated since the last look."""
        seen = self._seen[site, service]
        for row in await self.connections[site].fetch(_LOG[service], list(seen)):
            seen.add(row["event_id"])
            _, event = read(bytes(row["body"]))
            route = route_of(type(event))
            lane = route.lane(event)
            for reader in route.readers_in(lane) if row["carried"] else route.heard_in(lane):
                if reader in hosted:
                    self._missing[site][reader].add(row["event_id"])

    async def _unheard(self, site: SiteId) -> list[str]:
        found: list[str] = []
        missing: Mapping[Service, set[UUID]] = self._missing[site]
        for reader, ids in missing.items():
            if not ids:
                continue
            rows = await self.connections[site].fetch(_INBOX[reader], list(ids))
            ids -= {row["event_id"] for row in rows}
            if ids:
                found.append(f"{site}: {reader} has not heard {len(ids)}")
        return found

    async def _run_business_timers(self) -> None:
        for process in self.city.running.values():
            for hosted in process.hosted.values():
                for timer in hosted.parts.timers:
                    if timer.business:
                        while await timer.run():
                            continue
