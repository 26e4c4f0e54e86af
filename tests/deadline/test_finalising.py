"""Verdicts as people see and decide them, through the real HTTP door, on real PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from deploy.provision.keys import make_pair
from services.deadline.api import router
from services.deadline.handlers import DeadlineHandlers
from services.deadline.metrics import DeadlineMetrics
from services.deadline.rule_book import RuleBook
from services.deadline.scanner import Scanner
from shared.access.actor import Actor
from shared.access.http import install_problem_handlers
from shared.access.tokens import TokenIssuer, TokenVerifier
from shared.contracts.duties import VerdictFinalised
from shared.contracts.event import Event
from shared.contracts.identifiers import AppointmentId, IncidentId, OfficeId, PersonId, SiteId
from shared.contracts.people import AppointmentGranted
from shared.contracts.vocabulary import Leg, Mode, Role, Service, VerdictType
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock, SystemClock
from tests.conftest import OpenStore
from tests.deadline.builders import (
    CITY_DUTY,
    DESKS,
    INCIDENT,
    PARTY_DUTY,
    REPORT,
    arrived,
    at,
    at_work,
    awareness,
    phone,
)
from tests.probe import hear, stated

SITE = SiteId("linjiang")
FINALISE = f"/deadline/matters/{INCIDENT}/units/pinghu/finalise"
Facts = tuple[Event, ...]


class Door:
    """The city's deadline service with people at its door."""

    def __init__(self, store: Store, organisation: Organisation, keys: Path) -> None:
        make_pair(keys, "private")
        self.issuer = TokenIssuer((keys / "private.pem").read_bytes(), SITE)
        machine = SystemClock()
        context = SimpleNamespace(
            site=SITE,
            organisation=organisation,
            clock=store.clock,
            machine=machine,
            store=store,
            verifier=TokenVerifier((keys / "private.pub.pem").read_bytes(), SITE),
        )
        self.app = FastAPI()
        install_problem_handlers(self.app)
        self.app.include_router(router(context, RuleBook(), DeadlineMetrics(CollectorRegistry())))  # type: ignore[arg-type]
        self.store, self.machine = store, machine
        self.handlers: DeadlineHandlers
        self.scanner: Scanner

    async def appoint(self, role: Role, office: OfficeId, person: str = "wang") -> str:
        """Appoint a person; return the token of that appointment."""
        appointment = AppointmentId(f"{person}-{role.lower()}-{office}")
        granted = AppointmentGranted(
            appointment_id=appointment,
            revision=1,
            person=PersonId(person),
            person_name="王某某",
            office=office,
            role=role,
            valid_from=at("08:00", "2025-01-01"),
        )
        await hear(self.store, self.handlers, granted)
        actor = Actor(PersonId(person), "王某某", appointment, office, "总值班室", role, SITE)
        return self.issuer.issue(actor, self.machine.now())

    @asynccontextmanager
    async def as_(self, token: str) -> AsyncIterator[httpx.AsyncClient]:
        """Lend a client that carries a token."""
        transport = httpx.ASGITransport(app=self.app)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://site", headers=headers) as client:
            yield client

    async def finalise(self, token: str, decision: str = "AS_PROPOSED", reason: str = "") -> httpx.Response:
        """Open the newest verdict, as the page does, and decide on what it showed."""
        async with self.as_(token) as client:
            newest = (await client.get("/deadline/verdicts")).json()["verdicts"][0]["verdict_id"]
            revision = (await client.get(f"/deadline/verdicts/{newest}")).json()["revision"]
            body = {"decision": decision, "reason": reason, "revision": revision}
            return await client.post(FINALISE, json=body)


@pytest.fixture
async def door(open_store: OpenStore, organisation: Organisation, clock: ManualClock, tmp_path: Path) -> Door:
    """The city's service; it is the morning after the incident of F2."""
    store = await open_store(Service.DEADLINE, site="linjiang")
    clock.set(at("09:00", "2025-03-13"))
    city = Door(store, organisation, tmp_path)
    city.handlers, city.scanner = await at_work(store, organisation)
    return city


async def _happen(door: Door, *facts: Event, mode: Mode = Mode.ACTUAL) -> None:
    for fact in (awareness(at("14:05")), *facts):
        await hear(door.store, door.handlers, fact, site="pinghu", mode=mode)


def _in_time(*, except_: tuple[OfficeId, Leg] | None = None) -> list[Event]:
    calls = [phone(at("14:30"), desk) for desk in DESKS if (desk, Leg.PHONE) != except_]
    return [*calls, *(arrived(at("15:00"), desk) for desk in DESKS if (desk, Leg.WRITTEN) != except_)]


async def _final(door: Door) -> list[VerdictFinalised]:
    return [event for event in await stated(door.store) if isinstance(event, VerdictFinalised)]


