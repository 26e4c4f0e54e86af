"""Sites, offices, direct-reporting points and leagues, as one file states them."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import Level, OfficeKind, Side

_WORD = StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
SiteWord = Annotated[SiteId, _WORD]
OfficeWord = Annotated[OfficeId, _WORD]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
# A landline: a duty desk is not answered by forwarding to a mobile (S88).
Phone = Annotated[str, StringConstraints(pattern=r"^0\d{2,3}-\d{4,8}$")]
TerritoryCode = Annotated[str, StringConstraints(pattern=r"^(\d{6}|\d{9}|\d{12})$")]

DESKS = frozenset({OfficeKind.DUTY_DESK, OfficeKind.INFO_SECTION})


class Written(BaseModel):
    """Something a file states. Frozen; a key that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Site(Written):
    """One data centre. ``upper`` is the site it links to; the top site has none."""

    id: SiteWord
    name: str = Field(min_length=1, max_length=60)
    level: Level
    upper: SiteWord | None = None


class Readiness(Written):
    """Who answers for information work at an office (NW-03), as known on ``as_of``. What is not named is a gap."""

    first_responsible_person: PersonName | None = Field(default=None, description="第一责任人, RV-06")
    leader_in_charge: PersonName | None = Field(default=None, description="分管领导")
    director: PersonName | None = Field(default=None, description="主任")
    deputy_signer: PersonName | None = Field(default=None, description="分管副主任, signs")
    reporters: tuple[PersonName, ...] = Field(default=(), description="信息员")
    info_staff_count: int | None = Field(default=None, ge=0, description="people working in an information section")
    as_of: date | None = None


class Office(Written):
    """A desk that reports, reviews or receives.

    ``unit`` is the answerable unit it speaks for and whose score it moves: the office itself for a territory,
    department or enterprise; its parent for a duty desk or an information section. Left out, it is filled in so.
    ``side``: a territory states the side whose channel its own reports take; its desks exist on both.
    ``flow`` names the review flow used here instead of the usual one, ``urgent_flow`` the one for urgent items.
    """

    id: OfficeWord
    official_name: str = Field(min_length=2, max_length=60)
    short_name: str | None = Field(default=None, min_length=2, max_length=20)
    level: Level
    side: Side
    kind: OfficeKind
    territory_code: TerritoryCode
    parent: OfficeWord | None = None
    unit: OfficeWord
    site: SiteWord
    duty_phone: Phone | None = None
    league: str | None = None
    assess_class: str | None = Field(default=None, description="key of the quota in the assessor's scoring rules")
    flow: str | None = None
    urgent_flow: str | None = None
    readiness: Readiness = Readiness()

    @model_validator(mode="before")
    @classmethod
    def _unit_left_out(cls, stated: Any) -> Any:
        if not isinstance(stated, dict) or "unit" in stated:
            return stated
        speaks_for = stated.get("parent") if stated.get("kind") in DESKS else stated.get("id")
        return {**stated, "unit": speaks_for or stated.get("id")}

    @property
    def answers_itself(self) -> bool:
        """True for an answerable unit, false for a desk that speaks for one."""
        return self.unit == self.id

    @property
    def called(self) -> str:
        """Return the name used in lists: the short one, else the official one."""
        return self.short_name or self.official_name


class DirectScope(StrEnum):
    """What a direct-reporting point sends past the level above it. ``direct_scopes`` in the file defines each."""

    URGENT = "URGENT"
    PROBLEM = "PROBLEM"
    ALL = "ALL"


class DirectReportingPoint(Written):
    """A unit that reports straight to a higher one (直报点, DR-01). Valid on ``valid_from`` and ``valid_to`` too.

    ``league`` is the one in which the higher unit ranks it, beside the league of its own level.
    """

    office: OfficeWord
    of_office: OfficeWord
    scope: tuple[DirectScope, ...] = Field(min_length=1)
    valid_from: date
    valid_to: date | None = None
    league: str | None = None

    def valid_on(self, day: date) -> bool:
        """Tell whether the point may report directly on a civil day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class League(Written):
    """Units ranked against each other (考核组) by the unit ``assessor``."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", max_length=20)
    name: str = Field(min_length=1, max_length=60)
    assessor: OfficeWord


def rank(level: Level) -> int:
    """Return the height of a level: 0 for a village, growing upward."""
    return list(Level).index(level)
