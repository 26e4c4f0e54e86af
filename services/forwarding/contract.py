"""What forwarding hears and states. Besides, it carries every crossing event (see the table)."""

from shared.contracts.event import Event
from shared.contracts.people import AppointmentEnded, AppointmentGranted, LinkCameUp, LinkWentDown
from shared.contracts.reports import ReportArrived, ReportSigned, SubmissionAcknowledged, SubmissionSent
from shared.contracts.vocabulary import Service

SERVICE = Service.FORWARDING
READS: tuple[type[Event], ...] = (AppointmentGranted, AppointmentEnded, ReportSigned)
SENDS: tuple[type[Event], ...] = (SubmissionSent, ReportArrived, SubmissionAcknowledged, LinkWentDown, LinkCameUp)
