"""Headers of a message, and how a message in hand is read. See docs/reference/headers.md."""

import json
from collections.abc import Mapping
from typing import Any

from shared.contracts.addresses import lane_of
from shared.contracts.envelope import Delivery, NotAnEvent, Sender, Unreadable, read
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service

SENDER = "x-shangda-sender"
SUBJECT = "x-shangda-subject"
NUMBERS = "x-shangda-numbers"


def write_headers(sender: Sender, subject: str, numbers: Mapping[str, int]) -> dict[str, str]:
    """Return the headers that say who put a message on the bus and its dense number for each reader."""
    return {
        SENDER: str(sender),
        SUBJECT: subject,
        NUMBERS: json.dumps(dict(numbers), separators=(",", ":")),
    }


def read_sender(text: str) -> Sender:
    """Return the sender in a header. Raises NotAnEvent when it is none."""
    try:
        site, service, epoch = text.split("/")
        return Sender(SiteId(site), Service(service), int(epoch))
    except ValueError as error:
        raise NotAnEvent("BAD_HEADERS", f"{SENDER} is {text[:80]!r}, wanted site/service/epoch") from error


def read_number(headers: Mapping[str, Any], reader: str) -> int:
    """Return the dense number of a message for ``reader``. Raises NotAnEvent when the headers hold none."""
    text = headers.get(NUMBERS)
    try:
        number = json.loads(str(text))[reader]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAnEvent("BAD_HEADERS", f"{NUMBERS} holds no number for {reader}") from error
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise NotAnEvent("BAD_HEADERS", f"{NUMBERS} holds {number!r} for {reader}, wanted a whole number from 1")
    return number


def take(raw: bytes, headers: Mapping[str, Any], queue: str, reader: Service) -> Delivery | Unreadable:
    """Return what a message says to ``reader``, or why it cannot be understood. Never raises."""
    plain = {str(key): value if isinstance(value, str | int) else str(value) for key, value in headers.items()}
    try:
        envelope, event = read(raw)
        sender = read_sender(str(plain.get(SENDER, "")))
        number = read_number(plain, reader)
    except NotAnEvent as problem:
        return Unreadable(raw, plain, queue, problem.cause, problem.detail, problem.deferred)
    return Delivery(envelope, event, sender, number, lane_of(event), raw, plain, queue)
