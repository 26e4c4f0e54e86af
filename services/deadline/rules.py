"""The limits as data: one version of a rule set, and which line of it applies."""

import hashlib
import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from shared.contracts.vocabulary import Basis, Leg, Level, Precision, Severity

REPORTING_LEGS = (Leg.PHONE, Leg.WRITTEN)


class Hop(StrEnum):
    """Over which step of the hierarchy a duty goes, named by its lower and upper level."""

    TOWNSHIP_TO_COUNTY = "TOWNSHIP_TO_COUNTY"  # 乡镇、县直部门→县
    COUNTY_TO_CITY = "COUNTY_TO_CITY"  # 县区、市直部门→市
    CITY_TO_PROVINCE = "CITY_TO_PROVINCE"  # 市→省


class Grade(StrEnum):
    """Column of the table of limits: a severity, or SENSITIVE, which no severity binds."""

    I = "I"  # noqa: E741 - the grade's own name
    II = "II"
    III = "III"
    IV = "IV"
    UNCLASSIFIED = "UNCLASSIFIED"
    SENSITIVE = "SENSITIVE"


class PhoneCallAnswers(StrEnum):
    """Whose phone clocks one call stops, when both sides are owed one."""

    SIDE_CALLED = "SIDE_CALLED"  # 打给哪一方，算哪一方
    EVERY_SIDE = "EVERY_SIDE"  # 打给任一方，两办均算


class TicketUnit(StrEnum):
    """What a ticket's limit counts (B3.5)."""

    HOURS = "HOURS"
    WORKDAYS = "WORKDAYS"
    CALENDAR_DAYS = "CALENDAR_DAYS"


class _Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HopLimit(_Stated):
    """One limit of a report: ``id`` is rule set / hop / leg / grade."""

    id: str = Field(pattern=r"^[A-Z0-9_]+/[A-Z_]+/[A-Z]+/[A-Z]+$", max_length=100)
    minutes: int = Field(ge=1, le=43_200)
    basis: Basis
    precision: Precision | None = Field(default=None, description="when this limit differs from its rule set")
    source: str = Field(min_length=1, max_length=200)

    @property
    def hop(self) -> Hop:
        """Which step of the hierarchy the limit is for."""
        return Hop(self.id.split("/")[1])

    @property
    def leg(self) -> Leg:
        """Which duty the limit is for."""
        return Leg(self.id.split("/")[2])

    @property
    def grade(self) -> Grade:
        """Which column of the table the limit stands in."""
        return Grade(self.id.split("/")[3])

    @model_validator(mode="after")
    def _id_is_known(self) -> Self:
        _, hop, leg, grade = self.id.split("/")
        for word, words in ((hop, tuple(Hop)), (leg, REPORTING_LEGS), (grade, tuple(Grade))):
            if word not in words:
                raise ValueError(f"'{word}' in the id is not known; write one of {', '.join(words)}")
        return self


class TicketLimit(_Stated):
    """One limit of a ticket's reply: ``id`` is rule set / TICKET_REPLY / limit code."""

    id: str = Field(pattern=r"^[A-Z0-9_]+/TICKET_REPLY/[A-Z_]+$", max_length=100)
    amount: int = Field(ge=1, le=366)
    unit: TicketUnit
    source: str = Field(min_length=1, max_length=200)

    @property
    def code(self) -> str:
        """The code that a ticket names: URGENT, FAST, ORDINARY, DIFFICULT."""
        return self.id.split("/")[2]


class RuleSet(_Stated):
    """One version of a rule set, as its file states it.

    ``omitted_after_minutes``: how long after a limit nothing must have come before OMITTED is proposed.
    """

    rule_set: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=40)
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=60)
    effective_from: AwareDatetime
    effective_to: AwareDatetime | None = None
    precision: Precision
    warn_percent: tuple[Annotated[int, Field(ge=1, le=100)], ...] = Field(min_length=1, max_length=10)
    omitted_after_minutes: int = Field(ge=1)
    phone_call_answers: PhoneCallAnswers
    tickets: tuple[TicketLimit, ...]
    limits: tuple[HopLimit, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_fit_together(self) -> Self:
        ids = [limit.id for limit in self.tickets] + [limit.id for limit in self.limits]
        doubled = sorted({name for name in ids if ids.count(name) > 1})
        if doubled:
            raise ValueError(f"the limit {doubled[0]} is written twice; keep one of the two")
        strange = [name for name in ids if not name.startswith(f"{self.rule_set}/")]
        if strange:
            raise ValueError(f"the id {strange[0]} is of another rule set; begin it with {self.rule_set}/")
        if list(self.warn_percent) != sorted(set(self.warn_percent)):
            raise ValueError("warn_percent is not in growing order; sort it")
        return self

    def digest(self) -> str:
        """Return the SHA-256 (hex) of the content, the same however the file is laid out."""
        canonical = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def limit(self, hop: Hop, leg: Leg, severity: Severity, *, sensitive: bool) -> HopLimit | None:
        """Return the limit of one leg, the shorter one for a sensitive incident; None when the table has none."""
        grades = {Grade(severity), Grade.SENSITIVE} if sensitive else {Grade(severity)}
        fitting = [limit for limit in self.limits if limit.hop is hop and limit.leg is leg and limit.grade in grades]
        return min(fitting, key=lambda limit: (limit.minutes, limit.id), default=None)

    def ticket_limit(self, code: str) -> TicketLimit | None:
        """Return the limit that a ticket names; None when the set has none of that code."""
        return next((limit for limit in self.tickets if limit.code == code), None)


class RuleInForce(_Stated):
    """A published version and since when it governs."""

    rules: RuleSet
    effective_from: datetime
    effective_to: datetime | None


def hop_to(upper: Level) -> Hop | None:
    """Return the hop that ends at a unit of level ``upper``; None below the county, where no limits are kept."""
    match upper:
        case Level.COUNTY:
            return Hop.TOWNSHIP_TO_COUNTY
        case Level.CITY:
            return Hop.COUNTY_TO_CITY
        case Level.PROVINCE:
            return Hop.CITY_TO_PROVINCE
        case _:
            return None