@pytest.mark.parametrize(
    ("late", "leg", "owed_to"),
    [
        ((phone(at("14:36"), CITY_DUTY),), Leg.PHONE, CITY_DUTY),
        ((phone(at("14:36"), CITY_DUTY), phone(at("14:36"), PARTY_DUTY)), Leg.PHONE, CITY_DUTY),
        ((phone(at("14:36"), CITY_DUTY), arrived(at("15:06"), PARTY_DUTY)), Leg.WRITTEN, PARTY_DUTY),
        ((phone(at("14:36"), CITY_DUTY), arrived(at("15:36"), CITY_DUTY)), Leg.WRITTEN, CITY_DUTY),
        ((arrived(at("15:06"), PARTY_DUTY), arrived(at("15:06"), CITY_DUTY)), Leg.WRITTEN, CITY_DUTY),
    ],
)
async def test_one_act_finalises_all_and_scores_the_gravest_once(
    door: Door, late: Facts, leg: Leg, owed_to: OfficeId
) -> None:
    """B5, F2: most minutes, then written before phone, then the government side; all recorded, one scored."""
    done = {(fact.to_office, type(fact)) for fact in late}  # type: ignore[attr-defined]
    rest = [fact for fact in _in_time() if (fact.to_office, type(fact)) not in done]  # type: ignore[attr-defined]
    await _happen(door, *late, *rest)
    head = await door.appoint(Role.DUTY_HEAD, CITY_DUTY)

    answer = await door.finalise(head)

    assert answer.status_code == 200, answer.text
    events = await _final(door)
    assert len(events) == len(late)
    assert {event.type for event in events} == {VerdictType.LATE}
    scored = [event for event in events if event.scored]
    assert [(event.leg, event.owed_to) for event in scored] == [(leg, owed_to)]
    assert scored[0].report_id == REPORT
    assert set(scored[0].concerns) >= {"pinghu", "pinghu-gov-duty", "pinghu-party-duty"}
    assert [row["scored"] for row in answer.json()["verdicts"]].count(True) == 1


async def test_nothing_is_final_while_a_clock_runs(door: Door, clock: ManualClock) -> None:
    """What still runs may turn out graver: the answer says until when it runs."""
    await _happen(door, *[f for f in _in_time(except_=(PARTY_DUTY, Leg.WRITTEN))], arrived(at("15:06"), CITY_DUTY))
    late = awareness(at("13:55"))
    await hear(door.store, door.handlers, late, site="pinghu")
    head = await door.appoint(Role.DUTY_HEAD, CITY_DUTY)

    early = await door.finalise(head)
    clock.advance(timedelta(days=1))
    await door.scanner.run()
    then = await door.finalise(head)

    assert (early.status_code, early.json()["code"]) == (409, "clocks_running")
    assert "截止 03-12 14:55（含）" in early.json()["detail"]
    assert then.status_code == 200
    assert [(event.type, event.owed_to) for event in await _final(door) if event.scored] == [
        (VerdictType.OMITTED, PARTY_DUTY)
    ]


async def test_a_second_click_gets_the_same_receipt_and_a_stale_page_is_told(door: Door) -> None:
    """Idempotent for the same decision; who was first, and when, for another; a stale revision changes nothing."""
    await _happen(door, *_in_time(except_=(CITY_DUTY, Leg.WRITTEN)), arrived(at("15:06")))
    head = await door.appoint(Role.DUTY_HEAD, CITY_DUTY)
    async with door.as_(head) as client:
        stale = await client.post(FINALISE, json={"decision": "AS_PROPOSED", "revision": 0})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed")

    first, second = await door.finalise(head), await door.finalise(head)
    other = await door.finalise(head, "EXEMPT", "链路中断")

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert (other.status_code, other.json()["code"]) == (409, "decided")
    assert other.json()["detail"] == "王某某 09:00 已认定，本次意见尚未提交。"
    assert len(await _final(door)) == 1


async def test_exempt_and_reject_need_a_reason_and_score_nothing(door: Door) -> None:
    """按时豁免、不予认定: with a reason, never scored."""
    await _happen(door, *_in_time(except_=(CITY_DUTY, Leg.WRITTEN)), arrived(at("15:06")))
    head = await door.appoint(Role.DUTY_HEAD, CITY_DUTY)

    bare = await door.finalise(head, "EXEMPT")
    given = await door.finalise(head, "EXEMPT", "链路中断，电话已报")

    assert (bare.status_code, bare.json()["field"]) == (422, "reason")
    assert given.status_code == 200
    assert [(event.type, event.scored) for event in await _final(door)] == [(VerdictType.ON_TIME_EXEMPT, False)]


async def test_a_drill_is_never_scored(door: Door) -> None:
    """Mode DRILL: the verdict is final, and costs nothing."""
    await _happen(door, *_in_time(except_=(CITY_DUTY, Leg.WRITTEN)), arrived(at("15:06")), mode=Mode.DRILL)
    head = await door.appoint(Role.DUTY_HEAD, CITY_DUTY)

    assert (await door.finalise(head)).status_code == 200

    assert [event.scored for event in await _final(door)] == [False]
    async with door.store.reading() as connection:
        modes = await connection.fetch("SELECT DISTINCT mode FROM event_log WHERE type = $1", VerdictFinalised.name)
    assert [row["mode"] for row in modes] == [Mode.DRILL]


