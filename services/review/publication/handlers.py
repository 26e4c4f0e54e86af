"""What publication does with what it hears: note what may be used here."""

from services.review.publication import queries
from services.review.publication.decisions import candidate_of
from shared.access.actor import Appointment
from shared.access.appointments import remember_appointment, revoke_appointment
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.contracts.reports import ReportArrived
from shared.organisation.organisation import Organisation
from shared.store.handlers import Handlers, on
from shared.store.unit import Unit


class PublicationHandlers(Handlers):
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

    @on(ReportArrived)
    async def on_report_arrived(self, event: ReportArrived, unit: Unit) -> None:
        """What arrived, copies too, may be used by the office it came to."""
        candidate = candidate_of(event, self._organisation.unit_of)
        await queries.remember_candidate(unit.connection, candidate, unit.traceparent)
