"""What the portal hears and says. What it hears only tells pages to look again."""

from shared.contracts.event import Event
from shared.contracts.people import AppointmentEnded, AppointmentGranted
from shared.contracts.routes import read_by
from shared.contracts.vocabulary import Service

SERVICE = Service.PORTAL
READS: tuple[type[Event], ...] = tuple(route.event for route in read_by(SERVICE))
SENDS: tuple[type[Event], ...] = (AppointmentGranted, AppointmentEnded)
