"""Builders of reports and events with sensible values; a test states only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from shared.contracts.identifiers import CaseId, IncidentId, OfficeId, PersonId, ReportId
from shared.contracts.reports import (
    Citation,
    FactSheet,
    ReportHead,
    ReportSigned,
    ReportSubmitted,
    ReportVersion,
    SignedBy,
    content_hash,
)
from shared.contracts.vocabulary import Nature, ReportType, Urgency

MORNING = datetime(2025, 2, 17, 0, 50, tzinfo=UTC)  # 08:50 in Shanghai
SHIQIAO = OfficeId("qingshan-shiqiao")
BODY = "经排查，全镇三座水库溢洪道淤堵，涉及下游农户86户。已组织清淤，请上级支持大型机械2台。"


def version(
    *,
    number: int = 1,
    by: OfficeId = SHIQIAO,
    title: str = "石桥镇三座水库溢洪道淤堵",
    body: str = BODY,
    facts: FactSheet | None = None,
    derived_from: str | None = None,
    written_at: datetime = MORNING,
) -> ReportVersion:
    """Return one wording of a report."""
    sheet = facts or FactSheet(place="石桥镇", kind="水库隐患")
    citations = (Citation(figure="86户", source="镇财政所统计表"), Citation(figure="2台", source="镇水利站申请"))
    return ReportVersion(
        version=number,
        by_office=by,
        title=title,
        body=body,
        facts=sheet,
        citations=citations,
        content_hash=content_hash(title, body, sheet, citations),
        derived_from=derived_from,
        written_at=written_at,
    )


def head(
    report_id: ReportId | None = None,
    *,
    number: str = "SQ-2025-0217-001",
    origin: OfficeId = SHIQIAO,
    nature: Nature = Nature.PROBLEM,
    urgency: Urgency = Urgency.ROUTINE,
    **more: Any,
) -> ReportHead:
    """Return what stays the same on the way of a report."""
    return ReportHead(
        report_id=report_id or ReportId(uuid7()),
        number=number,
        origin_office=origin,
        type=ReportType.PROBLEM if urgency is Urgency.ROUTINE else ReportType.URGENT,
        nature=nature,
        urgency=urgency,
        author_mark="作者-7F3A",
        **more,
    )


def submitted(**more: Any) -> ReportSubmitted:
    """Return a report submitted to its own office's review."""
    stated = head(**more)
    return ReportSubmitted(
        report_id=stated.report_id,
        urgency=stated.urgency,
        head=stated,
        content=version(by=stated.origin_office),
        authors=(PersonId("shiqiao-reporter"),),
        submitted_at=MORNING + timedelta(minutes=10),
    )


def signed(
    report_id: ReportId | None = None,
    *,
    office: OfficeId = SHIQIAO,
    urgency: Urgency = Urgency.ROUTINE,
    incident_id: IncidentId | None = None,
    **more: Any,
) -> ReportSigned:
    """Return a report released by ``office``."""
    stated = head(report_id, urgency=urgency, origin=office, incident_id=incident_id, **more)
    return ReportSigned(
        report_id=stated.report_id,
        urgency=urgency,
        head=stated,
        office=office,
        case_id=CaseId(uuid7()),
        versions=(version(by=office),),
        signed_by=SignedBy(appointment="shiqiao-deputy", person_name="周某某", role="DEPUTY_SIGNER"),
        signed_at=MORNING + timedelta(minutes=75),
    )
