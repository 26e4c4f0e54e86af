"""What scoring hears and says."""

from shared.contracts.duties import VerdictFinalised
from shared.contracts.event import Event
from shared.contracts.outcomes import InstructionRecorded, ReportAdopted, ReportForwarded, ScoreEntered
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.contracts.vocabulary import Service

SERVICE = Service.SCORING
READS: tuple[type[Event], ...] = (
    AppointmentGranted,
    AppointmentEnded,
    VerdictFinalised,
    ReportAdopted,
    ReportForwarded,
    InstructionRecorded,
)
SENDS: tuple[type[Event], ...] = (ScoreEntered,)
