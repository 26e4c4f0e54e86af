"""What a service hands to the process that hosts it, and what it gets from it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from shared.access.tokens import TokenVerifier
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane, Service
from shared.organisation.organisation import Organisation
from shared.process.settings import SiteSettings
from shared.store.handlers import Handlers
from shared.store.inbox import Inbox
from shared.store.listening import Hearing
from shared.store.store import Store
from shared.timekeeping.clocks import Clock


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """What a service's ``build`` gets. ``clock`` is business time; ``machine`` is for time-outs and tokens."""

    site: SiteId
    organisation: Organisation
    clock: Clock
    machine: Clock
    store: Store
    verifier: TokenVerifier
    settings: SiteSettings
    registry: CollectorRegistry


@dataclass(frozen=True, slots=True)
class Timer:
    """Work that is looked at every ``every_seconds`` (machine time).

    ``run`` does one pass and returns True when it found more work than it did, so that it is called again at once.
    ``business``: what it finds depends on the business clock, so it is looked at when that is moved, too; a story
    runs it to its end before time moves.
    ``next_due``: the business instant at which it will next find something, for the same use.
    """

    name: str
    every_seconds: float
    run: Callable[[], Awaitable[bool]]
    business: bool = False
    next_due: Callable[[], Awaitable[datetime | None]] | None = None


class RawReader(Protocol):
    """Reader of a queue that carries no events of ours: an agency's messages, a link's frames.

    Gets (body, headers, routing key) of the messages in hand; each is settled when the call returns. Raises only
    when the database or the broker is out of reach, so that the messages stay in the queue.
    """

    async def __call__(self, messages: Sequence[tuple[bytes, dict[str, object], str]], /) -> None: ...


@dataclass(frozen=True, slots=True)
class RawQueue:
    """A queue beside the chain and its reader."""

    queue: str
    lane: Lane
    read: RawReader


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """A service, assembled: what ``services.<name>.app.build`` returns.

    ``on_app`` prepares the application that serves the router (static files, error pages). ``inbox`` is given by a
    service that reads more than the chain's queues with it, as forwarding does with its links. ``hearing``: what the
    service's processes tell each other by NOTIFY.
    """

    service: Service
    handlers: Handlers
    router: APIRouter | None = None
    timers: tuple[Timer, ...] = ()
    raw_queues: tuple[RawQueue, ...] = ()
    on_start: tuple[Callable[[], Awaitable[None]], ...] = ()
    on_app: tuple[Callable[[FastAPI], None], ...] = ()
    inbox: Inbox | None = None
    hearing: Hearing = field(default_factory=dict)
