"""Messages that were ever shipped can be read for ever, and their examples are never edited."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.envelope import NotAnEvent, read, write
from shared.contracts.exampling import FOLDER, make_missing
from shared.contracts.routes import ROUTES

PINS = Path(__file__).with_name("example_hashes.txt")
PIN = "python -m tests.contracts.test_examples"
EXAMPLES = sorted(FOLDER.glob("*.json"))


def lost(before: Any, after: Any, place: str = "") -> list[str]:
    """Return the places where ``after`` does not say what ``before`` says; more fields in ``after`` are no loss."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [found for key in before for found in lost(before[key], after.get(key), f"{place}/{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = zip(before, after, strict=True)
        return [found for number, pair in enumerate(pairs) for found in lost(*pair, f"{place}/{number}")]
    return [] if before == after else [place]


def differences(found: dict[str, str], pins: dict[str, str]) -> list[str]:
    """Return what is wrong with the examples found, a sentence each."""
    edited = [
        f"{name} was edited; give it back its shipped text"
        for name in found
        if pins.get(name, found[name]) != found[name]
    ]
    unpinned = [f"{name} is new; pin it: {PIN}" for name in found if name not in pins]
    return edited + unpinned + [f"{name} is gone; give it back" for name in pins if name not in found]


def hashes() -> dict[str, str]:
    """Return name -> SHA-256 of every example."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in EXAMPLES}


def pinned() -> dict[str, str]:
    """Return name -> SHA-256 as it was when the example was shipped."""
    lines = PINS.read_text(encoding="utf-8").splitlines() if PINS.exists() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.event.name)
def test_every_event_has_an_example(route) -> None:
    assert (FOLDER / f"{route.event.name}.json").exists(), "run: python -m shared.contracts.exampling"


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_read_and_written_again_without_loss(file: Path) -> None:
    envelope, event = read(file.read_bytes())

    assert lost(json.loads(file.read_bytes()), json.loads(write(envelope, event))) == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_fields_that_a_newer_sender_added_are_ignored(file: Path) -> None:
    message = json.loads(file.read_bytes())
    message["newer"] = message["data"]["newer"] = {"anything": ["at", "all"]}

    assert read(json.dumps(message).encode()) == read(file.read_bytes())


def test_no_shipped_example_was_edited() -> None:
    wrong = differences(hashes(), pinned())

    assert not wrong, "; ".join(wrong)


def test_an_edit_is_noticed() -> None:
    assert differences({"a": "1", "b": "2"}, {"a": "9", "c": "3"}) == [
        "a was edited; give it back its shipped text",
        f"b is new; pin it: {PIN}",
        "c is gone; give it back",
    ]
    assert lost({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3, "c": 4}]}) == ["/a/1/b"]


def test_making_examples_never_edits_one(tmp_path: Path) -> None:
    kept = tmp_path / f"{ROUTES[0].event.name}.json"
    kept.write_text("shipped", encoding="utf-8")

    made = make_missing(tmp_path)

    assert kept.read_text(encoding="utf-8") == "shipped"
    assert len(made) == len(ROUTES) - 1


@pytest.mark.parametrize(
    ("spoil", "cause", "deferred"),
    [
        (lambda message: message.update(type="report.signed.v9"), "UNKNOWN_TYPE", True),
        (lambda message: message.update(type="nothing.known.v1"), "UNKNOWN_TYPE", False),
        (lambda message: message.update(subject="other"), "SUBJECT_MISMATCH", False),
        (lambda message: message.update(subject="a\x00b"), "NOT_AN_ENVELOPE", False),
        (lambda message: message.pop("id"), "NOT_AN_ENVELOPE", False),
        (lambda message: message["data"].pop("report_id"), "DATA_DOES_NOT_FIT", False),
        (lambda message: message.pop("data"), "DATA_DOES_NOT_FIT", False),
    ],
)
def test_what_cannot_be_understood_says_why(spoil, cause: str, deferred: bool) -> None:
    message = json.loads((FOLDER / "report.signed.v1.json").read_bytes())
    spoil(message)

    with pytest.raises(NotAnEvent) as caught:
        read(json.dumps(message).encode())

    assert (caught.value.cause, caught.value.deferred) == (cause, deferred)


if __name__ == "__main__":
    kept = pinned()
    lines = {**hashes(), **kept}
    PINS.write_text("".join(f"{lines[name]}  {name}\n" for name in sorted(lines)), encoding="utf-8")
