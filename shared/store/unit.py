"""A unit of work: one cause (a message or a person's act), its transaction, and the facts it announces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.identifiers import EventId, OfficeId, SiteId
from shared.contracts.vocabulary import Lane, Mode

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
FollowTrace = Callable[[str], str | None]


def join(origin: str) -> str | None:
    """Follow a trace without telling anybody: where nothing traces."""
    return origin


@dataclass(frozen=True, slots=True)
class Announced:
    """A fact waiting to be written to log and outbox when the unit ends.

    ``body``: the message's bytes once they are written. ``restated``: another site stated it, in exactly these bytes.
    """

    event_id: EventId
    event: Event
    office: OfficeId | None
    at: datetime
    cause: Envelope | None
    mode: Mode
    traceparent: str | None
    body: bytes | None = None
    restated: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message beside the chain: a link's frame or an answer to an agency. Its body is no event."""

    lane: Lane
    exchange: str
    routing_key: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Unit:
    """What a handler or an act works with.

    ``connection``: inside an open transaction that the unit does not own; never commit or roll back.
    ``now``: business time, aware, UTC, the same during the whole unit.
    ``waited_since``: when the message being handled was first committed here, if it waited in the stash or was held.
    ``cause``: envelope of the message being handled; None for a person's act or a timer.
    ``left``: what a handler leaves for ``Handlers.finish`` to write for the whole set at once.
    ``follow_trace``: notes this act in another trace and returns its context there (see ``continue_trace``).
    """

    connection: Connection
    site: SiteId
    now: datetime
    cause: Envelope | None = None
    mode: Mode = Mode.ACTUAL
    traceparent: str | None = None
    announced: list[Announced] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    left: list[object] = field(default_factory=list)
    follow_trace: FollowTrace = join
    waited_since: datetime | None = None

    @property
    def heard_at(self) -> datetime:
        """Business time at which the message being handled was first committed here; ``now`` unless it waited."""
        return self.waited_since or self.now

    def announce(self, event: Event, *, office: OfficeId | None = None) -> EventId:
        """State a fact: it is logged and sent if, and only if, this transaction commits. Return its id."""
        event_id = EventId(self.new_id())
        self.announced.append(Announced(event_id, event, office, self.now, self.cause, self.mode, self.traceparent))
        return event_id

    def continue_trace(self, traceparent: str | None) -> None:
        """Let what is announced from now on belong to the trace that its matter came with, None: to this act's own.

        Every act of a person is a request with a trace of its own; one report is followed through all of them.
        """
        if traceparent is not None:
            self.traceparent = self.follow_trace(traceparent)

    def carry(self, envelope: Envelope, event: Event, raw: bytes) -> None:
        """State another site's fact on this site's bus, byte for byte. Only forwarding does this."""
        self.announced.append(
            Announced(envelope.id, event, envelope.office, envelope.time, None, envelope.mode, None, raw, restated=True)
        )

    def send(self, message: Message) -> None:
        """Put a message beside the chain into the outbox: it leaves if, and only if, this transaction commits."""
        self.messages.append(message)

    @staticmethod
    def new_id() -> UUID:
        """Return a new UUIDv7: ids made later sort later, which keeps indexes compact."""
        return uuid7()
