"""What the outbox and the broker say to each other about messages to publish."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the broker said about one message."""

    CONFIRMED = "confirmed"
    UNROUTABLE = "unroutable"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # no answer: it may have been delivered


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to publish."""

    message_id: str
    exchange: str
    routing_key: str
    headers: dict[str, str]
    body: bytes


class Unavailable(Exception):
    """A server that this process needs is out of reach. Nothing was done; the same work is tried again later."""


class BrokerUnavailable(Unavailable):
    """The broker cannot be reached. What was to be published stays in the outbox."""


Publish = Callable[[Sequence[Outgoing]], Awaitable[Sequence[Outcome]]]
