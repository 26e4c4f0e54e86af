"""What one wording changed against another: figures first, then the text by phrase. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from services.review.aligning import Pair, align, phrases
from shared.contracts.reports import Citation, FactSheet, ReportVersion

T = TypeVar("T")
SHANGHAI = ZoneInfo("Asia/Shanghai")
UNKNOWN = "待核实"


class Note(StrEnum):
    """Whether a changed fact carries a note of where the new value comes from."""

    GIVEN = "GIVEN"  # 附依据
    MISSING = "MISSING"  # 未附依据
    NOT_NEEDED = "NOT_NEEDED"  # words, not a figure


class Op(StrEnum):
    """What happened to a piece of text."""

    SAME = "SAME"
    DELETED = "DELETED"
    INSERTED = "INSERTED"


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact that differs. ``change`` says it in words: 减1, 增2, 改, 补充, 改为待核实."""

    fact: str
    label: str
    before: str
    after: str
    change: str
    note: Note


@dataclass(frozen=True, slots=True)
class Difference:
    """From one wording to another. ``places`` counts the changed places of the text (共改 3 处)."""

    before: int
    after: int
    title_changed: bool
    facts: tuple[FactChange, ...]
    text: tuple[tuple[Op, str], ...]
    places: int

    @property
    def unchanged(self) -> bool:
        """True when nothing differs: 与上一版一致."""
        return not (self.title_changed or self.facts or self.places)


