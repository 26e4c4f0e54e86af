"""Frames as 青山县 sends them to the city, true ones and forged ones, and whether their receipts came home."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.forwarding import custody
from services.forwarding.frames import EventFrame, ReceiptFrame, seal
from services.forwarding.signatures import Signer, key_id, public_bytes, signer_of
from shared.broker.names import LINKS_EXCHANGE, arrival_key
from shared.contracts.envelope import Envelope, write
from shared.contracts.event import Event
from shared.contracts.identifiers import EventId, OfficeId, ReportId, SiteId, SubmissionId
from shared.contracts.reports import SubmissionSent
from shared.contracts.routes import route_of
from shared.contracts.vocabulary import Lane, Service, Urgency
from tests.building import MORNING, head, version
from tests.doors.town import Town, publish
from tests.towns import LINJIANG, QINGSHAN

COUNTY, CITY = OfficeId("qingshan-gov-info"), OfficeId("linjiang-gov-info")
NEVER_AGAIN = 2**40  # a heartbeat that will not be reached, so that nothing is sent again by the site itself
ARRIVED = "SELECT count(*) FROM review.review_case WHERE report_id = $1"
_AWAIT = """
INSERT INTO forwarding.crossing (peer, event_id, lane, frame, sent_after_beat, first_sent_at, last_sent_at)
VALUES ('linjiang', $1, 'routine', '', $2, now(), now())
"""


@dataclass(frozen=True, slots=True)
class Crossing:
    """One event on its way: its id, the report it is about, and the frame."""

    event_id: UUID
    report_id: UUID
    frame: EventFrame


def signer(town: Town, site: SiteId = QINGSHAN) -> Signer:
    """Return a site's signer."""
    return signer_of(site, (town.city.settings[site].keys / "site.pem").read_bytes())


def sent(by: Signer) -> SubmissionSent:
    """Return a report that the county signed and sends to the city."""
    stated, wording = head(ReportId(uuid4()), origin=COUNTY, urgency=Urgency.ROUTINE), version(by=COUNTY)
    chain = custody.add_hop(
        by,
        (),
        stated,
        office=COUNTY,
        action=custody.SIGNED,
        appointment="deputy",
        at=MORNING,
        version_hash=wording.content_hash,
    )
    return SubmissionSent(
        submission_id=SubmissionId(uuid4()),
        report_id=stated.report_id,
        urgency=stated.urgency,
        head=stated,
        from_office=COUNTY,
        to_office=CITY,
        is_copy=False,
        versions=(wording,),
        custody=chain,
        signed_at=MORNING,
        queued_at=MORNING,
        concerns=(CITY,),
    )


def body_of(event: Event, event_id: UUID, *, site: SiteId = QINGSHAN) -> bytes:
    """Return an event's bytes as ``site`` states it."""
    sender = route_of(type(event)).sender
    envelope = Envelope(
        id=EventId(event_id),
        type=event.name,
        source=f"/sites/{site}/{sender}",
        subject=event.subject,
        time=MORNING,
        site=site,
        service=sender,
        epoch=1,
        correlationid="test",
    )
    return write(envelope, event)


def crossing(event: Event, body: bytes | None = None, *, site: SiteId = QINGSHAN, **changes: Any) -> Crossing:
    """Return a frame that carries an event from the county to the city, the first about its subject."""
    event_id = uuid4()
    fields = {
        "source": QINGSHAN,
        "destination": LINJIANG,
        "epoch": 1,
        "lane": Lane.ROUTINE,
        "sent_at": datetime.now(UTC),
        "event_id": EventId(event_id),
        "subject": event.subject,
        "number": 1,
        "body": (body or body_of(event, event_id, site=site)).decode(),
        **changes,
    }
    # Unvalidated, for a neighbour of another version may write what this one would not.
    return Crossing(event_id, getattr(event, "report_id", event_id), EventFrame.model_construct(**fields))


async def hand_over(town: Town, raw: bytes, lane: Lane = Lane.ROUTINE) -> None:
    """Lay a frame into the city's queue with the county's own account, as its shovel does."""
    upper = town.city.settings[QINGSHAN].upper
    assert upper is not None
    await publish(upper.amqp_url, LINKS_EXCHANGE, arrival_key(QINGSHAN, lane), raw)


async def expect_receipt(town: Town, event_id: UUID) -> None:
    """Let the county wait for a receipt, as it does for everything that leaves."""
    await town.owners[QINGSHAN].execute(_AWAIT, event_id, NEVER_AGAIN)


