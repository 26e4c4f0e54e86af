"""The door of a link: frames from a neighbour are verified, applied once and in order, and answered by a receipt."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from services.forwarding import links
from services.forwarding.fates import Fates, hear_receipt
from services.forwarding.frames import EventFrame, FrameRefused, HeartbeatFrame, ReceiptFrame
from services.forwarding.metrics import FrameCounts
from services.forwarding.reading import FrameReader
from services.forwarding.witnessing import Witnessing
from shared.contracts.envelope import Delivery, Unreadable
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane
from shared.store.failures import COLLISIONS, StoreUnavailable, is_outage
from shared.store.inbox import Inbox
from shared.store.store import Store
from shared.store.unit import Unit

Said = TypeVar("Said", ReceiptFrame, HeartbeatFrame)
REPEATED = ("RECEIPT", "HEARTBEAT")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Link:
    """One direction and lane: frames of ``peer``, and who reads them."""

    peer: SiteId
    lane: Lane
    reader: FrameReader


class LinkDoor:
    """Reads one neighbour's frames of one lane."""

    def __init__(
        self, store: Store, inbox: Inbox, fates: Fates, witnessing: Witnessing, counts: FrameCounts, link: Link
    ) -> None:
        self._store, self._inbox, self._fates, self._witnessing, self._counts = store, inbox, fates, witnessing, counts
        self._peer, self._lane, self._reader = link.peer, link.lane, link.reader
        self.queue = link.reader.queue

    async def __call__(self, messages: Sequence[tuple[bytes, dict[str, object], str]]) -> None:
        """Settle every frame: apply, hold with its cause, or note. Raises StoreUnavailable during an outage.

        Of what is refused only events are held: heartbeats and receipts are repeated by themselves.
        """
        events: list[Delivery | Unreadable] = []
        to_answer: dict[UUID, Delivery | Unreadable] = {}
        answered: list[ReceiptFrame] = []
        beats: list[HeartbeatFrame] = []
        for raw, _, _ in messages:
            try:
                with _outages_told():
                    frame = await self._reader.believe(raw)
            except FrameRefused as error:
                self._refused(error.kind, error.cause, error.detail)
                if error.kind not in REPEATED:
                    events.append(self._reader.refused(raw, error))
                if error.event_id is not None:
                    to_answer.setdefault(error.event_id, events[-1])
                continue
            match frame:
                case EventFrame():
                    message = self._reader.understand(frame, raw)
                    events.append(message)
                    to_answer[frame.event_id] = message
                case ReceiptFrame():
                    answered.append(frame)
                case HeartbeatFrame():
                    beats.append(frame)
        await self._inbox.process(events)
        await self._answer(to_answer)
        for each in answered:
            await self._hear(each, self._note_receipt)
        await self._hear_beats(beats)

    async def _answer(self, settled: Mapping[UUID, Delivery | Unreadable]) -> None:
        """Send one receipt for everything that was settled now. It says what became of each, not what was hoped."""
        if not settled:
            return
        with _outages_told():
            async with self._store.unit() as unit:
                await self._fates.answer(unit, self._peer, self._lane, settled)

    async def _hear_beats(self, beats: Sequence[HeartbeatFrame]) -> None:
        """Hear the newest heartbeat that can be heard; one that says too much does not hide those before it."""
        for beat in sorted(beats, key=lambda each: (each.epoch, each.beat), reverse=True):
            if await self._hear(beat, self._note_beat):
                # By itself: a statement that cannot be kept does not make the link look dead.
                await self._hear(beat, self._witnessing.hear)
                return

    async def _note_beat(self, unit: Unit, beat: HeartbeatFrame) -> None:
        await links.hear(unit, beat, self._store.machine.now(), self._store.epoch)

    async def _note_receipt(self, unit: Unit, receipt: ReceiptFrame) -> None:
        await hear_receipt(unit, receipt, self._store.machine.now())

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
