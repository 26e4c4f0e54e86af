"""What goes to whom: rules as data, and the one way to apply them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import Field

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Level, Nature, OfficeKind, Side, Urgency
from shared.organisation.offices import Written


@dataclass(frozen=True)
class Route:
    """Where a report goes: who must receive it, and who gets a copy at the same instant. No office is in both.

    Both are empty for an office with no upper unit on the system.
    """

    primary: tuple[OfficeId, ...] = ()
    copies: tuple[OfficeId, ...] = ()

    @property
    def all(self) -> tuple[OfficeId, ...]:
        """Return every recipient, the primary ones first."""
        return self.primary + self.copies


@dataclass(frozen=True)
class Matter:
    """What a routing rule may ask about a report and the office it comes from."""

    urgency: Urgency
    nature: Nature
    side: Side
    level: Level


class Condition(Written):
    """When a rule applies. A list that is left out asks nothing."""

    urgency: tuple[Urgency, ...] = ()
    nature: tuple[Nature, ...] = ()
    side: tuple[Side, ...] = ()
    from_level: tuple[Level, ...] = ()

    def holds(self, matter: Matter) -> bool:
        """Tell whether every list that is stated names what the matter is."""
        asked = (
            (self.urgency, matter.urgency),
            (self.nature, matter.nature),
            (self.side, matter.side),
            (self.from_level, matter.level),
        )
        return all(not stated or actual in stated for stated, actual in asked)


class WhichSide(StrEnum):
    """On which side a rule looks for a desk: the sender's, both, or a named one."""

    SAME = "SAME"
    BOTH = "BOTH"
    PARTY = "PARTY"
    GOVERNMENT = "GOVERNMENT"

    def sides(self, senders: Side) -> tuple[Side, ...]:
        """Return the sides meant, the sender's own first."""
        match self:
            case WhichSide.SAME:
                return (senders,)
            case WhichSide.BOTH:
                return (senders, *(side for side in Side if side is not senders))
            case _:
                return (Side(self.value),)


class Recipient(Written):
    """A desk of the unit that receives."""

    desk: Literal[OfficeKind.DUTY_DESK, OfficeKind.INFO_SECTION]
    side: WhichSide


class RoutingRule(Written):
    """The first rule of the file whose condition holds decides. ``basis`` names the requirements it keeps."""

    id: str = Field(min_length=1, max_length=40)
    basis: tuple[str, ...] = Field(min_length=1)
    when: Condition = Condition()
    primary: tuple[Recipient, ...] = Field(min_length=1)
    copies: tuple[Recipient, ...] = ()


def first_that_holds(rules: tuple[RoutingRule, ...], matter: Matter) -> RoutingRule | None:
    """Return the rule that decides a matter; None when none does, which a loaded organisation excludes."""
    return next((rule for rule in rules if rule.when.holds(matter)), None)


def deduplicated(primary: list[OfficeId], copies: list[OfficeId], sender: OfficeId) -> Route:
    """Return a route in which each office stands once, primary before copy, and the sender not at all."""
    first = tuple(dict.fromkeys(office for office in primary if office != sender))
    rest = dict.fromkeys(office for office in copies if office != sender and office not in first)
    return Route(first, tuple(rest))
