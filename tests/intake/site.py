"""Intake on one site of the invented city, with its HTTP door and people who may use it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import httpx
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.intake.app import build
from shared.access.actor import Actor
from shared.access.http import install_problem_handlers
from shared.access.tokens import TokenVerifier
from shared.contracts.event import Event
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId
from shared.contracts.people import AppointmentGranted
from shared.contracts.vocabulary import Role
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext, ServiceParts
from shared.process.settings import SiteSettings
from shared.store.store import Store
from shared.timekeeping.civil import SHANGHAI
from shared.timekeeping.clocks import ManualClock, SystemClock
from tests.probe import hear, stated

SHIQIAO = OfficeId("qingshan-shiqiao")
YUNLING = OfficeId("qingshan-yunling")
DUTY = OfficeId("qingshan-gov-duty")
INFO = OfficeId("qingshan-gov-info")


def person(name: str, office: OfficeId, role: Role, site: str = "qingshan") -> Actor:
    """Return somebody in an appointment at an office."""
    return Actor(
        PersonId(f"{office}-{name}"), name, AppointmentId(f"{office}-{name}"), office, str(office), role, SiteId(site)
    )


WRITER = person("writer", SHIQIAO, Role.REPORTER)
COLLEAGUE = person("colleague", SHIQIAO, Role.REPORTER)
SECTION = person("section", SHIQIAO, Role.INFO_SECTION)
NEIGHBOUR = person("neighbour", YUNLING, Role.REPORTER)
OFFICER = person("officer", DUTY, Role.DUTY_OFFICER)
SCORER = person("scorer", SHIQIAO, Role.SCORER)
EVERYONE = (WRITER, COLLEAGUE, SECTION, NEIGHBOUR, OFFICER, SCORER)


class _Tokens:
    """In the place of the verifier: a token is the name of an appointment."""

    def __init__(self, people: Mapping[str, Actor]) -> None:
        self._people = people

    def verify(self, token: str, now: datetime) -> Actor:
        return self._people[token]


@dataclass
class Intake:
    """Intake with everybody appointed."""

    store: Store
    parts: ServiceParts
    http: httpx.AsyncClient
    clock: ManualClock

    async def hear(self, event: Event, **more: Any) -> list[Event]:
        """Let intake hear an event; return what it stated because of it."""
        return await hear(self.store, self.parts.handlers, event, **more)

    async def stated(self, kind: type[Event]) -> list[Any]:
        """Return every event of a class that intake stated."""
        return [event for event in await stated(self.store) if isinstance(event, kind)]

    async def get(self, path: str, by: Actor = WRITER, **query: Any) -> httpx.Response:
        return await self.http.get(f"/intake{path}", params=query, headers=_bearer(by))

    async def put(self, path: str, body: Any, by: Actor = WRITER) -> httpx.Response:
        return await self.http.put(f"/intake{path}", json=body, headers=_bearer(by))

    async def delete(self, path: str, by: Actor = WRITER) -> httpx.Response:
        return await self.http.delete(f"/intake{path}", headers=_bearer(by))

    async def post(self, path: str, body: Any, by: Actor = WRITER, key: str | None = None) -> httpx.Response:
        """Post under a key of its own, or the one given."""
        headers = {**_bearer(by), "Idempotency-Key": key or f"key-{uuid4()}"}
        return await self.http.post(f"/intake{path}", json=body, headers=headers)

    async def rows(self, statement: str, *values: Any) -> list[Any]:
        """Look into intake's own tables."""
        async with self.store.reading() as connection:
            return list(await connection.fetch(statement, *values))


def _bearer(by: Actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {by.appointment}"}


async def start_intake(
    store: Store, organisation: Organisation, clock: ManualClock, people: tuple[Actor, ...] = EVERYONE
) -> Intake:
    """Return intake with its door open."""
    context = ServiceContext(
        site=store.site,
        organisation=organisation,
        clock=clock,
        machine=SystemClock(),
        store=store,
        verifier=cast(TokenVerifier, _Tokens({str(each.appointment): each for each in people})),
        settings=cast(SiteSettings, None),
        registry=CollectorRegistry(),
    )
    parts = build(context)
    app = FastAPI()
    install_problem_handlers(app)
    assert parts.router is not None
    app.include_router(parts.router)
    for each in people:
        await hear(store, parts.handlers, _appointed(each), site=str(each.site))
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://intake")
    return Intake(store, parts, http, clock)


def _appointed(actor: Actor) -> AppointmentGranted:
    return AppointmentGranted(
        appointment_id=actor.appointment,
        revision=1,
        person=actor.person,
        person_name=actor.name,
        office=actor.office,
        role=actor.role,
        valid_from=datetime(2025, 1, 1, tzinfo=SHANGHAI),
    )


def at(text: str) -> str:
    """Return 2025-02-17 at a wall time in Shanghai, as JSON."""
    return f"2025-02-17T{text}:00+08:00"


def problem_report(**changes: Any) -> dict[str, Any]:
    """Return a complete routine report on a problem, every figure with its source."""
    return {
        "type": "PROBLEM",
        "nature": "PROBLEM",
        "title": "石桥镇水库溢洪道淤堵",
        "body": "2月17日排查，三座水库溢洪道淤堵，涉及下游农户86户。",
        "facts": {
            "occurred_at": at("07:00"),
            "place": "石桥镇",
            "kind": "水库隐患",
            "scope": "全镇",
            "measures": "已组织清淤",
        },
        "citations": [
            {"figure": "3座", "source": "镇水利站排查记录"},
            {"figure": "86户", "source": "镇财政所统计表"},
        ],
        **changes,
    }


def urgent_initial(**changes: Any) -> dict[str, Any]:
    """Return a first urgent report that does not know the casualties yet."""
    return {
        "type": "URGENT",
        "nature": "NEUTRAL",
        "urgency": "URGENT",
        "incident_kind": "INITIAL",
        "title": "石桥镇一仓库起火",
        "body": "东风路仓库起火，过火面积约300平方米。",
        "facts": {"occurred_at": at("07:30"), "place": "东风路", "kind": "仓库火灾", "measures": "消防已到场"},
        "expected_at": at("10:00"),
        **changes,
    }


HOUR = timedelta(hours=1)
