"""The door of a link: frames from a neighbour are verified, applied once and in order, and answered by a receipt."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar
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
from services.forwarding.metrics import FrameCounts
from services.forwarding.witnessing import Witnessing
from shared.broker.names import arrival_queue
from shared.contracts.addresses import lane_of
from shared.contracts.envelope import Delivery, Envelope, NotAnEvent, Sender, Unreadable, read
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane, Service
from shared.store.failures import COLLISIONS, StoreUnavailable, is_outage
from shared.store.inbox import Inbox
from shared.store.store import Store
from shared.store.unit import Unit

Said = TypeVar("Said", ReceiptFrame, HeartbeatFrame)
FRAME = "x-shangda-frame"  # on what is held: its body is a sealed frame and no event
_log = logging.getLogger(__name__)


class LinkDoor:
    """Reads one neighbour's frames of one lane."""

    def __init__(
        self,
        store: Store,
        inbox: Inbox,
        keys: Keys,
        witnessing: Witnessing,
        counts: FrameCounts,
        peer: SiteId,
        lane: Lane,
    ) -> None:
        self._store, self._inbox, self._keys, self._peer, self._lane = store, inbox, keys, peer, lane
        self._witnessing, self._counts = witnessing, counts
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
                self._refused("UNKNOWN", error.cause, error.detail)
                events.append(Unreadable(raw, {}, self.queue, error.cause, error.detail))
                continue
            match frame:
                case EventFrame():
                    message, fate = self._understand(frame, raw)
                    events.append(message)
                    receipts[frame.event_id] = fate
                case _ if frame.lane is not self._lane:
                    self._refused(frame.kind, "WRONG_LANE", f"it says {frame.lane}, it came in {self._lane}")
                case ReceiptFrame():
                    answered.append(frame)
                case HeartbeatFrame():
                    beats.append(frame)
        await self._inbox.process(events)
        await self._answer(receipts)
        for receipt in answered:
            await self._hear(receipt, self._forget)
        await self._hear_beats(beats)

    def _understand(self, frame: EventFrame, sealed: bytes) -> tuple[Delivery | Unreadable, Fate]:
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
        if mismatch := self._mismatch(frame, envelope):
            cause, detail = mismatch
            self._refused(frame.kind, cause, detail)
            headers[FRAME] = "sealed"
            return Unreadable(sealed, headers, self.queue, cause, detail), Fate.PARKED
        lane = lane_of(event)
        return Delivery(envelope, event, sender, frame.number, lane, raw, headers, self.queue), Fate.TAKEN

    def _mismatch(self, frame: EventFrame, envelope: Envelope) -> tuple[str, str] | None:
        """Return (cause, detail) when the frame says other than what it carries or where it came; else None.

        Order, receipts and resending go by what the frame says; what is applied goes by the envelope.
        """
        if frame.lane is not self._lane:
            return "WRONG_LANE", f"it says {frame.lane}, it came in {self._lane}"
        if (frame.event_id, frame.subject) != (envelope.id, envelope.subject):
            return "ANOTHER_INSIDE", f"{frame.event_id} about {frame.subject[:80]!r} carries {envelope.id}"
        return None

    async def _answer(self, receipts: Mapping[UUID, Fate]) -> None:
        """Send one receipt for everything that was settled now."""
        if not receipts:
            return
        frame = ReceiptFrame(
            source=self._store.site,
            destination=self._peer,
            epoch=self._store.epoch,
            lane=self._lane,
            sent_at=self._store.machine.now(),
            receipts=dict(receipts),
        )
        with _outages_told():
            async with self._store.unit() as unit:
                unit.send(departure(self._peer, self._lane, seal(self._keys.signer, frame)))

    async def _hear_beats(self, beats: Sequence[HeartbeatFrame]) -> None:
        """Hear the newest heartbeat that can be heard; one that says too much does not hide those before it."""
        for beat in sorted(beats, key=lambda each: each.beat, reverse=True):
            if await self._hear(beat, self._note_beat):
                # By itself: a statement that cannot be kept does not make the link look dead.
                await self._hear(beat, self._witnessing.hear)
                return

    async def _note_beat(self, unit: Unit, beat: HeartbeatFrame) -> None:
        await links.hear(unit, beat, self._store.machine.now())

    async def _forget(self, unit: Unit, receipt: ReceiptFrame) -> None:
        await queries.forget_crossings(unit.connection, self._peer, list(receipt.receipts))

    async def _hear(self, frame: Said, act: Callable[[Unit, Said], Awaitable[None]]) -> bool:
        """Do what a frame asks for, in a transaction of its own. False when it fails by the frame's own doing.

        Such a frame is counted and not kept: heartbeats and receipts are repeated by themselves.
        """
        try:
            with _outages_told():
                async with self._store.unit() as unit:
                    await act(unit, frame)
        except StoreUnavailable:
            raise
        except Exception as error:
            self._refused(frame.kind, type(error).__name__, str(error), error)
            return False
        return True

    def _refused(self, kind: str, cause: str, why: str, error: Exception | None = None) -> None:
        self._counts.refused(self._peer, kind, cause)
        _log.error("frame refused", extra={"peer": self._peer, "cause": cause, "why": why}, exc_info=error)


@contextmanager
def _outages_told() -> Iterator[None]:
    """Tell what says nothing about a frame from what it does: then all frames in hand come again."""
    try:
        yield
    except Exception as error:
        if is_outage(error) or isinstance(error, COLLISIONS):
            raise StoreUnavailable(str(error)) from error
        raise
