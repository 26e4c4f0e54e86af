"""Reports and checks as they are answered: from rows and findings to the models of the API."""

from collections.abc import Iterable, Mapping
from datetime import date

from services.intake.reports.model import (
    STATE_ZH,
    CheckAnswer,
    CheckRequest,
    ElementLine,
    FigureLine,
    MarkLine,
    OfficeName,
    ReportLine,
    ReportState,
    ReportView,
    Told,
    VersionLine,
)
from services.intake.reports.stored import ReportRow, StoredReport
from services.intake.way.milestones import Milestone
from services.intake.way.model import MilestoneKind
from services.intake.way.view import office_name, show_returns, show_way
from services.intake.writing.check import Checked, Finding
from shared.contracts.identifiers import OfficeId, ReportId
from shared.organisation.organisation import Organisation


def show_check(
    request: CheckRequest, checked: Checked, office: OfficeId, day: date, organisation: Organisation
) -> CheckAnswer:
    """Return what the checks found; ``day`` is the civil day for which direct-reporting points must be valid."""
    route = organisation.route(office, request.urgency, request.nature, day)
    return CheckAnswer(
        complete=checked.complete,
        elements=tuple(
            ElementLine(key=each.key, label=each.label, sign=each.sign, state=each.state, required=each.required)
            for each in checked.elements
        ),
        figures=tuple(
            FigureLine(
                figure=each.figure.text,
                sourced=each.citation is not None,
                source=each.citation.source if each.citation else None,
            )
            for each in checked.figures
        ),
        problems=_told(checked.problems),
        warnings=_told(checked.warnings),
        unverified=checked.unverified,
        marks=tuple(MarkLine(field=mark.field, mark=mark.text) for mark in checked.marks),
        primary=tuple(OfficeName(id=each, name=office_name(each, organisation)) for each in route.primary),
        copies=tuple(OfficeName(id=each, name=office_name(each, organisation)) for each in route.copies),
    )


def _told(findings: Iterable[Finding]) -> tuple[Told, ...]:
    return tuple(Told(code=each.code, field=each.field, text=each.text) for each in findings)


def show_lines(
    rows: Iterable[ReportRow], ways: Mapping[ReportId, tuple[Milestone, ...]], organisation: Organisation
) -> tuple[ReportLine, ...]:
    """Return listed reports, each with its way."""
    return tuple(
        ReportLine(
            report_id=row.report_id,
            number=row.number,
            title=row.title,
            type=row.type,
            nature=row.nature,
            urgency=row.urgency,
            form=row.form,
            state=row.state,
            state_zh=STATE_ZH[row.state],
            state_since=row.state_since,
            version=row.last_version,
            incident_id=row.incident_id,
            mode=row.mode,
            submitted_at=row.submitted_at,
            way=show_way((_submitted(row), *ways.get(row.report_id, ())), organisation),
        )
        for row in rows
    )


def _submitted(row: ReportRow) -> Milestone:
    return Milestone(row.office, MilestoneKind.SUBMITTED, "1", row.submitted_at)


def show_report(
    report: StoredReport,
    versions: tuple[VersionLine, ...],
    milestones: tuple[Milestone, ...],
    organisation: Organisation,
) -> ReportView:
    """Return one report whole."""
    head = report.head
    office = head.origin_office
    submissions = (
        Milestone(office, MilestoneKind.SUBMITTED, str(each.version), each.submitted_at) for each in versions
    )
    return ReportView(
        report_id=head.report_id,
        number=head.number,
        title=report.title,
        type=head.type,
        nature=head.nature,
        urgency=head.urgency,
        form=head.form,
        state=report.state,
        state_zh=STATE_ZH[report.state],
        state_since=report.state_since,
        version=report.last_version,
        incident_id=head.incident_id,
        mode=report.mode,
        submitted_at=report.submitted_at,
        way=show_way((*submissions, *milestones), organisation),
        authors=report.authors,
        incident_kind=head.incident_kind,
        expected_at=head.expected_at,
        commission_task=head.commission_task,
        may_resubmit=report.state is ReportState.RETURNED,
        versions=versions,
        returns=show_returns(milestones, organisation),
    )
