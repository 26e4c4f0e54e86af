"""Supervision at one site, on a real database, with its HTTP door."""

from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID, uuid5

import httpx
from fastapi import FastAPI

from services.supervision.api import router
from services.supervision.handlers import SupervisionHandlers
from shared.access.actor import Actor
from shared.access.http import install_problem_handlers
from shared.contracts.event import Event
from shared.contracts.identifiers import AdoptionId, AppointmentId, OfficeId, PersonId, ReportId, SiteId
from shared.contracts.outcomes import Contributor, ReportAdopted
from shared.contracts.people import AppointmentGranted
from shared.contracts.routes import route_of
from shared.contracts.vocabulary import CarrierKind, Level, Mode, Nature, Role, Service, Side, Urgency
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext
from shared.store.store import Store
from shared.timekeeping.civil import SHANGHAI
from tests.probe import hear

NAMES = UUID("00000000-0000-0000-0000-00000000d0b0")
REPORT = ReportId(uuid5(NAMES, "report"))


def at(text: str) -> datetime:
    """Return an instant from '04-10 09:30' (2025, Shanghai)."""
    return datetime.fromisoformat(f"2025-{text}").replace(tzinfo=SHANGHAI)


def adopted(
    *, office: str = "linjiang-gov-info", when: str = "04-09 08:00", carrier: CarrierKind = CarrierKind.SPECIAL
) -> ReportAdopted:
    """Return the adoption of 平湖县's problem report in the city's 专报."""
    return ReportAdopted(
        adoption_id=AdoptionId(uuid5(NAMES, f"{office}{when}")),
        report_id=REPORT,
        number="SQ-2025-0408-001",
        title="某路段塌方隐患",
        nature=Nature.PROBLEM,
        urgency=Urgency.ROUTINE,
        origin_office=OfficeId("pinghu-huxi"),
        units=(OfficeId("pinghu-huxi"), OfficeId("pinghu")),
        office=OfficeId(office),
        level=Level.CITY,
        side=Side.GOVERNMENT,
        publication="专报信息",
        carrier=carrier,
        issue_number="45",
        contributors=(
            Contributor(
                unit=OfficeId("pinghu"), report_id=REPORT, number="HX-1", nature=Nature.PROBLEM, share=Decimal(1)
            ),
        ),
        adopted_at=at(when),
        concerns=(OfficeId("pinghu-gov-info"), OfficeId("pinghu-huxi")),
    )


def instruction(**more: Any) -> dict[str, Any]:
    """Return the mayor's instruction of scenario F9 as the page sends it."""
    return {
        "report_id": str(REPORT),
        "leader": "某市长",
        "rank": "CITY_PRINCIPAL",
        "text": "请交通局会同公安局一周内报结果。",
        "given_at": at("04-10 09:30").isoformat(),
        "disposition": "ACT",
        "lead": "linjiang-jiaotong",
        "co": ["linjiang-gongan"],
        "limit_code": "ORDINARY",
        **more,
    }


def to_read(**more: Any) -> dict[str, Any]:
    """Return the same instruction with a disposition that asks for no action."""
    only_text = {name: value for name, value in instruction().items() if name not in ("lead", "co", "limit_code")}
    return {**only_text, "disposition": "READ", **more}


class _Context:
    def __init__(self, actor: Actor, store: Store, organisation: Organisation) -> None:
        self.actor, self.machine, self.store, self.organisation = actor, store.clock, store, organisation
        self.verifier = self

    def verify(self, _token: str, _now: object) -> Actor:
        return self.actor


class Supervision:
    """One site."""

    def __init__(self, store: Store, organisation: Organisation) -> None:
        self.store, self.organisation = store, organisation
        self.handlers = SupervisionHandlers(organisation)

    async def hear(self, *events: Event, mode: Mode = Mode.ACTUAL, site: str | None = None) -> list[Event]:
        """Apply events in order and return what was announced."""
        told: list[Event] = []
        for event in events:
            told += await hear(self.store, self.handlers, event, mode=mode, site=site)
        return told

    async def settle(self, *events: Event, mode: Mode = Mode.ACTUAL) -> list[Event]:
        """Let the site hear its own facts, as the broker does, until nothing new is stated."""
        waiting, heard = list(events), []
        while waiting:
            event = waiting.pop(0)
            heard.append(event)
            if Service.SUPERVISION in route_of(type(event)).readers:
                waiting += await self.hear(event, mode=mode)
        return heard

    async def appoint(self, office: str, role: Role) -> httpx.AsyncClient:
        """Appoint somebody and return a client whose token is that person's."""
        appointment = AppointmentId(f"{office}/{role}")
        person, at_office = PersonId(f"p-{office}-{role}"), OfficeId(office)
        await self.hear(
            AppointmentGranted(
                appointment_id=appointment,
                revision=1,
                person=person,
                person_name="王某某",
                office=at_office,
                role=role,
                valid_from=at("01-01 00:00"),
            )
        )
        actor = Actor(person, "王某某", appointment, at_office, office, role, SiteId(self.store.site))
        app = FastAPI()
        install_problem_handlers(app)
        app.include_router(router(cast(ServiceContext, _Context(actor, self.store, self.organisation))))
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://it", headers={"Authorization": "Bearer token"}
        )
