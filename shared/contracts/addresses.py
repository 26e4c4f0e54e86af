"""Where events travel on the bus: exchange, routing keys and queues, made from the table and from nothing else."""

import re

from shared.contracts.event import Event
from shared.contracts.routes import ROUTES, Route, crossing, route_of, sent
from shared.contracts.vocabulary import Lane, Service

EVENTS_EXCHANGE = "shangda.events"


def routing_key(event: type[Event] | str, lane: Lane, *, carried: bool = False) -> str:
    """Return the routing key of an event: lane, "carried" when forwarding restates it, wire name. Never an id."""
    name = event if isinstance(event, str) else event.name
    return f"{lane}.carried.{name}" if carried else f"{lane}.{name}"


def lane_of(event: Event) -> Lane:
    """Return the lane in which this very event travels."""
    return route_of(type(event)).lane(event)


def queue_name(reader: Service, lane: Lane) -> str:
    """Return the one queue in which a service finds everything of a lane."""
    return f"{reader}.{lane}"


def bindings(reader: Service, lane: Lane) -> tuple[str, ...]:
    """Return the routing keys bound to a reader's queue of a lane, in table order."""
    keys: list[str] = []
    for route in ROUTES:
        if lane not in route.lanes:
            continue
        if reader in route.heard_in(lane):
            keys.append(routing_key(route.event, lane))
        if route.crosses and reader in route.readers_in(lane):
            keys.append(routing_key(route.event, lane, carried=True))
    return tuple(keys)


def lanes_of(reader: Service) -> tuple[Lane, ...]:
    """Return the lanes in which anything is sent to ``reader``."""
    return tuple(lane for lane in Lane if bindings(reader, lane))


def writable_keys(service: Service) -> str:
    """Return the regular expression of routing keys that a service's broker account may publish with.

    Only forwarding may restate what crossed a link.
    """
    patterns = [f"(urgent|routine)\\.({_names(sent(service))})"] if sent(service) else []
    if service is Service.FORWARDING:
        patterns.append(f"(urgent|routine)\\.carried\\.({_names(crossing())})")
    return f"^({'|'.join(patterns)})$" if patterns else "^$"


def _names(routes: tuple[Route, ...]) -> str:
    return "|".join(sorted(re.escape(route.event.name) for route in routes))
