"""What review does with what it hears: open a case, take one back, note where a report was used."""

from services.review import queries
from shared.access.following import AppointmentFollower
from shared.contracts.outcomes import ReportAdopted
from shared.contracts.reports import ReportArrived, ReportReturned, ReportSubmitted
from shared.organisation.organisation import Organisation
from shared.store.handlers import on
from shared.store.unit import Unit


class ReviewHandlers(AppointmentFollower):
    """One statement per message."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    @on(ReportSubmitted)
    async def on_report_submitted(self, event: ReportSubmitted, unit: Unit) -> None:
        """A complete version waits for the first step of its office's flow."""
        flow = self._organisation.flow_for(event.head.origin_office, event.head.urgency)
        await queries.open_own_case(unit, event, flow)

    @on(ReportArrived)
    async def on_report_arrived(self, event: ReportArrived, unit: Unit) -> None:
        """What arrived waits for the first step here; a copy is for reading only."""
        if event.is_copy:
            await queries.keep_copy(unit, event)
            return
        flow = self._organisation.flow_for(event.to_office, event.head.urgency)
        await queries.open_received_case(unit, event, flow)

    @on(ReportReturned)
    async def on_report_returned(self, event: ReportReturned, unit: Unit) -> None:
        """What this site signed came back from above; a return to the own writer is done by the act itself."""
        if event.office != event.to_office:
            flow = self._organisation.flow_for(event.to_office, event.urgency)
            await queries.take_back(unit.connection, event, flow)

    @on(ReportAdopted)
    async def on_report_adopted(self, event: ReportAdopted, unit: Unit) -> None:
        """The report was used; its case, if there is one, goes on (F1: adopted first, signed later)."""
        await queries.remember_adoption(unit.connection, event)
