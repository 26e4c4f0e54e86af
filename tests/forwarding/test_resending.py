"""What is sent again, and when: only what a later heartbeat has overtaken, whatever became of anything else."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from deploy.provision.keys import exchange_public_keys, make_pair
from services.forwarding import links
from services.forwarding.frames import EventFrame, HeartbeatFrame, seal, unseal
from services.forwarding.keys import Keys
from services.forwarding.links import Links
from services.forwarding.signatures import Signer, signer_of
from shared.contracts.identifiers import EventId, SiteId
from shared.contracts.vocabulary import Lane, Service
from shared.store.store import Store
from tests.conftest import OpenStore
from tests.towns import LINJIANG, PINGHU, QINGSHAN

OLD_KEY = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
LONG_AGO = timedelta(hours=1)
LEFT = "SELECT count(*) FROM forwarding.outbox_pending WHERE routing_key LIKE $1"


@dataclass(slots=True)
class City:
    """The city's links to two counties. ``owner``: a look into its tables."""

    store: Store
    keys: Keys
    links: Links
    owner: asyncpg.Connection

    async def crossing(
        self, peer: SiteId = QINGSHAN, *, after_beat: int = 5, attempts: int = 1, signed_by: Signer | None = None
    ) -> UUID:
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
            seal(signed_by or self.keys.signer, frame),
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

    def unsealed(self, raw: bytes) -> Any:
        """Return a frame of the city's as the county reads it now."""
        now = self.store.machine.now()
        return unseal(self.keys.ring, raw, source=LINJIANG, destination=QINGSHAN, now=now)

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
    await keys.start()
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


async def test_nothing_is_sent_again_while_no_heartbeat_that_left_later_came_back(city: City) -> None:
    """A slow link would get each message again and again, and become slower: only what was overtaken is lost."""
    await city.crossing(after_beat=5)
    for echoed in (0, 5, 6):
        await city.beats(last_beat=9, echoed_beat=echoed)
        await city.links.resend()
        assert await city.left() == 0, echoed

    await city.beats(last_beat=9, echoed_beat=7)
    await city.links.resend()

    assert await city.left() == 1


@pytest.mark.parametrize(
    ("out", "held", "back", "offset"),
    [
        (1, 4, 1, 30.0),
        (3, 0, 1, 31.0),  # by half of the difference of both ways
        (0, 4, 240, None),  # waited in a queue while the link was cut
        (240, 4, 0, None),
    ],
)
async def test_clocks_are_compared_by_heartbeats_that_did_not_wait(
    city: City, out: int, held: int, back: int, offset: float | None
) -> None:
    """After a cut the heartbeats that waited once showed the length of the cut as the distance of two clocks."""
    await city.beats(last_beat=9)
    ahead, way = timedelta(seconds=30), timedelta(seconds=back)
    left = city.store.machine.now() - timedelta(seconds=out + held + back)

    await city.hear(
        echo=8,
        echo_epoch=1,
        echo_sent_at=left,
        echo_held_seconds=held,
        business_now=city.store.clock.now() - way + ahead,
    )

    found = await city.heard("clock_offset")
    assert (found is None) == (offset is None)
    if offset is not None:
        assert found.total_seconds() == pytest.approx(offset, abs=0.5)


async def test_a_heartbeat_that_waited_leaves_the_offset_that_is_known(city: City) -> None:
    await city.beats(last_beat=9)
    await city.owner.execute("UPDATE forwarding.link SET clock_offset = interval '7 seconds'")

    await city.hear(business_now=city.store.clock.now() - timedelta(minutes=9))

    assert await city.heard("clock_offset") == timedelta(seconds=7)


async def test_a_heartbeat_says_when_the_echoed_one_left_and_how_long_it_was_kept(city: City) -> None:
    left = datetime.now(UTC) - timedelta(minutes=1)
    await city.beats(last_beat=9)
    await city.hear(beat=5, sent_at=left)
    await city.hear(beat=4, sent_at=left - timedelta(seconds=5))
    await city.owner.execute("UPDATE forwarding.link SET heard_at = heard_at - interval '20 seconds'")

    await city.links.beat()

    look = "SELECT body FROM forwarding.outbox_pending WHERE routing_key = 'to.qingshan.routine'"
    frame = city.unsealed(await city.owner.fetchval(look))
    assert isinstance(frame, HeartbeatFrame)
    assert (frame.echo, frame.echo_epoch, frame.echo_sent_at) == (5, 1, left)
    assert frame.echo_held_seconds == pytest.approx(20, abs=5)


async def test_what_is_sent_again_is_sealed_anew(city: City) -> None:
    """The key it was sealed with may have been replaced since, and the receiver judges keys by its own clock."""
    event = await city.crossing(signed_by=signer_of(LINJIANG, OLD_KEY))
    await city.beats(last_beat=9, echoed_beat=9)

    await city.links.resend()

    frame = city.unsealed(await city.owner.fetchval("SELECT body FROM forwarding.outbox_pending"))
    assert isinstance(frame, EventFrame)
    assert (frame.event_id, frame.body) == (event, "{}")
    assert city.store.machine.now() - frame.sent_at < LONG_AGO


async def test_what_the_other_site_holds_is_not_sent_again(city: City) -> None:
    await city.crossing()
    await city.owner.execute("UPDATE forwarding.crossing SET fate = 'PARKED', fate_at = now()")
    await city.beats(last_beat=9, echoed_beat=9)

    await city.links.resend()

    assert await city.left() == 0
