"""Rules of a report at its origin: its state, its head, its series. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.intake.reports.model import CheckRequest, ReportRequest, ReportState
from services.intake.writing.check import Finding, FindingCode
from shared.contracts.identifiers import IncidentId, OfficeId
from shared.contracts.reports import ReportHead, ReportReturned, ReportSigned
from shared.contracts.vocabulary import IncidentReportKind, Urgency


@dataclass(frozen=True, slots=True)
class Standing:
    """How a report stands at its origin ``office``. ``last_version``: the highest number any office here gave."""

    office: OfficeId
    state: ReportState
    since: datetime
    last_version: int


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The report stands differently now."""

    state: ReportState
    since: datetime
    last_version: int


@dataclass(frozen=True, slots=True)
class StateKept:
    """What was stated is a milestone on the way and changes nothing at the origin."""


AfterEvent = StateChanged | StateKept


def after_return(standing: Standing, event: ReportReturned) -> AfterEvent:
    """Return how a report stands after a return (退回).

    Only a return to the origin's writer counts here; one between offices above does not. A return of an older
    wording that arrives after the writer has submitted a newer one changes nothing either.
    """
    if event.to_office != standing.office:
        return StateKept()
    if event.version < standing.last_version and event.returned_at < standing.since:
        return StateKept()
    return StateChanged(ReportState.RETURNED, event.returned_at, max(standing.last_version, event.version))


def after_signature(standing: Standing, event: ReportSigned) -> AfterEvent:
    """Return how a report stands after a signature (签发). Only the origin's own signature counts here.

    Returns come from other sites too, so a later return may be known first: the later of the two stands.
    """
    if event.office != standing.office:
        return StateKept()
    version = event.versions[-1].version
    superseded = standing.state is ReportState.SUBMITTED and standing.last_version > version
    if superseded or (standing.state is ReportState.RETURNED and event.signed_at <= standing.since):
        return StateKept()
    return StateChanged(ReportState.SIGNED, event.signed_at, max(standing.last_version, version))


@dataclass(frozen=True, slots=True)
class SameHead:
    """A new version says the same about what never changes."""


@dataclass(frozen=True, slots=True)
class HeadDiffers:
    """A new version says something else in ``field``."""

    field: str
    label: str


_KEPT = (
    ("type", "类型"),
    ("nature", "性质"),
    ("urgency", "急缓"),
    ("form", "形式"),
    ("incident_kind", "初报、续报或终报"),
    ("commission_task", "约稿任务"),
)


def compare_head(request: ReportRequest, head: ReportHead) -> SameHead | HeadDiffers:
    """Return whether a new version keeps the head of its report. An incident left out is the one it had."""
    for field, label in _KEPT:
        if getattr(request, field) != getattr(head, field):
            return HeadDiffers(field, label)
    if request.incident_id not in (None, head.incident_id):
        return HeadDiffers("incident_id", "所属事件")
    return SameHead()


def series_findings(request: CheckRequest) -> Iterable[Finding]:
    """Return what is missing to place a report in its incident's series."""
    if request.incident_id is not None and request.incident_kind is None:
        text = "没有选初报、续报或终报：写明事件的稿件须注明是哪一报"
        yield Finding(FindingCode.SERIES_MISSING, "incident_kind", text)
    follows = request.incident_kind in (IncidentReportKind.FOLLOWUP, IncidentReportKind.FINAL)
    if follows and request.incident_id is None and request.report_id is None:
        yield Finding(FindingCode.SERIES_MISSING, "incident_id", "没有选所续的事件：续报、终报须写明是哪一起事件")


def incident_of(request: ReportRequest, new: IncidentId) -> IncidentId | None:
    """Return the incident of a new report: the one named, or ``new`` for an urgent INITIAL that names none.

    Linking incidents of several units to one real event is the duty of the office that opened the highest one.
    """
    if request.incident_id is not None:
        return request.incident_id
    opens = request.incident_kind is IncidentReportKind.INITIAL and request.urgency is not Urgency.ROUTINE
    return new if opens else None
