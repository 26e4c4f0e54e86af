"""What intake does with the events it hears: the way of its reports, and what its units come to know."""

from services.intake.duties.registering import Registrar
from services.intake.reports.decisions import AfterEvent, StateChanged, after_return, after_signature
from services.intake.reports.queries import lock_report, set_state
from services.intake.way import milestones
from services.intake.way.milestones import Milestone
from services.intake.way.queries import add_milestones
from shared.access.following import AppointmentFollower
from shared.contracts.identifiers import ReportId
from shared.contracts.outcomes import InstructionRecorded, ReportAdopted, ReportForwarded
from shared.contracts.reports import ReportArrived, ReportFiled, ReportReturned, ReportSigned, SubmissionAcknowledged
from shared.store.handlers import on
from shared.store.unit import Unit


class IntakeHandlers(AppointmentFollower):
    """Facts about reports of other sites change nothing here; repeats change nothing either."""

    def __init__(self, registrar: Registrar) -> None:
        self._registrar = registrar

    @on(ReportReturned)
    async def on_report_returned(self, event: ReportReturned, unit: Unit) -> None:
        """退回: to the writer here, who may submit again, or between offices above."""
        standing = await lock_report(unit.connection, event.report_id)
        if standing is not None:
            await _apply(unit, event.report_id, after_return(standing, event), milestones.of_return(event))

    @on(ReportFiled)
    async def on_report_filed(self, event: ReportFiled, unit: Unit) -> None:
        """备查 by an office above: the report goes no further from there."""
        await add_milestones(unit.connection, event.report_id, milestones.of_filing(event))

    @on(ReportSigned)
    async def on_report_signed(self, event: ReportSigned, unit: Unit) -> None:
        """签发, by the origin or by another office of this site."""
        standing = await lock_report(unit.connection, event.report_id)
        if standing is not None:
            await _apply(unit, event.report_id, after_signature(standing, event), milestones.of_signature(event))

    @on(SubmissionAcknowledged)
    async def on_submission_acknowledged(self, event: SubmissionAcknowledged, unit: Unit) -> None:
        """接收 or 抄送 by the receiver, and the sender's 签发."""
        await add_milestones(unit.connection, event.report_id, milestones.of_receipt(event))

    @on(ReportAdopted)
    async def on_report_adopted(self, event: ReportAdopted, unit: Unit) -> None:
        """采用."""
        await add_milestones(unit.connection, event.report_id, milestones.of_adoption(event))

    @on(ReportForwarded)
    async def on_report_forwarded(self, event: ReportForwarded, unit: Unit) -> None:
        """转报."""
        await add_milestones(unit.connection, event.report_id, milestones.of_forwarding(event))

    @on(InstructionRecorded)
    async def on_instruction_recorded(self, event: InstructionRecorded, unit: Unit) -> None:
        """批示."""
        await add_milestones(unit.connection, event.report_id, milestones.of_instruction(event))

    @on(ReportArrived)
    async def on_report_arrived(self, event: ReportArrived, unit: Unit) -> None:
        """An urgent report tells the receiving unit of an incident: its own duty upward starts."""
        await self._registrar.learn_from_arrival(unit, event)


async def _apply(unit: Unit, report_id: ReportId, after: AfterEvent, reached: tuple[Milestone, ...]) -> None:
    await add_milestones(unit.connection, report_id, reached)
    if isinstance(after, StateChanged):
        await set_state(unit.connection, report_id, after)
