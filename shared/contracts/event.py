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

    Where it leaves its site, ``owner_field`` names the office whose fact it is, and ``about_fields`` the offices it is
    laid upon: a site states facts of its own offices, about offices at or below it, and is believed in nothing else.
    """

    name: ClassVar[str]
    subject_field: ClassVar[str]
    owner_field: ClassVar[str] = ""
    about_fields: ClassVar[tuple[str, ...]] = ()

    @property
    def subject(self) -> str:
        """What the fact is about, as text."""
        return str(getattr(self, self.subject_field))

    @property
    def owner(self) -> OfficeId | None:
        """The office whose fact it is; None for facts that stay on their site."""
        return OfficeId(getattr(self, self.owner_field)) if self.owner_field else None

    @property
    def laid_upon(self) -> tuple[OfficeId, ...]:
        """Offices of whom the fact says something that counts for or against them."""
        named = [getattr(self, field) for field in self.about_fields]
        return tuple(OfficeId(office) for each in named for office in ((each,) if isinstance(each, str) else each))

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
