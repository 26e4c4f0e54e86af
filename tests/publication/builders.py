"""Builders of what publication states."""

from datetime import UTC, datetime
from decimal import Decimal

from uuid_utils.compat import uuid7

from shared.contracts.identifiers import AdoptionId, OfficeId
from shared.contracts.outcomes import Contributor, ReportAdopted
from shared.contracts.reports import ReportArrived, ReportHead, ReportReturned
from shared.contracts.vocabulary import CarrierKind, Level, ReturnReason, Side, Stage


def returned(event: ReportArrived, at: datetime) -> ReportReturned:
    """Return that the office which received a report sent it back."""
    return ReportReturned(
        report_id=event.report_id,
        urgency=event.urgency,
        number=event.head.number,
        title=event.versions[-1].title,
        office=event.to_office,
        to_office=event.from_office,
        stage=Stage.SECTION_REVIEW,
        reason=ReturnReason.FACTS_UNCLEAR,
        text="请写明下游户数。",
        version=event.versions[-1].version,
        returned_at=at,
        concerns=(event.from_office,),
    )


def adopted(stated: ReportHead, office: OfficeId) -> ReportAdopted:
    """Return the county's adoption of a report."""
    return ReportAdopted(
        adoption_id=AdoptionId(uuid7()),
        report_id=stated.report_id,
        number=stated.number,
        title="石桥镇三座水库溢洪道淤堵",
        nature=stated.nature,
        urgency=stated.urgency,
        origin_office=stated.origin_office,
        units=(stated.origin_office,),
        office=office,
        level=Level.COUNTY,
        side=Side.GOVERNMENT,
        publication="青山要情快报",
        carrier=CarrierKind.BRIEF,
        issue_number="2025年第1期",
        contributors=(
            Contributor(
                unit=stated.origin_office,
                report_id=stated.report_id,
                number=stated.number,
                nature=stated.nature,
                share=Decimal(1),
            ),
        ),
        adopted_at=datetime(2025, 2, 17, 7, 30, tzinfo=UTC),
    )
