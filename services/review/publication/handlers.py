"""What publication does with what it hears: note what may be used here."""

from services.review.publication import queries
from services.review.publication.decisions import candidate_of
from shared.access.following import AppointmentFollower
from shared.contracts.reports import ReportArrived
from shared.organisation.organisation import Organisation
from shared.store.handlers import on
from shared.store.unit import Unit


class PublicationHandlers(AppointmentFollower):
    """One statement per message."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    @on(ReportArrived)
    async def on_report_arrived(self, event: ReportArrived, unit: Unit) -> None:
        """What arrived, copies too, may be used by the office it came to."""
        candidate = candidate_of(event, self._organisation.unit_of, unit.mode, unit.traceparent)
        await queries.remember_candidate(unit.connection, candidate)
