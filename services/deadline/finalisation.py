"""How proposals become final: all of one unit in one matter, in one act, so that no order of clicks changes a score."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.deadline.facts import Clock, Verdict, VerdictState
from shared.contracts.identifiers import OfficeId, ReportId
from shared.contracts.vocabulary import Leg, Mode, Side, VerdictType

SideOf = Callable[[OfficeId], Side]

# B5, gravest last. What is not here does not weigh on a unit.
_GRAVITY: Mapping[VerdictType, int] = {
    VerdictType.MISREPORTED: 1,
    VerdictType.LATE: 2,
    VerdictType.OMITTED: 3,
    VerdictType.UNDERSTATED: 4,
    VerdictType.FALSIFIED: 5,
    VerdictType.CONCEALED: 6,
}


class Decision(StrEnum):
    """What the head of the duty office decides about the proposals of one unit in one matter."""

    AS_PROPOSED = "AS_PROPOSED"  # 按提议认定
    EXEMPT = "EXEMPT"  # 按时豁免
    REJECT = "REJECT"  # 不予认定


@dataclass(frozen=True, slots=True)
class Final:
    """One verdict that becomes final. ``report_id``: the unit's written report, whose points a verdict may touch."""

    verdict: Verdict
    type: VerdictType
    scored: bool
    report_id: ReportId | None


@dataclass(frozen=True, slots=True)
class Finalise:
    """The proposals become final like this, in the order they were made."""

    finals: tuple[Final, ...]


@dataclass(frozen=True, slots=True)
class NothingProposed:
    """No proposal waits. ``last`` are the verdicts that are final already."""

    last: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class StillRunning:
    """Some clocks of the unit still run; what they will say may be graver."""

    clocks: tuple[Clock, ...]


Outcome = Finalise | NothingProposed | StillRunning


def finalise(
    verdicts: Iterable[Verdict], clocks: Iterable[Clock], decision: Decision, mode: Mode, side_of: SideOf
) -> Outcome:
    """Decide all proposals of one unit in one matter at once.

    Waits until every binding clock has stopped or was judged. The gravest is scored: the type first, then the
    minutes, then written before phone, then the government side. When an earlier act has scored one already, only
    a graver one is scored after it. A drill is never scored.
    """
    kept, standing = tuple(verdicts), tuple(clocks)
    proposals = [verdict for verdict in kept if verdict.state is VerdictState.PROPOSED]
    if not proposals:
        return NothingProposed(tuple(verdict for verdict in kept if verdict.state is VerdictState.FINAL))
    running = tuple(clock for clock in standing if clock.terms.binding and clock.running and not clock.judged)
    if running:
        return StillRunning(running)
    gravest = max(proposals, key=lambda verdict: _order(verdict, side_of))
    before = max((_weight(verdict.type, verdict) for verdict in kept if verdict.scored), default=(0, 0))
    counts = (
        decision is Decision.AS_PROPOSED
        and mode is Mode.ACTUAL
        and gravest.proposed_type in _GRAVITY
        and _weight(gravest.proposed_type, gravest) > before
    )
    report = _written_report(standing)
    return Finalise(
        tuple(
            Final(verdict, _final_type(verdict, decision), counts and verdict is gravest, verdict.report_id or report)
            for verdict in proposals
        )
    )


def _final_type(verdict: Verdict, decision: Decision) -> VerdictType:
    match decision:
        case Decision.AS_PROPOSED:
            return verdict.proposed_type
        case Decision.EXEMPT:
            return VerdictType.ON_TIME_EXEMPT
        case Decision.REJECT:
            # No fault was found; the reason says why the proposal did not stand.
            return VerdictType.ON_TIME


def _weight(kind: VerdictType, verdict: Verdict) -> tuple[int, int]:
    return _GRAVITY.get(kind, 0), verdict.minutes_late


def _order(verdict: Verdict, side_of: SideOf) -> tuple[int, int, bool, bool, str]:
    gravity, minutes = _weight(verdict.proposed_type, verdict)
    government = side_of(verdict.owed_to) is Side.GOVERNMENT
    return gravity, minutes, verdict.leg is Leg.WRITTEN, government, verdict.owed_to


def _written_report(clocks: Iterable[Clock]) -> ReportId | None:
    arrived = [(clock.stopped_at, clock.report_id) for clock in clocks if clock.stopped_at and clock.report_id]
    return min(arrived, key=lambda pair: (pair[0], str(pair[1])))[1] if arrived else None
