"""From clocks and verdicts of this service to the facts it states."""

from datetime import datetime

from services.deadline.decisions import NewVerdict
from services.deadline.facts import Clock
from shared.contracts.duties import ClockReading, ClockStarted, ClockStopped, VerdictProposed
from shared.contracts.identifiers import OfficeId
from shared.store.unit import Unit


def office_of(clock: Clock) -> OfficeId:
    """Return the office in whose name a clock speaks: the one owed, or the owing unit for a warning copy."""
    return clock.terms.recipient if clock.terms.binding else clock.duty.unit


def reading_of(clock: Clock) -> ClockReading:
    """Return what pages and alarms need to know of a clock."""
    terms = clock.terms
    return ClockReading(
        clock_id=clock.clock_id,
        matter=clock.duty.matter,
        unit=clock.duty.unit,
        recipient=terms.recipient,
        leg=terms.leg,
        stage=clock.stage,
        ordinal=clock.ordinal,
        basis=terms.basis,
        basis_time=terms.basis_time,
        due_at=terms.due_at,
        late_from=terms.late_from,
        precision=terms.precision,
        rule_id=terms.rule_id,
        rule_version=terms.rule_version,
        binding=terms.binding,
    )


def announce_started(unit: Unit, clock: Clock) -> None:
    """State that a clock runs."""
    event = ClockStarted(matter=clock.duty.matter, reading=reading_of(clock), at=clock.started_at)
    unit.announce(event, office=office_of(clock))


def announce_stopped(unit: Unit, clock: Clock) -> None:
    """State that a clock stopped; nothing when it did not."""
    if clock.stopped_at is not None:
        event = ClockStopped(
            matter=clock.duty.matter,
            reading=reading_of(clock),
            stopped_at=clock.stopped_at,
            report_id=clock.report_id,
        )
        unit.announce(event, office=office_of(clock))


def announce_proposed(unit: Unit, new: NewVerdict, now: datetime) -> None:
    """State a proposal."""
    terms, judgement = new.clock.terms, new.judgement
    event = VerdictProposed(
        matter=new.clock.duty.matter,
        verdict_id=new.verdict_id,
        unit=new.clock.duty.unit,
        owed_to=terms.recipient,
        type=judgement.type,
        leg=terms.leg,
        minutes_late=judgement.minutes_late,
        arithmetic=judgement.arithmetic,
        rule_id=terms.rule_id,
        rule_version=terms.rule_version,
        evidence=judgement.evidence,
        proposed_at=now,
        concerns=(new.clock.duty.unit,),
    )
    unit.announce(event, office=terms.recipient)
