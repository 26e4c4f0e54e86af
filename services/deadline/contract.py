"""What deadline hears and what it states. A test compares this with the chain's table."""

from shared.contracts.duties import (
    AwarenessRecorded,
    ClockExpired,
    ClockStarted,
    ClockStopped,
    ClockWarned,
    PhoneReportRecorded,
    SignalReceived,
    VerdictFinalised,
    VerdictProposed,
)
from shared.contracts.event import Event
from shared.contracts.outcomes import TicketAssigned, TicketClosed, TicketReplyReceived, TicketReplyRefused
from shared.contracts.people import AppointmentEnded, AppointmentGranted, LinkCameUp, LinkWentDown
from shared.contracts.reports import ReportArrived, SubmissionAcknowledged
from shared.contracts.vocabulary import Service

SERVICE = Service.DEADLINE

READS: tuple[type[Event], ...] = (
    AppointmentGranted,
    AppointmentEnded,
    SignalReceived,
    AwarenessRecorded,
    PhoneReportRecorded,
    ReportArrived,
    SubmissionAcknowledged,
    TicketAssigned,
    TicketReplyReceived,
    TicketReplyRefused,
    TicketClosed,
    VerdictFinalised,
    LinkWentDown,
    LinkCameUp,
)

SENDS: tuple[type[Event], ...] = (
    ClockStarted,
    ClockWarned,
    ClockExpired,
    ClockStopped,
    VerdictProposed,
    VerdictFinalised,
)
