"""People of the offices, arrivals from below, and an HTTP client whose tokens are appointments' names."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Protocol, cast

import httpx
from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from uuid_utils.compat import uuid7

from shared.access.actor import Actor
from shared.access.http import install_problem_handlers
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId, SubmissionId
from shared.contracts.people import AppointmentGranted
from shared.contracts.reports import CustodyHop, ReportArrived, ReportHead, ReportVersion
from shared.contracts.vocabulary import Role, Side
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext
from shared.store.store import Store
from shared.store.unit import Unit
from tests.building import MORNING, SHIQIAO, head, version

COUNTY = OfficeId("qingshan-gov-info")
COUNTY_DUTY = OfficeId("qingshan-gov-duty")
CITY = OfficeId("linjiang-gov-info")
RECEIVED = datetime(2025, 2, 17, 2, 6, tzinfo=UTC)  # 10:06 in Shanghai


def person(name: str, role: Role, office: OfficeId, site: str = "qingshan") -> Actor:
    """Return a person in one appointment; the appointment is called like the person."""
    return Actor(PersonId(name), name, AppointmentId(f"{name}@{office}"), office, str(office), role, SiteId(site))


WRITER = person("shiqiao-reporter", Role.REPORTER, SHIQIAO)
CHECKER = person("shiqiao-checker", Role.INFO_SECTION, SHIQIAO)
SIGNER = person("shiqiao-deputy", Role.DEPUTY_SIGNER, SHIQIAO)
COUNTY_CHECKER = person("county-checker", Role.INFO_SECTION, COUNTY)
COUNTY_COLLEAGUE = person("county-colleague", Role.INFO_SECTION, COUNTY)
COUNTY_SIGNER = person("county-deputy", Role.DEPUTY_SIGNER, COUNTY)
COUNTY_PRINCIPAL = person("county-principal", Role.PRINCIPAL, COUNTY)
COUNTY_EDITOR = person("county-editor", Role.EDITOR, COUNTY)
DUTY_OFFICER = person("duty-officer", Role.DUTY_OFFICER, COUNTY_DUTY)
DUTY_LEAD = person("duty-lead", Role.DUTY_LEAD, COUNTY_DUTY)
CITY_EDITOR = person("city-editor", Role.EDITOR, CITY, "linjiang")


class AppointmentHandlers(Protocol):
    """What every service's handlers do with a granted appointment."""

    async def on_appointment_granted(self, event: AppointmentGranted, unit: Unit) -> None:
        """Remember it."""
        ...


async def appoint(store: Store, handlers: AppointmentHandlers, *people: Actor) -> None:
    """Make appointments known to a service."""
    async with store.unit() as unit:
        for each in people:
            granted = AppointmentGranted(
                appointment_id=each.appointment,
                revision=1,
                person=each.person,
                person_name=each.name,
                office=each.office,
                role=each.role,
                valid_from=datetime(2025, 1, 1, tzinfo=UTC),
                delegated_by=each.delegated_by,
            )
            await handlers.on_appointment_granted(granted, unit)


def hop(office: OfficeId, wording: ReportVersion, site: str = "qingshan") -> CustodyHop:
    """Return an act in the chain of custody."""
    return CustodyHop(
        office=office,
        site=SiteId(site),
        action="SIGN",
        appointment="someone",
        at=MORNING,
        version_hash=wording.content_hash,
        head_hash="0" * 64,
        previous="",
        key_id="key",
        algorithm="Ed25519",
        signature="signature",
    )


def arrived(
    stated: ReportHead | None = None,
    *,
    versions: Sequence[ReportVersion] = (),
    way: Sequence[OfficeId] = (SHIQIAO,),
    to: OfficeId = COUNTY,
    is_copy: bool = False,
    received_at: datetime = RECEIVED,
    **more: Any,
) -> ReportArrived:
    """Return a report that came to an office from the last office of ``way``."""
    of = stated or head(origin=way[0], **more)
    wordings = tuple(versions) or (version(by=of.origin_office),)
    return ReportArrived(
        submission_id=SubmissionId(uuid7()),
        report_id=of.report_id,
        urgency=of.urgency,
        head=of,
        from_office=way[-1],
        to_office=to,
        side=Side.GOVERNMENT,
        is_copy=is_copy,
        versions=wordings,
        custody=tuple(hop(office, wordings[-1]) for office in way),
        signed_at=MORNING,
        queued_at=MORNING,
        received_at=received_at,
    )


class _Verifier:
    """Takes an appointment's name for a token."""

    def __init__(self, people: Sequence[Actor]) -> None:
        self._people = {str(each.appointment): each for each in people}

    def verify(self, token: str, now: datetime) -> Actor:
        """Return who the token names."""
        return self._people[token]


def context(store: Store, organisation: Organisation, people: Sequence[Actor]) -> ServiceContext:
    """Return what a service's build gets."""
    verifier = cast(Any, _Verifier(people))
    settings = cast(Any, SimpleNamespace())
    return ServiceContext(
        site=store.site,
        organisation=organisation,
        clock=store.clock,
        machine=store.machine,
        store=store,
        verifier=verifier,
        settings=settings,
        registry=CollectorRegistry(),
    )


@asynccontextmanager
async def client(router: APIRouter | None) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of a service's routes."""
    assert router is not None
    app = FastAPI()
    install_problem_handlers(app)
    app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as opened:
        yield opened


def by(actor: Actor) -> dict[str, str]:
    """Return the headers of a request by this person."""
    return {"authorization": f"Bearer {actor.appointment}"}
