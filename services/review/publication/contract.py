"""What publication hears and says: its whole interface on the bus."""

from shared.contracts.outcomes import ReportAdopted, ReportForwarded
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.contracts.reports import ReportArrived, ReportReturned
from shared.contracts.vocabulary import Service

SERVICE = Service.PUBLICATION
READS = (AppointmentGranted, AppointmentEnded, ReportReturned, ReportArrived)
SENDS = (ReportAdopted, ReportForwarded)
