"""``shangda accounts``: open accounts from a file of people, dismiss people, give one-time passwords."""

import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from pydantic import ValidationError

from deploy.cli.provision import stop
from deploy.play.cast import FOREVER, appointment_of, person_of, posts
from services.portal.accounts import Enrolled, NotListed, enroll, not_listed
from services.portal.dismissing import Dismissed, NotDismissed, dismiss, end_appointment
from services.portal.enrolment import PeopleFileInvalid, StatedAppointment, StatedPerson, accounts_of, load_people
from services.portal.passwords import reset_password
from shared.contracts.identifiers import AppointmentId, PersonId
from shared.contracts.vocabulary import Service
from shared.organisation.loader import load
from shared.organisation.offices import Office
from shared.process.settings import SiteSettings, load_settings
from shared.process.site import database_dsn
from shared.store.store import Store, open_store
from shared.timekeeping.civil import SHANGHAI
from shared.timekeeping.clocks import SystemClock

PASSWORD = "SHANGDA_ACCOUNTS_PASSWORD"
accounts = typer.Typer(no_args_is_help=True, help="账号与任职。 Accounts and appointments.")
_SiteFile = Annotated[Path, typer.Option(help="settings file of the site, written by provision")]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, and what stands at the site that the file does not list; None without a file."""

    enrolled: Enrolled
    missing: NotListed | None


@accounts.command("load")
def load_accounts(
    people: Annotated[Path | None, typer.Argument(help="YAML: people with username and appointments")] = None,
    invented_cast: Annotated[
        bool, typer.Option("--invented", help="no file: open the invented cast of the stories, on a site for trying")
    ] = False,
    site_file: _SiteFile = Path("site.json"),
) -> None:
    """Open or update accounts at the site whose offices they serve; people of other sites are passed over.

    People without a password of their own get the one in SHANGDA_ACCOUNTS_PASSWORD; either is a first password,
    which they must change when they first sign in. Whoever has an account keeps their password. The invented cast
    is a demonstration: it keeps the common password and need not change it. The portal's relay sends the
    appointments on. Doing it twice states nothing new. It ends nothing: what is no longer in the file is named.
    """
    if (people is None) != invented_cast:
        stop("name a file of people, or --invented on a site for trying  请给出人员文件；仅试用站点可用 --invented")
    try:
        loaded = uvloop.run(_load(people, load_settings(site_file)))
    except (OSError, ValidationError, PeopleFileInvalid) as error:
        stop(str(error))
    typer.echo(f"账号 {loaded.enrolled.accounts} 个，新任职 {loaded.enrolled.stated} 项")
    for line in _remarks(loaded):
        typer.echo(line)


@accounts.command("end")
def end(
    reason: Annotated[str, typer.Option(help="why, with the decision's number; kept at this site")],
    person: Annotated[
        str | None, typer.Argument(help="ends all appointments, closes the account, ends sessions")
    ] = None,
    appointment: Annotated[str | None, typer.Option(help="instead of a person: ends this appointment alone")] = None,
    at: Annotated[datetime | None, typer.Option(help="from then on, Beijing time; now without it")] = None,
    site_file: _SiteFile = Path("site.json"),
) -> None:
    """Dismiss a person, or end one appointment (免职). Acts from that instant on are refused everywhere at the site.

    Remove it from the file of people as well. A later load does not undo it: whoever is appointed again gets a term
    (valid_from) that begins later than this end.
    """
    if (person is None) == (appointment is None):
        stop("name PERSON or --appointment, one of them  请给出 PERSON 或 --appointment 其中一项")
    if not reason.strip():
        stop("--reason 为空：请写明免职依据。 --reason is empty: say why.")
    instant = None if at is None else at.replace(tzinfo=SHANGHAI).astimezone(UTC)
    try:
        ended = uvloop.run(_end(_settings(site_file), person, appointment, instant, reason.strip()))
    except NotDismissed as error:
        stop(str(error))
    for line in _told(ended):
        typer.echo(line)


@accounts.command("password")
def password(
    person: Annotated[str, typer.Argument(help="whose password is reset, as the file of people calls them")],
    site_file: _SiteFile = Path("site.json"),
) -> None:
    """Give a person a one-time password, shown once; sessions end. It must be changed at the next sign-in."""
    given = uvloop.run(_reset(_settings(site_file), PersonId(person)))
    if given is None:
        stop(
            f"PERSON {person}：本站点没有此人的账号，或账号已停用。请填写人员文件中的 person，不是登录名。 "
            f"No open account of {person} at this site: give the person of the file, not the login name."
        )
    name, one_time = given
    typer.echo(f"{person} {name}  一次性密码 one-time password: {one_time}")
    typer.echo("请当面或电话告知本人；登录后须先修改。 Tell them in person; it must be changed at the next sign-in.")


async def _load(file: Path | None, settings: SiteSettings) -> Loaded:
    organisation = load(settings.organisation_file)
    if file is None:
        here = list(invented(organisation.offices_of(settings.site)))
    else:
        here = [
            person
            for person in load_people(file)
            if {organisation.site_of(each.office) for each in person.appointments} == {settings.site}
        ]
    found = await accounts_of(here, os.environ.get(PASSWORD), lasting=file is None)
    async with _portal_store(settings) as store, store.unit() as unit:
        enrolled = await enroll(unit, found, store.machine.now())
        return Loaded(enrolled, None if file is None else await not_listed(unit, found))


async def _end(
    settings: SiteSettings, person: str | None, appointment: str | None, at: datetime | None, reason: str
) -> Dismissed:
    async with _portal_store(settings) as store, store.unit() as unit:
        instant, now = at or unit.now, store.machine.now()
        if person is not None:
            return await dismiss(unit, PersonId(person), instant, reason, now)
        return await end_appointment(unit, AppointmentId(appointment or ""), instant, reason, now)


async def _reset(settings: SiteSettings, person: PersonId) -> tuple[str, str] | None:
    """Return the person's name and the one-time password; None when there is no open account."""
    async with _portal_store(settings) as store:
        given = await reset_password(store, person, store.machine.now())
    return None if given is None else (given[0].name, given[1])


