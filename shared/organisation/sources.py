"""YAML text with the line of every key kept, so that each problem names file, line, field, value and remedy."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from shared.organisation.explanations import explain

Spot = tuple[str | int, ...]
"""Way from the top of the file to a value: keys and list positions."""

AnyModel = TypeVar("AnyModel", bound=BaseModel)

_SHOWN_CHARACTERS = 60

# The same marks, ten times as fast, where PyYAML was built with libyaml.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file. ``line`` counts from 1."""

    file: str
    line: int
    field: str
    value: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.value}: {self.wrong}; {self.remedy}"


class SourceInvalid(Exception):
    """A data file cannot be used. ``problems`` holds everything that was found, in line order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.field)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Source:
    """One YAML file: ``content`` as plain Python values, and where each of them stands."""

    def __init__(self, name: str, root: yaml.Node) -> None:
        self.name = name
        self._root = root
        self._lines: dict[Spot, int] = {}
        self._words: dict[Spot, str] = {}
        self._doubled: list[Spot] = []
        self.content: Any = self._plain(root, (), yaml.SafeLoader(""))

    def line(self, spot: Spot) -> int:
        """Return the line of a value, or of the nearest thing around it that the file has."""
        while spot not in self._lines:
            spot = spot[:-1]
        return self._lines[spot]

    def problem(self, spot: Spot, wrong: str, remedy: str) -> Problem:
        """Describe what is wrong at a spot; the value is shown as it is written there."""
        return Problem(self.name, self.line(spot), self.label(spot), self._shown(spot), wrong, remedy)

    def value(self, spot: Spot) -> object:
        """Return what the file holds at a spot, ``(missing)`` where it holds nothing."""
        found = self.content
        for step in spot:
            match found, step:
                case dict(), _ if step in found:
                    found = found[step]
                case list(), int() if step < len(found):
                    found = found[step]
                case _:
                    return "(missing)"
        return found

    def label(self, spot: Spot) -> str:
        """Write a spot for people: ``offices[qingshan].parent``; entries without an id go by position from 1."""
        written = ""
        for depth, step in enumerate(spot, start=1):
            if isinstance(step, str):
                written += f".{step}" if written else step
            else:
                entry = self.value(spot[:depth])
                named = entry.get("id") if isinstance(entry, dict) else None
                written += f"[{named or step + 1}]"
        return written or "(file)"

    def doubled_keys(self) -> Iterator[Problem]:
        """Yield a problem for each key written twice in one mapping; YAML would keep the last and say nothing."""
        for spot in self._doubled:
            yield self.problem(spot, "this key is written twice", "keep one of the two")

    def without(self, entries: set[tuple[str, int]]) -> "Source":
        """Return the file without some entries of its top-level lists; all other lines stay what they were."""
        assert isinstance(self._root, yaml.MappingNode)
        kept = [(key, _thinned(node, {at for name, at in entries if name == key.value})) for key, node in self._pairs()]
        return Source(self.name, yaml.MappingNode(self._root.tag, kept, self._root.start_mark, self._root.end_mark))

    def _shown(self, spot: Spot) -> str:
        if spot in self._words:
            return self._words[spot].replace("\n", " ")[:_SHOWN_CHARACTERS]
        return "(missing)" if self.value(spot) == "(missing)" else "(several values)"

    def _pairs(self) -> list[tuple[yaml.Node, yaml.Node]]:
        pairs: list[tuple[yaml.Node, yaml.Node]] = self._root.value
        return pairs

    def _plain(self, node: yaml.Node, spot: Spot, loader: yaml.SafeLoader) -> object:
        self._lines.setdefault(spot, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*spot, at), loader) for at, item in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            # YAML reads 00002101 as 1089: what people see must be what they wrote.
            self._words[spot] = str(node.value)
            return loader.construct_object(node)
        plain: dict[Hashable, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in plain:
                self._doubled.append((*spot, key))
            self._lines[*spot, key] = key_node.start_mark.line + 1
            plain[key] = self._plain(value_node, (*spot, key), loader)
        return plain


def _thinned(node: yaml.Node, dropped: set[int]) -> yaml.Node:
    if not dropped or not isinstance(node, yaml.SequenceNode):
        return node
    kept = [item for at, item in enumerate(node.value) if at not in dropped]
    return yaml.SequenceNode(node.tag, kept, node.start_mark, node.end_mark)


def read_source(text: str, name: str) -> Source:
    """Read YAML text. ``name`` stands for the file in messages.

    Raises SourceInvalid when the text is not YAML or not a mapping.
    """
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = Problem(
            name, line, "(file)", "(text)", f"not YAML: {error.problem}", "correct the line or its indent"
        )
        raise SourceInvalid((problem,)) from error
    if not isinstance(root, yaml.MappingNode):
        wrong = Problem(name, 1, "(file)", "(text)", "not a mapping of keys", "start from a file that is known to work")
        raise SourceInvalid((wrong,))
    return Source(name, root)


def shape_problems(source: Source, model: type[BaseModel]) -> Mapping[Spot, Problem]:
    """Return what the model finds wrong with the file, by spot; empty when the file fits."""
    try:
        model.model_validate(source.content)
    except ValidationError as error:
        found: dict[Spot, Problem] = {}
        for detail in error.errors(include_url=False):
            found[detail["loc"]] = source.problem(detail["loc"], *explain(detail, model))
        return found
    return {}


def validated(source: Source, model: type[AnyModel]) -> AnyModel:
    """Return the file as a model. Raises SourceInvalid with every problem of shape and every doubled key."""
    problems = (*source.doubled_keys(), *shape_problems(source, model).values())
    if problems:
        raise SourceInvalid(problems)
    return model.model_validate(source.content)
