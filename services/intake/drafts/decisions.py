"""What a save that met another one means."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.drafts.model import Draft, DraftSave


@dataclass(frozen=True, slots=True)
class AlreadySaved:
    """The same content stands there already: an earlier answer was lost on its way."""

    revision: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class SavedElsewhere:
    """Another page saved something else."""

    revision: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """The draft is not there: submitted, thrown away, or someone else's."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A reporter took the offered draft up and goes on with it; what is changed here would reach nobody."""

    name: str
    at: datetime


def judge_conflict(save: DraftSave, standing: Draft | None) -> AlreadySaved | SavedElsewhere | TakenUp | Gone:
    """Return what it means that ``save`` found no draft at its revision, given what stands there now."""
    if standing is None:
        return Gone()
    if standing.revision == save.revision + 1 and _same(standing.content, save.content):
        return AlreadySaved(standing.revision, standing.saved_at)
    if standing.taken_at is not None:
        return TakenUp(standing.taken_name or "", standing.taken_at)
    return SavedElsewhere(standing.revision, standing.saved_at)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one == other
