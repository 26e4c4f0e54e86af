"""The door of a link: frames from a neighbour are verified, applied once and in order, and answered by a receipt."""

import logging
from collections.abc import Sequence
from uuid import UUID

from services.forwarding import links, queries
from services.forwarding.frames import (
    EventFrame,
    Fate,
    FrameRefused,
    HeartbeatFrame,
    ReceiptFrame,
    seal,
    unseal,
)
from services.forwarding.handlers import departure
from services.forwarding.keys import Keys
from services.forwarding.witnessing import Witnessing
from shared.broker.names import arrival_queue
from shared.contracts.addresses import lane_of
from shared.contracts.envelope import Delivery, NotAnEvent, Sender, Unreadable, read
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane, Service
from shared.store.failures import StoreUnavailable, is_outage
from shared.store.inbox import Inbox
from shared.store.store import Store

_log = logging.getLogger(__name__)


class LinkDoor:
    """Reads one neighbour's frames of one lane."""

    def __init__(
        self, store: Store, inbox: Inbox, keys: Keys, witnessing: Witnessing, peer: SiteId, lane: Lane
    ) -> None:
        self._store, self._inbox, self._keys, self._peer, self._lane = store, inbox, keys, peer, lane
        self._witnessing = witnessing
        self.queue = arrival_queue(peer, lane)

    async def __call__(self, messages: Sequence[tuple[bytes, dict[str, object], str]]) -> None:
        """Settle every frame: apply, park with its cause, or note. Raises StoreUnavailable during an outage."""
        events: list[Delivery | Unreadable] = []
        receipts: dict[UUID, Fate] = {}
        answered: list[ReceiptFrame] = []
        beats: list[HeartbeatFrame] = []
        for raw, _, _ in messages:
            try:
                frame = unseal(self._keys.ring, raw, source=self._peer, destination=self._store.site)
            except FrameRefused as error:
                _log.error("frame refused", extra={"peer": self._peer, "cause": error.cause, "why": error.detail})
                events.append(Unreadable(raw, {}, self.queue, error.cause, error.detail))
                continue
            match frame:
                case EventFrame():
                    message, fate = self._understand(frame)
                    events.append(message)
                    receipts[frame.event_id] = fate
                case ReceiptFrame():
                    answered.append(frame)
                case HeartbeatFrame():
                    beats.append(frame)
        await self._inbox.process(events)
        await self._answer(receipts, answered, beats)

    def _understand(self, frame: EventFrame) -> tuple[Delivery | Unreadable, Fate]:
        raw = frame.body.encode()
        sender = Sender(frame.source, Service.FORWARDING, frame.epoch)
        headers = {
            "x-shangda-sender": str(sender),
            "x-shangda-subject": frame.subject,
            "x-shangda-numbers": f'{{"{Service.FORWARDING}":{frame.number}}}',
        }
        try:
            envelope, event = read(raw)
        except NotAnEvent as problem:
            # A site with a valid key sent it, so an unknown type is a newer suite, not a forgery.
            deferred = problem.deferred or problem.cause == "UNKNOWN_TYPE"
            message = Unreadable(raw, headers, self.queue, problem.cause, problem.detail, deferred)
            return message, Fate.DEFERRED if deferred else Fate.PARKED
        lane = lane_of(event)
        return Delivery(envelope, event, sender, frame.number, lane, raw, headers, self.queue), Fate.TAKEN

    async def _answer(
        self, receipts: dict[UUID, Fate], answered: Sequence[ReceiptFrame], beats: Sequence[HeartbeatFrame]
    ) -> None:
        try:
            async with self._store.unit() as unit:
                if receipts:
                    frame = ReceiptFrame(
                        source=self._store.site,
                        destination=self._peer,
                        epoch=self._store.epoch,
                        lane=self._lane,
                        sent_at=self._store.machine.now(),
                        receipts=receipts,
                    )
                    unit.send(departure(self._peer, self._lane, seal(self._keys.signer, frame)))
                ids = [event_id for frame in answered for event_id in frame.receipts]
                if ids:
                    await queries.forget_crossings(unit.connection, self._peer, ids)
                if beats:
                    newest = max(beats, key=lambda beat: beat.beat)
                    echo = max(beat.echo for beat in beats)
                    await links.hear(unit, newest.model_copy(update={"echo": echo}), self._store.machine.now())
                    await self._witnessing.hear(unit, newest)
        except Exception as error:
            if is_outage(error):
                raise StoreUnavailable(str(error)) from error
            raise
