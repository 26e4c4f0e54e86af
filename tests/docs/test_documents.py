"""The documents are true where a machine can tell: links, commands and their options, snippets, headings, paths."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from deploy.cli.app import app
from deploy.play.story import load_story
from tests.docs.reading import ROOT, Fenced, commands, documents, fault_of, fenced, links

ALL = documents()
DECISIONS = [file for file in sorted((ROOT / "docs/decisions").glob("*.md")) if file.name[0] != "R"]
RECORDS = [file for file in DECISIONS if file.name != "dependencies.md"]
HEADINGS = ("**Context.**", "**Decision.**", "**Rejected.**", "**Look at it again**")
CODE = ("shared", "services", "deploy", "docs", "tests", ".ci")
# What must stand in no file: a path of one machine, or the address of a registry. Written so that this file has none.
FORBIDDEN = tuple(
    "".join(parts)
    for parts in (
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("index", "-url"),
        ("/work", "/"),
        ("/root", "/"),
        ("deb.debian", ".org"),
        ("registry.npmjs", ".org"),
        ("proxy.golang", ".org"),
    )
)
ALLOWED = ("--no-emit-index" + "-url",)  # how the lock is made without an address in it


@pytest.fixture(scope="module")
def shangda() -> Any:
    """The command line, as click sees it."""
    return typer.main.get_command(app)


def broken_links(file: Path) -> list[str]:
    """Return the links of a document that lead nowhere."""
    return [each for each in links(file.read_text("utf-8")) if not (file.parent / each).exists()]


def snippet_fault(block: Fenced) -> str | None:
    """Return what is untrue about a fenced block; None when it is what it says, or compiles and can be imported."""
    if block.of is not None:
        source = ROOT / block.of
        text = source.read_text("utf-8") if source.is_file() else None
        if text is None:
            return f"{block.of} does not exist"
        same = block.text.strip("\n") == text.strip("\n") if block.how == "file" else block.text in text
        if not same:
            return f"is not what {block.of} says"
    if block.language != "python" or block.how == "from":
        return None
    try:
        tree = ast.parse(block.text)
    except SyntaxError as error:
        return f"does not compile: {error}"
    return next((f"cannot import {name}" for name in _imported(tree) if not _importable(name)), None)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _importable(name: str) -> bool:
    """Tell whether a dotted name is a module, or something in one."""
    module, _, attribute = name.rpartition(".")
    try:
        if module and hasattr(importlib.import_module(module), attribute):
            return True
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def text_files() -> Iterator[tuple[Path, str]]:
    """Yield the repository's text files with their contents."""
    inside = [file for folder in CODE for file in (ROOT / folder).rglob("*")]
    for file in [*ROOT.glob("*"), *inside]:
        if file.is_file() and "__pycache__" not in file.parts:
            try:
                yield file, file.read_text("utf-8")
            except UnicodeDecodeError:
                continue


def forbidden_lines(text: str) -> list[str]:
    """Return the lines of a text that name a machine's path or a registry."""
    if not any(word in text for word in FORBIDDEN):
        return []
    lines = [re.sub("|".join(map(re.escape, ALLOWED)), "", line) for line in text.splitlines()]
    return [line.strip()[:160] for line in lines if any(word in line for word in FORBIDDEN)]


def test_every_picture_is_shown_somewhere() -> None:
    texts = "".join(file.read_text(encoding="utf-8") for file in ALL)
    pictures = [file.name for file in sorted((ROOT / "docs/images").iterdir())]

    assert [name for name in pictures if f"images/{name}" not in texts] == []


@pytest.mark.parametrize("file", ALL, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(file: Path) -> None:
    assert broken_links(file) == []


@pytest.mark.parametrize("file", ALL, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_command_shown_exists(file: Path, shangda: Any) -> None:
    assert [fault for words in commands(file.read_text("utf-8")) if (fault := fault_of(words, shangda))] == []


@pytest.mark.parametrize("file", ALL, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_snippet_is_code_that_is_there(file: Path) -> None:
    assert [fault for block in fenced(file.read_text("utf-8")) if (fault := snippet_fault(block))] == []


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.name)
def test_a_decision_says_context_decision_rejected_and_when_to_look_again(file: Path) -> None:
    text = file.read_text("utf-8")
    assert [each for each in HEADINGS if not re.search(rf"^{re.escape(each)}", text, re.M)] == []


def test_the_index_of_decisions_is_complete() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    assert [file.name for file in DECISIONS if f"({file.name})" not in index] == []


def test_the_story_in_the_reference_is_a_story(tmp_path: Path) -> None:
    blocks = [
        each for each in fenced((ROOT / "docs/reference/stories.md").read_text("utf-8")) if each.language == "yaml"
    ]
    story = tmp_path / "shown.yaml"
    story.write_text(blocks[0].text, encoding="utf-8")

    assert len(load_story(story).steps) == 4


def test_no_file_names_a_path_of_one_machine_or_a_registry() -> None:
    found = {str(file.relative_to(ROOT)): lines for file, text in text_files() if (lines := forbidden_lines(text))}
    assert found == {}


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        "[here](a.md#x) [gone](b.md) ![gone](c.png) [out](https://example.org) `[no](d.md)`\n```\n[no](e)\n```\n"
    )

    assert broken_links(file) == ["b.md", "c.png", "d.md"]


def test_a_command_that_is_not_there_is_noticed(shangda: Any) -> None:
    block = "./shangda demo --plain  # it's fine\n$ ./shangda dmeo\nshangda keys export \\\n  --too x\n"
    shown = f"```bash\n{block}```\n`shangda brew`"

    assert [fault_of(words, shangda) for words in commands(shown)] == [
        None,
        "shangda has no command dmeo",
        "export has no option --too",
        "shangda has no command brew",
    ]
    assert fault_of(["test", "--all", "-k", "x", "--lf"], shangda) is None
    assert fault_of(["COMMAND"], shangda) is None


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        ("```python\nimport json\n```", None),
        ("```python\ndef f(:\n```", "does not compile"),
        (
            "```python\nfrom shared.contracts.routes import NOTHING\n```",
            "cannot import shared.contracts.routes.NOTHING",
        ),
        ("<!-- from: shared/contracts/routes.py -->\n```python\nROUTES = ()\n```", "is not what"),
        ("<!-- file: shared/nothing.py -->\n```python\n```", "does not exist"),
        ("<!-- file: services/supervision/app.py -->\n```python\nimport json\n```", "is not what"),
    ],
)
def test_a_snippet_that_is_not_true_is_noticed(shown: str, fault: str | None) -> None:
    [block] = fenced(shown)
    found = snippet_fault(block)

    assert found is None if fault is None else fault in (found or "")


@pytest.mark.parametrize("word", FORBIDDEN)
def test_a_forbidden_address_is_noticed(word: str) -> None:
    assert forbidden_lines(f"fine\nsee {word}x") == [f"see {word}x"]
    assert forbidden_lines(ALLOWED[0]) == []
