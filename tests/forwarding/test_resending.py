"""What is sent again, and when: only what a later heartbeat has overtaken, whatever became of anything else."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.provision.keys import exchange_public_keys, make_pair
from services.forwarding import links
from services.forwarding.frames import EventFrame, HeartbeatFrame, seal
from services.forwarding.keys import Keys
from services.forwarding.links import Links
from shared.contracts.identifiers import EventId, SiteId
from shared.contracts.vocabulary import Lane, Service
from shared.store.store import Store
from tests.conftest import OpenStore
from tests.towns import LINJIANG, PINGHU, QINGSHAN

LONG_AGO = timedelta(hours=1)
LEFT = "SELECT count(*) FROM forwarding.outbox_pending WHERE routing_key LIKE $1"


@dataclass(slots=True)
class City:
    """The city's links to two counties. ``owner``: a look into its tables."""

    store: Store
    keys: Keys
    links: Links
    owner: asyncpg.Connection

    async def crossing(self, peer: SiteId = QINGSHAN, *, after_beat: int = 5, attempts: int = 1) -> UUID:
        """Let a fact have left an hour ago, when so many heartbeats had left."""
        event, at = EventId(uuid4()), datetime.now(UTC) - LONG_AGO
        frame = EventFrame(
            source=LINJIANG,
            destination=peer,
            epoch=1,
            lane=Lane.ROUTINE,
            sent_at=at,
            event_id=event,
            subject="x",
            number=1,
            body="{}",
        )
        await self.owner.execute(
            """INSERT INTO forwarding.crossing (peer, event_id, lane, frame, sent_after_beat, attempts, first_sent_at,
                                                last_sent_at) VALUES ($1, $2, 'routine', $3, $4, $5, $6, $6)""",
            peer,
            event,
            seal(self.keys.signer, frame),
            after_beat,
            attempts,
            at,
        )
        return event

    async def beats(self, peer: SiteId = QINGSHAN, **columns: int) -> None:
        """Let the link have counted so many heartbeats."""
        names = {"last_beat": 0, "heard_beat": 0, "echoed_beat": 0, "heard_epoch": 1, **columns}
        await self.owner.execute(
            f"""INSERT INTO forwarding.link (peer, lane, heard_at, state, {", ".join(names)})
                VALUES ($1, 'routine', now(), 'UP', {", ".join(str(each) for each in names.values())})
                ON CONFLICT (peer, lane) DO UPDATE SET {", ".join(f"{each} = excluded.{each}" for each in names)}""",
            peer,
        )

    async def left(self, peer: SiteId = QINGSHAN) -> int:
        """Return how many frames have left for a neighbour."""
        number: int = await self.owner.fetchval(LEFT, f"to.{peer}.%")
        return number

    async def hear(self, **said: Any) -> None:
        """Hear a heartbeat of the county."""
        now = self.store.machine.now()
        fields = {"source": QINGSHAN, "destination": LINJIANG, "epoch": 1, "lane": Lane.ROUTINE, "sent_at": now}
        frame = HeartbeatFrame(**{**fields, "beat": 1, "echo": 0, "business_now": self.store.clock.now(), **said})
        async with self.store.unit() as unit:
            await links.hear(unit, frame, now, self.store.epoch)

    async def heard(self, column: str) -> Any:
        """Return what the link with the county has in a column."""
        return await self.owner.fetchval(f"SELECT {column} FROM forwarding.link WHERE peer = 'qingshan'")


@pytest.fixture
async def city(open_store: OpenStore, tmp_path: Path, admin: asyncpg.Connection) -> City:
    folders = {site: tmp_path / site for site in (LINJIANG, QINGSHAN, PINGHU)}
    for folder in folders.values():
        folder.mkdir()
        make_pair(folder, "site")
    exchange_public_keys({str(site): folder for site, folder in folders.items()})
    store = await open_store(Service.FORWARDING, site=LINJIANG)
    keys = Keys(store, folders[LINJIANG])
    return City(store, keys, Links(store, (QINGSHAN, PINGHU), keys, silent_seconds=5), admin)


async def test_what_was_tried_a_thousand_times_is_tried_again(city: City) -> None:
    """Doubling without end is a number that no database can hold, and nothing of that link was sent again."""
    await city.crossing(attempts=5_000)
    await city.beats(last_beat=9, echoed_beat=9)

    assert await city.links.resend()

    assert await city.left() == 1


async def test_a_link_that_fails_keeps_no_other_waiting(city: City) -> None:
    for peer in (QINGSHAN, PINGHU):
        await city.crossing(peer)
        await city.beats(peer, last_beat=9, echoed_beat=9)
    await city.owner.execute(
        """CREATE FUNCTION forwarding.fail() RETURNS trigger LANGUAGE plpgsql AS
           $$BEGIN RAISE EXCEPTION 'no'; END$$;
           CREATE TRIGGER fail BEFORE UPDATE ON forwarding.crossing
              FOR EACH ROW WHEN (NEW.peer = 'qingshan') EXECUTE FUNCTION forwarding.fail();
           CREATE TRIGGER fail BEFORE UPDATE ON forwarding.link
              FOR EACH ROW WHEN (NEW.peer = 'qingshan') EXECUTE FUNCTION forwarding.fail()"""
    )

    await city.links.resend()
    await city.links.beat()

    resent, beats = 1, len(Lane)
    assert await city.left(PINGHU) == resent + beats
    assert await city.left(QINGSHAN) == 1  # the urgent heartbeat: it has no row yet


async def test_a_neighbour_that_starts_an_epoch_is_heard_from_its_first_heartbeat(city: City) -> None:
    """A restored database counts from earlier on; the old count echoed would make it send everything again."""
    await city.beats(last_beat=9, heard_beat=1_000, heard_epoch=1)

    await city.hear(epoch=2, beat=3)
    assert (await city.heard("heard_epoch"), await city.heard("heard_beat")) == (2, 3)

    await city.owner.execute("UPDATE forwarding.link SET state = 'DOWN'")
    await city.hear(epoch=1, beat=1_001)
    assert await city.heard("state") == "DOWN"
    assert (await city.heard("heard_epoch"), await city.heard("heard_beat")) == (2, 3)


@pytest.mark.parametrize(
    ("echo", "epoch", "counts"), [(8, 1, True), (8, 2, False), (8, 0, False), (1_000, 1, False)], ids=str
)
async def test_only_an_echo_of_this_epoch_overtakes_anything(city: City, echo: int, epoch: int, counts: bool) -> None:
    """After our own restore the neighbour still echoes what we counted before it."""
    await city.crossing(after_beat=5)
    await city.beats(last_beat=9)

    await city.hear(echo=echo, echo_epoch=epoch)
    await city.links.resend()

    assert await city.left() == int(counts)