@pytest.mark.parametrize(
    ("role", "office"),
    [(Role.DUTY_LEAD, CITY_DUTY), (Role.DUTY_HEAD, OfficeId("linjiang-yingji")), (Role.DUTY_OFFICER, PARTY_DUTY)],
)
async def test_only_the_head_of_the_duty_office_owed_decides(door: Door, role: Role, office: OfficeId) -> None:
    """B4: nobody else, whatever site or side."""
    await _happen(door, *_in_time(except_=(CITY_DUTY, Leg.WRITTEN)), arrived(at("15:06")))
    token = await door.appoint(role, office)

    async with door.as_(token) as client:
        answer = await client.post(FINALISE, json={"decision": "AS_PROPOSED", "revision": 1})

    assert answer.status_code == 403
    assert await _final(door) == []


async def test_who_also_serves_the_unit_stands_aside(door: Door) -> None:
    """B4: nobody finalises a verdict on a unit in which the same person holds an appointment."""
    await _happen(door, *_in_time(except_=(CITY_DUTY, Leg.WRITTEN)), arrived(at("15:06")))
    await door.appoint(Role.DUTY_OFFICER, OfficeId("pinghu-gov-duty"))
    head = await door.appoint(Role.DUTY_HEAD, CITY_DUTY)

    answer = await door.finalise(head)

    assert (answer.status_code, await _final(door)) == (403, [])


async def test_the_pages_get_clocks_sum_evidence_and_rules(door: Door) -> None:
    """RV-06 beside each verdict; clocks by first late instant with the server's time; every limit with its source."""
    await _happen(door, phone(at("14:36"), CITY_DUTY))
    head = await door.appoint(Role.DUTY_HEAD, CITY_DUTY)

    async with door.as_(head) as client:
        clocks = (await client.get("/deadline/clocks", params={"limit": 1})).json()
        rules = (await client.get("/deadline/rules")).json()
        listed = (await client.get("/deadline/verdicts")).json()["verdicts"]
        detail = (await client.get(f"/deadline/verdicts/{listed[0]['verdict_id']}")).json()
        whole = (await client.get("/deadline/clocks", params={"matter": str(INCIDENT)})).json()
        signals = (await client.get("/deadline/signals")).json()

    shown = clocks["clocks"][0]
    assert (shown["recipient"], shown["leg"], shown["title"]) == (CITY_DUTY, "WRITTEN", "仓库火灾·东风路")
    assert (shown["sum_text"], shown["state"]) == ("获知 14:05 + 60 分 = 截止 15:05（含）", "OPEN")
    assert clocks["now"] == "2025-03-13T01:00:00Z"
    assert {each["leg"] for each in whole["clocks"]} == {"PHONE", "WRITTEN"}
    assert all(limit["source"] for limit in rules["rules"]["limits"])
    assert detail["verdict"]["first_responsible_person"]
    assert detail["evidence"] == ["获知：值班电话（值班日志 14:05）", "电话报告：回执 12"]
    assert detail["decisions"] == ["AS_PROPOSED", "EXEMPT", "REJECT"]
    assert signals["signals"] == []


async def test_a_page_asks_for_what_still_runs_and_for_what_waits_and_is_told_how_many(door: Door) -> None:
    """However much has run out undecided, a page can ask for what still runs, for one side's, and for proposals."""
    other = IncidentId(UUID("0194f0aa-0000-7000-8000-00000000000b"))
    fresh = awareness(at("08:45", "2025-03-13")).model_copy(update={"incident_id": other, "awareness_id": uuid4()})
    later = awareness(at("20:00")).model_copy(update={"incident_id": IncidentId(uuid4()), "awareness_id": uuid4()})
    await _happen(door, arrived(at("15:06")), later, fresh)
    head = await door.appoint(Role.DUTY_HEAD, CITY_DUTY)
    await door.scanner.run()

    async with door.as_(head) as client:

        async def asked(path: str, **wanted: str) -> tuple[list[str], int]:
            answer = (await client.get(f"/deadline/{path}", params=wanted)).json()
            return [each["leg"] for each in answer[path]], answer["total"]

        running = await asked("clocks", state="OPEN", whose="OTHERS")
        expired = await asked("clocks", state="EXPIRED", whose="OTHERS", limit="1")
        own, both = await asked("clocks", whose="OWN"), await asked("clocks")
        proposed, decided = await asked("verdicts", state="PROPOSED", limit="1"), await asked("verdicts", state="FINAL")
        judged = await asked("verdicts", whose="OWN")
        refused = await client.get("/deadline/clocks", params={"state": "STOPPED"})

    assert running == (["PHONE", "WRITTEN"], 2)
    assert expired == (["WRITTEN"], 2), "what ran out last comes first"
    assert (own, len(both[0]), both[1]) == (([], 0), 4, 4)
    assert proposed == (["WRITTEN"], 2)
    assert (decided, judged, refused.status_code) == (([], 0), ([], 0), 422)