async def receipted(town: Town, event_id: UUID) -> None:
    """Return when the county has got the receipt that it waits for."""
    waiting = "SELECT count(*) = 0 FROM forwarding.crossing WHERE event_id = $1 AND fate IS NULL"
    await town.until(waiting, event_id, what="the receipt comes home")


async def told(town: Town, event_id: UUID, fate: str) -> None:
    """Return when the county knows what became of a crossing; what is applied or given up is TOLD no more."""
    known = "SELECT coalesce((SELECT fate FROM forwarding.crossing WHERE event_id = $1), 'ENDED') = $2"
    await town.until(known, event_id, fate, what="the county knows")


async def flows(town: Town) -> None:
    """A good frame behind whatever came before arrives and is receipted."""
    own = signer(town)
    good = crossing(sent(own))
    await expect_receipt(town, good.event_id)
    await hand_over(town, seal(own, good.frame))
    await town.until(ARRIVED, good.report_id, site=LINJIANG, what="the good frame behind flows")
    await receipted(town, good.event_id)


async def held_at_the_city(town: Town, body: bytes) -> tuple[str, str]:
    """Return (cause, state) of what the city's forwarding holds with this body."""
    look = "SELECT cause || ' ' || state FROM forwarding.held_message WHERE body = $1"
    cause, state = (await town.until(look, body, site=LINJIANG, what="held at the city")).split(" ")
    return cause, state


def resealed(raw: bytes, **changes: Any) -> bytes:
    """Return a sealed frame with other members; one given as None is left out."""
    sealed = {**json.loads(raw), **changes}
    return json.dumps({name: value for name, value in sealed.items() if value is not None}).encode()


def accounts(town: Town) -> dict[str, str]:
    """Return addresses of the city's broker with accounts that may not speak for the county."""
    pinghu = town.city.settings[SiteId("pinghu")].upper
    assert pinghu is not None
    return {"the other county": pinghu.amqp_url, "intake": town.account(Service.INTAKE, LINJIANG)}


def stranger() -> Signer:
    """Return a signer whose key nobody has registered, under the county's name."""
    private = Ed25519PrivateKey.generate()
    return Signer(QINGSHAN, key_id(QINGSHAN, public_bytes(private)), private)


async def refused(town: Town, frames: Mapping[bytes, str]) -> None:
    """Hand over frames; each is parked for its cause and counted, and the good frame behind them flows."""
    counts = Counter(frames.values())
    before = {cause: await parked_count(town, cause) for cause in counts}
    for raw in frames:
        await hand_over(town, raw)
    await flows(town)
    for raw, cause in frames.items():
        assert await held_at_the_city(town, raw) == (cause, "PARKED")
    for cause, number in counts.items():
        assert await parked_count(town, cause) == before[cause] + number


async def parked_count(town: Town, cause: str) -> float:
    """Return how many messages the city's forwarding has parked for a cause."""
    labels = {"service": "forwarding", "cause": cause, "state": "PARKED"}
    return await town.measured("shangda_messages_held_total", LINJIANG, **labels)


async def refusals(town: Town, cause: str, kind: str | None = None) -> float:
    """Return how many of the county's frames the city has refused for a cause."""
    labels = {"peer": QINGSHAN, "cause": cause, **({"kind": kind} if kind else {})}
    return await town.measured("shangda_link_frames_refused_total", LINJIANG, **labels)


async def kept(town: Town, body: bytes) -> int:
    """Return how many messages with this body the city's forwarding holds or held."""
    kept: int = await town.one("SELECT count(*) FROM forwarding.held_message WHERE body = $1", body, site=LINJIANG)
    return kept


def heartbeat(town: Town) -> dict[str, Any]:
    """Return a heartbeat as the county sends it in the routine lane, as JSON."""
    event = json.loads(crossing(sent(signer(town))).frame.model_dump_json())
    ends = {name: event[name] for name in ("source", "destination", "epoch", "lane", "sent_at")}
    return {"kind": "HEARTBEAT", **ends, "beat": 1, "echo": 0, "business_now": event["sent_at"]}


def signed_text(own: Signer, stated: dict[str, Any]) -> bytes:
    """Return a frame of any content with a true signature over it, which our own code would not make."""

    class Text(ReceiptFrame):
        def model_dump_json(self, **_: Any) -> str:
            return json.dumps(stated)

    return seal(own, Text.model_construct())
