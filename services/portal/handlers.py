"""What the portal does with what it hears: it tells open pages to look again. The pages then ask the services.

Replicas share the queue, and each has its own open pages: so one that handled an event tells them all, itself
included, when the transaction commits.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from services.portal.contract import READS
from services.portal.live import Topic
from shared.contracts import duties, outcomes, people, reports
from shared.contracts.envelope import Delivery
from shared.contracts.event import Event
from shared.store.handlers import Handle, Handlers, NoHandler
from shared.store.statements import load_statements
from shared.store.unit import Connection, Unit

SQL = load_statements(__package__)
CHANNEL = "portal_pages"
"""Its payload: topics, with blanks between them."""

TOPICS: Mapping[type[Event], tuple[Topic, ...]] = MappingProxyType(
    {
        duties.SignalReceived: (Topic.DUTY,),
        duties.AwarenessRecorded: (Topic.DUTY,),
        duties.PhoneReportRecorded: (Topic.DUTY,),
        duties.ClockStarted: (Topic.DUTY,),
        duties.ClockWarned: (Topic.DUTY,),
        duties.ClockExpired: (Topic.DUTY,),
        duties.ClockStopped: (Topic.DUTY,),
        duties.VerdictProposed: (Topic.DUTY, Topic.VERDICTS),
        duties.VerdictFinalised: (Topic.DUTY, Topic.VERDICTS),
        reports.ReportSubmitted: (Topic.REPORTS,),
        reports.ReportReviewed: (Topic.REPORTS,),
        reports.ReportReturned: (Topic.REPORTS,),
        reports.ReportSigned: (Topic.REPORTS,),
        reports.ReportArrived: (Topic.REPORTS, Topic.DUTY),
        reports.SubmissionAcknowledged: (Topic.REPORTS,),
        outcomes.InstructionRecorded: (Topic.TICKETS, Topic.REPORTS),
        outcomes.TicketAssigned: (Topic.TICKETS, Topic.DUTY),
        outcomes.TicketSignedFor: (Topic.TICKETS,),
        outcomes.TicketReplied: (Topic.TICKETS,),
        outcomes.TicketReplyReceived: (Topic.TICKETS,),
        outcomes.TicketReplyRefused: (Topic.TICKETS,),
        outcomes.TicketClosed: (Topic.TICKETS,),
        people.LinkWentDown: (Topic.LINKS, Topic.DUTY),
        people.LinkCameUp: (Topic.LINKS, Topic.DUTY),
    }
)
"""Which pages an event concerns: the whole difference between the portal's handlers, so it is a table."""


class PortalHandlers(Handlers):
    """Every event is handled alike: its topics are left for the end of the set, which tells each of them once."""

    def table(self) -> Mapping[type[Event], Handle]:
        """Return one handler per event of the contract."""
        return dict.fromkeys(READS, self._tell)

    async def dispatch(self, delivery: Delivery, unit: Unit, table: Mapping[type[Event], Handle]) -> None:
        """Tell pages. Raises NoHandler for an event that is not in the contract."""
        if type(delivery.event) not in table:
            raise NoHandler(f"PortalHandlers has no handler for {delivery.envelope.type}")
        await self._tell(delivery.event, unit)

    async def finish(self, connection: Connection, units: Sequence[Unit]) -> None:
        """Notify every process of the portal at this site, if the transaction commits."""
        topics = sorted({str(topic) for unit in units for topic in unit.left})
        if topics:
            await connection.execute(SQL["tell_pages"], CHANNEL, " ".join(topics))

    async def _tell(self, event: Event, unit: Unit) -> None:
        unit.left.extend(TOPICS[type(event)])
