"""Ledger lines as they are entered and read back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from services.scoring.folding import Append, Entered, LineKey, LineKind, Step, TakeBack
from services.scoring.periods import month_of
from services.scoring.scoreable import Adoption, Family, Finding, Forwarding, LeaderInstruction, Scoreable
from shared.contracts.identifiers import EntryId, EventId, OfficeId, ReportId
from shared.contracts.outcomes import ScoreEntered
from shared.contracts.vocabulary import Level

NewId = Callable[[], UUID]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of a ledger. ``tally`` is +1 where something began to count, −1 where it ceased to."""

    entry_id: EntryId
    assessor: OfficeId
    unit: OfficeId
    item: str
    kind: LineKind
    family: Family
    level: Level | None
    rule_set: str
    rule_code: str
    rule_version: int
    points: Decimal
    tally: int
    veto: bool
    reason: str
    arithmetic: str
    evidence: tuple[str, ...]
    fact_id: EventId
    report_id: ReportId | None
    report_number: str | None
    earned_at: datetime
    period: str
    reverses: EntryId | None


def entries(
    assessor: OfficeId, item: str, steps: Sequence[Step], known: Mapping[EntryId, LedgerLine], new_id: NewId
) -> tuple[LedgerLine, ...]:
    """Return the lines to enter for ``steps``, in order. ``known``: the item's lines that stand in the ledger."""
    made: list[LedgerLine] = []
    for step in steps:
        entry_id = EntryId(new_id())
        match step:
            case Append():
                target = made[step.reverses].entry_id if isinstance(step.reverses, int) else step.reverses
                made.append(_appended(assessor, item, step, target, entry_id))
            case TakeBack():
                made.append(_taken_back(known[step.entry_id], entry_id))
            case _:
                assert_never(step)
    return tuple(made)


def announcement(line: LedgerLine) -> ScoreEntered:
    """Return what the others hear of a line."""
    return ScoreEntered(
        entry_id=line.entry_id,
        assessor=line.assessor,
        unit=line.unit,
        rule_code=line.rule_code,
        rule_version=line.rule_version,
        points=line.points,
        reason=f"{line.reason}（{line.arithmetic}）",
        report_id=line.report_id,
        earned_at=line.earned_at,
        reverses=line.reverses,
    )


def as_entered(lines: Sequence[LedgerLine]) -> tuple[Entered, ...]:
    """Return the lines' keys; ``lines`` are one item's in the order entered."""
    keys: dict[EntryId, LineKey] = {}
    for line in lines:
        keys[line.entry_id] = LineKey(
            kind=line.kind,
            unit=line.unit,
            family=line.family,
            rule_set=line.rule_set,
            rule_code=line.rule_code,
            rule_version=line.rule_version,
            points=line.points,
            earned_at=line.earned_at,
            fact_id=line.fact_id,
            of=keys.get(line.reverses) if line.reverses is not None else None,
        )
    return tuple(Entered(entry_id, key) for entry_id, key in keys.items())


def _appended(assessor: OfficeId, item: str, step: Append, target: EntryId | None, entry_id: EntryId) -> LedgerLine:
    key, award = step.line.key, step.line.award
    superseded = key.kind is LineKind.SUPERSEDED
    report_id, number = _report(award.fact)
    return LedgerLine(
        entry_id=entry_id,
        assessor=assessor,
        unit=key.unit,
        item=item,
        kind=key.kind,
        family=Family(key.family),
        level=award.level,
        rule_set=key.rule_set,
        rule_code=key.rule_code,
        rule_version=key.rule_version,
        points=key.points,
        tally=-1 if superseded else 1,
        veto=award.veto,
        reason=step.line.reason,
        arithmetic=f"−（{award.arithmetic}）" if superseded else award.arithmetic,
        evidence=award.fact.evidence,
        fact_id=key.fact_id,
        report_id=report_id,
        report_number=number,
        earned_at=key.earned_at,
        period=month_of(key.earned_at),
        reverses=target,
    )


def _taken_back(line: LedgerLine, entry_id: EntryId) -> LedgerLine:
    """A correction keeps the day of the line it takes back, so that every period says what the facts say."""
    return replace(
        line,
        entry_id=entry_id,
        kind=LineKind.CORRECTION,
        points=-line.points,
        tally=-line.tally,
        reason=f"事实后到，冲正“{line.reason}”",
        arithmetic=f"−（{line.arithmetic}）",
        reverses=line.entry_id,
    )


def _report(fact: Scoreable) -> tuple[ReportId | None, str | None]:
    match fact:
        case Adoption() | Forwarding() | LeaderInstruction():
            return fact.report_id, fact.number
        case Finding():
            return fact.report_id, None
        case _:
            assert_never(fact)
