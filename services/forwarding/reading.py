"""What a sealed frame says: believed or not, and what it carries; the same for one that comes and one that was held."""

from services.forwarding.frames import EventFrame, FrameRefused, HeartbeatFrame, ReceiptFrame, unseal
from services.forwarding.keys import Keys
from shared.broker.names import arrival_queue
from shared.contracts.addresses import lane_of
from shared.contracts.delivery import write_headers
from shared.contracts.envelope import Delivery, Envelope, NotAnEvent, Sender, Unreadable, read
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane, Service
from shared.store.holding import Held, StillUnreadable, reread
from shared.timekeeping.clocks import Clock

FRAME = "x-shangda-frame"  # on what is held: its body is a sealed frame and no event
SEALED = {FRAME: "sealed"}


class FrameReader:
    """Reads the frames of one neighbour and lane. ``site``: this one. ``machine``: the clock that judges keys."""

    def __init__(self, keys: Keys, site: SiteId, machine: Clock, peer: SiteId, lane: Lane) -> None:
        self._keys, self._site, self._machine, self._peer, self._lane = keys, site, machine, peer, lane
        self.queue = arrival_queue(peer, lane)

    async def believe(self, raw: bytes) -> EventFrame | ReceiptFrame | HeartbeatFrame:
        """Return the frame in ``raw`` when the neighbour signed it for this site and lane. Raises FrameRefused.

        Before a key counts as unknown, the keys are read again: it may have been registered a moment ago.
        """
        try:
            frame = self._unseal(raw)
        except FrameRefused as error:
            if not error.deferred:
                raise
            await self._keys.reload()
            frame = self._unseal(raw)
        if frame.lane is not self._lane and not isinstance(frame, EventFrame):
            raise FrameRefused("WRONG_LANE", f"it says {frame.lane}, it came in {self._lane}", frame.kind)
        return frame

    def refused(self, raw: bytes, error: FrameRefused) -> Unreadable:
        """Return a refused frame as what is to be held of it."""
        return Unreadable(raw, dict(SEALED), self.queue, error.cause, error.detail, error.deferred)

    def understand(self, frame: EventFrame, sealed: bytes) -> Delivery | Unreadable:
        """Return the event in a frame, or why it cannot be understood."""
        raw = frame.body.encode()
        sender = Sender(frame.source, Service.FORWARDING, frame.epoch)
        headers = write_headers(sender, frame.subject, {Service.FORWARDING: frame.number})
        try:
            envelope, event = read(raw)
        except NotAnEvent as problem:
            # A site with a valid key sent it, so an unknown type is a newer suite, not a forgery.
            deferred = problem.deferred or problem.cause == "UNKNOWN_TYPE"
            return Unreadable(raw, headers, self.queue, problem.cause, problem.detail, deferred)
        if mismatch := self._mismatch(frame, envelope):
            return Unreadable(sealed, {**headers, **SEALED}, self.queue, *mismatch)
        return Delivery(envelope, event, sender, frame.number, lane_of(event), raw, headers, self.queue)

    async def reread(self, held: Held) -> Delivery:
        """Read a held frame as if it came now. Raises StillUnreadable, with what is the matter today."""
        try:
            frame = await self.believe(held.body)
        except FrameRefused as error:
            raise StillUnreadable(self.refused(held.body, error), instead=True) from error
        if not isinstance(frame, EventFrame):
            late = FrameRefused("TOO_LATE", "only events are worth reading again", frame.kind)
            raise StillUnreadable(self.refused(held.body, late), instead=True)
        message = self.understand(frame, held.body)
        if isinstance(message, Unreadable):
            raise StillUnreadable(message, instead=True)
        return message

    def _unseal(self, raw: bytes) -> EventFrame | ReceiptFrame | HeartbeatFrame:
        now = self._machine.now()
        return unseal(self._keys.ring, raw, source=self._peer, destination=self._site, now=now)

    def _mismatch(self, frame: EventFrame, envelope: Envelope) -> tuple[str, str] | None:
        """Return (cause, detail) when the frame says other than what it carries or where it came; else None.

        Order, receipts and resending go by what the frame says; what is applied goes by the envelope.
        """
        if frame.lane is not self._lane:
            return "WRONG_LANE", f"it says {frame.lane}, it came in {self._lane}"
        if (frame.event_id, frame.subject) != (envelope.id, envelope.subject):
            return "ANOTHER_INSIDE", f"{frame.event_id} about {frame.subject[:80]!r} carries {envelope.id}"
        return None


class HeldReader:
    """Reads again what forwarding holds: messages of the bus, and frames, which go through their link's door again."""

    def __init__(self, readers: list[FrameReader]) -> None:
        self._readers = {reader.queue: reader for reader in readers}

    async def __call__(self, held: Held) -> Delivery:
        """Return the delivery in a held message. Raises StillUnreadable."""
        reader = self._readers.get(held.queue) if FRAME in held.headers else None
        return reread(held, Service.FORWARDING) if reader is None else await reader.reread(held)
