"""What must stand on a site's broker, made from the chain's table: exchanges, queues, bindings, accounts, rights."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.broker import names
from shared.contracts.addresses import EVENTS_EXCHANGE, bindings, lanes_of, queue_name, writable_keys
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane, Service

# 4.x gives quorum queues a limit of 20 deliveries and then drops the message; 3.10 has none. Each crash of a consumer
# counts as a delivery, and nothing of ours may vanish for that, so the limit is one that is never reached.
NEVER_REACHED = 1_000_000_000
QUORUM = {"x-queue-type": "quorum", "x-delivery-limit": NEVER_REACHED}
_NOTHING = "^$"
Definitions = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Account:
    """A broker account. ``tags`` are RabbitMQ's; almost all of ours have none."""

    name: str
    password: str
    tags: str = ""


def topology(neighbours: Sequence[SiteId]) -> Definitions:
    """Return exchanges, queues and bindings of a site with these neighbours."""
    exchanges = [
        {"name": name, "type": "topic", "durable": True, "auto_delete": False, "internal": False, "arguments": {}}
        for name in (EVENTS_EXCHANGE, names.AGENCY_EXCHANGE, names.AGENCY_REPLIES_EXCHANGE, names.LINKS_EXCHANGE)
    ]
    bound = [
        (EVENTS_EXCHANGE, queue_name(service, lane), bindings(service, lane))
        for service in Service
        for lane in lanes_of(service)
    ]
    bound.append((names.AGENCY_EXCHANGE, names.AGENCY_QUEUE, ("agency.#",)))
    for peer in neighbours:
        for lane in Lane:
            bound.append((names.LINKS_EXCHANGE, names.departure_queue(peer, lane), (names.departure_key(peer, lane),)))
            bound.append((names.LINKS_EXCHANGE, names.arrival_queue(peer, lane), (names.arrival_key(peer, lane),)))
    return {
        "exchanges": exchanges,
        "queues": [
            {"name": queue, "durable": True, "auto_delete": False, "arguments": QUORUM} for _, queue, _ in bound
        ],
        "bindings": [
            {
                "source": exchange,
                "destination": queue,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for exchange, queue, keys in bound
            for key in keys
        ],
    }


def digest(neighbours: Sequence[SiteId]) -> str:
    """Return a short fingerprint of the topology; the marker exchange carries it (see ``marker``)."""
    canonical = json.dumps(topology(sorted(neighbours)), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def marker(neighbours: Sequence[SiteId]) -> str:
    """Return the exchange whose presence says that the broker was provisioned with exactly this topology."""
    return f"shangda.definitions.{digest(neighbours)}"


def rights(vhost: str, service: Service, account: Account) -> Definitions:
    """Return a service's account: it reads its own queues, writes its own facts, and configures nothing."""
    write, read = [EVENTS_EXCHANGE.replace(".", r"\.")], [rf"{service}\.(urgent|routine)"]
    topics = [_topic(vhost, account.name, EVENTS_EXCHANGE, writable_keys(service), _NOTHING)]
    if service is Service.INTAKE:
        write.append(names.AGENCY_REPLIES_EXCHANGE.replace(".", r"\."))
        read.append(names.AGENCY_QUEUE.replace(".", r"\."))
        topics.append(_topic(vhost, account.name, names.AGENCY_REPLIES_EXCHANGE, r"^agency\.", _NOTHING))
    if service is Service.FORWARDING:
        write.append(names.LINKS_EXCHANGE.replace(".", r"\."))
        read.append(r"link\.from\..*")
        topics.append(_topic(vhost, account.name, names.LINKS_EXCHANGE, r"^to\.", _NOTHING))
    return _account(vhost, account, _NOTHING, _any(write), _any(read), topics)


def declarer_rights(vhost: str, account: Account, neighbours: Sequence[SiteId]) -> Definitions:
    """Return the account with which forwarding declares shovels and with which they work at the local end."""
    topics = [_topic(vhost, account.name, names.LINKS_EXCHANGE, r"^from\.", _NOTHING)]
    read = [rf"link\.to\.{peer}\.(urgent|routine)" for peer in neighbours]
    return _account(
        vhost,
        account,
        _NOTHING,
        _any([names.LINKS_EXCHANGE.replace(".", r"\.")]),
        _any(read) if read else _NOTHING,
        topics,
    )


def lower_site_rights(vhost: str, account: Account, lower: SiteId) -> Definitions:
    """Return the account of a lower site on this broker: it fetches what is for it and delivers what is from it."""
    key = rf"^from\.{lower}\.(urgent|routine)\z"
    return _account(
        vhost,
        account,
        _NOTHING,
        _any([names.LINKS_EXCHANGE.replace(".", r"\.")]),
        _any([rf"link\.to\.{lower}\.(urgent|routine)"]),
        [_topic(vhost, account.name, names.LINKS_EXCHANGE, key, _NOTHING)],
    )


def agency_rights(vhost: str, account: Account, code: str) -> Definitions:
    """Return an agency's account and reply queue: one key to write with, one queue to read, nothing else."""
    queue = names.agency_reply_queue(code)
    definitions = _account(
        vhost,
        account,
        _NOTHING,
        _any([names.AGENCY_EXCHANGE.replace(".", r"\.")]),
        _any([queue.replace(".", r"\.")]),
        [_topic(vhost, account.name, names.AGENCY_EXCHANGE, rf"^agency\.{code}\z", _NOTHING)],
    )
    definitions["queues"] = [{"name": queue, "durable": True, "auto_delete": False, "arguments": QUORUM}]
    definitions["bindings"] = [
        {
            "source": names.AGENCY_REPLIES_EXCHANGE,
            "destination": queue,
            "destination_type": "queue",
            "routing_key": names.agency_key(code),
            "arguments": {},
        }
    ]
    return definitions


def merge(parts: Sequence[Mapping[str, list[dict[str, Any]]]]) -> Definitions:
    """Return all parts as one set of definitions."""
    merged: Definitions = {}
    for part in parts:
        for kind, entries in part.items():
            merged.setdefault(kind, []).extend(entries)
    return merged


def _any(patterns: Sequence[str]) -> str:
    return f"^({'|'.join(patterns)})$"


def _topic(vhost: str, user: str, exchange: str, write: str, read: str) -> dict[str, Any]:
    return {"user": user, "vhost": vhost, "exchange": exchange, "write": write, "read": read}


def _account(
    vhost: str, account: Account, configure: str, write: str, read: str, topics: list[dict[str, Any]]
) -> Definitions:
    return {
        "users": [{"name": account.name, "password": account.password, "tags": account.tags}],
        "permissions": [{"user": account.name, "vhost": vhost, "configure": configure, "write": write, "read": read}],
        "topic_permissions": topics,
    }
