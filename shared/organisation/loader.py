"""Reading the organisation from its file: all of it right, or nothing loaded and every problem named."""

from pathlib import Path

from pydantic import ValidationError

from shared.organisation.completeness import completeness_problems
from shared.organisation.failures import OrganisationInvalid
from shared.organisation.organisation import Organisation
from shared.organisation.references import reference_problems
from shared.organisation.register import Register
from shared.organisation.sources import Problem, Source, SourceInvalid, read_source, shape_problems


def load(path: Path) -> Organisation:
    """Return the organisation that a YAML file states.

    Raises OrganisationInvalid with all problems, each ``file:line: field: value: what is wrong; remedy``.
    Gaps in readiness are no problems: ask ``Organisation.gaps``.
    """
    return read(path.read_text(encoding="utf-8"), path.name)


def read(text: str, name: str) -> Organisation:
    """Return the organisation that YAML text states; ``name`` stands for the file in messages. Raises as ``load``."""
    try:
        source = read_source(text, name)
    except SourceInvalid as failure:
        raise OrganisationInvalid(failure.problems) from failure
    shape = shape_problems(source, Register)
    problems = [*source.doubled_keys(), *shape.values()]
    # What can be read is checked too, so that one misspelt key does not hide the rest.
    readable = source.without({(str(spot[0]), int(spot[1])) for spot in shape if len(spot) > 1 and _position(spot[1])})
    register = _register(readable)
    if register is not None:
        problems += _joined_problems(register, readable, source, bool(shape))
    if problems or register is None:
        raise OrganisationInvalid(tuple(problems))
    return Organisation(register)


def _register(source: Source) -> Register | None:
    try:
        return Register.model_validate(source.content)
    except ValidationError:
        return None


def _position(step: str | int) -> bool:
    return isinstance(step, int)


def _joined_problems(register: Register, readable: Source, stated: Source, thinned: bool) -> list[Problem]:
    found = list(reference_problems(register, readable, stated))
    # What is missing can only be told when every entry was read and every id is known.
    return found if found or thinned else list(completeness_problems(register, readable))
