"""From facts to ledger lines, and from the lines that should be to the lines still to be entered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from services.scoring.rulebook import Versions
from services.scoring.scoreable import Award, Scoreable, Slot
from services.scoring.standing import Standing, standing
from shared.contracts.identifiers import EntryId, EventId, OfficeId


class LineKind(StrEnum):
    """Why a line stands in the ledger."""

    AWARD = "AWARD"  # 计分
    SUPERSEDED = "SUPERSEDED"  # 被后来的事实取代而冲回
    CORRECTION = "CORRECTION"  # 事实后到，冲正


@dataclass(frozen=True, slots=True)
class LineKey:
    """What makes two lines the same line. ``of`` is the key of the line taken back, for SUPERSEDED."""

    kind: LineKind
    unit: OfficeId
    family: str
    rule_set: str
    rule_code: str
    rule_version: int
    points: Decimal
    earned_at: datetime
    fact_id: EventId
    of: "LineKey | None" = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line that should be in the ledger. ``reverses`` is the index of an earlier line of the same fold."""

    key: LineKey
    award: Award
    reason: str
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A line that is in the ledger."""

    entry_id: EntryId
    key: LineKey


@dataclass(frozen=True, slots=True)
class Append:
    """Enter a line. ``reverses`` is an entry already there, or the index of one appended before it."""

    line: Line
    reverses: EntryId | int | None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take back an entry that the facts, as known now, do not give."""

    entry_id: EntryId
    key: LineKey


Step = Append | TakeBack


def fold(facts: Sequence[Scoreable], versions: Versions) -> tuple[Line, ...]:
    """Return the lines of one item in the order they were earned; any order of ``facts`` gives the same lines."""
    ordered = sorted(facts, key=lambda fact: (fact.at, fact.fact_id))
    lines: list[Line] = []
    index_of: dict[Slot, int] = {}
    before: Standing = {}
    for position, fact in enumerate(ordered, start=1):
        if position < len(ordered) and ordered[position].fact_id == fact.fact_id:
            continue  # the parts of a joint item are earned together
        after = standing(ordered[:position], versions)
        for slot, award in before.items():
            if after.get(slot) != award:
                lines.append(_superseding(lines, index_of.pop(slot), after.get(slot), fact))
        for slot, award in after.items():
            if before.get(slot) != award:
                index_of[slot] = len(lines)
                lines.append(_awarding(award, fact))
        before = after
    return tuple(lines)


def still_to_enter(ideal: Sequence[Line], entered: Sequence[Entered]) -> tuple[Step, ...]:
    """Return what must be appended so that the ledger says ``ideal``.

    ``entered``: the lines of the item that were not taken back yet. Nothing is changed or removed: what should not
    stand is taken back by a line of its own.
    """
    present: dict[LineKey, list[EntryId]] = defaultdict(list)
    for held in entered:
        present[held.key].append(held.entry_id)
    where: list[EntryId | int] = []
    steps: list[Step] = []
    for line in ideal:
        if present[line.key]:
            where.append(present[line.key].pop(0))
            continue
        where.append(len(steps))
        steps.append(Append(line, where[line.reverses] if line.reverses is not None else None))
    leftover = {entry for entries in present.values() for entry in entries}
    steps += [TakeBack(held.entry_id, held.key) for held in entered if held.entry_id in leftover]
    return tuple(steps)


def totals(lines: Sequence[Line]) -> dict[tuple[OfficeId, str], Decimal]:
    """Return the sum per (unit, rule code)."""
    summed: dict[tuple[OfficeId, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        summed[line.key.unit, line.key.rule_code] += line.key.points
    return summed


def _awarding(award: Award, by: Scoreable) -> Line:
    key = LineKey(
        kind=LineKind.AWARD,
        unit=award.fact.unit,
        family=award.family,
        rule_set=award.rule_set,
        rule_code=award.rule_code,
        rule_version=award.rule_version,
        points=award.points,
        earned_at=by.at,
        fact_id=award.fact.fact_id,
    )
    return Line(key, award, award.reason)


def _superseding(lines: Sequence[Line], index: int, instead: Award | None, by: Scoreable) -> Line:
    old = lines[index]
    key = LineKey(
        kind=LineKind.SUPERSEDED,
        unit=old.key.unit,
        family=old.key.family,
        rule_set=old.key.rule_set,
        rule_code=old.key.rule_code,
        rule_version=old.key.rule_version,
        points=-old.key.points,
        earned_at=by.at,
        fact_id=by.fact_id,
        of=old.key,
    )
    reason = f"冲回“{old.reason}”：{f'改计 {instead.reason}' if instead else '不再计分'}"
    return Line(key, old.award, reason, reverses=index)
