"""The tree is RFC 6962's, whatever its size, and no leaf, order or neighbour can change unseen."""

import hashlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.store import merkle

HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=40)
# Leaves and roots of the Certificate Transparency reference tests.
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(1, len(INPUTS) + 1))
def test_the_tree_is_that_of_the_reference(size: int) -> None:
    leaves = [merkle.hash_leaf(bytes.fromhex(text)) for text in INPUTS[:size]]

    assert merkle.root(leaves).hex() == ROOTS[size - 1]


@given(HASHES)
def test_a_root_is_what_the_rfc_says(leaves: list[bytes]) -> None:
    assert merkle.root(iter(leaves)) == by_definition(leaves)


@given(HASHES, st.data())
def test_no_leaf_is_changed_removed_added_or_moved_unseen(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves)))
    other = data.draw(st.binary(min_size=32, max_size=32))
    changed = [
        [*leaves[:place], other, *leaves[place:]],
        [*leaves[:place], *leaves[place + 1 :]],
        [*leaves[:place], other, *leaves[place + 1 :]],
        [*leaves[place:], *leaves[:place]],
    ]

    for variant in changed:
        assert (merkle.root(variant) == merkle.root(leaves)) == (variant == leaves)


def test_a_leaf_is_no_node_and_no_head() -> None:
    left, right = merkle.hash_leaf(b"a"), merkle.hash_leaf(b"b")

    assert merkle.hash_leaf(left + right) != merkle.root([left, right])


def test_a_leaf_depends_on_salt_id_and_body_and_not_on_a_body_that_was_expunged() -> None:
    salt, event_id, digest = bytes(16), UUID(int=7), hashlib.sha256(b"body").digest()
    leaf = merkle.leaf(salt, event_id, digest)

    assert leaf not in (
        merkle.leaf(b"\x01" * 16, event_id, digest),
        merkle.leaf(salt, UUID(int=8), digest),
        merkle.leaf(salt, event_id, hashlib.sha256(b"Body").digest()),
    )


@pytest.mark.parametrize(
    "other",
    [
        {"site": SiteId("pinghu")},
        {"service": Service.SCORING},
        {"epoch": 2},
        {"batch": 4},
        {"first": 10},
        {"last": 19},
        {"root": b"\x01" * 32},
        {"previous": b"\x01" * 32},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_head_binds_everything_in_its_seal(other: dict) -> None:
    seal = {
        "site": SiteId("qingshan"),
        "service": Service.REVIEW,
        "epoch": 1,
        "batch": 3,
        "first": 11,
        "last": 20,
        "root": bytes(32),
        "previous": bytes(32),
    }

    assert merkle.close(**seal).head != merkle.close(**(seal | other)).head
