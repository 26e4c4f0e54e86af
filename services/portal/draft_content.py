"""Between the writing form, the draft that is kept, and what intake asks for. Pure.

A draft is the form as it stands: texts by field name, so that an unfinished text fits too. Field names are those of
intake's findings (``facts.place``), so that a finding leads to its field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.formats import field_time
from services.portal.forms import Form, FormUnfit
from services.portal.wording import TEXTS

Content = dict[str, Any]
HEAD = ("type", "nature", "urgency", "incident_kind", "incident_id", "report_id")
TIMES = ("facts.occurred_at", "expected_at")
COUNTS = ("dead", "missing", "severely_injured", "injured", "evacuated", "direct_loss_yuan")
WORDS = ("place", "kind", "scope", "trend", "measures", "needs", "verified")
FIELDS = (*HEAD, "title", "body", *TIMES, *(f"facts.{name}" for name in (*COUNTS, *WORDS)))
ROWS_TO_SPARE = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to mend: the field it stands at and the words for it."""

    field: str
    text: str


def blank(*, urgent: bool = False, incident: str = "") -> Content:
    """Return the content of a new draft. ``urgent``: an initial report of an incident (初报)."""
    content: Content = {name: "" for name in FIELDS}
    content |= {"type": "PROBLEM", "nature": "PROBLEM", "urgency": "ROUTINE", "citations": []}
    if urgent:
        content |= {"type": "URGENT", "urgency": "URGENT", "incident_kind": "INITIAL", "incident_id": incident}
    return content


def of_form(form: Form) -> Content:
    """Return the content that a form brought."""
    figures, sources = form.lists.get("citation.figure", ()), form.lists.get("citation.source", ())
    rows = zip(figures, sources, strict=False)
    pairs = [{"figure": figure, "source": source} for figure, source in rows if figure or source]
    return {**{name: form[name] for name in FIELDS}, "citations": pairs}


def of_report(report: Mapping[str, Any]) -> Content:
    """Return the content of a returned report's last version, for 修改后重报."""
    version = report["versions"][-1]
    facts = {f"facts.{name}": value for name, value in version["facts"].items() if value is not None}
    if "facts.occurred_at" in facts:
        facts["facts.occurred_at"] = field_time(facts["facts.occurred_at"])
    head = {name: report[name] or "" for name in HEAD}
    expected = field_time(report["expected_at"]) if report["expected_at"] else ""
    texts = {"title": version["title"], "body": version["body"], "expected_at": expected}
    cited = [{"figure": each["figure"], "source": each["source"]} for each in version["citations"]]
    return {**blank(), **head, **texts, **{name: str(value) for name, value in facts.items()}, "citations": cited}


def rows_of(content: Content, figures: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Return the rows of the table of sources: what is written, the figures without one, and some to spare."""
    written = list(content.get("citations", ()))
    named = {row["figure"] for row in written}
    lacking = [{"figure": figure, "source": ""} for figure in dict.fromkeys(figures) if figure not in named]
    return [*written, *lacking, *({"figure": "", "source": ""} for _ in range(ROWS_TO_SPARE))]


def as_check(content: Content) -> tuple[dict[str, Any], list[Fault]]:
    """Return what intake's check is asked, and what could not be read. An empty field is not known, never 0."""
    form = Form({name: str(content.get(name) or "") for name in FIELDS}, {})
    faults: list[Fault] = []
    facts: dict[str, Any] = {name: form[f"facts.{name}"] for name in WORDS if form[f"facts.{name}"]}
    for name in COUNTS:
        facts[name] = _read(faults, lambda name=name: form.whole(f"facts.{name}", TEXTS.fact[name]))
    occurred = _read(faults, lambda: form.moment("facts.occurred_at", TEXTS.fact.occurred_at))
    expected = _read(faults, lambda: form.moment("expected_at", TEXTS.write.expected))
    facts["occurred_at"] = occurred.isoformat() if occurred else None
    request = {
        "type": form["type"] or "PROBLEM",
        "nature": form["nature"] or "NEUTRAL",
        "urgency": form["urgency"] or "ROUTINE",
        "title": form["title"],
        "body": form["body"],
        "facts": facts,
        "citations": [row for row in content.get("citations", ()) if row["figure"] and row["source"]],
        "incident_kind": (form["incident_kind"] or None) if form["urgency"] != "ROUTINE" else None,
        "expected_at": expected.isoformat() if expected else None,
    }
    return request, faults


def as_report(content: Content, draft_id: str) -> dict[str, Any]:
    """Return what intake is asked to accept."""
    request, _ = as_check(content)
    again, incident = content.get("report_id") or None, content.get("incident_id") or None
    return {**request, "draft_id": draft_id, "report_id": again, "incident_id": incident}


def _read(faults: list[Fault], read: Any) -> Any:
    try:
        return read()
    except FormUnfit as error:
        faults.append(Fault(error.field, error.told))
        return None
