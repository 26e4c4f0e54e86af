"""The rules of duties: which clocks a fact opens, recomputes and stops, and what they say about the unit.

Facts of different senders come in any order. Every function here takes all facts of one duty, or keeps a minimum of
them, so that the order of arrival changes nothing that counts.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.deadline.facts import (
    INITIAL,
    Answer,
    Channel,
    Clock,
    ClockState,
    DutyKey,
    Judgement,
    Terms,
    Verdict,
    VerdictState,
)
from services.deadline.judging import judge
from shared.contracts.identifiers import ClockId, OfficeId, VerdictId
from shared.contracts.vocabulary import Leg, Mode, VerdictType

NewId = Callable[[], UUID]
DutyPart = tuple[OfficeId, Leg]

# What answers which leg. A written report tells all that a call would, so it ends the phone leg too (B3.7).
ANSWERED_BY: Mapping[Leg, frozenset[Channel]] = {
    Leg.PHONE: frozenset({Channel.PHONE, Channel.WRITTEN}),
    Leg.WRITTEN: frozenset({Channel.WRITTEN}),
    Leg.TICKET_REPLY: frozenset({Channel.REPLY}),
}


@dataclass(frozen=True, slots=True)
class NewVerdict:
    """A verdict to be kept, on the clock it is about."""

    verdict_id: VerdictId
    clock: Clock
    judgement: Judgement
    state: VerdictState


@dataclass(frozen=True, slots=True)
class Changes:
    """What one fact changes about a duty. ``stopped`` are clocks that stood before; ``opened`` may be stopped too."""

    superseded: tuple[Clock, ...] = ()
    opened: tuple[Clock, ...] = ()
    stopped: tuple[Clock, ...] = ()
    withdrawn: tuple[VerdictId, ...] = ()
    added: tuple[NewVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a duty stands before a fact of one mode: all its clocks, and the verdicts on them."""

    duty: DutyKey
    mode: Mode
    clocks: tuple[Clock, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def own(self) -> tuple[Clock, ...]:
        """The clocks of the fact's mode: a drill moves no actual clock, nor an actual fact a drill's."""
        return tuple(clock for clock in self.clocks if clock.mode is self.mode)


def reopen(
    standing: Standing, desired: Iterable[Terms], answers: Iterable[Answer], now: datetime, new_id: NewId
) -> Changes:
    """Return what follows when a duty's terms are computed anew from all its facts (B3.8).

    ``desired``: the strictest terms per recipient and leg. A clock is replaced only by one that is broken earlier;
    the old row and its verdict stay readable. A clock whose recipient is owed nothing any more, whatever was known,
    is superseded without a successor.
    """
    wanted = {(terms.recipient, terms.leg): terms for terms in desired}
    current = {_part(clock): clock for clock in standing.own if clock.state is not ClockState.SUPERSEDED}
    superseded = tuple(clock for part, clock in current.items() if _is_replaced(clock, wanted.get(part)))
    known = tuple(answers)
    opened: list[Clock] = []
    added: list[NewVerdict] = []
    for part, terms in wanted.items():
        if part in current and current[part] not in superseded:
            continue
        ordinal = 1 + max((clock.ordinal for clock in standing.clocks if _part(clock) == part), default=0)
        clock, verdict = _judged(_stopped(_opened(standing, terms, ordinal, now, new_id), known), known, new_id)
        opened.append(clock)
        added += verdict
    withdrawn = _withdrawn(standing, {clock.clock_id for clock in superseded})
    return Changes(superseded=superseded, opened=tuple(opened), withdrawn=withdrawn, added=tuple(added))


def answer(standing: Standing, answers: Iterable[Answer], new_id: NewId) -> Changes:
    """Return what follows when something was given in answer: clocks stop at the earliest fitting answer.

    What was given in a drill answers clocks of that drill only.
    """
    known = tuple(answers)
    stopped: list[Clock] = []
    withdrawn: list[VerdictId] = []
    added: list[NewVerdict] = []
    for clock in standing.own:
        after = _stopped(clock, known) if clock.state is not ClockState.SUPERSEDED else clock
        if after is clock:
            continue
        judgement = judge(after, known)
        if judgement is not None:
            gone, new = _revised(after, judgement, standing.verdicts, new_id)
            withdrawn += gone
            added += new
        stopped.append(replace(after, judged=after.judged or judgement is not None))
    return Changes(stopped=tuple(stopped), withdrawn=tuple(withdrawn), added=tuple(added))


def run_again(standing: Standing, gone: Set[str], answers: Iterable[Answer], now: datetime, new_id: NewId) -> Changes:
    """Return what follows when the answers ``gone`` were sent back: what they stopped runs on under its old terms.

    ``answers``: those that are left. The stopped row stays readable with its verdict, which is withdrawn unless people
    decided it; reminders that were given are not given again.
    """
    known = tuple(answers)
    stopped = tuple(clock for clock in standing.own if clock.state is ClockState.STOPPED and clock.stopped_by in gone)
    opened: list[Clock] = []
    added: list[NewVerdict] = []
    for old in stopped:
        again = _opened(standing, old.terms, old.ordinal + 1, now, new_id)
        clock, verdict = _judged(_stopped(replace(again, warned=old.warned), known), known, new_id)
        opened.append(clock)
        added += verdict
    ended = {clock.clock_id for clock in stopped}
    return Changes(superseded=stopped, opened=tuple(opened), withdrawn=_withdrawn(standing, ended), added=tuple(added))


def fits(clock: Clock, given: Answer) -> bool:
    """Tell whether an answer is one to this clock's leg, given where it counts and by who must give it."""
    terms = clock.terms
    return (
        given.channel in ANSWERED_BY[terms.leg]
        and (given.recipient is None or given.recipient in terms.answered_at)
        and (given.given_by is None or terms.answered_by in (None, given.given_by))
    )


def _stopped(clock: Clock, answers: tuple[Answer, ...]) -> Clock:
    """Return the clock stopped by the earliest fitting answer; the same object when none is earlier than its own."""
    first = min(
        (each for each in answers if fits(clock, each)), key=lambda each: (each.at, each.answer_id), default=None
    )
    if first is None:
        return clock
    if clock.stopped_at is not None and (clock.stopped_at, clock.stopped_by or "") <= (first.at, first.answer_id):
        return clock
    return replace(
        clock,
        state=ClockState.STOPPED,
        stopped_at=first.at,
        stopped_by=first.answer_id,
        report_id=first.report_id,
    )


def _opened(standing: Standing, terms: Terms, ordinal: int, now: datetime, new_id: NewId) -> Clock:
    return Clock(
        clock_id=ClockId(new_id()),
        mode=standing.mode,
        duty=standing.duty,
        terms=terms,
        stage=INITIAL,
        ordinal=ordinal,
        state=ClockState.OPEN,
        started_at=now,
        stopped_at=None,
        stopped_by=None,
        report_id=None,
        warned=0,
        judged=False,
    )


def _judged(clock: Clock, answers: tuple[Answer, ...], new_id: NewId) -> tuple[Clock, list[NewVerdict]]:
    """Return a new clock with its first verdict, if it was answered already."""
    judgement = judge(clock, answers)
    if judgement is None:
        return clock, []
    judged = replace(clock, judged=True)
    return judged, [NewVerdict(VerdictId(new_id()), judged, judgement, _first_state(judgement))]


def _withdrawn(standing: Standing, gone: Set[ClockId]) -> tuple[VerdictId, ...]:
    """Return the verdicts on clocks that are set aside. What people decided stays."""
    return tuple(verdict.verdict_id for verdict in standing.verdicts if verdict.clock_id in gone and _open(verdict))


def _revised(
    clock: Clock, judgement: Judgement, verdicts: tuple[Verdict, ...], new_id: NewId
) -> tuple[list[VerdictId], list[NewVerdict]]:
    """Return which verdicts on a clock a new judgement withdraws, and what it adds. What people decided stays."""
    own = [verdict for verdict in verdicts if verdict.clock_id == clock.clock_id]
    standing = [verdict for verdict in own if verdict.state is not VerdictState.WITHDRAWN]
    said = (judgement.type, judgement.minutes_late, judgement.arithmetic)
    if standing and (standing[-1].proposed_type, standing[-1].minutes_late, standing[-1].arithmetic) == said:
        return [], []
    decided = any(verdict.state is VerdictState.FINAL for verdict in own)
    state = VerdictState.PROPOSED if decided else _first_state(judgement)
    new = NewVerdict(VerdictId(new_id()), clock, judgement, state)
    return [verdict.verdict_id for verdict in standing if _open(verdict)], [new]


def _first_state(judgement: Judgement) -> VerdictState:
    return VerdictState.SETTLED if judgement.type is VerdictType.ON_TIME else VerdictState.PROPOSED


def _open(verdict: Verdict) -> bool:
    return verdict.state in (VerdictState.PROPOSED, VerdictState.SETTLED)


def _is_replaced(clock: Clock, wanted: Terms | None) -> bool:
    return wanted is None or wanted.strictness < clock.terms.strictness


def _part(clock: Clock) -> DutyPart:
    return clock.terms.recipient, clock.terms.leg
