"""The act of finalising: in one transaction, what the page showed is checked, decided, kept and stated."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

import asyncpg

from services.deadline import queries, verdict_queries
from services.deadline.facts import Clock, DutyKey
from services.deadline.finalisation import Decision, Finalise, NothingProposed, StillRunning, finalise
from services.deadline.owing import addressees_of, judged_offices
from services.deadline.views import FinaliseRequest
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import require
from shared.contracts.duties import VerdictFinalised
from shared.contracts.identifiers import IncidentId, OfficeId
from shared.contracts.vocabulary import Leg, Mode, VerdictType
from shared.organisation.organisation import Organisation
from shared.store.unit import Unit


@dataclass(frozen=True, slots=True)
class NoSuchDuty:
    """No office of this site is owed anything by this unit in this matter."""


@dataclass(frozen=True, slots=True)
class SeenOtherwise:
    """The verdicts changed since the page was made. ``revision``: as it is now."""

    revision: int


@dataclass(frozen=True, slots=True)
class DecidedAlready:
    """Somebody decided, and it was not this very decision by this very appointment."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """The verdicts are final: by this act, or by an earlier one that was the same."""

    decision: Decision
    at: datetime
    by: str
    revision: int
    rows: list[asyncpg.Record]
    new: tuple[VerdictType, ...]


Result = Done | NoSuchDuty | SeenOtherwise | DecidedAlready | StillRunning


async def finalise_matter(
    unit: Unit, organisation: Organisation, actor: Actor, duty: DutyKey, asked: FinaliseRequest
) -> Result:
    """Make all proposals of one unit in one matter final. Raises ActDenied for who may not."""
    connection = unit.connection
    if not await verdict_queries.find_duty(connection, duty):
        return NoSuchDuty()
    clocks = await queries.lock_clocks(connection, duty)
    binding = [clock for clock in clocks if clock.terms.binding]
    if not binding:
        return NoSuchDuty()
    # What a drill left beside an actual duty waits: an act decides one mode, and states it.
    unit.mode = next((clock.mode for clock in binding if clock.mode is Mode.ACTUAL), binding[0].mode)
    clocks = tuple(clock for clock in clocks if clock.mode is unit.mode)
    ours = {clock.clock_id for clock in clocks}
    context = Context(
        _object_office(organisation, actor, binding[0]), judged_units=judged_offices(organisation, duty.unit)
    )
    require(await authorise(connection, actor, Action.FINALISE_LATE_VERDICT, context, unit.now))
    revision = await verdict_queries.measure_verdicts(connection, duty)
    verdicts = [each for each in await queries.read_verdicts(connection, duty) if each.clock_id in ours]
    side_of = {office.id: office.side for office in organisation.offices}.__getitem__
    outcome = finalise(verdicts, clocks, asked.decision, unit.mode, side_of)
    match outcome:
        case StillRunning():
            return outcome
        case NothingProposed():
            return await _decided(unit, actor, duty, asked, revision)
        case Finalise() if revision != asked.revision:
            return SeenOtherwise(revision)
        case Finalise():
            return await _keep(unit, organisation, actor, duty, asked, outcome, revision)
        case _:
            assert_never(outcome)


def _object_office(organisation: Organisation, actor: Actor, clock: Clock) -> OfficeId:
    """Return the office on whose desk the proposals lie: any desk of the unit owed speaks for all of its desks."""
    owed = clock.terms.recipient
    return actor.office if organisation.unit_of(actor.office) == organisation.unit_of(owed) else owed


async def _keep(
    unit: Unit,
    organisation: Organisation,
    actor: Actor,
    duty: DutyKey,
    asked: FinaliseRequest,
    outcome: Finalise,
    revision: int,
) -> Done:
    by = (actor.appointment, actor.name)
    rows = await verdict_queries.finalise_verdicts(
        unit.connection, outcome.finals, asked.decision, asked.reason, unit.now, by
    )
    await verdict_queries.close_clocks(unit.connection, duty, unit.mode)
    for row in rows:
        unit.announce(_finalised(row, organisation, actor, asked.reason, unit.now), office=OfficeId(row["owed_to"]))
    shown = await verdict_queries.list_finals(unit.connection, duty)
    types = tuple(VerdictType(row["type"]) for row in rows)
    # Each verdict made final counts as one change.
    return Done(asked.decision, unit.now, actor.appointment, revision + len(rows), shown, types)


def _finalised(
    row: asyncpg.Record, organisation: Organisation, actor: Actor, reason: str, now: datetime
) -> VerdictFinalised:
    leg = Leg(row["leg"])
    return VerdictFinalised(
        matter=row["matter"],
        verdict_id=row["verdict_id"],
        incident_id=None if leg is Leg.TICKET_REPLY else IncidentId(UUID(row["matter"])),
        unit=row["unit"],
        owed_to=row["owed_to"],
        type=VerdictType(row["type"]),
        leg=leg,
        minutes_late=row["minutes_late"],
        arithmetic=row["arithmetic"],
        rule_id=row["rule_id"],
        rule_version=row["rule_version"],
        scored=row["scored"],
        report_id=row["report_id"],
        finalised_by=actor.appointment,
        reason=reason,
        finalised_at=now,
        concerns=addressees_of(organisation, OfficeId(row["unit"])),
    )


async def _decided(unit: Unit, actor: Actor, duty: DutyKey, asked: FinaliseRequest, revision: int) -> Result:
    """Answer a click that finds nothing to decide: the same receipt for the same decision, else who was first."""
    rows = await verdict_queries.list_finals(unit.connection, duty)
    if not rows:
        return NoSuchDuty()
    last = rows[-1]
    if (last["finalised_by"], last["decision"], last["reason"]) == (actor.appointment, asked.decision, asked.reason):
        return Done(asked.decision, last["finalised_at"], last["finalised_by"], revision, rows, ())
    return DecidedAlready(last["finalised_by_name"], last["finalised_at"])
