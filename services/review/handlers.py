"""What review does with what it hears: open a case, take one back, note where a report was used."""

from services.review import queries
from services.review.cases import CaseState, state_at
from shared.access.actor import Appointment
from shared.access.appointments import remember_appointment, revoke_appointment
from shared.contracts.identifiers import OfficeId
from shared.contracts.outcomes import ReportAdopted
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.contracts.reports import ReportArrived, ReportReturned, ReportSubmitted
from shared.contracts.vocabulary import Urgency
from shared.organisation.organisation import Organisation
from shared.store.handlers import Handlers, on
from shared.store.unit import Unit


class ReviewHandlers(Handlers):
    """One statement per message."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    @on(AppointmentGranted)
    async def on_appointment_granted(self, event: AppointmentGranted, unit: Unit) -> None:
        """Know who may act here, from when until when."""
        appointment = Appointment(
            event.appointment_id,
            event.person,
            event.person_name,
            event.office,
            event.role,
            event.valid_from,
            event.valid_to,
            event.delegated_by,
        )
        await remember_appointment(unit.connection, appointment, event.revision)

    @on(AppointmentEnded)
    async def on_appointment_ended(self, event: AppointmentEnded, unit: Unit) -> None:
        """Know when somebody may act no longer."""
        await revoke_appointment(unit.connection, event.appointment_id, event.valid_to, event.revision)

    @on(ReportSubmitted)
    async def on_report_submitted(self, event: ReportSubmitted, unit: Unit) -> None:
        """A complete version waits for the first step of its office's flow."""
        state = self._first(event.head.origin_office, event.head.urgency)
        await queries.open_own_case(unit.connection, unit.new_id(), event, state, unit.traceparent)

    @on(ReportArrived)
    async def on_report_arrived(self, event: ReportArrived, unit: Unit) -> None:
        """What arrived waits for the first step here; a copy is for reading only."""
        if event.is_copy:
            await queries.keep_copy(unit.connection, unit.new_id(), event, unit.traceparent)
            return
        state = self._first(event.to_office, event.head.urgency)
        await queries.open_received_case(unit.connection, unit.new_id(), event, state, unit.traceparent)

    @on(ReportReturned)
    async def on_report_returned(self, event: ReportReturned, unit: Unit) -> None:
        """What this site signed came back from above; a return to the own writer is done by the act itself."""
        if event.office != event.to_office:
            await queries.take_back(unit.connection, event, self._first(event.to_office, event.urgency))

    @on(ReportAdopted)
    async def on_report_adopted(self, event: ReportAdopted, unit: Unit) -> None:
        """The report was used; its case, if there is one, goes on (F1: adopted first, signed later)."""
        await queries.remember_adoption(unit.connection, event)

    def _first(self, office: OfficeId, urgency: Urgency) -> CaseState:
        return state_at(self._organisation.flow_for(office, urgency).steps[0].stage)
