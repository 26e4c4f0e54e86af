"""Gaps in an office's readiness: warnings that someone must put right (NW-03 to NW-05, NW-15), never load errors."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Level, OfficeKind
from shared.organisation.offices import DESKS, Office, Written, rank


class StaffMinimum(Written):
    """How many people an office of a kind and level must have at least."""

    kind: OfficeKind
    level: Level
    at_least: int = Field(ge=1)
    basis: str


class ReadinessRules(Written):
    """What readiness asks. ``rectify_within_days``: calendar days that a gap may stay open (NW-15)."""

    staff: tuple[StaffMinimum, ...] = ()
    rectify_within_days: int = Field(ge=1)


@dataclass(frozen=True)
class Gap:
    """Something an office has not provided. ``requirement`` is the rule's id, ``field`` where to state it."""

    office: OfficeId
    unit: OfficeId
    requirement: str
    field: str
    finding: str
    rectify_within_days: int


_NAMED = (
    ("first_responsible_person", "RV-06", "没有明确第一责任人"),
    ("leader_in_charge", "NW-03", "没有明确分管领导"),
    ("reporters", "NW-03", "没有确定信息员"),
    ("as_of", "NW-04", "没有写明人员情况的日期"),
)


def gaps_of(office: Office, rules: ReadinessRules) -> Iterator[Gap]:
    """Yield what an office has not provided, in the order of the requirements."""

    def gap(requirement: str, field: str, finding: str) -> Gap:
        return Gap(office.id, office.unit, requirement, field, finding, rules.rectify_within_days)

    if office.kind not in DESKS:
        for field, requirement, finding in _NAMED:
            if not getattr(office.readiness, field):
                yield gap(requirement, f"readiness.{field}", finding)
    if _answers_the_phone(office) and office.duty_phone is None:
        yield gap("NW-03", "duty_phone", "没有值班电话")
    for minimum in rules.staff:
        if (office.kind, office.level) == (minimum.kind, minimum.level):
            people = office.readiness.info_staff_count
            if people is None or people < minimum.at_least:
                stated = "没有写明人数" if people is None else f"现有 {people} 人"
                finding = f"{stated}，应不少于 {minimum.at_least} 人"
                yield gap(minimum.basis, "readiness.info_staff_count", finding)


def _answers_the_phone(office: Office) -> bool:
    """A territory with desks of its own is reached at its duty desks; everyone else but a section at the office."""
    has_desks = office.kind is OfficeKind.TERRITORY and rank(office.level) >= rank(Level.COUNTY)
    return office.kind is not OfficeKind.INFO_SECTION and not has_desks
