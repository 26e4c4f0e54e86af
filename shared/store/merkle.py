"""The arithmetic of evidence: salted leaves, Merkle roots and chained heads. SHA-256, RFC 6962's tree.

The first byte of what is hashed says what it is (0 a leaf, 1 a node, 2 a head), so that none passes for another.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service

LEAF, NODE, HEAD = b"\x00", b"\x01", b"\x02"
BEGINNING = bytes(32)  # what the first seal of a log is chained to


def hash_leaf(content: bytes) -> bytes:
    """Return the hash of one leaf's content."""
    return hashlib.sha256(LEAF + content).digest()


def leaf(salt: bytes, event_id: UUID, body_digest: bytes) -> bytes:
    """Return the leaf of one fact: salt (16 bytes), id, SHA-256 of the body.

    With salt and body gone, nobody can try likely bodies against the leaf that stays.
    """
    return hash_leaf(salt + event_id.bytes + body_digest)


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root of a tree over ``leaves`` in order; SHA-256 of nothing when there are none.

    Needs memory for one hash per level only: equal trees beside each other are joined as soon as both are whole.
    """
    whole: list[tuple[int, bytes]] = []  # (height, root), the tallest first
    for each in leaves:
        height, joined = 0, each
        while whole and whole[-1][0] == height:
            joined = _node(whole.pop()[1], joined)
            height += 1
        whole.append((height, joined))
    if not whole:
        return hashlib.sha256(b"").digest()
    _, joined = whole.pop()
    while whole:
        joined = _node(whole.pop()[1], joined)
    return joined


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Seal:
    """One closed batch of a service's log. Positions are inclusive; an empty batch has ``last`` = ``first`` - 1."""

    site: SiteId
    service: Service
    epoch: int
    batch: int
    first: int
    last: int
    root: bytes
    previous: bytes
    head: bytes


def close(
    site: SiteId, service: Service, epoch: int, batch: int, first: int, last: int, *, root: bytes, previous: bytes
) -> Seal:
    """Return the seal of a batch, chained to the head before it. The head binds everything else in it."""
    place = f"{site}/{service}/{epoch}/{batch}/{first}/{last}"
    head = hashlib.sha256(HEAD + previous + place.encode() + root).digest()
    return Seal(site, service, epoch, batch, first, last, root, previous, head)
