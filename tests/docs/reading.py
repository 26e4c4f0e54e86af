"""Reading documents: their links, the commands they show, their fenced blocks."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(
    r"^(?:<!-- (?P<how>file|from): (?P<of>\S+) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)")
_INLINE = re.compile(r"`((?:\./)?shangda [^`\n]+)`")
_SHOWN = re.compile(r"^\s*(?:\$ )?(?:\./)?shangda\s+(?P<words>\S.*)$")
_NO_SHELL = ("mermaid", "yaml", "python", "sql", "json")


@dataclass(frozen=True)
class Fenced:
    """A fenced block. ``how``: "file" when it must be the whole of file ``of``, "from" a part of it, else None."""

    language: str
    text: str
    how: str | None
    of: str | None


def documents() -> list[Path]:
    """Return every document of the repository."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def fenced(text: str) -> list[Fenced]:
    """Return the fenced blocks of a document."""
    return [Fenced(found["language"], found["text"], found["how"], found["of"]) for found in _FENCE.finditer(text)]


def links(text: str) -> list[str]:
    """Return the relative targets of a document's links and images, without their anchors."""
    found = [match[1].split("#")[0] for match in _LINK.finditer(_FENCE.sub("", text))]
    return [each for each in found if each and not re.match(r"[a-z]+:", each)]


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words behind ``shangda`` of every command that a document shows, in blocks and in code type."""
    for block in fenced(text):
        if block.language not in _NO_SHELL:
            for line in block.text.replace("\\\n", " ").splitlines():
                if (shown := _SHOWN.match(line)) is not None:
                    yield shlex.split(shown["words"], comments=True)
    for match in _INLINE.finditer(_FENCE.sub("", text)):
        yield shlex.split(match[1])[1:]


def fault_of(words: list[str], root: Any) -> str | None:
    """Return what a command's words name that does not exist; None when all of it does.

    ``root``: the command line as typer's own click sees it. Capital words, dots and brackets stand for something
    else and are passed over.
    """
    command, rest = root, list(words)
    while hasattr(command, "commands") and rest:
        name = rest.pop(0)
        if name.startswith("-"):
            return None if name == "--help" else f"{command.name} has no option {name}"
        if not re.fullmatch(r"[a-z]+", name):
            return None
        if name not in command.commands:
            return f"{command.name} has no command {name}"
        command = command.commands[name]
    if command.context_settings.get("ignore_unknown_options"):
        return None
    known = {text for each in command.params for text in (*each.opts, *each.secondary_opts)} | {"--help"}
    for word in rest:
        if word.startswith("--") and word.partition("=")[0] not in known:
            return f"{command.name} has no option {word}"
    return None
