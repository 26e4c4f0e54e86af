"""The publications (刊物) that offices put out, as their file states them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NewType

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import CarrierKind, Level, Side

PublicationId = NewType("PublicationId", str)
SHIPPED = Path(__file__).with_name("data") / "publications.yaml"


class PublicationsUnusable(Exception):
    """The file of publications cannot be used; the message names file, place and remedy."""

    def __init__(self, file: Path, place: str, problem: str) -> None:
        super().__init__(f"{file}: {place}: {problem}")
        self.file, self.place, self.problem = file, place, problem


class Publication(BaseModel):
    """One publication. Valid on ``valid_from`` and ``valid_to`` too. ``single``: one report is one issue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: PublicationId = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
    name: str = Field(min_length=1, max_length=40)
    office: OfficeId
    level: Level
    side: Side
    carrier: CarrierKind
    single: bool = False
    succeeds: tuple[PublicationId, ...] = ()
    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Publication":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from; correct one of them")
        return self

    def valid_on(self, day: date) -> bool:
        """Tell whether the publication appears on a civil day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    publications: tuple[Publication, ...]

    @model_validator(mode="after")
    def _known_once(self) -> "_File":
        ids = [publication.id for publication in self.publications]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is stated twice; give each publication an id of its own")
        unknown = sorted({old for each in self.publications for old in each.succeeds if old not in ids})
        if unknown:
            raise ValueError(f"succeeds names {', '.join(unknown)}, which is not in the file; add it with its valid_to")
        return self


@dataclass(frozen=True, slots=True)
class Publications:
    """All publications, in the order of the file."""

    all: tuple[Publication, ...]

    def of(self, office: OfficeId, day: date) -> tuple[Publication, ...]:
        """Return what an office puts out on a civil day."""
        return tuple(each for each in self.all if each.office == office and each.valid_on(day))

    def named(self, publication: PublicationId) -> Publication | None:
        """Return the publication with this id; None when there is none."""
        return next((each for each in self.all if each.id == publication), None)


def load_publications(file: Path = SHIPPED) -> Publications:
    """Return the publications in a YAML file. Raises PublicationsUnusable naming place and remedy."""
    try:
        stated = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else "(whole)"
        raise PublicationsUnusable(file, place, "not YAML; check indentation and quotes there") from error
    try:
        return Publications(_File.model_validate(stated).publications)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "(whole)"
        raise PublicationsUnusable(file, place, first["msg"]) from error
