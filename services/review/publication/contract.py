"""What publication hears and says: its whole interface on the bus."""

from shared.contracts.outcomes import ReportAdopted, ReportForwarded
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.contracts.reports import ReportArrived
from shared.contracts.vocabulary import Service

SERVICE = Service.PUBLICATION
READS = (AppointmentGranted, AppointmentEnded, ReportArrived)
SENDS = (ReportAdopted, ReportForwarded)
