"""The whole AsyncAPI document: the chain, and the door through which other agencies publish."""

from typing import Any

import yaml

from services.intake.agencies.model import AgencyAnswer, agency_event_schema
from shared.broker.names import AGENCY_EXCHANGE, AGENCY_QUEUE, agency_key, agency_reply_queue
from shared.contracts.asyncapi import SCHEMAS, Document, chain_document, topic_binding
from shared.contracts.vocabulary import Service

CAP_NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_CODE = {"agency": {"description": "the agency's code: its identity, and all it may write with or read from"}}
_EXAMPLE = {
    "event_id": "XF-2025-0217-018",
    "agency": "xiaofang",
    "source": "LINE_DEPT",
    "occurred_at": "2025-02-17T08:40:00+08:00",
    "sent_at": "2025-02-17T08:52:00+08:00",
    "place": "临江市青山县石桥镇双河村",
    "territory": "qingshan-shiqiao",
    "kind": "洪涝灾害",
    "figures": {"dead": 0, "missing": None, "injured": 1},
    "gist": "双河村村口积水，已转移群众12人。",
    "mode": "ACTUAL",
}


def document() -> Document:
    """Return the whole document as plain data."""
    whole = chain_document()
    whole["channels"] |= _channels()
    whole["operations"] |= _operations()
    whole["components"]["messages"] |= _messages()
    whole["components"]["schemas"] |= _schemas()
    return whole


def asyncapi_as_yaml() -> str:
    """Return docs/asyncapi.yaml, ending with a newline."""
    text: str = yaml.dump(document(), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120)
    return text


class _Plain(yaml.SafeDumper):
    """Writes everything where it stands: readers of the document need not know YAML's anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _channels() -> Document:
    replies = {"name": agency_reply_queue("{agency}"), "durable": True, "exclusive": False, "autoDelete": False}
    return {
        "agency.event": {
            "address": agency_key("{agency}"),
            "parameters": _CODE,
            "description": f"Write to the exchange {AGENCY_EXCHANGE}. ./shangda agency add makes an agency's account.",
            "messages": {name: _ref("messages", name) for name in ("agency.event.json", "agency.event.cap")},
            "bindings": topic_binding(AGENCY_EXCHANGE),
        },
        "agency.reply": {
            "address": agency_reply_queue("{agency}"),
            "parameters": _CODE,
            "description": "The agency's own queue: one answer for each message.",
            "messages": {"agency.answer": _ref("messages", "agency.answer")},
            "bindings": {"amqp": {"is": "queue", "queue": replies, "bindingVersion": "0.3.0"}},
        },
    }


def _operations() -> Document:
    return {
        f"{Service.INTAKE}.receives.agency.event": {
            "action": "receive",
            "channel": {"$ref": "#/channels/agency.event"},
            "messages": [
                {"$ref": f"#/channels/agency.event/messages/{name}"}
                for name in ("agency.event.json", "agency.event.cap")
            ],
            "reply": {
                "channel": {"$ref": "#/channels/agency.reply"},
                "messages": [{"$ref": "#/channels/agency.reply/messages/agency.answer"}],
            },
            "tags": [{"name": str(Service.INTAKE)}],
            "x-queues": [AGENCY_QUEUE],
        }
    }


def _messages() -> Document:
    return {
        "agency.event.json": {
            "name": "agency.event.json",
            "title": "An incident as an agency states it (线索)",
            "contentType": "application/json",
            "payload": _ref("schemas", "AgencyEvent"),
            "examples": [{"name": "flood", "payload": _EXAMPLE}],
        },
        "agency.event.cap": {
            "name": "agency.event.cap",
            "title": "An incident as a CAP 1.2 alert",
            "contentType": "application/cap+xml",
            "payload": {
                "type": "string",
                "contentMediaType": "application/cap+xml",
                "description": (
                    f"An XML document whose root is alert of {CAP_NAMESPACE}; its sender is the agency's code, alone "
                    "or before an @."
                ),
            },
        },
        "agency.answer": {
            "name": "agency.answer",
            "title": "What became of a message: accepted, known already, or refused and why",
            "contentType": "application/json",
            "payload": _ref("schemas", "AgencyAnswer"),
        },
    }


def _schemas() -> Document:
    """Schemas of the door. Names that the chain's schemas have too mean the same classes."""
    event = {key: value for key, value in agency_event_schema().items() if key not in ("$schema", "$id")}
    answer = AgencyAnswer.model_json_schema()
    parts = event.pop("$defs", {}) | answer.pop("$defs", {})
    return {name: _moved(schema) for name, schema in {**parts, "AgencyEvent": event, "AgencyAnswer": answer}.items()}


def _moved(schema: Any) -> Any:
    """Return a schema whose references point into the document's components."""
    if isinstance(schema, dict):
        return {
            key: SCHEMAS + value.removeprefix("#/$defs/") if key == "$ref" else _moved(value)
            for key, value in schema.items()
        }
    return [_moved(each) for each in schema] if isinstance(schema, list) else schema


def _ref(kind: str, name: str) -> Document:
    return {"$ref": f"#/components/{kind}/{name}"}
