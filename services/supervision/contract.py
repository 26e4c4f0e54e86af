"""What supervision hears and says."""

from shared.contracts.event import Event
from shared.contracts.outcomes import (
    InstructionRecorded,
    ReportAdopted,
    TicketAssigned,
    TicketClosed,
    TicketReplied,
    TicketReplyReceived,
    TicketReplyRefused,
    TicketSignedFor,
)
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.contracts.vocabulary import Service

SERVICE = Service.SUPERVISION
READS: tuple[type[Event], ...] = (
    AppointmentGranted,
    AppointmentEnded,
    ReportAdopted,
    TicketAssigned,
    TicketSignedFor,
    TicketReplied,
    TicketReplyReceived,
    TicketReplyRefused,
    TicketClosed,
)
SENDS: tuple[type[Event], ...] = (
    InstructionRecorded,
    TicketAssigned,
    TicketSignedFor,
    TicketReplied,
    TicketReplyReceived,
    TicketReplyRefused,
    TicketClosed,
)
