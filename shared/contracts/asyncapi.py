"""The chain as an AsyncAPI 3 document, made from the table: channels, operations, messages, schemas, examples."""

import inspect
import json
from collections.abc import Iterator
from typing import Any

from pydantic.json_schema import models_json_schema

from shared.contracts.addresses import EVENTS_EXCHANGE, queue_name, routing_key
from shared.contracts.delivery import NUMBERS, SENDER, SUBJECT, write_headers
from shared.contracts.envelope import CONTENT_TYPE, Envelope, Sender, read
from shared.contracts.event import Event
from shared.contracts.exampling import FOLDER
from shared.contracts.routes import ROUTES, Route
from shared.contracts.vocabulary import Lane, Service

Document = dict[str, Any]
SCHEMAS = "#/components/schemas/"
HEADERS = "MessageHeaders"
_INFO = {
    "title": "Shangda 上达: the chain of events of one site",
    "version": "1",
    "description": (
        "Made from shared/contracts/routes.py by ./shangda documents; do not edit it. What every service sends and "
        "reads on its site's broker, and the door for other agencies. Events that cross to other sites are carried "
        "by forwarding and restated there byte for byte, with routing keys of their own."
    ),
}


def chain_document() -> Document:
    """Return the document of the chain alone, as plain data."""
    channels: Document = {}
    operations: Document = {}
    for route in ROUTES:
        for carried in (False, True) if route.crosses else (False,):
            channels[_channel_id(route, carried=carried)] = _channel(route, carried=carried)
            operations |= dict(_operations(route, carried=carried))
    return {
        "asyncapi": "3.0.0",
        "info": _INFO,
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": {route.event.name: _message(route) for route in ROUTES},
            "schemas": _schemas(),
        },
    }


def _channel_id(route: Route, *, carried: bool) -> str:
    return f"{route.event.name}.carried" if carried else route.event.name


def topic_binding(exchange: str) -> Document:
    """Return the AMQP binding of a channel that is a routing key of one of our exchanges."""
    described = {"name": exchange, "type": "topic", "durable": True, "autoDelete": False}
    return {"amqp": {"is": "routingKey", "exchange": described, "bindingVersion": "0.3.0"}}


def _channel(route: Route, *, carried: bool) -> Document:
    lanes = route.lanes
    keys = [routing_key(route.event, lane, carried=carried) for lane in lanes]
    channel: Document = {"address": keys[0], "messages": {route.event.name: _ref("messages", route.event.name)}}
    if len(lanes) > 1:
        channel["address"] = keys[0].replace(lanes[0], "{lane}", 1)
        says = "urgent overtakes routine; the fact's own urgency decides"
        channel["parameters"] = {"lane": {"enum": [str(lane) for lane in lanes], "description": says}}
    channel["description"] = (
        f"Restated by forwarding where it concerns an office; first said by {route.sender} of another site."
        if carried
        else f"Said by {route.sender} alone."
    )
    channel["bindings"] = topic_binding(EVENTS_EXCHANGE)
    return channel


def _operations(route: Route, *, carried: bool) -> Iterator[tuple[str, Document]]:
    """Yield who sends and who hears a channel. Forwarding hears what crosses in order to carry it away."""
    channel = _channel_id(route, carried=carried)
    sender = Service.FORWARDING if carried else route.sender
    yield f"{sender}.sends.{channel}", _operation("send", channel, route, sender, ())
    for service in Service:
        lanes = tuple(
            lane for lane in route.lanes if service in (route.readers_in(lane) if carried else route.heard_in(lane))
        )
        if lanes:
            yield f"{service}.receives.{channel}", _operation("receive", channel, route, service, lanes)


def _operation(action: str, channel: str, route: Route, service: Service, lanes: tuple[Lane, ...]) -> Document:
    operation: Document = {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{route.event.name}"}],
        "tags": [{"name": str(service)}],
    }
    if lanes:
        operation["x-queues"] = [queue_name(service, lane) for lane in lanes]
        if lanes != route.lanes:
            operation["description"] = f"In the {lanes[0]} lane only."
    return operation


def _message(route: Route) -> Document:
    event = route.event
    data = {
        "type": "object",
        "required": ["data"],
        "properties": {"type": {"const": event.name}, "data": {"$ref": f"{SCHEMAS}{event.__name__}"}},
    }
    return {
        "name": event.name,
        "title": event.__name__,
        "description": inspect.cleandoc(event.__doc__ or ""),
        "contentType": CONTENT_TYPE,
        "headers": _ref("schemas", HEADERS),
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": {"allOf": [_ref("schemas", Envelope.__name__), data]},
        "examples": [_example(route)],
    }


def _example(route: Route) -> Document:
    raw = (FOLDER / f"{route.event.name}.json").read_bytes()
    envelope, event = read(raw)
    sender = Sender(envelope.site, envelope.service, envelope.epoch)
    numbers = dict.fromkeys(map(str, route.heard_in(route.lane(event))), 1)
    headers = write_headers(sender, envelope.subject, numbers)
    return {"name": "golden", "headers": headers, "payload": json.loads(raw)}


def _schemas() -> Document:
    models: list[type[Event] | type[Envelope]] = [Envelope, *(route.event for route in ROUTES)]
    _, made = models_json_schema([(model, "validation") for model in models], ref_template=SCHEMAS + "{model}")
    schemas: Document = dict(sorted(made["$defs"].items()))
    schemas[HEADERS] = {
        "type": "object",
        "required": [SENDER, SUBJECT, NUMBERS],
        "properties": {
            SENDER: {
                "type": "string",
                "pattern": r"^[\w-]{1,60}/[a-z]{1,20}/[1-9][0-9]{0,8}$",
                "description": "site/service/epoch that put the message on this site's bus",
            },
            SUBJECT: {"type": "string", "description": "what the fact is about; order is kept per subject"},
            NUMBERS: {
                "type": "string",
                "contentMediaType": "application/json",
                "description": "JSON object: reader -> dense number of the message per sender, subject and reader",
            },
        },
    }
    return schemas


def _ref(kind: str, name: str) -> Document:
    return {"$ref": f"#/components/{kind}/{name}"}
