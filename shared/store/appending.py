"""Writing announced facts: dense numbers, the log and the outbox, for a whole set in two statements."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from shared.contracts import addresses
from shared.contracts.delivery import write_headers
from shared.contracts.envelope import MAX_BODY_BYTES, Envelope, Sender, write
from shared.contracts.identifiers import SiteId
from shared.contracts.routes import Route, route_of
from shared.contracts.vocabulary import Lane, Service
from shared.store.handlers import PoisonMessage
from shared.store.statements import load_statements
from shared.store.unit import Announced, Connection, Message

SQL = load_statements(__package__)
ROOM_FOR_CUSTODY = 131_072  # bytes; a hop adds about half a kilobyte, a copied version nothing


class NotOurFact(Exception):
    """A service announced an event that the chain's table gives to another sender: a mistake in the code."""


class FactTooLarge(PoisonMessage):
    """A fact would be larger than its readers take: it is refused before it is stated. Sizes in bytes."""

    def __init__(self, name: str, size: int, largest: int) -> None:
        super().__init__(f"{name}: {size} bytes, at most {largest}")
        self.size, self.largest = size, largest


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: one service of one site, in one epoch of its database, in a process that is called ``process``."""

    site: SiteId
    service: Service
    epoch: int
    process: str = ""

    @property
    def sender(self) -> Sender:
        """The author as it stands in headers."""
        return Sender(self.site, self.service, self.epoch)

    @property
    def channel(self) -> str:
        """The notification channel that wakes this service's relays."""
        return f"outbox_{self.service}"

    def ringing(self, lanes: Iterable[Lane]) -> str:
        """What is told on the channel: who rings, whose relays know already, and for which lanes."""
        return " ".join((self.process, *sorted(lanes)))


async def take_numbers(
    connection: Connection, epoch: int, wanted: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Take ``wanted[subject, reader]`` numbers each; return the number before the first one taken."""
    keys = sorted(wanted)
    rows = await connection.fetch(
        SQL["take_numbers"], [key[0] for key in keys], [key[1] for key in keys], [wanted[key] for key in keys], epoch
    )
    return {(row["subject"], row["reader"]): row["last"] - wanted[row["subject"], row["reader"]] for row in rows}


def _readers(author: Author, route: Route, announced: Announced) -> tuple[Service, ...]:
    """Who hears it here. What forwarding restates is heard by the readers alone."""
    lane = route.lane(announced.event)
    if announced.restated:
        return route.readers_in(lane)
    if route.sender is not author.service:
        raise NotOurFact(f"{author.service} announced {route.event.name}, which {route.sender} sends")
    return route.heard_in(lane)


def _envelope(author: Author, announced: Announced) -> Envelope:
    cause = announced.cause
    return Envelope(
        id=announced.event_id,
        type=announced.event.name,
        source=f"/sites/{author.site}/{author.service}",
        subject=announced.event.subject,
        time=announced.at,
        site=author.site,
        service=author.service,
        office=announced.office,
        epoch=author.epoch,
        correlationid=cause.correlationid if cause else str(announced.event_id),
        causationid=str(cause.id) if cause else None,
        traceparent=announced.traceparent,
        mode=announced.mode,
    )


def written(author: Author, announced: Announced) -> Announced:
    """Return the fact with the bytes of its message, which are made once and never again. Raises FactTooLarge."""
    if announced.body is not None:
        return announced
    body = write(_envelope(author, announced), announced.event)
    # What people state grows on its way: each hop adds its custody, and forwarding must still be able to state it.
    largest = MAX_BODY_BYTES - (0 if author.service is Service.FORWARDING else ROOM_FOR_CUSTODY)
    if len(body) > largest:
        raise FactTooLarge(announced.event.name, len(body), largest)
    return replace(announced, body=body)


async def append(connection: Connection, author: Author, facts: Sequence[Announced]) -> set[Lane]:
    """Write ``facts`` in order to the log and the outbox. Return the lanes that now have something to send.

    Raises NotOurFact when an event belongs to another sender, FactTooLarge when its readers would not take it.
    """
    if not facts:
        return set()
    routes = [route_of(type(fact.event)) for fact in facts]
    readers = [_readers(author, route, fact) for route, fact in zip(routes, facts, strict=True)]
    wanted: Counter[tuple[str, str]] = Counter()
    for fact, heard_by in zip(facts, readers, strict=True):
        wanted.update((fact.event.subject, str(reader)) for reader in heard_by)
    last = await take_numbers(connection, author.epoch, wanted) if wanted else {}
    columns: list[tuple[object, ...]] = []
    lanes: set[Lane] = set()
    for fact, route, heard_by in zip(facts, routes, readers, strict=True):
        numbers: dict[str, int] = {}
        for reader in heard_by:
            last[fact.event.subject, str(reader)] += 1
            numbers[str(reader)] = last[fact.event.subject, str(reader)]
        lane = route.lane(fact.event)
        if heard_by:
            lanes.add(lane)
        columns.append(_row(author, fact, lane, numbers))
    columned = map(list, zip(*columns, strict=True))
    await connection.execute(SQL["append_facts"], *columned, author.channel, author.ringing(lanes))
    return lanes


def _row(author: Author, fact: Announced, lane: Lane, numbers: Mapping[str, int]) -> tuple[object, ...]:
    return (
        fact.event_id,
        fact.event.name,
        fact.event.subject,
        fact.office,
        str(fact.mode),
        fact.restated,
        fact.at,
        written(author, fact).body,
        str(lane),
        addresses.EVENTS_EXCHANGE,
        addresses.routing_key(type(fact.event), lane, carried=fact.restated) if numbers else "",
        json.dumps(write_headers(author.sender, fact.event.subject, numbers), separators=(",", ":")),
    )


async def append_messages(connection: Connection, author: Author, messages: Sequence[Message]) -> None:
    """Write messages beside the chain to the outbox."""
    if not messages:
        return
    await connection.execute(
        SQL["append_messages"],
        [str(message.lane) for message in messages],
        [message.exchange for message in messages],
        [message.routing_key for message in messages],
        [json.dumps(dict(message.headers)) for message in messages],
        [message.body for message in messages],
        author.channel,
        author.ringing({message.lane for message in messages}),
    )
