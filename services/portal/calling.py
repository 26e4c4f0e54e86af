"""Whom an office calls about an urgent matter, read off the organisation."""

from datetime import date

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Nature, Urgency
from shared.organisation.offices import Office
from shared.organisation.organisation import Organisation


def desks_to_call(people: Organisation, office: OfficeId, day: date) -> tuple[Office, ...]:
    """Return the offices that an office owes its urgent reports on a civil day: both sides of the unit above.

    A direct-reporting point owes them to the higher unit, so it calls there. Each side is called for itself: a call
    answers the side called (docs/decisions/0012).
    """
    return tuple(people.office(each) for each in people.route(office, Urgency.URGENT, Nature.NEUTRAL, day).primary)
