"""Statements on the way of reports."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from pydantic_core import from_json, to_json

from services.intake.way.milestones import Milestone
from services.intake.way.model import MilestoneKind
from shared.contracts.identifiers import OfficeId, ReportId
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements("services.intake")


async def add_milestones(connection: Connection, report_id: ReportId, milestones: Iterable[Milestone]) -> None:
    """Add milestones to a report of ours; repeats and other sites' reports change nothing."""
    found = tuple(milestones)
    await connection.execute(
        SQL["add_milestones"],
        report_id,
        [each.office for each in found],
        [each.kind.value for each in found],
        [each.ref for each in found],
        [each.at for each in found],
        [to_json(dict(each.detail)).decode() for each in found],
    )


async def list_milestones(
    connection: Connection, report_ids: Iterable[UUID]
) -> Mapping[ReportId, tuple[Milestone, ...]]:
    """Return the milestones of several reports; a report without any is absent."""
    ways: dict[ReportId, list[Milestone]] = {}
    for row in await connection.fetch(SQL["list_milestones"], list(report_ids)):
        milestone = Milestone(
            OfficeId(row["office"]), MilestoneKind(row["kind"]), row["ref"], row["at"], from_json(row["detail"])
        )
        ways.setdefault(ReportId(row["report_id"]), []).append(milestone)
    return {report_id: tuple(way) for report_id, way in ways.items()}
