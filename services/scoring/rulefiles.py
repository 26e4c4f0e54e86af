"""Reading rule set files. A mistake names file, line and remedy, so that an office can correct it by itself."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from services.scoring.rules import RuleSet


class RuleFileInvalid(ValueError):
    """A rule set file cannot be used. Nothing of it was applied; correct the line and publish again."""

    def __init__(self, file: str, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__("\n".join(f"{file} 第 {line} 行：{problem}" for line, problem in problems))
        self.file, self.problems = file, tuple(problems)


def shipped_rule_sets() -> tuple[RuleSet, ...]:
    """Return the rule sets that come with the suite."""
    folder = files("services.scoring") / "data"
    return tuple(
        parse_rule_set(entry.read_text(encoding="utf-8"), entry.name)
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    )


def load_rule_set(path: Path) -> RuleSet:
    """Return the rule set in a file. Raises RuleFileInvalid."""
    return parse_rule_set(path.read_text(encoding="utf-8"), path.name)


def parse_rule_set(text: str, file: str) -> RuleSet:
    """Return the rule set in YAML text; ``file`` is named in errors. Raises RuleFileInvalid."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleFileInvalid(file, [(line, f"不是 YAML：{error.problem}")]) from error
    try:
        return RuleSet.model_validate(content)
    except ValidationError as error:
        problems = [(_line_of(root, each["loc"]), _in_words(each["loc"], each["msg"])) for each in error.errors()]
        raise RuleFileInvalid(file, problems) from error


def digest_of(rule_set: RuleSet) -> str:
    """Return the SHA-256 (hex) of a rule set's content: comments and layout of the file do not count."""
    return hashlib.sha256(rule_set.model_dump_json().encode()).hexdigest()


def _in_words(place: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(str(part) for part in place) or '整个文件'}：{message.removeprefix('Value error, ')}"


def _line_of(root: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """Return the line (from 1) of the deepest node that exists on the way to ``place``."""
    node = root
    for part in place:
        below = _child(node, part)
        if below is None:
            break
        node = below
    return node.start_mark.line + 1 if node is not None else 1


def _child(node: yaml.Node | None, part: int | str) -> yaml.Node | None:
    match node:
        case yaml.MappingNode(value=pairs):
            return next((value for key, value in pairs if key.value == part), None)
        case yaml.SequenceNode(value=items) if isinstance(part, int) and part < len(items):
            found: yaml.Node = items[part]
            return found
    return None
