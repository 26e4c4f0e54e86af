"""Keeping links alive: heartbeats, sending again what has no receipt, and telling a silent link from a slow one."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from services.forwarding import queries
from services.forwarding.frames import HeartbeatFrame, reseal, seal
from services.forwarding.handlers import departure
from services.forwarding.keys import Keys
from services.forwarding.witnessing import carried
from shared.contracts.identifiers import SiteId
from shared.contracts.people import LinkCameUp, LinkWentDown
from shared.contracts.routes import ROUTES
from shared.contracts.vocabulary import Lane
from shared.store.failures import is_outage
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection, Unit

SQL = load_statements(__package__)
FIRST_RESEND_SECONDS = 2.0
LONGEST_RESEND_SECONDS = 300.0
LONGEST_ROUND_TRIP = timedelta(seconds=5)
_log = logging.getLogger(__name__)


class Links:
    """The links of one site. Several replicas may run it: heartbeats are counted in the database."""

    def __init__(self, store: Store, neighbours: tuple[SiteId, ...], keys: Keys, *, silent_seconds: float) -> None:
        self._store, self._neighbours, self._keys = store, neighbours, keys
        self._silent = timedelta(seconds=silent_seconds)

    async def beat(self) -> bool:
        """Send one heartbeat per neighbour and lane, in the same queue as everything else of that lane."""
        await self._for_each(self._beat)
        return False

    async def _for_each(self, act: Callable[[Unit, SiteId, Lane], Awaitable[bool]]) -> bool:
        """Act for each neighbour and lane, in a transaction each; what fails for one is logged and keeps no other.

        True when any of them may have more to do. Raises what says that the database is away.
        """
        more = False
        for peer in self._neighbours:
            for lane in Lane:
                try:
                    async with self._store.unit() as unit:
                        more = await act(unit, peer, lane) or more
                except Exception as error:
                    if is_outage(error):
                        raise
                    _log.exception("link not served", extra={"peer": peer, "lane": lane, "act": act.__name__})
        return more

    async def _beat(self, unit: Unit, peer: SiteId, lane: Lane) -> bool:
        now = self._store.machine.now()
        row = await unit.connection.fetchrow(SQL["next_beat"], peer, str(lane), now)
        assert row is not None
        stated, witnessed = None, None
        if lane is Lane.ROUTINE:
            stated, witnessed = await carried(unit.connection, self._store.site, peer)
        frame = HeartbeatFrame(
            source=self._store.site,
            destination=peer,
            epoch=self._store.epoch,
            lane=lane,
            sent_at=now,
            beat=row["last_beat"],
            echo=row["heard_beat"],
            echo_epoch=row["heard_epoch"],
            echo_sent_at=row["heard_sent_at"],
            echo_held_seconds=max((now - row["heard_at"]).total_seconds(), 0.0),
            business_now=unit.now,
            accepts=accepted_versions(),
            stated=stated,
            witnessed=witnessed,
        )
        unit.send(departure(peer, lane, seal(self._keys.signer, frame)))
        return False

    async def resend(self) -> bool:
        """Send again what has no receipt though a later heartbeat came back. True when there may be more."""
        return await self._for_each(self._resend)

    async def _resend(self, unit: Unit, peer: SiteId, lane: Lane) -> bool:
        now = self._store.machine.now()
        found = await queries.claim_unreceipted(
            unit.connection,
            peer,
            lane,
            now,
            first_seconds=FIRST_RESEND_SECONDS,
            longest_seconds=LONGEST_RESEND_SECONDS,
        )
        for each in found:
            unit.send(departure(peer, lane, reseal(self._keys.signer, each.frame, now)))
        await queries.mark_resent(unit.connection, peer, [each.event_id for each in found], now)
        return bool(found)

    async def silent_lanes(self, peer: SiteId) -> list[Lane]:
        """Return the lanes of a link that have been silent for half the time after which they count as down."""
        since = self._store.machine.now() - self._silent / 2
        async with self._store.reading() as connection:
            rows = await connection.fetch(SQL["silent_lanes"], peer, since)
        return [Lane(row["lane"]) for row in rows]

    async def look_for_silence(self) -> bool:
        """State that a link went down when its heartbeats stopped; the outage is recorded with this end's evidence."""
        now = self._store.machine.now()
        async with self._store.unit() as unit:
            for row in await unit.connection.fetch(SQL["silence_links"], now - self._silent):
                await unit.connection.execute(
                    SQL["open_outage"], unit.new_id(), row["peer"], row["lane"], row["heard_at"]
                )
                unit.announce(
                    LinkWentDown(
                        peer=row["peer"], lane=row["lane"], last_heard_at=row["heard_at"], declared_at=unit.now
                    )
                )
        return False


async def hear(unit: Unit, frame: HeartbeatFrame, machine_now: datetime, epoch: int) -> None:
    """Note a heartbeat; a link that counted as down is up again, and its outage ends. ``epoch``: this site's."""
    offset = _clock_offset(frame, unit.now, machine_now, epoch)
    row = await unit.connection.fetchrow(
        SQL["hear_beat"],
        frame.source,
        str(frame.lane),
        frame.beat,
        frame.echo if frame.echo_epoch == epoch else 0,
        machine_now,
        offset,
        frame.epoch,
        frame.sent_at,
    )
    if row is not None and row["state"] == "DOWN":
        await _end_outage(unit.connection, frame, machine_now)
        unit.announce(
            LinkCameUp(peer=frame.source, lane=str(frame.lane), silent_since=row["heard_at"], came_up_at=unit.now)
        )


def _clock_offset(frame: HeartbeatFrame, business_now: datetime, machine_now: datetime, epoch: int) -> timedelta | None:
    """Return how far the neighbour's business clock is ahead of ours; None when the heartbeat waited on its way.

    What the round trip of the echoed heartbeat took, without the time that the neighbour kept it, is a difference of
    two instants of each machine's own clock. Half of it is how old the heartbeat is, and how wrong the answer can be.
    """
    if frame.echo_sent_at is None or frame.echo_epoch != epoch:
        return None
    round_trip = machine_now - frame.echo_sent_at - timedelta(seconds=frame.echo_held_seconds)
    if not timedelta(0) <= round_trip <= LONGEST_ROUND_TRIP:
        return None
    return frame.business_now + round_trip / 2 - business_now


async def _end_outage(connection: Connection, frame: HeartbeatFrame, machine_now: datetime) -> None:
    await connection.execute(SQL["end_outage"], frame.source, str(frame.lane), machine_now)


def accepted_versions() -> dict[str, int]:
    """Return the newest version of each event that this site understands."""
    newest: dict[str, int] = {}
    for route in ROUTES:
        stem, _, version = route.event.name.rpartition(".v")
        newest[stem] = max(newest.get(stem, 0), int(version))
    return newest
