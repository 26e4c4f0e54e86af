"""How a service keeps its copy of the appointments: two handlers that every service with people inherits."""

from shared.access.actor import Appointment
from shared.access.appointments import remember_appointment, revoke_appointment
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.store.handlers import Handlers, on
from shared.store.unit import Unit


class AppointmentFollower(Handlers):
    """Handlers that follow ``appointment.*`` events; a service's own handlers derive from this."""

    @on(AppointmentGranted)
    async def on_appointment_granted(self, event: AppointmentGranted, unit: Unit) -> None:
        """Remember an appointment as of its revision."""
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
        """End an appointment."""
        await revoke_appointment(unit.connection, event.appointment_id, event.valid_to, event.revision)
