"""What became of what crossed: looked up where it was settled, and told to the site that it came from."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from uuid import UUID

from services.forwarding import queries
from services.forwarding.frames import Fate, ReceiptFrame, seal
from services.forwarding.handlers import departure
from services.forwarding.keys import Keys
from services.forwarding.signatures import Signer
from shared.contracts.envelope import Delivery, Unreadable
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection, Message, Unit

SQL = load_statements(__package__)
Held = tuple[Fate, UUID]
FATES = {"RETRYING": Fate.DEFERRED, "DEFERRED": Fate.DEFERRED, "PARKED": Fate.PARKED}
ENDS = (Fate.TAKEN, Fate.DISCARDED)


class Fates:
    """Tells neighbours what became of what they sent: at once, and again when something else becomes of it."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def answer(self, unit: Unit, peer: SiteId, lane: Lane, settled: Mapping[UUID, Delivery | Unreadable]) -> None:
        """Send one receipt for events that the inbox has processed, and remember what is held of them.

        ``settled``: the id that the frame says -> its message.
        """
        held = await _held_of(unit.connection, settled)
        fates = {event: held[event][0] if event in held else Fate.TAKEN for event in settled}
        await _note(unit.connection, peer, lane, held)
        await _forget(unit.connection, peer, fates)
        unit.send(_receipt(self._store, self._keys.signer, peer, lane, fates))

    async def tell(self) -> bool:
        """Send a receipt for what was held and is applied, parked or discarded now. True when there may be more."""
        async with self._store.unit() as unit:
            rows = await unit.connection.fetch(SQL["claim_news"])
            for (peer, lane), found in groupby(rows, key=lambda row: (row["peer"], row["lane"])):
                held = {row["event_id"]: (Fate(row["fate"]), row["held_id"]) for row in found}
                fates = {event: fate for event, (fate, _) in held.items()}
                await _note(unit.connection, peer, lane, held)
                await _forget(unit.connection, peer, fates)
                unit.send(_receipt(self._store, self._keys.signer, SiteId(peer), Lane(lane), fates))
        return bool(rows)


async def hear_receipt(unit: Unit, frame: ReceiptFrame, now: datetime) -> None:
    """Forget the crossings that have come to their end at the other site, and note those that are held there."""
    ended = [event for event, fate in frame.receipts.items() if fate in ENDS]
    held = {event: str(fate) for event, fate in frame.receipts.items() if fate not in ENDS}
    await queries.forget_crossings(unit.connection, frame.source, ended)
    await queries.hold_crossings(unit.connection, frame.source, held, now)


async def _held_of(connection: Connection, settled: Mapping[UUID, Delivery | Unreadable]) -> dict[UUID, Held]:
    unread = {sha256(each.raw).digest(): event for event, each in settled.items() if isinstance(each, Unreadable)}
    queues = list({each.queue for each in settled.values()})
    rows = await connection.fetch(SQL["held_arrivals"], list(settled), queues, list(unread))
    return {row["event_id"] or unread[row["digest"]]: (FATES[row["state"]], row["held_id"]) for row in rows}


async def _note(connection: Connection, peer: str, lane: str, held: Mapping[UUID, Held]) -> None:
    if not held:
        return
    told = [str(fate) for fate, _ in held.values()]
    ids = [held_id for _, held_id in held.values()]
    await connection.execute(SQL["note_held_arrivals"], peer, str(lane), list(held), ids, told)


async def _forget(connection: Connection, peer: str, fates: Mapping[UUID, Fate]) -> None:
    ended = [event for event, fate in fates.items() if fate in ENDS]
    await connection.execute(SQL["forget_held_arrivals"], peer, ended)


def _receipt(store: Store, signer: Signer, peer: SiteId, lane: Lane, fates: Mapping[UUID, Fate]) -> Message:
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
