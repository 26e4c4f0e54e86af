"""The element checklist (要素) of a report, QU-05. Unknown is a statement of its own and never 0."""

from dataclasses import dataclass
from enum import StrEnum

from services.intake.rules import Checklist, ChecklistName, Elements, FactName
from shared.contracts.reports import FactSheet
from shared.contracts.vocabulary import Form, IncidentReportKind, Nature, ReportType, Urgency


class ElementState(StrEnum):
    """How an element stands."""

    STATED = "STATED"  # ✓
    UNKNOWN = "UNKNOWN"  # 待核实: may wait until expected_at
    MISSING = "MISSING"  # ○


@dataclass(frozen=True, slots=True)
class Element:
    """One line of the checklist. Only a required element that is MISSING keeps a report back."""

    key: FactName
    label: str
    state: ElementState
    required: bool

    @property
    def sign(self) -> str:
        """The sign beside it on the writing page."""
        return "✓" if self.state is ElementState.STATED else "○"


def checklist_name(
    type_: ReportType, nature: Nature, urgency: Urgency, form: Form, kind: IncidentReportKind | None
) -> ChecklistName:
    """Return the checklist of a report: urgent ones go by their place in the series, others by form, nature, type."""
    if kind is not None and urgency is not Urgency.ROUTINE:
        return ChecklistName(f"URGENT_{kind}")
    if form is Form.SYNTHESIS:
        return ChecklistName.SYNTHESIS
    if nature in (Nature.PROBLEM, Nature.EARLY_SIGN):
        return ChecklistName.PROBLEM
    return ChecklistName(type_.value)


def check_elements(facts: FactSheet, name: ChecklistName, elements: Elements) -> tuple[Element, ...]:
    """Return every element of checklist ``name`` with its state, required ones first."""
    checklist = elements.checklists[name]
    return tuple(
        Element(key, elements.labels[key], _state(facts, key, checklist), key in checklist.required)
        for key in (*checklist.required, *checklist.helpful)
    )


def _state(facts: FactSheet, key: FactName, checklist: Checklist) -> ElementState:
    value = getattr(facts, key)
    if value is not None and str(value).strip():
        return ElementState.STATED
    return ElementState.UNKNOWN if key in checklist.may_be_unknown else ElementState.MISSING
