"""What one assessor can score: facts of one item, already read from events, with the unit they count for."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from shared.contracts.identifiers import EventId, OfficeId, ReportId
from shared.contracts.vocabulary import CarrierKind, LeaderRank, Leg, Level, Nature, VerdictType


class Family(StrEnum):
    """Kind of a ledger line, for sums and counts."""

    ADOPTION = "ADOPTION"  # 采用
    BONUS = "BONUS"  # 问题类加分
    FORWARDING = "FORWARDING"  # 转报
    INSTRUCTION = "INSTRUCTION"  # 批示
    VERDICT = "VERDICT"  # 认定
    OVERDUE = "OVERDUE"  # 督办超期


DEDUCTIONS = frozenset({Family.VERDICT, Family.OVERDUE})
"""Families left out of the score without deductions (不含扣分)."""

LEVEL_OF_RANK = {
    LeaderRank.COUNTY: Level.COUNTY,
    LeaderRank.CITY_DEPUTY: Level.CITY,
    LeaderRank.CITY_PRINCIPAL: Level.CITY,
    LeaderRank.PROVINCE: Level.PROVINCE,
    LeaderRank.STATE: Level.STATE,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """What every scoreable fact says. ``at`` is the business time that earned it; ``unit`` is who is scored."""

    fact_id: EventId
    at: datetime
    unit: OfficeId
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adoption(Fact):
    """A report stood in an item of a publication. ``item`` is the same for all reports joined in that item.

    ``shares``: of every contributor of the item, in the order received; ``place`` is this report's index in it.
    """

    report_id: ReportId
    number: str
    nature: Nature
    level: Level
    carrier: CarrierKind
    item: str
    label: str
    shares: tuple[Decimal, ...]
    place: int
    received_at: datetime

    @property
    def is_joint(self) -> bool:
        """Whether several reports were put together in the item."""
        return len(self.shares) > 1


@dataclass(frozen=True, slots=True)
class Forwarding(Fact):
    """A report was forwarded to a level outside the system."""

    report_id: ReportId
    number: str
    to_level: Level
    carrier: CarrierKind


@dataclass(frozen=True, slots=True)
class LeaderInstruction(Fact):
    """A leader wrote an instruction on a report."""

    report_id: ReportId
    number: str
    rank: LeaderRank
    leader: str


@dataclass(frozen=True, slots=True)
class Finding(Fact):
    """A finalised verdict on a unit. ``scored`` is False when a graver one of the same incident is scored instead."""

    report_id: ReportId | None
    type: VerdictType
    leg: Leg
    minutes_late: int
    scored: bool
    sum_in_words: str


Scoreable = Adoption | Forwarding | LeaderInstruction | Finding


@dataclass(frozen=True, slots=True)
class Award:
    """Points that stand after some facts. ``arithmetic`` is how they were computed, as printed."""

    fact: Scoreable
    family: Family
    level: Level | None
    rule_set: str
    rule_code: str
    rule_version: int
    points: Decimal
    veto: bool
    reason: str
    arithmetic: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where one award at a time can stand: the next one there takes the last one's place."""

    unit: OfficeId
    family: Family
    of: str
