"""``shangda accounts load``: open accounts and state appointments from a file of people."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from pydantic import ValidationError

from deploy.cli.provision import stop
from deploy.play.cast import FOREVER, appointment_of, person_of, posts
from services.portal.accounts import Enrolled, enroll
from services.portal.enrolment import PeopleFileInvalid, StatedAppointment, StatedPerson, accounts_of, load_people
from shared.contracts.vocabulary import Service
from shared.organisation.loader import load
from shared.organisation.offices import Office
from shared.process.settings import SiteSettings, load_settings
from shared.process.site import database_dsn
from shared.store.store import open_store
from shared.timekeeping.clocks import SystemClock

PASSWORD = "SHANGDA_ACCOUNTS_PASSWORD"
accounts = typer.Typer(no_args_is_help=True, help="账号与任职。 Accounts and appointments.")


@accounts.callback()
def group() -> None:
    """Present so that a single command still has to be named."""


@accounts.command("load")
def load_accounts(
    people: Annotated[Path | None, typer.Argument(help="YAML: people with username and appointments")] = None,
    invented_cast: Annotated[
        bool, typer.Option("--invented", help="no file: open the invented cast of the stories, on a site for trying")
    ] = False,
    site_file: Annotated[Path, typer.Option(help="settings file of the site, written by provision")] = Path(
        "site.json"
    ),
) -> None:
    """Open or update accounts at the site whose offices they serve; people of other sites are passed over.

    People without a password of their own get the one in SHANGDA_ACCOUNTS_PASSWORD. The portal's relay sends the
    appointments on. Doing it twice states nothing new.
    """
    if (people is None) != invented_cast:
        stop("name a file of people, or --invented on a site for trying  请给出人员文件；仅试用站点可用 --invented")
    try:
        enrolled = uvloop.run(_load(people, load_settings(site_file)))
    except (OSError, ValidationError, PeopleFileInvalid) as error:
        stop(str(error))
    typer.echo(f"账号 {enrolled.accounts} 个，新任职 {enrolled.stated} 项")


async def _load(file: Path | None, settings: SiteSettings) -> Enrolled:
    organisation, clock = load(settings.organisation_file), SystemClock()
    if file is None:
        here = list(invented(organisation.offices_of(settings.site)))
    else:
        here = [
            person
            for person in load_people(file)
            if {organisation.site_of(each.office) for each in person.appointments} == {settings.site}
        ]
    found = await accounts_of(here, os.environ.get(PASSWORD))
    dsn = database_dsn(settings.database, Service.PORTAL)
    store = await open_store(dsn, settings.site, Service.PORTAL, clock=clock, machine=clock)
    try:
        async with store.unit() as unit:
            return await enroll(unit, found, clock.now())
    finally:
        await store.pool.close()


def invented(offices: Iterable[Office]) -> Iterable[StatedPerson]:
    """Return the cast of the stories: one person per post, called by person id, for looking around and for tests."""
    for office, role, seat in posts(offices):
        person, name = person_of(office.id, role, seat)
        held = StatedAppointment(
            office=office.id, role=role, id=appointment_of(office.id, role, seat), valid_from=FOREVER
        )
        yield StatedPerson(person=person, name=name, username=person, appointments=(held,))
