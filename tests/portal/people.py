"""Accounts of the invented people, for tests of the portal and for stories that are shown in a browser."""

from collections.abc import Iterable

from deploy.play.cast import FOREVER, appointment_of, person_of, posts
from services.portal.enrolment import StatedAppointment, StatedPerson
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role
from shared.organisation.offices import Office

PASSWORD = "linjiang-2025"


def stated(office: OfficeId, role: Role, seat: int = 1, *more: tuple[OfficeId, Role]) -> StatedPerson:
    """Return the person in a seat of a role at an office; with ``more``, further appointments of the same person."""
    person, name = person_of(office, role, seat)
    posts_held = ((office, role, seat), *((each, held, 1) for each, held in more))
    appointments = tuple(
        StatedAppointment(office=each, role=held, id=appointment_of(each, held, at), valid_from=FOREVER)
        for each, held, at in posts_held
    )
    return StatedPerson(person=person, name=name, username=person, appointments=appointments)


def everybody(offices: Iterable[Office]) -> tuple[StatedPerson, ...]:
    """Return one person per seat at these offices."""
    return tuple(stated(office.id, role, seat) for office, role, seat in posts(offices))
