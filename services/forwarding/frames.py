"""What travels over a link: one fixed envelope, signed by the sending site, with the event's bytes unchanged inside."""

import hashlib
import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from services.forwarding.signatures import Keyring, NotInForce, SignatureRefused, Signer, UnknownKey
from services.forwarding.statements import Stated, Witness
from shared.contracts.delivery import LARGEST_NUMBER
from shared.contracts.envelope import MAX_BODY_BYTES, first_problem
from shared.contracts.identifiers import EventId, SiteId
from shared.contracts.vocabulary import Lane

# What a frame says is stored, so it must fit into the tables: a neighbour's mistake is then one frame refused
# and not a queue that stands still.
Number = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]


# An event stands in a frame as text in a text, which makes four characters of one that is escaped twice.
MAX_FRAME_BYTES = 5 * MAX_BODY_BYTES
KINDS = ("EVENT", "RECEIPT", "HEARTBEAT")
UNKNOWN = "UNKNOWN"


class _Frame(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    source: SiteId
    destination: SiteId
    epoch: int = Field(ge=1, le=999_999_999)
    lane: Lane
    sent_at: AwareDatetime


class EventFrame(_Frame):
    """An event on its way to another site. ``number``: dense per subject on this link. ``body``: its very bytes."""

    kind: Literal["EVENT"] = "EVENT"
    event_id: EventId
    subject: str
    number: Number
    body: str


class Fate(StrEnum):
    """What became of a crossing at the other site. Every fate is a receipt: the sender need not send again.

    DEFERRED and PARKED are not the end: another receipt tells it.
    """

    TAKEN = "TAKEN"
    DEFERRED = "DEFERRED"  # held there, and tried again: after an upgrade, with a newer organisation, with a key
    PARKED = "PARKED"
    DISCARDED = "DISCARDED"  # given up there by an operator, with a reason


class ReceiptFrame(_Frame):
    """The other site holds these events. Receipts are not receipted; a repeat is answered again."""

    kind: Literal["RECEIPT"] = "RECEIPT"
    receipts: dict[UUID, Fate]


class HeartbeatFrame(_Frame):
    """A sign of life. ``echo`` is the last heartbeat heard from the other end; ``business_now`` measures clocks, when
    the round trip that the echo tells was short.

    In the routine lane it also carries the sender's newest statement of its logs' seal heads, and its signature
    under the receiver's newest one.
    """

    kind: Literal["HEARTBEAT"] = "HEARTBEAT"
    beat: Number
    echo: int = Field(ge=0, le=LARGEST_NUMBER)
    echo_epoch: int = Field(default=0, ge=0, le=999_999_999, description="epoch in which the receiver counted echo")
    echo_sent_at: AwareDatetime | None = Field(default=None, description="sent_at of the heartbeat that is echoed")
    echo_held_seconds: float = Field(default=0.0, ge=0, le=10**9, description="how long ago it was heard")
    business_now: AwareDatetime
    accepts: dict[str, int] = Field(default_factory=dict)
    stated: Stated | None = None
    witnessed: Witness | None = None


Frame = Annotated[EventFrame | ReceiptFrame | HeartbeatFrame, Field(discriminator="kind")]
_FRAME: TypeAdapter[EventFrame | ReceiptFrame | HeartbeatFrame] = TypeAdapter(Frame)


class FrameRefused(ValueError):
    """A frame cannot be believed or understood. ``cause`` is a word for grouping.

    ``kind``: what it says it is, UNKNOWN where nobody can say. ``deferred``: a key that is registered later may make it
    good; ``event_id`` is then what it says that it carries.
    """

    def __init__(
        self, cause: str, detail: str, kind: str = UNKNOWN, *, deferred: bool = False, event_id: UUID | None = None
    ) -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause, self.detail, self.kind = cause, detail, kind
        self.deferred, self.event_id = deferred, event_id


def seal(signer: Signer, frame: EventFrame | ReceiptFrame | HeartbeatFrame) -> bytes:
    """Return the bytes of a frame with the site's signature over them."""
    text = frame.model_dump_json()
    sealed = {
        "frame": text,
        "key": signer.key_id,
        "algorithm": signer.algorithm,
        "signature": signer.sign(_statement(text)),
    }
    return json.dumps(sealed, ensure_ascii=False).encode()


def reseal(signer: Signer, raw: bytes, now: datetime) -> bytes:
    """Return our own event frame in ``raw`` as it is sent again: sealed now, with the key that is ours now."""
    frame = EventFrame.model_validate_json(from_json(raw)["frame"])
    return seal(signer, frame.model_copy(update={"sent_at": now}))


def unseal(
    keys: Keyring, raw: bytes, *, source: SiteId, destination: SiteId, now: datetime
) -> EventFrame | ReceiptFrame | HeartbeatFrame:
    """Return the frame in ``raw`` when ``source`` signed it for ``destination``. Raises FrameRefused.

    ``now``: the receiver's machine clock, by which keys are judged. A frame that waited while its key was revoked is
    refused; its sender seals it anew when it sends it again.
    """
    if len(raw) > MAX_FRAME_BYTES:
        raise FrameRefused("OVERSIZED", f"{len(raw)} bytes, at most {MAX_FRAME_BYTES}")
    text: Any = None
    try:
        sealed: Any = from_json(raw)
        text, key, algorithm, signature = (sealed[name] for name in ("frame", "key", "algorithm", "signature"))
        frame = _FRAME.validate_json(text)
    except ValidationError as error:
        raise FrameRefused("FRAME_DOES_NOT_FIT", first_problem(error), _kind_in(text)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise FrameRefused("NOT_A_FRAME", repr(error)[:200]) from error
    if (frame.source, frame.destination) != (source, destination):
        link = f"from {frame.source[:60]} to {frame.destination[:60]} on the link of {source}"
        raise FrameRefused("WRONG_LINK", link, frame.kind)
    try:
        keys.verify(source, str(key), str(algorithm), _statement(text), str(signature), now)
    except UnknownKey as error:
        event_id = frame.event_id if isinstance(frame, EventFrame) else None
        raise FrameRefused("UNKNOWN_KEY", str(error), frame.kind, deferred=True, event_id=event_id) from error
    except NotInForce as error:
        raise FrameRefused("KEY_NOT_IN_FORCE", str(error), frame.kind) from error
    except SignatureRefused as error:
        raise FrameRefused("FORGED_SIGNATURE", str(error), frame.kind) from error
    return frame


def _kind_in(text: Any) -> str:
    """Return what a frame that does not fit says it is."""
    try:
        kind = from_json(text)["kind"]
    except (ValueError, KeyError, TypeError):
        return UNKNOWN
    return kind if kind in KINDS else UNKNOWN


def _statement(text: str) -> bytes:
    return b"shangda-frame-1:" + hashlib.sha256(text.encode()).digest()
