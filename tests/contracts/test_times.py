"""Every time that comes in has a zone: without one nobody knows which instant is meant (B3)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.contracts.envelope import NotAnEvent, read
from shared.contracts.exampling import FOLDER
from shared.contracts.routes import ROUTES

Path = tuple[str | int, ...]
EXAMPLES = {route.event.name: json.loads((FOLDER / f"{route.event.name}.json").read_bytes()) for route in ROUTES}


def times_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every time in a piece of JSON."""
    match value:
        case dict():
            for key, each in value.items():
                yield from times_in(each, (*path, key))
        case list():
            for place, each in enumerate(value):
                yield from times_in(each, (*path, place))
        case str() if len(value) == len("2025-02-17T01:20:00Z") and value.endswith("00Z"):
            yield path


def without_zone(message: Any, path: Path) -> bytes:
    """Return a message in which one time has lost its zone."""
    changed = json.loads(json.dumps(message))
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = holder[path[-1]].removesuffix("Z")
    return json.dumps(changed).encode()


@pytest.mark.parametrize(
    ("name", "path"),
    [(name, path) for name, message in EXAMPLES.items() for path in times_in(message)],
    ids=lambda part: part if isinstance(part, str) else ".".join(map(str, part)),
)
def test_a_time_without_a_zone_is_refused_with_its_field(name: str, path: Path) -> None:
    field = ".".join(map(str, path)).removeprefix("data.")
    with pytest.raises(NotAnEvent, match=rf"{field}: .*timezone"):
        read(without_zone(EXAMPLES[name], path))


def test_the_examples_hold_times_to_be_tried() -> None:
    assert all(list(times_in(message)) for message in EXAMPLES.values())
