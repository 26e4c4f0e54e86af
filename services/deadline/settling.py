"""Bringing one duty up to date after a fact: read how it stands, ask the rules, keep and state what changed."""

from collections.abc import Iterable
from datetime import datetime

from services.deadline import queries
from services.deadline.announcing import announce_proposed, announce_started, announce_stopped
from services.deadline.decisions import Changes, Standing, answer, reopen, run_again
from services.deadline.facts import Answer, DutyKey, Terms, VerdictState
from shared.contracts.duties import VerdictFinalised
from shared.contracts.identifiers import OfficeId
from shared.store.unit import Unit

FIRST_FACT = 1


async def given(unit: Unit, duty: DutyKey, what: Answer) -> None:
    """Keep an answer and stop what it answers. One that comes before its duty is known waits for it."""
    facts = await queries.remember_answer(unit.connection, duty, what, unit.mode)
    if facts == FIRST_FACT:
        return
    standing = await _clocks(unit, duty)
    changes = answer(standing, [what], unit.new_id)
    if any(clock.judged for clock in standing.clocks) and changes.stopped:
        # Only a duty that was judged before has verdicts to be read, so the usual answer costs one statement less.
        changes = answer(await _with_verdicts(unit, standing), [what], unit.new_id)
    await _keep(unit, changes)


async def sent_back(unit: Unit, duty: DutyKey, issuer: OfficeId, at: datetime) -> None:
    """Let the clocks that replies to ``issuer`` stopped run again: these were returned to their writer."""
    await queries.lock_duty(unit.connection, duty)
    gone = await queries.send_back_replies(unit.connection, duty, issuer, at, unit.mode)
    standing = await _with_verdicts(unit, await _clocks(unit, duty))
    answers = await queries.read_answers(unit.connection, duty, unit.mode)
    await _keep(unit, run_again(standing, gone, answers, unit.now, unit.new_id))


async def owed(unit: Unit, duty: DutyKey, facts: int, terms: Iterable[Terms]) -> None:
    """Open, recompute or set aside the clocks of a locked duty so that they follow its terms.

    ``facts``: how many facts the duty has; 1 means that there are no clocks, answers or verdicts to read.
    """
    if facts == FIRST_FACT:
        await _keep(unit, reopen(Standing(duty, unit.mode), terms, (), unit.now, unit.new_id))
        return
    standing = await _with_verdicts(unit, await _clocks(unit, duty))
    answers = await queries.read_answers(unit.connection, duty, unit.mode)
    await _keep(unit, reopen(standing, terms, answers, unit.now, unit.new_id))
    await queries.close_copies(unit.connection, duty)


async def decided(unit: Unit, duty: DutyKey, event: VerdictFinalised) -> None:
    """End the warning copies of a duty whose verdict is final at another site; they wait for nothing any more."""
    if await queries.remember_final(unit.connection, duty, event, unit.mode) != FIRST_FACT:
        await queries.close_copies(unit.connection, duty)


async def _clocks(unit: Unit, duty: DutyKey) -> Standing:
    return Standing(duty, unit.mode, await queries.lock_clocks(unit.connection, duty))


async def _with_verdicts(unit: Unit, standing: Standing) -> Standing:
    # Read after the clocks are locked, so that the scanner's last proposal is among them.
    verdicts = await queries.read_verdicts(unit.connection, standing.duty)
    return Standing(standing.duty, standing.mode, standing.clocks, verdicts)


async def _keep(unit: Unit, changes: Changes) -> None:
    connection = unit.connection
    await queries.supersede_clocks(connection, [clock.clock_id for clock in changes.superseded])
    await queries.open_clocks(connection, changes.opened)
    await queries.stop_clocks(connection, changes.stopped)
    await queries.withdraw_verdicts(connection, changes.withdrawn, unit.now)
    await queries.add_verdicts(connection, changes.added, unit.now)
    for clock in changes.opened:
        announce_started(unit, clock)
    for clock in (*changes.opened, *changes.stopped):
        announce_stopped(unit, clock)
    for new in changes.added:
        if new.state is VerdictState.PROPOSED:
            announce_proposed(unit, new, unit.now)