COUNTS: tuple[tuple[str, str, str], ...] = (
    ("dead", "死亡", "人"),
    ("missing", "失联", "人"),
    ("severely_injured", "重伤", "人"),
    ("injured", "受伤", "人"),
    ("evacuated", "转移", "人"),
    ("direct_loss_yuan", "直接损失", "元"),
)
WORDS: tuple[tuple[str, str], ...] = (
    ("place", "地点"),
    ("kind", "类别"),
    ("scope", "影响范围"),
    ("trend", "趋势"),
    ("measures", "已采取措施"),
    ("needs", "需求"),
    ("verified", "核实情况"),
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def compare(old: ReportVersion, new: ReportVersion) -> Difference:
    """Return what ``new`` changed against ``old``."""
    pieces = tuple(_pieces(old.body, new.body))
    return Difference(
        before=old.version,
        after=new.version,
        title_changed=old.title != new.title,
        facts=(*fact_changes(old.facts, new.facts, _fresh(old, new)), *figure_changes(old.citations, new.citations)),
        text=pieces,
        places=_places(pieces),
    )


def compare_all(wordings: Sequence[ReportVersion]) -> tuple[Difference, ...]:
    """Return each wording against the one before, and the last against the original when there are more than two."""
    pairs = list(pairwise(wordings))
    if len(pairs) > 1:
        pairs.append((wordings[0], wordings[-1]))
    return tuple(compare(old, new) for old, new in pairs)


def fact_changes(old: FactSheet, new: FactSheet, fresh: tuple[Citation, ...]) -> tuple[FactChange, ...]:
    """Return the facts of the sheet that differ, figures first. ``fresh``: citations that came with the new wording."""
    changes = []
    for fact, label, unit in COUNTS:
        before, after = getattr(old, fact), getattr(new, fact)
        if before != after:
            change = _delta(before, after)
            changes.append(
                FactChange(fact, label, _count(before, unit), _count(after, unit), change, _note(after, fresh))
            )
    if old.occurred_at != new.occurred_at:
        changes.append(_changed("occurred_at", "事发时间", old.occurred_at, new.occurred_at, _time, Note.NOT_NEEDED))
    for fact, label in WORDS:
        before, after = getattr(old, fact), getattr(new, fact)
        if before != after:
            changes.append(_changed(fact, label, before, after, _words, Note.NOT_NEEDED))
    return tuple(changes)


def figure_changes(old: tuple[Citation, ...], new: tuple[Citation, ...]) -> tuple[FactChange, ...]:
    """Return the cited figures of the text that differ.

    Two figures are the same one when they differ in digits only (3座, 2座). A changed figure under an unchanged
    source has no note: the same page cannot prove two numbers.
    """
    left, right = [c for c in old if c not in new], [c for c in new if c not in old]
    changes = []
    for before in left:
        after = next((c for c in right if _shape(c.figure) == _shape(before.figure)), None)
        if after is None:
            changes.append(FactChange("figure", "文中数据", before.figure, "", "删去", Note.MISSING))
            continue
        right.remove(after)
        if before.figure != after.figure:
            same_proof = (before.source, before.page) == (after.source, after.page)
            note = Note.MISSING if same_proof else Note.GIVEN
            changes.append(
                FactChange("figure", "文中数据", before.figure, after.figure, _figure_delta(before, after), note)
            )
    changes += [FactChange("figure", "文中数据", "", c.figure, "新增", Note.GIVEN) for c in right]
    return tuple(changes)


def _fresh(old: ReportVersion, new: ReportVersion) -> tuple[Citation, ...]:
    return tuple(citation for citation in new.citations if citation not in old.citations)


def _note(after: int | None, fresh: tuple[Citation, ...]) -> Note:
    wanted = "" if after is None else str(after)
    given = any(wanted in _NUMBER.findall(c.figure.replace(",", "")) if wanted else UNKNOWN in c.figure for c in fresh)
    return Note.GIVEN if given else Note.MISSING


def _delta(before: int | None, after: int | None) -> str:
    if before is None:
        return "补充"
    if after is None:
        return "改为待核实"
    return f"增{after - before}" if after > before else f"减{before - after}"


def _figure_delta(before: Citation, after: Citation) -> str:
    old, new = _NUMBER.findall(before.figure), _NUMBER.findall(after.figure)
    if len(old) == len(new) == 1 and old[0].isdigit() and new[0].isdigit():
        return _delta(int(old[0]), int(new[0]))
    return "改"


def _shape(figure: str) -> str:
    return _NUMBER.sub("#", figure)


def _changed(
    fact: str, label: str, before: T | None, after: T | None, show: Callable[[T], str], note: Note
) -> FactChange:
    change = "补充" if before is None else "改为待核实" if after is None else "改"
    shown = [UNKNOWN if value is None else show(value) for value in (before, after)]
    return FactChange(fact, label, shown[0], shown[1], change, note)


def _count(value: int | None, unit: str) -> str:
    return UNKNOWN if value is None else f"{value}{unit}"


def _time(value: datetime) -> str:
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _words(value: str) -> str:
    return value


def _pieces(old: str, new: str) -> Iterator[tuple[Op, str]]:
    before, after = phrases(old), phrases(new)
    i = j = 0
    for stayed in _runs(align(before, after), Pair(len(before), len(after))):
        start = stayed[0]
        if i < start.before:
            yield Op.DELETED, "".join(before[i : start.before])
        if j < start.after:
            yield Op.INSERTED, "".join(after[j : start.after])
        i, j = start.before + len(stayed), start.after + len(stayed)
        if same := "".join(before[start.before : i]):
            yield Op.SAME, same


def _runs(stayed: list[Pair], end: Pair) -> Iterator[list[Pair]]:
    """Return phrases that stayed side by side together; ``end``, behind both texts, closes the last run."""
    run: list[Pair] = []
    for pair in (*stayed, end):
        if run and pair != (run[-1].before + 1, run[-1].after + 1):
            yield run
            run = []
        run.append(pair)
    yield run


def _places(pieces: tuple[tuple[Op, str], ...]) -> int:
    """Count runs of changes: a deletion and the insertion that replaces it are one place."""
    runs, inside = 0, False
    for op, _ in pieces:
        changed = op is not Op.SAME
        runs += changed and not inside
        inside = changed
    return runs
