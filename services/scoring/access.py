"""Who may look at what: rankings are open to the ranked and their assessor, a ledger to its unit and the assessor."""

from services.scoring.leagues import Assessment, Assessor
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import require
from shared.contracts.identifiers import OfficeId
from shared.store.unit import Connection
from shared.timekeeping.clocks import Clock


async def require_ranking(
    connection: Connection, clock: Clock, actor: Actor, assessment: Assessment, assessor: Assessor
) -> None:
    """Let pass whoever works at the assessor's or a ranked unit. Raises ActDenied."""
    await _require(connection, clock, actor, Action.VIEW_RANKINGS, assessment, (assessor.office, *assessor.members))


async def require_ledger(
    connection: Connection, clock: Clock, actor: Actor, assessment: Assessment, assessor: Assessor, unit: OfficeId
) -> None:
    """Let pass whoever works at the assessor's unit or the unit itself. Raises ActDenied."""
    await _require(connection, clock, actor, Action.VIEW_LEDGER, assessment, (assessor.office, unit))


async def require_whole_ledger(
    connection: Connection, clock: Clock, actor: Actor, assessment: Assessment, assessor: Assessor
) -> None:
    """Let pass whoever works at the assessor's unit. Raises ActDenied."""
    await _require(connection, clock, actor, Action.VIEW_LEDGER, assessment, (assessor.office,))


async def require_dry_run(
    connection: Connection, clock: Clock, actor: Actor, assessment: Assessment, assessor: Assessor
) -> None:
    """Let pass whoever may see rule drafts at the assessor's unit: scorer, principal, auditor. Raises ActDenied."""
    await _require(connection, clock, actor, Action.VIEW_SCORE_RULES, assessment, (assessor.office,))


async def _require(
    connection: Connection,
    clock: Clock,
    actor: Actor,
    action: Action,
    assessment: Assessment,
    units: tuple[OfficeId, ...],
) -> None:
    """What is published to several units counts as published to the actor's office when that speaks for one."""
    own = assessment.unit_of.get(actor.office, actor.office)
    office = actor.office if own in units else units[0]
    require(await authorise(connection, actor, action, Context(office=office), clock.now()))


async def require_published(connection: Connection, clock: Clock, actor: Actor) -> None:
    """Let pass whoever may see rankings anywhere here: published rules are for everyone who is scored."""
    require(await authorise(connection, actor, Action.VIEW_RANKINGS, Context(office=actor.office), clock.now()))
