"""The whole interface of intake: what it reads and what it sends. A test compares it with the chain's table."""

from shared.contracts.duties import AwarenessRecorded, PhoneReportRecorded, SignalReceived
from shared.contracts.event import Event
from shared.contracts.outcomes import InstructionRecorded, ReportAdopted, ReportForwarded
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.contracts.reports import (
    ReportArrived,
    ReportFiled,
    ReportReturned,
    ReportSigned,
    ReportSubmitted,
    SubmissionAcknowledged,
)
from shared.contracts.vocabulary import Service

SERVICE = Service.INTAKE

READS: tuple[type[Event], ...] = (
    AppointmentGranted,
    AppointmentEnded,
    ReportReturned,
    ReportFiled,
    ReportSigned,
    ReportArrived,
    SubmissionAcknowledged,
    ReportAdopted,
    ReportForwarded,
    InstructionRecorded,
)

SENDS: tuple[type[Event], ...] = (
    SignalReceived,
    AwarenessRecorded,
    PhoneReportRecorded,
    ReportSubmitted,
)
