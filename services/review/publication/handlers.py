"""What publication does with what it hears: note what may be used here."""

from services.review.publication import queries
from services.review.publication.decisions import candidate_of
from shared.access.following import AppointmentFollower
from shared.contracts.reports import ReportArrived, ReportReturned
from shared.organisation.organisation import Organisation
from shared.store.handlers import on
from shared.store.unit import Unit


class PublicationHandlers(AppointmentFollower):
    """One statement per message."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    @on(ReportReturned)
    async def on_report_returned(self, event: ReportReturned, unit: Unit) -> None:
        """What an office returned may not be used there until it comes again, nor the copies beside it."""
        if self._organisation.site_of(event.office) != unit.site:
            return
        returning = self._organisation.office(event.office)
        desks = (self._organisation.office(desk) for desk in self._organisation.desks_of(returning.unit))
        copies_at = [desk.id for desk in desks if desk.side is returning.side and desk.id != event.office]
        await queries.remember_return(unit.connection, event, copies_at)

    @on(ReportArrived)
    async def on_report_arrived(self, event: ReportArrived, unit: Unit) -> None:
        """What arrived, copies too, may be used by the office it came to."""
        candidate = candidate_of(event, self._organisation.unit_of, unit.mode, unit.traceparent)
        await queries.remember_candidate(unit.connection, candidate)
