"""From an event, as it was kept, to what one assessor can score of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from services.scoring.leagues import Assessment, Assessor
from services.scoring.scoreable import Adoption, Finding, Forwarding, LeaderInstruction, Scoreable
from shared.contracts.duties import VerdictFinalised
from shared.contracts.identifiers import EventId, ReportId
from shared.contracts.outcomes import Contributor, InstructionRecorded, ReportAdopted, ReportForwarded

Earning = ReportAdopted | ReportForwarded | InstructionRecorded | VerdictFinalised
EARNING: Mapping[str, type[Earning]] = {
    event.name: event for event in (ReportAdopted, ReportForwarded, InstructionRecorded, VerdictFinalised)
}


class ContributorMissing(ValueError):
    """An adoption does not name its own report among the contributors. Whose points they are cannot be known."""

    def __init__(self, report_id: ReportId) -> None:
        super().__init__(f"report {report_id} is not among the contributors of its adoption")
        self.report_id = report_id


@dataclass(frozen=True, slots=True)
class Kept:
    """An event that may earn points, as kept for ever."""

    event_id: EventId
    event: Earning


def items_of(event: Earning) -> tuple[str, ...]:
    """Return the keys of what the event is scored with, sorted: an incident, a ticket, or each report it is about.

    A joint item without an incident touches every report put together in it.
    """
    match event:
        case ReportAdopted():
            return tuple(sorted({_item_of_contributor(event, contributor) for contributor in event.contributors}))
        case ReportForwarded() | InstructionRecorded():
            return (f"report:{event.report_id}",)
        case VerdictFinalised():
            if event.incident_id:
                return (f"incident:{event.incident_id}",)
            return (f"report:{event.report_id}" if event.report_id else f"matter:{event.matter}",)
        case _:
            assert_never(event)


def earned_at(event: Earning) -> datetime:
    """Return the business time that decides period and rule version: of the event that earned, never of submission."""
    match event:
        case ReportAdopted():
            return event.adopted_at
        case ReportForwarded():
            return event.forwarded_at
        case InstructionRecorded():
            return event.given_at
        case VerdictFinalised():
            return event.finalised_at
        case _:
            assert_never(event)


def check(event: Earning) -> None:
    """Raise ContributorMissing when an adoption can never be scored as it is."""
    if isinstance(event, ReportAdopted) and all(each.report_id != event.report_id for each in event.contributors):
        raise ContributorMissing(event.report_id)


def scoreable_by(assessor: Assessor, assessment: Assessment, kept: Kept, item: str) -> tuple[Scoreable, ...]:
    """Return what ``assessor`` scores of a fact in one item; empty when none of its units earned or lost anything."""
    match kept.event:
        case ReportAdopted() as event:
            return _adoptions(assessor, assessment, kept.event_id, event, item)
        case ReportForwarded() as event:
            return _one(_forwarding(assessor, assessment, kept.event_id, event))
        case InstructionRecorded() as event:
            return _one(_instruction(assessor, assessment, kept.event_id, event))
        case VerdictFinalised() as event:
            return _one(_finding(assessor, assessment, kept.event_id, event))
        case _:
            assert_never(kept.event)


def _one(found: Scoreable | None) -> tuple[Scoreable, ...]:
    return () if found is None else (found,)


def _item_of_contributor(event: ReportAdopted, contributor: Contributor) -> str:
    return f"incident:{event.incident_id}" if event.incident_id else f"report:{contributor.report_id}"


def _adoptions(
    assessor: Assessor, assessment: Assessment, event_id: EventId, event: ReportAdopted, item: str
) -> tuple[Adoption, ...]:
    """Return each contributor's part. Of the others' ways only the unit that sent to the adopting office is known."""
    label = f"《{event.publication}》{event.issue_number}"
    joined = ",".join(sorted(str(contributor.report_id) for contributor in event.contributors))
    parts: list[Adoption] = []
    for place, contributor in enumerate(event.contributors):
        way = event.units if contributor.report_id == event.report_id else (contributor.unit,)
        unit = assessment.scored_on_the_way(assessor, way)
        if unit is None or _item_of_contributor(event, contributor) != item:
            continue
        part = Adoption(
            fact_id=event_id,
            at=event.adopted_at,
            unit=unit,
            evidence=(f"{label}《{event.title}》", *((event.evidence,) if event.evidence else ())),
            report_id=contributor.report_id,
            number=contributor.number or event.number,
            nature=contributor.nature or event.nature,
            level=event.level,
            carrier=event.carrier,
            item=f"{event.office}|{event.publication}|{event.issue_number}|{joined}",
            label=label,
            shares=tuple(each.share for each in event.contributors),
            place=place,
            received_at=event.received_at or event.adopted_at,
        )
        parts.append(part)
    return tuple(parts)


def _forwarding(
    assessor: Assessor, assessment: Assessment, event_id: EventId, event: ReportForwarded
) -> Forwarding | None:
    unit = assessment.scored_on_the_way(assessor, event.units)
    if unit is None:
        return None
    return Forwarding(
        fact_id=event_id,
        at=event.forwarded_at,
        unit=unit,
        evidence=(f"转报《{event.title}》",),
        report_id=event.report_id,
        number=event.number,
        to_level=event.to_level,
        carrier=event.carrier,
    )


def _instruction(
    assessor: Assessor, assessment: Assessment, event_id: EventId, event: InstructionRecorded
) -> LeaderInstruction | None:
    unit = assessment.scored_on_the_way(assessor, event.units)
    if unit is None:
        return None
    return LeaderInstruction(
        fact_id=event_id,
        at=event.given_at,
        unit=unit,
        evidence=(f"{event.leader}批示：{event.text}",),
        report_id=event.report_id,
        number=event.number,
        rank=event.rank,
        leader=event.leader,
    )


def _finding(assessor: Assessor, assessment: Assessment, event_id: EventId, event: VerdictFinalised) -> Finding | None:
    """A verdict counts in the ledger of the office that was owed: each hop is judged by itself."""
    unit = assessment.unit_of.get(event.unit, event.unit)
    owed_to = assessment.unit_of.get(event.owed_to, event.owed_to)
    if owed_to != assessor.office or unit not in assessor.members:
        return None
    return Finding(
        fact_id=event_id,
        at=event.finalised_at,
        unit=unit,
        evidence=(event.arithmetic, *((event.reason,) if event.reason else ())),
        report_id=event.report_id,
        type=event.type,
        leg=event.leg,
        minutes_late=event.minutes_late,
        scored=event.scored,
        sum_in_words=event.arithmetic,
    )
