"""Headers of a message, and how a message in hand is read. See docs/reference/headers.md."""

import json
import re
from collections.abc import Mapping
from typing import Any

from shared.contracts.addresses import lane_of
from shared.contracts.envelope import Delivery, NotAnEvent, Sender, Unreadable, read
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service

SENDER = "x-shangda-sender"
SUBJECT = "x-shangda-subject"
NUMBERS = "x-shangda-numbers"
LARGEST_NUMBER = 2**53  # exact in every JSON reader, and fits the database's bigint
_SENDER = re.compile(r"(?P<site>[\w-]{1,60})/(?P<service>[a-z]{1,20})/(?P<epoch>[1-9][0-9]{0,8})")


def write_headers(sender: Sender, subject: str, numbers: Mapping[str, int]) -> dict[str, str]:
    """Return the headers that say who put a message on the bus and its dense number for each reader."""
    return {
        SENDER: str(sender),
        SUBJECT: subject,
        NUMBERS: json.dumps(dict(numbers), separators=(",", ":")),
    }


def read_sender(text: str) -> Sender:
    """Return the sender in a header. Raises NotAnEvent when it is none."""
    parts = _SENDER.fullmatch(text)
    try:
        if parts is None:
            raise ValueError(text)
        return Sender(SiteId(parts["site"]), Service(parts["service"]), int(parts["epoch"]))
    except ValueError as error:
        raise NotAnEvent("BAD_HEADERS", f"{SENDER} is {text[:80]!r}, wanted site/service/epoch") from error


def read_number(headers: Mapping[str, Any], reader: str) -> int:
    """Return the dense number of a message for ``reader``. Raises NotAnEvent when the headers hold none."""
    text = headers.get(NUMBERS)
    try:
        number = json.loads(str(text))[reader]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAnEvent("BAD_HEADERS", f"{NUMBERS} holds no number for {reader}") from error
    if not is_number(number):
        raise NotAnEvent(
            "BAD_HEADERS", f"{NUMBERS} holds {str(number)[:80]!r} for {reader}, wanted a whole number from 1"
        )
    return int(number)


def is_number(value: object) -> bool:
    """Return True for a whole number that can be a dense number: 1 to 2**53."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_NUMBER


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
