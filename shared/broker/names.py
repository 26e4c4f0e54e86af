"""Names on the broker beside the chain's own: the agencies' door and the links between sites."""

import re
from urllib.parse import quote

from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane

AGENCY_EXCHANGE = "shangda.agency"
AGENCY_QUEUE = "agency.incoming"
AGENCY_REPLIES_EXCHANGE = "shangda.agency.replies"
LINKS_EXCHANGE = "shangda.links"
# An agency's code is part of its routing key and of the name of its queue; it is matched whole.
AGENCY_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

# A peer that vanished without a word is noticed after two silent heartbeats; the libraries' default is minutes.
HEARTBEAT_SECONDS = 20


def named(url: str, name: str) -> str:
    """Return a broker's address with the name under which the connection shows at the broker, and our heartbeat."""
    return f"{url}{'&' if '?' in url else '?'}name={quote(name)}&heartbeat={HEARTBEAT_SECONDS}"


def agency_key(code: str) -> str:
    """Return the routing key that is an agency's identity."""
    return f"agency.{code}"


def agency_reply_queue(code: str) -> str:
    """Return the only queue that an agency may read."""
    return f"agency.reply.{code}"


def departure_key(peer: SiteId, lane: Lane) -> str:
    """Return the routing key of what leaves for a neighbour site."""
    return f"to.{peer}.{lane}"


def departure_queue(peer: SiteId, lane: Lane) -> str:
    """Return the queue from which a shovel carries to a neighbour site."""
    return f"link.to.{peer}.{lane}"


def arrival_key(peer: SiteId, lane: Lane) -> str:
    """Return the routing key with which a shovel delivers what a neighbour site sent."""
    return f"from.{peer}.{lane}"


def arrival_queue(peer: SiteId, lane: Lane) -> str:
    """Return the queue of what a neighbour site sent."""
    return f"link.from.{peer}.{lane}"


def shovel_name(source: SiteId, destination: SiteId, lane: Lane) -> str:
    """Return the name of the shovel of one direction and lane."""
    return f"{source}-to-{destination}-{lane}"
