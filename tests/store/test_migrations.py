"""A migration that was shipped is never edited: a site that has applied it would differ from a fresh one for ever."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINS = Path(__file__).with_name("migration_hashes.txt")
REMEDY = (
    "write the change as the next migration. Only while the file was never applied outside this machine: "
    "python -m tests.store.test_migrations writes the hashes anew"
)


def migrations() -> list[Path]:
    """Return every migration of the suite."""
    return sorted(
        file
        for room in ("shared", "services")
        for file in (ROOT / room).rglob("*.sql")
        if file.parent.name == "migrations"
    )


def pinned(text: str) -> dict[str, str]:
    """Return path -> hash of a list of pins."""
    return dict(reversed(line.split("  ")) for line in text.splitlines() if line)


def differences(found: dict[str, str], pins: dict[str, str]) -> list[str]:
    """Return what is wrong with the files found, a sentence each."""
    edited = [f"{name} was edited" for name, digest in found.items() if pins.get(name, digest) != digest]
    unpinned = [f"{name} is not pinned" for name in found if name not in pins]
    gone = [f"{name} is gone" for name in pins if name not in found]
    return edited + unpinned + gone


def hashes() -> dict[str, str]:
    """Return path -> SHA-256 of every migration of the suite."""
    return {str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest() for file in migrations()}


def test_no_shipped_migration_was_edited() -> None:
    wrong = differences(hashes(), pinned(PINS.read_text(encoding="utf-8")))

    assert not wrong, f"{'; '.join(wrong)}: {REMEDY}"


def test_an_edit_a_new_file_and_a_lost_file_are_noticed() -> None:
    pins = {"a.sql": "1", "b.sql": "2"}

    assert differences({"a.sql": "1", "b.sql": "2"}, pins) == []
    assert differences({"a.sql": "9", "c.sql": "3"}, pins) == [
        "a.sql was edited",
        "c.sql is not pinned",
        "b.sql is gone",
    ]


@pytest.mark.parametrize("file", migrations(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_migration_is_numbered_and_says_why_why_it_is_safe_and_what_it_locks(file: Path) -> None:
    head = file.read_text(encoding="utf-8")[:2_000]

    assert re.fullmatch(r"[0-9]{4}[._][a-z0-9-]+\.sql", file.name)
    for word in ("-- Why:", "-- Safe:", "-- Locks:"):
        assert word in head, f"{file.name} does not say {word}"


if __name__ == "__main__":
    PINS.write_text("".join(f"{digest}  {name}\n" for name, digest in hashes().items()), encoding="utf-8")
