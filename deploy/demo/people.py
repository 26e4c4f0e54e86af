"""Everybody in the demo gets an account: one person per post of the cast, all with one demo password."""

from dataclasses import dataclass

from deploy.city import City
from deploy.play.cast import FOREVER, appointment_of, person_of, posts
from services.portal.accounts import enroll
from services.portal.enrolment import StatedAppointment, StatedPerson, accounts_of
from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import Role, Service
from shared.organisation.offices import Office
from shared.timekeeping.clocks import SystemClock

PASSWORD = "shangda-demo"
SHOWN = (
    ("qingshan-shiqiao", Role.REPORTER, "写稿，看稿件去向"),
    ("qingshan-gov-info", Role.INFO_SECTION, "审核乡镇来稿"),
    ("qingshan-gov-info", Role.DEPUTY_SIGNER, "签发上报"),
    ("pinghu-gov-info", Role.INFO_SECTION, "审核乡镇来稿"),
    ("pinghu-gov-duty", Role.DUTY_OFFICER, "值班台、线索"),
    ("linjiang-gov-duty", Role.DUTY_HEAD, "时限、认定"),
    ("linjiang-gov-info", Role.EDITOR, "编发"),
    ("linjiang-gov-info", Role.SCORER, "积分与排名"),
    ("linjiang-gov-info", Role.SUPERVISION, "批示、督办件"),
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to try the portal with. ``site``: its name; ``url``: the portal there."""

    site: str
    url: str
    username: str
    office: str
    name: str
    good_for: str


async def enrol(city: City, site: SiteId) -> int:
    """Open the accounts of everybody at a site and state their appointments; return how many there are."""
    people = [_stated(office, role, seat) for office, role, seat in posts(city.organisation.offices_of(site))]
    # A city to look around in: nobody has to choose a password of their own there.
    accounts = await accounts_of(people, PASSWORD, lasting=True)
    async with city.running[site].hosted[Service.PORTAL].store.unit() as unit:
        enrolled = await enroll(unit, accounts, SystemClock().now())
    return enrolled.accounts


def demo_accounts(city: City) -> list[DemoAccount]:
    """Return accounts worth trying, one per kind of work, site by site."""
    found = []
    for office_id, role, good_for in SHOWN:
        office = city.organisation.office(OfficeId(office_id))
        _, name = person_of(office.id, role)
        site, url = city.organisation.site(office.site).name, city.settings[office.site].portal_url
        found.append(DemoAccount(site, url, _username(office, role, 1), office.called, name, good_for))
    return found


def _stated(office: Office, role: Role, seat: int) -> StatedPerson:
    person, name = person_of(office.id, role, seat)
    post = StatedAppointment(office=office.id, role=role, id=appointment_of(office.id, role, seat), valid_from=FOREVER)
    return StatedPerson(person=person, name=name, username=_username(office, role, seat), appointments=(post,))


def _username(office: Office, role: Role, seat: int) -> str:
    person, _ = person_of(office.id, role, seat)
    return str(person)
