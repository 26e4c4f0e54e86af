"""The chain as one table: each event once, its only sender, its readers, its lane, and whether it leaves the site.

Routing keys, queues, bindings, broker permissions, docs/chain.md and the AsyncAPI document are made from it.
A crossing event is also heard by forwarding, which carries it to the sites of its addressees and restates it
there, byte for byte, to the same readers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from shared.contracts import duties, outcomes, people, reports
from shared.contracts.event import Event, LaneOf, always_routine, always_urgent, by_urgency
from shared.contracts.vocabulary import Lane, Service

_EVERYONE_WITH_PEOPLE = (
    Service.INTAKE,
    Service.REVIEW,
    Service.PUBLICATION,
    Service.DEADLINE,
    Service.SCORING,
    Service.FORWARDING,
    Service.SUPERVISION,
)


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table.

    ``readers`` hear every such event; ``urgent_readers`` besides them those in the urgent lane only: clocks and
    duty desks care for nothing else, and a routine report then costs no message to them.
    """

    event: type[Event]
    sender: Service
    readers: tuple[Service, ...]
    lane: LaneOf
    crosses: bool = False
    urgent_readers: tuple[Service, ...] = ()

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Lanes the event may travel in."""
        if self.lane is always_urgent:
            return (Lane.URGENT,)
        if self.lane is always_routine:
            return (Lane.ROUTINE,)
        return (Lane.URGENT, Lane.ROUTINE)

    def readers_in(self, lane: Lane) -> tuple[Service, ...]:
        """Services that apply the event when it travels in ``lane``."""
        return (*self.readers, *self.urgent_readers) if lane is Lane.URGENT else self.readers

    def heard_in(self, lane: Lane) -> tuple[Service, ...]:
        """Who gets it on its sender's site: its readers, and forwarding where it may have to be carried away.

        What forwarding itself states it carries away in the same transaction, so it does not hear it.
        """
        readers = self.readers_in(lane)
        if self.crosses and Service.FORWARDING not in (*readers, self.sender):
            return (*readers, Service.FORWARDING)
        return readers


_I, _R, _P, _D = Service.INTAKE, Service.REVIEW, Service.PUBLICATION, Service.DEADLINE
_S, _F, _V, _W = Service.SCORING, Service.FORWARDING, Service.SUPERVISION, Service.PORTAL

ROUTES: tuple[Route, ...] = (
    Route(people.AppointmentGranted, _W, _EVERYONE_WITH_PEOPLE, always_urgent),
    Route(people.AppointmentEnded, _W, _EVERYONE_WITH_PEOPLE, always_urgent),
    Route(duties.SignalReceived, _I, (_D, _W), always_urgent),
    Route(duties.AwarenessRecorded, _I, (_D, _W), always_urgent, crosses=True),
    Route(duties.PhoneReportRecorded, _I, (_D, _W), always_urgent, crosses=True),
    Route(reports.ReportSubmitted, _I, (_R,), by_urgency, urgent_readers=(_W,)),
    Route(reports.ReportReviewed, _R, (), by_urgency, urgent_readers=(_W,)),
    Route(reports.ReportReturned, _R, (_I, _R, _P, _W), by_urgency, crosses=True),
    Route(reports.ReportFiled, _R, (_I,), by_urgency, crosses=True),
    Route(reports.ReportSigned, _R, (_F, _I), by_urgency, urgent_readers=(_W,)),
    Route(reports.SubmissionSent, _F, (), by_urgency, crosses=True),
    Route(reports.ReportArrived, _F, (_R, _P), by_urgency, urgent_readers=(_D, _I, _W)),
    Route(reports.SubmissionAcknowledged, _F, (_I,), by_urgency, crosses=True, urgent_readers=(_D, _W)),
    Route(duties.ClockStarted, _D, (_W,), always_urgent),
    Route(duties.ClockWarned, _D, (_W,), always_urgent),
    Route(duties.ClockExpired, _D, (_W,), always_urgent),
    Route(duties.ClockStopped, _D, (_W,), always_urgent),
    Route(duties.VerdictProposed, _D, (_W,), always_urgent, crosses=True),
    Route(duties.VerdictFinalised, _D, (_D, _S, _W), always_urgent, crosses=True),
    Route(outcomes.ReportAdopted, _P, (_R, _S, _V, _I), always_routine, crosses=True),
    Route(outcomes.ReportForwarded, _P, (_S, _I), always_routine, crosses=True),
    Route(outcomes.InstructionRecorded, _V, (_S, _I, _W), always_routine, crosses=True),
    Route(outcomes.TicketAssigned, _V, (_V, _D, _W), by_urgency, crosses=True),
    Route(outcomes.TicketSignedFor, _V, (_V, _W), by_urgency, crosses=True),
    Route(outcomes.TicketReplied, _V, (_V, _W), by_urgency, crosses=True),
    Route(outcomes.TicketReplyReceived, _V, (_V, _D, _W), by_urgency, crosses=True),
    Route(outcomes.TicketReplyRefused, _V, (_V, _D, _W), by_urgency, crosses=True),
    Route(outcomes.TicketClosed, _V, (_V, _D, _W), by_urgency, crosses=True),
    Route(outcomes.ScoreEntered, _S, (), always_routine),
    Route(people.LinkWentDown, _F, (_D, _W), always_urgent),
    Route(people.LinkCameUp, _F, (_D, _W), always_urgent),
)


@cache
def routes_by_name() -> Mapping[str, Route]:
    """Return the table keyed by wire name."""
    return MappingProxyType({route.event.name: route for route in ROUTES})


def route_of(event: type[Event] | str) -> Route:
    """Return the line of an event class or wire name. Raises KeyError when the table has no such line."""
    return routes_by_name()[event if isinstance(event, str) else event.name]


def read_by(service: Service) -> tuple[Route, ...]:
    """Return the lines that ``service`` applies, in table order. What forwarding only carries is not among them."""
    return tuple(route for route in ROUTES if service in route.readers_in(Lane.URGENT))


def sent(service: Service) -> tuple[Route, ...]:
    """Return the lines that ``service`` sends by itself; what forwarding restates is not among them."""
    return tuple(route for route in ROUTES if route.sender is service)


def crossing() -> tuple[Route, ...]:
    """Return the lines whose events may leave their site."""
    return tuple(route for route in ROUTES if route.crosses)
