"""The envelope: CloudEvents 1.0, structured JSON mode, with our extension attributes.

The body of a message is the envelope with the event as ``data``; it is written once, by the sender, and never
rewritten: other sites receive the same bytes. What changes from hop to hop travels in message headers
(``Delivery``): who put the message on this site's bus, and the dense number per reader.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json, to_json

from shared.contracts.event import Event
from shared.contracts.identifiers import EventId, OfficeId, SiteId
from shared.contracts.routes import routes_by_name
from shared.contracts.vocabulary import Lane, Mode, Service

CONTENT_TYPE = "application/cloudevents+json"
MAX_BODY_BYTES = 1_048_576


class Envelope(BaseModel):
    """Attributes of one event. Names follow CloudEvents: lower case letters and digits only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: EventId
    type: str = Field(pattern=r"^[a-z_]+\.[a-z_]+\.v[0-9]+$", max_length=80)
    source: str = Field(description="/sites/<site>/<service>", max_length=120)
    subject: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")
    time: AwareDatetime = Field(description="business time")
    datacontenttype: Literal["application/json"] = "application/json"
    site: SiteId
    service: Service
    office: OfficeId | None = None
    epoch: int = Field(ge=1, description="grows when a site's database is restored")
    correlationid: str = Field(max_length=80)
    causationid: str | None = Field(default=None, max_length=80)
    traceparent: str | None = Field(default=None, max_length=60)
    mode: Mode = Mode.ACTUAL


@dataclass(frozen=True, slots=True)
class Sender:
    """Who put a message on this site's bus: order and duplicates are counted per sender."""

    site: SiteId
    service: Service
    epoch: int

    def __str__(self) -> str:
        return f"{self.site}/{self.service}/{self.epoch}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message in hand: a fact that can be understood.

    ``number``: dense per sender, subject and reader, from 1; what the reader orders by.
    ``raw``: the bytes as they came. ``headers``: as they came, for parking.
    ``heard_at``: business time of its first commit at the reader, when it waited there; None while it is new.
    """

    envelope: Envelope
    event: Event
    sender: Sender
    number: int
    lane: Lane
    raw: bytes
    headers: dict[str, Any]
    queue: str
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One message in hand that cannot be understood now. ``cause`` is a word for grouping.

    ``deferred`` says that a newer version of the suite will understand it: it is kept, not blamed.
    """

    raw: bytes
    headers: dict[str, Any]
    queue: str
    cause: str
    detail: str
    deferred: bool = False


class NotAnEvent(ValueError):
    """The bytes are not an event that this version understands. ``cause`` groups, ``detail`` explains."""

    def __init__(self, cause: str, detail: str, *, deferred: bool = False) -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause, self.detail, self.deferred = cause, detail, deferred


def write(envelope: Envelope, event: Event) -> bytes:
    """Return the body of a message."""
    attributes = envelope.model_dump(mode="json", exclude_none=True)
    attributes["data"] = event.model_dump(mode="json")
    return to_json(attributes)


def read(raw: bytes) -> tuple[Envelope, Event]:
    """Return envelope and event of a message body.

    Raises NotAnEvent when it is too large, not JSON, not an envelope, of an unknown type, or when the data does
    not fit; a newer version of a known event is ``deferred``.
    """
    if len(raw) > MAX_BODY_BYTES:
        raise NotAnEvent("OVERSIZED", f"{len(raw)} bytes, at most {MAX_BODY_BYTES}")
    try:
        attributes = from_json(raw)
    except ValueError as error:
        raise NotAnEvent("NOT_JSON", str(error)) from error
    if not isinstance(attributes, dict):
        raise NotAnEvent("NOT_AN_ENVELOPE", f"a JSON {type(attributes).__name__}, not an object")
    data = attributes.pop("data", None)
    try:
        envelope = Envelope.model_validate(attributes)
    except ValidationError as error:
        raise NotAnEvent("NOT_AN_ENVELOPE", first_problem(error)) from error
    route = routes_by_name().get(envelope.type)
    if route is None:
        raise NotAnEvent("UNKNOWN_TYPE", envelope.type, deferred=_is_newer(envelope.type))
    try:
        event = route.event.model_validate(data)
    except ValidationError as error:
        raise NotAnEvent("DATA_DOES_NOT_FIT", f"{envelope.type}: {first_problem(error)}") from error
    if event.subject != envelope.subject:
        raise NotAnEvent("SUBJECT_MISMATCH", f"envelope {envelope.subject!r}, data {event.subject!r}")
    return envelope, event


def first_problem(error: ValidationError) -> str:
    """Return 'field: what is wrong' of the first problem and how many there are; values are not repeated."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    field = ".".join(str(part) for part in problems[0]["loc"]) or "(whole)"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{field}: {problems[0]['msg']}{more}"


def _is_newer(name: str) -> bool:
    stem, _, version = name.rpartition(".v")
    known = [int(other.rpartition(".v")[2]) for other in routes_by_name() if other.rpartition(".v")[0] == stem]
    return bool(known) and int(version) > max(known)
