"""All checks of one text: marks, elements, figures and their sources, times, vague words. Pure."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.intake.rules import Rulebook
from services.intake.writing.elements import Element, ElementState, check_elements, checklist_name
from shared.access.marks import Mark, find_marks
from shared.contracts.figures import Figure, Sources, figures_in
from shared.contracts.reports import Citation, FactSheet
from shared.contracts.vocabulary import Form, IncidentReportKind, Nature, ReportType, Urgency


class FindingCode(StrEnum):
    """What a finding is about, for grouping and for the pages."""

    ELEMENT_MISSING = "ELEMENT_MISSING"
    EXPECTED_AT_MISSING = "EXPECTED_AT_MISSING"
    FIGURE_UNSOURCED = "FIGURE_UNSOURCED"
    SERIES_MISSING = "SERIES_MISSING"
    TEXT_MISSING = "TEXT_MISSING"
    TIME_IMPOSSIBLE = "TIME_IMPOSSIBLE"
    VAGUE_TIME = "VAGUE_TIME"
    FIGURE_UNVERIFIED = "FIGURE_UNVERIFIED"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the writer: the field it stands at, and what to do, in Chinese."""

    code: FindingCode
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Writing:
    """A text as it stands, complete or not."""

    title: str
    body: str
    type: ReportType
    nature: Nature
    urgency: Urgency
    form: Form = Form.SINGLE
    facts: FactSheet = dataclasses.field(default_factory=FactSheet)
    citations: tuple[Citation, ...] = ()
    incident_kind: IncidentReportKind | None = None
    expected_at: datetime | None = None
    commission_task: str | None = None


@dataclass(frozen=True, slots=True)
class SourcedFigure:
    """A figure of the text and the citation that gives its source, if there is one."""

    figure: Figure
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class Checked:
    """Result of all checks. ``problems`` keep a report back, ``warnings`` do not.

    ``unverified``: figures without a source that may go because the report is urgent and the first (未核实).
    """

    marks: tuple[Mark, ...]
    elements: tuple[Element, ...]
    figures: tuple[SourcedFigure, ...]
    problems: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    unverified: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """True when the text may be submitted."""
        return not self.marks and not self.problems


_TEXT_LABELS = {
    "place": "地点",
    "kind": "类别",
    "scope": "影响范围",
    "trend": "趋势",
    "measures": "措施",
    "needs": "建议",
}


def marks_of(writing: Writing) -> tuple[Mark, ...]:
    """Return the secrecy marks in every field of a text."""
    return find_marks(_fields(writing))


def _fields(writing: Writing) -> Iterable[tuple[str, str]]:
    yield "标题", writing.title
    yield "正文", writing.body
    yield "约稿任务", writing.commission_task or ""
    facts = writing.facts
    yield "核实情况", facts.verified or ""
    for name, label in _TEXT_LABELS.items():
        yield label, getattr(facts, name) or ""
    for citation in writing.citations:
        for text in (citation.figure, citation.source, citation.page, citation.checked_by):
            yield "数据出处", text or ""


def check(writing: Writing, rules: Rulebook, now: datetime) -> Checked:
    """Return what is found in ``writing`` at business time ``now``."""
    name = checklist_name(writing.type, writing.nature, writing.urgency, writing.form, writing.incident_kind)
    elements = check_elements(writing.facts, name, rules.elements)
    text = f"{writing.title}\n{writing.body}"
    sources = Sources(writing.citations)
    figures = tuple(SourcedFigure(figure, sources.of(figure)) for figure in figures_in(text))
    unsourced = tuple(each.figure.text for each in figures if each.citation is None)
    may_be_unverified = writing.urgency is not Urgency.ROUTINE and writing.incident_kind is IncidentReportKind.INITIAL
    unverified = unsourced if may_be_unverified else ()
    return Checked(
        marks=marks_of(writing),
        elements=elements,
        figures=figures,
        problems=(
            *_missing_text(writing),
            *_impossible_times(writing, now),
            *_missing_elements(writing, elements),
            *(_unsourced(figure) for figure in unsourced if not may_be_unverified),
        ),
        warnings=(*_vague(text, rules.door.vague_words), *(_unverified(figure) for figure in unverified)),
        unverified=unverified,
    )


def _missing_text(writing: Writing) -> Iterable[Finding]:
    if not writing.title.strip():
        yield Finding(FindingCode.TEXT_MISSING, "title", "标题没有写：请用一句话写明何地何事")
    if not writing.body.strip():
        yield Finding(FindingCode.TEXT_MISSING, "body", "正文没有写：请写明起因、经过、范围和时间")
    if writing.urgency is not Urgency.ROUTINE and writing.type is ReportType.URGENT and writing.incident_kind is None:
        yield Finding(FindingCode.SERIES_MISSING, "incident_kind", "没有选初报、续报或终报：紧急信息须注明是哪一报")


def _impossible_times(writing: Writing, now: datetime) -> Iterable[Finding]:
    occurred_at, expected_at = writing.facts.occurred_at, writing.expected_at
    if occurred_at is not None and occurred_at > now:
        yield Finding(FindingCode.TIME_IMPOSSIBLE, "facts.occurred_at", "发生时间晚于现在：请核对日期和时刻")
    if expected_at is not None and expected_at <= now:
        yield Finding(FindingCode.TIME_IMPOSSIBLE, "expected_at", "预计补报时间已经过去：请写一个以后的时间")


def _missing_elements(writing: Writing, elements: Iterable[Element]) -> Iterable[Finding]:
    waiting = []
    for element in elements:
        field = f"facts.{element.key}"
        match element.state:
            case ElementState.MISSING if element.required:
                yield Finding(FindingCode.ELEMENT_MISSING, field, f"{element.label}没有填：请补充后再提交")
            case ElementState.UNKNOWN:
                waiting.append(element.label)
            case _:
                pass
    if waiting and writing.expected_at is None:
        text = f"{'、'.join(waiting)}没有填：尚不清楚时选“待核实”，并写明预计补报时间"
        yield Finding(FindingCode.EXPECTED_AT_MISSING, "expected_at", text)


def _unsourced(figure: str) -> Finding:
    return Finding(FindingCode.FIGURE_UNSOURCED, "citations", f"数据“{figure}”没有来源：请在数据出处中写明来自哪里")


def _unverified(figure: str) -> Finding:
    return Finding(
        FindingCode.FIGURE_UNVERIFIED, "citations", f"数据“{figure}”没有来源，初报按未核实报出，续报时请补上来源"
    )


def _vague(text: str, words: Iterable[str]) -> Iterable[Finding]:
    for word in words:
        if word in text:
            yield Finding(FindingCode.VAGUE_TIME, "body", f"“{word}”不明确：建议写明日期")
