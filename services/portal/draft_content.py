"""Between the writing form, the draft that is kept, and what intake asks for. Pure.

A draft is the form as it stands: texts by field name, so that an unfinished text fits too. Field names are those of
intake's findings (``facts.place``), so that a finding leads to its field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from services.portal.formats import field_time
from services.portal.forms import Form, FormUnfit
from services.portal.wording import TEXTS

Content = dict[str, Any]
HEAD = ("type", "nature", "urgency", "form", "commission_task", "incident_kind", "incident_id", "report_id")
CITED = ("figure", "source", "page", "checked_by")
STAYS = ("occurred_at", "place", "kind")  # facts that a later report of the series states again
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


def blank(series: str = "", incident: str = "") -> Content:
    """Return the content of a new draft. ``series``: that of an incident's report (INITIAL, FOLLOWUP, FINAL)."""
    content: Content = {name: "" for name in FIELDS}
    content |= {"type": "PROBLEM", "nature": "PROBLEM", "urgency": "ROUTINE", "citations": []}
    if series:
        content |= {"type": "URGENT", "urgency": "URGENT", "incident_kind": series, "incident_id": incident}
    return content


def of_form(form: Form) -> Content:
    """Return the content that a form brought."""
    columns = [form.lists.get(f"citation.{name}", ()) for name in CITED]
    rows = [dict(zip(CITED, row, strict=True)) for row in zip_longest(*columns, fillvalue="")]
    return {
        **{name: form[name] for name in FIELDS},
        "citations": [row for row in rows if row["figure"] or row["source"]],
    }


def of_report(report: Mapping[str, Any]) -> Content:
    """Return the content of a returned report's last version, whole, for 修改后重报."""
    head = {name: report[name] or "" for name in HEAD}
    expected = field_time(report["expected_at"]) if report["expected_at"] else ""
    return {**of_wording(report["versions"][-1]), **head, "expected_at": expected}


def of_wording(wording: Mapping[str, Any]) -> Content:
    """Return the content of one wording, whole."""
    cited = [{name: each.get(name) or "" for name in CITED} for each in wording["citations"]]
    texts = {"title": wording["title"], "body": wording["body"]}
    return {**blank(), **texts, **_facts_of(wording["facts"]), "citations": cited}


def after_report(report: Mapping[str, Any], series: str) -> Content:
    """Return the content of the next report on the same incident: what stays is filled in, figures are asked anew."""
    version = report["versions"][-1]
    head = {name: report[name] or "" for name in ("type", "nature", "urgency", "incident_id")}
    facts = _facts_of({name: version["facts"].get(name) for name in STAYS})
    return {**blank(), **head, "incident_kind": series, "title": version["title"], **facts}


def _facts_of(stated: Mapping[str, Any]) -> Content:
    facts = {f"facts.{name}": value for name, value in stated.items() if value is not None}
    if "facts.occurred_at" in facts:
        facts["facts.occurred_at"] = field_time(facts["facts.occurred_at"])
    return {name: str(value) for name, value in facts.items()}


def rows_of(content: Content, figures: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Return the rows of the table of sources: what is written, the figures without one, and some to spare."""
    written = list(content.get("citations", ()))
    named = {row["figure"] for row in written}
    lacking = [{"figure": figure} for figure in dict.fromkeys(figures) if figure not in named]
    rows = (*written, *lacking, *({} for _ in range(ROWS_TO_SPARE)))
    return [{name: row.get(name, "") for name in CITED} for row in rows]


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
    again, urgent = form["report_id"] or None, form["urgency"] != "ROUTINE"
    # What is in the fields for urgent reports counts only while they show; a report's own head always does.
    in_series = bool(urgent or again)
    request = {
        "type": form["type"] or "PROBLEM",
        "nature": form["nature"] or "NEUTRAL",
        "urgency": form["urgency"] or "ROUTINE",
        "title": form["title"],
        "body": form["body"],
        "facts": facts,
        "citations": [
            {name: text for name, text in row.items() if text}
            for row in content.get("citations", ())
            if row["figure"] and row["source"]
        ],
        "form": form["form"] or "SINGLE",
        "commission_task": form["commission_task"] or None,
        "incident_kind": (form["incident_kind"] or None) if in_series else None,
        "incident_id": (form["incident_id"] or None) if in_series else None,
        "report_id": again,
        "expected_at": expected.isoformat() if expected else None,
    }
    return request, faults


def as_report(content: Content, draft_id: str) -> dict[str, Any]:
    """Return what intake is asked to accept."""
    request, _ = as_check(content)
    return {**request, "draft_id": draft_id}


def _read(faults: list[Fault], read: Any) -> Any:
    try:
        return read()
    except FormUnfit as error:
        faults.append(Fault(error.field, error.told))
        return None
