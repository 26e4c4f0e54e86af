"""The pages that other sites' programmers read name every header, attribute and member there is."""

from pathlib import Path

import pytest

from services.forwarding.frames import EventFrame, Fate, HeartbeatFrame, ReceiptFrame
from services.forwarding.statements import Stated, Statement, Witness
from shared.contracts import delivery
from shared.contracts.addresses import EVENTS_EXCHANGE
from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.process.heads import Head

REFERENCE = Path(__file__).resolve().parents[2] / "docs/reference"
HEADERS = (REFERENCE / "headers.md").read_text(encoding="utf-8")
LOG = (REFERENCE / "log.md").read_text(encoding="utf-8")


def unnamed(page: str, words: list[str]) -> list[str]:
    """Return the words that a page does not name in code type."""
    return [word for word in words if f"`{word}`" not in page]


@pytest.mark.parametrize("model", [Envelope, EventFrame, ReceiptFrame, HeartbeatFrame, Stated, Witness])
def test_every_attribute_and_member_is_named(model) -> None:
    assert unnamed(HEADERS, list(model.model_fields)) == []


def test_headers_and_words_are_named() -> None:
    words = [delivery.SENDER, delivery.SUBJECT, delivery.NUMBERS, EVENTS_EXCHANGE, CONTENT_TYPE, *Fate]

    assert unnamed(HEADERS, words) == []
    assert unnamed(HEADERS, ["x-shangda-forgotten"]) == ["x-shangda-forgotten"]


def test_a_statement_is_described() -> None:
    members = [name for model in (Statement, Head) for name in model.model_fields if name not in ("heads", "service")]

    assert unnamed(LOG, members) == []
    assert "What was never recorded is not proven" in LOG