@asynccontextmanager
async def _portal_store(settings: SiteSettings) -> AsyncIterator[Store]:
    clock = SystemClock()
    dsn = database_dsn(settings.database, Service.PORTAL)
    store = await open_store(dsn, settings.site, Service.PORTAL, clock=clock, machine=clock)
    try:
        yield store
    finally:
        await store.pool.close()


def _settings(file: Path) -> SiteSettings:
    try:
        return load_settings(file)
    except (OSError, ValidationError) as error:
        stop(f"不能读站点设置 {file}：{error}")


def _remarks(loaded: Loaded) -> Iterator[str]:
    """Say what a load left alone, and what to do about it."""
    if loaded.missing is None:
        yield "虚构人员，仅供试用：共用一个密码，不要求修改。 Invented people, for trying only: one lasting password."
        return
    for each in loaded.enrolled.left_ended:
        yield (
            f"任职 {each} 已免，未恢复：重新任职的，请写明晚于免职时刻的 valid_from；否则请从文件中删去。 "
            f"{each} was ended and stays so: to appoint again give a later valid_from; else remove it."
        )
    for person, name in loaded.missing.people.items():
        yield (
            f"{person} {name} 不在文件中，账号仍可登录：不再任职的，请用 shangda accounts end {person} --reason …；"
            f"仍任职的，请补入文件。 Not in the file, may still log in: end it, or put it into the file."
        )
    for appointment in loaded.missing.appointments:
        yield (
            f"任职 {appointment.id}（{appointment.person_name}）不在文件中，仍有效：不再担任的，请用 shangda accounts "
            f"end --appointment {appointment.id} --reason …；仍担任的，请补入文件。 "
            "Not in the file, still in force: end it, or put it in."
        )


def _told(ended: Dismissed) -> Iterator[str]:
    """Say what a dismissal did."""
    for each in ended.appointments:
        yield f"任职 {each.id} 已免，{_beijing(each.valid_to)} 起不再有效 ended"
    who = f"{ended.account.person} {ended.account.name}"
    if ended.closed_at is None:
        yield f"{who} 的账号和其他任职不变 the account stays"
    else:
        yield f"{who} 的账号 {_beijing(ended.closed_at)} 起停用，登录随之结束 the account is closed from then on"
    yield "请同时从人员文件中删去。 Remove it from the file of people as well."


def _beijing(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def invented(offices: Iterable[Office]) -> Iterable[StatedPerson]:
    """Return the cast of the stories: one person per post, called by person id, for looking around and for tests."""
    for office, role, seat in posts(offices):
        person, name = person_of(office.id, role, seat)
        held = StatedAppointment(
            office=office.id, role=role, id=appointment_of(office.id, role, seat), valid_from=FOREVER
        )
        yield StatedPerson(person=person, name=name, username=person, appointments=(held,))
