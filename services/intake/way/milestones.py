"""From what other offices state to milestones on a report's way. Pure; ``ref`` makes repeats collapse."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from services.intake.way.model import MilestoneKind
from shared.contracts.identifiers import OfficeId
from shared.contracts.outcomes import InstructionRecorded, ReportAdopted, ReportForwarded
from shared.contracts.reports import ReportFiled, ReportReturned, ReportSigned, SubmissionAcknowledged

_NOTHING: Mapping[str, str | int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Milestone:
    """One thing an office did with a report. ``detail`` is kept as JSON."""

    office: OfficeId
    kind: MilestoneKind
    ref: str
    at: datetime
    detail: Mapping[str, str | int] = field(default_factory=lambda: _NOTHING)


def signature(office: OfficeId, at: datetime) -> Milestone:
    """Return the milestone of a signature: the same whether the office itself or a receipt above tells of it."""
    return Milestone(office, MilestoneKind.SIGNED, at.isoformat(), at)


def of_signature(event: ReportSigned) -> tuple[Milestone, ...]:
    """Return what a signature means for the way."""
    return (signature(event.office, event.signed_at),)


def of_receipt(event: SubmissionAcknowledged) -> tuple[Milestone, ...]:
    """Return what a receipt means: the receiver holds it, and the sender signed it, wherever the sender is."""
    kind = MilestoneKind.COPIED if event.is_copy else MilestoneKind.RECEIVED
    received = Milestone(event.to_office, kind, str(event.submission_id), event.received_at)
    return (signature(event.from_office, event.signed_at), received)


def of_return(event: ReportReturned) -> tuple[Milestone, ...]:
    """Return the milestone of a return, with its reason."""
    detail = {
        "to_office": event.to_office,
        "stage": event.stage.value,
        "reason": event.reason.value,
        "text": event.text,
        "version": event.version,
    }
    ref = f"{event.stage}/{event.version}/{event.returned_at.isoformat()}"
    return (Milestone(event.office, MilestoneKind.RETURNED, ref, event.returned_at, detail),)


def of_filing(event: ReportFiled) -> tuple[Milestone, ...]:
    """Return the milestone of a report that an office keeps for reference."""
    ref = f"{event.version}/{event.filed_at.isoformat()}"
    return (Milestone(event.office, MilestoneKind.FILED, ref, event.filed_at),)


def of_adoption(event: ReportAdopted) -> tuple[Milestone, ...]:
    """Return the milestone of an adoption: which publication, which issue."""
    detail = {"publication": event.publication, "issue": event.issue_number, "carrier": event.carrier.value}
    return (Milestone(event.office, MilestoneKind.ADOPTED, str(event.adoption_id), event.adopted_at, detail),)


def of_forwarding(event: ReportForwarded) -> tuple[Milestone, ...]:
    """Return the milestone of a forwarding to a level outside the system."""
    detail = {"to_level": event.to_level.value, "carrier": event.carrier.value}
    ref = f"{event.to_level}/{event.carrier}/{event.forwarded_at.isoformat()}"
    return (Milestone(event.office, MilestoneKind.FORWARDED, ref, event.forwarded_at, detail),)


def of_instruction(event: InstructionRecorded) -> tuple[Milestone, ...]:
    """Return the milestone of a leader's instruction, verbatim."""
    detail = {
        "leader": event.leader,
        "rank": event.rank.value,
        "text": event.text,
        "disposition": event.disposition.value,
    }
    ref = str(event.instruction_id)
    return (Milestone(event.office, MilestoneKind.INSTRUCTED, ref, event.given_at, detail),)


def in_order(milestones: Iterable[Milestone]) -> tuple[Milestone, ...]:
    """Return milestones by time; at one instant a signature stands before what follows from it."""
    return tuple(sorted(milestones, key=lambda each: (each.at, list(MilestoneKind).index(each.kind), each.ref)))
