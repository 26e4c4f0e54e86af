"""Quiet: everything that was stated has been applied everywhere, so that business time may move on.

Every logged event has its inbox row at every reader of the chain's table, every crossing has its receipt unless
its link is known to be cut, nothing waits in an outbox, and no clock of the business is due.

A look reads each site in one snapshot, so that an applied event and what its reader stated are seen together. The
sites' snapshots lie a little apart, and a message may pass between them; but then its arrival is news to the next
look. So the city is quiet when two looks in a row find it at rest and the second finds nothing new; the timers of
the business run between the two.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
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
_STANDING = """
SELECT 'log' AS what, '{s}' AS service, event_id, carried, body, '' AS words
  FROM {s}.event_log WHERE recorded_by >= $1::text::xid8
UNION ALL
SELECT 'waiting', '{s}', NULL, NULL, NULL, count(*) || ' in the outbox of {s}'
  FROM {s}.outbox_pending WHERE exchange <> '{links}' HAVING count(*) > 0
UNION ALL
SELECT 'waiting', '{s}', NULL, NULL, NULL, count(*) || ' in the stash of {s}' FROM {s}.stash HAVING count(*) > 0
UNION ALL
SELECT 'held', '{s}', NULL, NULL, NULL, concat_ws(' ', '{s}:', state, cause, detail)
  FROM {s}.held_message WHERE state IN ('RETRYING', 'PARKED', 'DEFERRED')
"""
_HORIZON = "SELECT 'horizon' AS what, '', NULL, NULL, NULL, pg_snapshot_xmin(pg_current_snapshot())::text"
_CROSSING = "SELECT 'crossing', 'forwarding', event_id, NULL, NULL, peer FROM forwarding.crossing WHERE fate IS NULL"
_HEARD = "SELECT '{s}' AS service, event_id FROM {s}.inbox WHERE event_id = ANY (${n}::uuid[])"
LOOK_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Unrest:
    """What keeps a city from being quiet, for messages. ``news``: what was seen for the first time, stated or heard."""

    waiting: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    news: int = 0

    def __bool__(self) -> bool:
        return bool(self.waiting or self.held)


class NotQuiet(Exception):
    """The city did not come to rest in time; says what is missing where."""


@dataclass(slots=True)
class Quiet:
    """Watches one city. ``cut``: pairs of sites whose link is known to be cut now. ``heard``: events applied so far."""

    city: City
    connections: dict[SiteId, asyncpg.Connection] = field(default_factory=dict)
    cut: set[frozenset[SiteId]] = field(default_factory=set)
    heard: int = 0
    _missing: dict[SiteId, dict[Service, set[UUID]]] = field(default_factory=dict)
    _seen: dict[SiteId, set[tuple[str, UUID]]] = field(default_factory=lambda: defaultdict(set))
    _horizon: dict[SiteId, str] = field(default_factory=lambda: defaultdict(lambda: "0"))

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
        rested = False
        while True:
            unrest = await self.look()
            if not unrest:
                if rested and not unrest.news:
                    return
                await self._run_business_timers()
                rested = True
            elif not unrest.waiting and any("PARKED" in each for each in unrest.held):
                raise NotQuiet("; ".join(unrest.held))
            elif asyncio.get_running_loop().time() > end:
                raise NotQuiet(f"after {seconds} s: {unrest.waiting[:10]} held: {unrest.held[:5]}")
            else:
                rested = False
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
            sum(unrest.news for unrest in found),
        )

    async def _look_at(self, site: SiteId) -> Unrest:
        connection = self.connections[site]
        hosted = tuple(self.city.running[site].hosted)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            rows = await connection.fetch(_standing(hosted), self._horizon[site])
            stated = self._expect(site, hosted, [row for row in rows if row["what"] == "log"])
            heard = await self._hear(site)
        self._horizon[site] = next(row["words"] for row in rows if row["what"] == "horizon")
        self.heard += heard
        waiting = [f"{site}: {row['words']}" for row in rows if row["what"] == "waiting"]
        waiting += [f"{site}: {reader} has not heard {len(ids)}" for reader, ids in self._missing[site].items() if ids]
        peers = [SiteId(row["words"]) for row in rows if row["what"] == "crossing"]
        if open_ := [peer for peer in peers if frozenset({site, peer}) not in self.cut]:
            waiting.append(f"{site}: {len(open_)} crossings without receipt")
        held = (f"{site} {row['words']}" for row in rows if row["what"] == "held")
        return Unrest(tuple(waiting), tuple(held), stated + heard)

    def _expect(self, site: SiteId, hosted: Iterable[Service], rows: Sequence[asyncpg.Record]) -> int:
        """Note which readers have to hear what was stated since the last look; return how much that is.

        Forwarding restates an event of another site under its own id, so one id may be stated by two services.
        """
        new = [row for row in rows if (row["service"], row["event_id"]) not in self._seen[site]]
        for row in new:
            self._seen[site].add((row["service"], row["event_id"]))
            _, event = read(bytes(row["body"]))
            route = route_of(type(event))
            lane = route.lane(event)
            for reader in route.readers_in(lane) if row["carried"] else route.heard_in(lane):
                if reader in hosted:
                    self._missing[site][reader].add(row["event_id"])
        return len(new)

    async def _hear(self, site: SiteId) -> int:
        """Take off what its readers have heard by now; return how much that is."""
        open_ = {reader: ids for reader, ids in self._missing[site].items() if ids}
        if not open_:
            return 0
        text = " UNION ALL ".join(_HEARD.format(s=reader, n=n) for n, reader in enumerate(open_, 1))
        rows = await self.connections[site].fetch(text, *(list(ids) for ids in open_.values()))
        for row in rows:
            open_[Service(row["service"])].discard(row["event_id"])
        return len(rows)

    async def _run_business_timers(self) -> None:
        timers = [
            timer
            for process in self.city.running.values()
            for hosted in process.hosted.values()
            for timer in hosted.parts.timers
            if timer.business
        ]
        for timer in timers:
            while await timer.run():
                continue


def _standing(hosted: Iterable[Service]) -> str:
    parts = [_STANDING.format(s=service, links=LINKS_EXCHANGE) for service in hosted]
    crossing = [_CROSSING] if Service.FORWARDING in hosted else []
    return " UNION ALL ".join([*parts, *crossing, _HORIZON])
