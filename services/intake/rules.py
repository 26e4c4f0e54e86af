"""Intake's rules as data: casualty bands, element checklists, limits of the doors. Read once, validated, frozen."""

from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.envelope import first_problem
from shared.contracts.vocabulary import Severity

T = TypeVar("T", bound=BaseModel)
FactName = Literal[
    "occurred_at",
    "place",
    "kind",
    "dead",
    "missing",
    "severely_injured",
    "injured",
    "evacuated",
    "direct_loss_yuan",
    "scope",
    "trend",
    "measures",
    "needs",
    "verified",
]


class RulesInvalid(ValueError):
    """A data file of intake does not fit. Names the file, the field and what is wrong; correct the file."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"services/intake/data/{file}: {problem}")
        self.file, self.problem = file, problem


class _Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(_Stated):
    """The least figures of one grade; any one of them suffices. ``direct_loss_yuan`` is in yuan."""

    severity: Severity
    dead_or_missing: int = Field(ge=1)
    severely_injured: int = Field(ge=1)
    direct_loss_yuan: int = Field(ge=1)


class SeverityBands(_Stated):
    """Casualty bands, gravest first; ``lowest`` is the grade below them all."""

    source: str
    bands: tuple[Band, ...] = Field(min_length=1)
    lowest: Severity


class ChecklistName(StrEnum):
    """Which checklist a report is held against: by series for urgent ones, else by form, nature and type."""

    URGENT_INITIAL = "URGENT_INITIAL"
    URGENT_FOLLOWUP = "URGENT_FOLLOWUP"
    URGENT_FINAL = "URGENT_FINAL"
    SYNTHESIS = "SYNTHESIS"
    PROBLEM = "PROBLEM"
    INSTANT = "INSTANT"
    EXPERIENCE = "EXPERIENCE"
    SUGGESTION = "SUGGESTION"
    PUBLIC_OPINION = "PUBLIC_OPINION"
    RESEARCH = "RESEARCH"
    URGENT = "URGENT"
    ANALYSIS = "ANALYSIS"


class Checklist(_Stated):
    """Elements of one kind of report. ``may_be_unknown`` may wait until the report's ``expected_at``."""

    required: tuple[FactName, ...]
    helpful: tuple[FactName, ...] = ()
    may_be_unknown: frozenset[FactName] = frozenset()


class Elements(_Stated):
    """Labels people read, and the checklists."""

    labels: dict[FactName, str]
    checklists: dict[ChecklistName, Checklist]


class DoorLimits(_Stated):
    """Limits of the doors. See the file for their sources."""

    awareness_max_age_days: int = Field(ge=1)
    agency_message_bytes: int = Field(ge=1_024)
    draft_bytes: int = Field(ge=1_024)
    page_limit: int = Field(ge=1, le=50)
    vague_words: tuple[str, ...]


class Rulebook(_Stated):
    """Everything that intake's decisions take from files."""

    severity: SeverityBands
    elements: Elements
    door: DoorLimits


@cache
def shipped_rules() -> Rulebook:
    """Return the rules that ship with the suite. Raises RulesInvalid naming file, field and problem."""
    return Rulebook(
        severity=_load("severity.yaml", SeverityBands),
        elements=_load("elements.yaml", Elements),
        door=_load("door.yaml", DoorLimits),
    )


def _load(file: str, model: type[T]) -> T:
    text = (files(__package__) / "data" / file).read_text(encoding="utf-8")
    try:
        return model.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise RulesInvalid(file, str(error)) from error
    except ValidationError as error:
        raise RulesInvalid(file, first_problem(error)) from error
