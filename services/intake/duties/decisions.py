"""Rules of knowing: when it can have been, how grave it is, whose clocks it concerns. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.intake.duties.severity import Losses, gravity, proposed_severity
from services.intake.rules import DoorLimits, SeverityBands
from shared.contracts.identifiers import OfficeId
from shared.contracts.reports import ReportArrived
from shared.contracts.vocabulary import Nature, OfficeKind, Severity, Side, Urgency
from shared.organisation.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Plausible:
    """The stated times can be."""


@dataclass(frozen=True, slots=True)
class Implausible:
    """A stated time cannot be: the field, what is wrong, what to do."""

    field: str
    what: str
    remedy: str


def judge_times(
    known_at: datetime, occurred_at: datetime | None, now: datetime, door: DoorLimits
) -> Plausible | Implausible:
    """Return whether something can have been known at ``known_at``; both ends of the window are inside it.

    The clock of a duty runs from knowledge (AS-04), so a wrong time here would move it.
    """
    if known_at > now:
        return Implausible("known_at", "获知时间晚于现在", "请核对日期和时刻")
    days = door.awareness_max_age_days
    if now - known_at > timedelta(days=days):
        return Implausible(
            "known_at", f"获知时间早于 {days} 天前", f"此处登记 {days} 天以内（含）的获知；更早的请报值班室主任办理"
        )
    if occurred_at is not None and occurred_at > known_at:
        return Implausible("occurred_at", "发生时间晚于获知时间", "请核对两个时间")
    return Plausible()


def judge_call(at: datetime, now: datetime, door: DoorLimits) -> Plausible | Implausible:
    """Return whether a telephone call can have been made at ``at``."""
    if at > now:
        return Implausible("at", "通话时间晚于现在", "请核对日期和时刻")
    if now - at > timedelta(days=door.awareness_max_age_days):
        return Implausible("at", f"通话时间早于 {door.awareness_max_age_days} 天前", "请核对日期和时刻")
    return Plausible()


@dataclass(frozen=True, slots=True)
class Graded:
    """The grade that stands."""

    severity: Severity


@dataclass(frozen=True, slots=True)
class BelowCasualties:
    """The stated grade is lower than the casualties reach; lowering needs a reason and a second person."""

    stated: Severity
    reached: Severity


def grade(stated: Severity | None, losses: Losses, bands: SeverityBands) -> Graded | BelowCasualties:
    """Return the grade of what is known: the stated one, else the one that the casualties propose."""
    reached = proposed_severity(losses, bands)
    if stated is None or stated is Severity.UNCLASSIFIED:
        return Graded(reached)
    if gravity(stated) < gravity(reached):
        return BelowCasualties(stated, reached)
    return Graded(stated)


def concerned_by(office: OfficeId, organisation: Organisation, day: date) -> tuple[OfficeId, ...]:
    """Return the duty desks above a unit, on both sides; for a direct-reporting point those it reports to as well.

    Empty at the top of the system.
    """
    upper = organisation.upper_unit(office)
    if upper is None:
        return ()
    desks = (organisation.duty_desk(upper, side) for side in Side)
    direct = organisation.route(office, Urgency.URGENT, Nature.NEUTRAL, day).primary
    return tuple(dict.fromkeys((*desks, *direct)))


@dataclass(frozen=True, slots=True)
class UnitKnows:
    """An arrival tells a unit of this site of an incident. ``concerns`` is empty where nobody is above it."""

    unit: OfficeId
    concerns: tuple[OfficeId, ...]


@dataclass(frozen=True, slots=True)
class TellsNothing:
    """An arrival that starts no duty: routine, a copy, no incident, or not at a duty desk of this site."""


def what_arrival_tells(
    event: ReportArrived, organisation: Organisation, site: str, day: date
) -> UnitKnows | TellsNothing:
    """Return what an arrived report means for the receiving unit's own duty upward (UR-04)."""
    if event.urgency is Urgency.ROUTINE or event.is_copy or event.head.incident_id is None:
        return TellsNothing()
    office = organisation.office(event.to_office)
    if office.site != site or office.kind is not OfficeKind.DUTY_DESK:
        return TellsNothing()
    return UnitKnows(office.unit, concerned_by(office.unit, organisation, day))
