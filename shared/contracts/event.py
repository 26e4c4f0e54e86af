"""What every event is: a frozen fact with a name, a subject and, where it leaves the site, its addressees."""

from collections.abc import Callable
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Lane, Urgency


class Part(BaseModel):
    """A piece of an event. Frozen; fields that a newer sender added are ignored.

    Its times are aware: one without a zone is refused, naming the field.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="float")


class Event(Part):
    """A fact. Its class name is its meaning, ``name`` its wire name, which never changes once shipped.

    ``subject_field`` names the field whose value orders the event: facts of one sender about one
    subject are applied in the order they were stated.
    """

    name: ClassVar[str]
    subject_field: ClassVar[str]

    @property
    def subject(self) -> str:
        """What the fact is about, as text."""
        return str(getattr(self, self.subject_field))

    @property
    def addressees(self) -> tuple[OfficeId, ...]:
        """Offices that must learn of the fact wherever they are; empty for facts that stay on their site."""
        return tuple(getattr(self, "concerns", ()))


LaneOf = Callable[[Event], Lane]


def always_urgent(_: Event) -> Lane:
    """Lane of facts that clocks and duty desks wait for."""
    return Lane.URGENT


def always_routine(_: Event) -> Lane:
    """Lane of facts nobody waits for by the minute."""
    return Lane.ROUTINE


def by_urgency(event: Event) -> Lane:
    """Lane of facts about a report or ticket: its own urgency decides."""
    return Lane.ROUTINE if getattr(event, "urgency", Urgency.ROUTINE) is Urgency.ROUTINE else Lane.URGENT
