"""What review hears and says: its whole interface on the bus."""

from shared.contracts.outcomes import ReportAdopted
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.contracts.reports import (
    ReportArrived,
    ReportFiled,
    ReportReturned,
    ReportReviewed,
    ReportSigned,
    ReportSubmitted,
)
from shared.contracts.vocabulary import Service

SERVICE = Service.REVIEW
READS = (AppointmentGranted, AppointmentEnded, ReportSubmitted, ReportReturned, ReportArrived, ReportAdopted)
SENDS = (ReportReviewed, ReportReturned, ReportFiled, ReportSigned)
