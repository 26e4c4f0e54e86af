"""The scanner: one pass over the clocks on which time alone has made something due. Any replica may run it.

It reads no machine clock: the unit of work brings the business time. What it tells carries the instant at which it
came due, so that a pause of the scanner changes when a thing is told and never what it says.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.deadline import queries
from services.deadline.announcing import announce_proposed, office_of, reading_of
from services.deadline.decisions import NewVerdict
from services.deadline.facts import Clock, ClockState, VerdictState
from services.deadline.judging import judge_silence
from services.deadline.metrics import DeadlineMetrics
from services.deadline.scanning import Passed, passed
from shared.contracts.duties import ClockExpired, ClockWarned
from shared.contracts.identifiers import VerdictId
from shared.contracts.vocabulary import Mode
from shared.store.store import Store
from shared.store.unit import Unit

BATCH = 500
"""Clocks per transaction: enough that the commit costs little, few enough that handlers wait little for their rows."""


class Scanner:
    """Tells what has come due. ``run`` is what the process calls every second and after each move of the clock."""

    def __init__(self, store: Store, metrics: DeadlineMetrics, *, batch: int = BATCH) -> None:
        self._store = store
        self._metrics = metrics
        self._batch = batch

    async def run(self) -> bool:
        """Do one pass; return True when a batch was full, so that there may be more."""
        full = [await self._pass(mode) for mode in Mode]
        async with self._store.reading() as connection:
            standing = await queries.measure_running(connection, Mode.ACTUAL)
        self._metrics.passed(self._store.machine.now(), self._store.clock.now(), standing)
        return any(full)

    async def next_due(self) -> datetime | None:
        """Return the business instant at which a pass will next find something; None when no clock runs."""
        async with self._store.reading() as connection:
            return await queries.next_due(connection)

    async def _pass(self, mode: Mode) -> bool:
        async with self._store.unit(mode=mode) as unit:
            claimed = await queries.claim_due_clocks(unit.connection, mode, unit.now, self._batch)
            clocks = [clock for clock, _ in claimed]
            if clocks:
                await self._tell(unit, clocks)
        self._metrics.told(mode, [unit.now - due for _, due in claimed])
        return len(claimed) == self._batch

    async def _tell(self, unit: Unit, clocks: Sequence[Clock]) -> None:
        due = [(clock, passed(clock, unit.now)) for clock in clocks]
        proposals = [_proposal(clock, unit) for clock, what in due if what.omitted_from is not None]
        for clock, what in due:
            _announce(unit, clock, what)
        await queries.advance_clocks(unit.connection, [_after(clock, what) for clock, what in due])
        await queries.add_verdicts(unit.connection, proposals, unit.now)
        for new in proposals:
            announce_proposed(unit, new, unit.now)


def _announce(unit: Unit, clock: Clock, what: Passed) -> None:
    matter, reading, office = clock.duty.matter, reading_of(clock), office_of(clock)
    for reminder in what.warnings:
        event = ClockWarned(matter=matter, reading=reading, percent=reminder.percent, at=reminder.at)
        unit.announce(event, office=office)
    if what.expired_at is not None:
        unit.announce(ClockExpired(matter=matter, reading=reading, at=what.expired_at), office=office)


def _after(clock: Clock, what: Passed) -> Clock:
    warned = max((reminder.percent for reminder in what.warnings), default=clock.warned)
    return replace(
        clock,
        warned=warned,
        state=clock.state if what.expired_at is None else ClockState.EXPIRED,
        judged=clock.judged or what.omitted_from is not None,
    )


def _proposal(clock: Clock, unit: Unit) -> NewVerdict:
    return NewVerdict(VerdictId(unit.new_id()), clock, judge_silence(clock), VerdictState.PROPOSED)
