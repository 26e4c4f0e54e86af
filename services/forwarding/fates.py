"""What became of what crossed: looked up where it was settled, and told to the site that it came from."""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from services.forwarding.frames import Fate, ReceiptFrame, seal
from services.forwarding.handlers import departure
from services.forwarding.signatures import Signer
from shared.contracts.envelope import Delivery, Unreadable
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection, Message

SQL = load_statements(__package__)
FATES = {"RETRYING": Fate.DEFERRED, "DEFERRED": Fate.DEFERRED, "PARKED": Fate.PARKED}


async def fates_of(connection: Connection, settled: Mapping[UUID, Delivery | Unreadable]) -> dict[UUID, Fate]:
    """Return what became of events that the inbox has processed. ``settled``: id that the frame says -> message."""
    unread = {sha256(each.raw).digest(): event for event, each in settled.items() if isinstance(each, Unreadable)}
    queues = list({each.queue for each in settled.values()})
    rows = await connection.fetch(SQL["held_arrivals"], list(settled), queues, list(unread))
    held = {row["event_id"] or unread[row["digest"]]: FATES[row["state"]] for row in rows}
    return {event: held.get(event, Fate.TAKEN) for event in settled}


def receipt(store: Store, signer: Signer, peer: SiteId, lane: Lane, fates: Mapping[UUID, Fate]) -> Message:
    """Return a receipt on its way to a neighbour."""
    frame = ReceiptFrame(
        source=store.site,
        destination=peer,
        epoch=store.epoch,
        lane=lane,
        sent_at=store.machine.now(),
        receipts=dict(fates),
    )
    return departure(peer, lane, seal(signer, frame))
