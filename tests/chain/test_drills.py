"""A drill stays a drill from the writer's desk to the ledgers, whoever acts on it in between."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest

from services.deadline import queries as deadline_queries
from services.deadline.facts import DutyKey
from services.review.publication.app import build as build_publication
from services.review.publication.handlers import PublicationHandlers
from shared.contracts.duties import AwarenessRecorded
from shared.contracts.envelope import Envelope, read
from shared.contracts.event import Event
from shared.contracts.identifiers import OfficeId, ReportId
from shared.contracts.outcomes import ReportAdopted
from shared.contracts.reports import ReportArrived, ReportReturned, ReportReviewed, ReportSigned, ReportSubmitted
from shared.contracts.vocabulary import Mode, Service
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.building import SHIQIAO
from tests.conftest import OpenStore
from tests.deadline.builders import at_work
from tests.intake.site import Intake, problem_report, start_intake, urgent_initial
from tests.probe import hear
from tests.review.offices import EVERYBODY, Office
from tests.review.people import CHECKER, CITY, CITY_EDITOR, COUNTY, SIGNER, appoint, arrived, by, client, context
from tests.scoring.site import Scoring

Stated = tuple[Envelope, Event]
BRIEF = "linjiang-meiri-yaoqing"


async def said(store: Store) -> list[Stated]:
    """Return everything a service stated with its envelope, oldest first."""
    async with store.reading() as connection:
        rows = await connection.fetch("SELECT body FROM event_log ORDER BY recorded_at, event_id")
    return [read(bytes(row["body"])) for row in rows]


def only(stated: Sequence[Stated], kind: type[Event]) -> Stated:
    (found,) = [each for each in stated if isinstance(each[1], kind)]
    return found


class Desks(NamedTuple):
    """The township's intake and review."""

    intake: Intake
    office: Office


@pytest.fixture
async def desks(open_store: OpenStore, organisation: Organisation, clock: ManualClock) -> AsyncIterator[Desks]:
    intake = await start_intake(await open_store(Service.INTAKE), organisation, clock)
    office = Office(await open_store(Service.REVIEW), organisation)
    await appoint(office.store, office.handlers, *EVERYBODY)
    yield Desks(intake, office)
    await intake.http.aclose()


async def signed_drill(desks: Desks, body: dict[str, Any]) -> Stated:
    """Submit a drill, pass it and sign it; return the signature as it was stated."""
    intake, office = desks
    answer = await intake.post("/reports", body)
    assert answer.status_code == 201, answer.text
    envelope, event = only(await said(intake.store), ReportSubmitted)
    assert isinstance(event, ReportSubmitted)
    await hear(office.store, office.handlers, event, mode=envelope.mode)
    case_id = await office.case_of(event.report_id, SHIQIAO)
    passed = await office.pass_(CHECKER, case_id, 1)
    await office.sign(SIGNER, case_id, passed.revision)
    return only(await said(office.store), ReportSigned)


async def test_a_drill_is_signed_adopted_and_never_scored_as_a_drill(
    desks: Desks, open_store: OpenStore, organisation: Organisation
) -> None:
    """B8: drills are never scored; issues and numbers of actual items stay as they would be without them."""
    envelope, signature = await signed_drill(desks, problem_report(mode="DRILL"))
    assert isinstance(signature, ReportSigned)
    assert only(await said(desks.office.store), ReportReviewed)[0].mode is Mode.DRILL
    assert envelope.mode is Mode.DRILL

    store = await open_store(Service.PUBLICATION, site="linjiang")
    parts = build_publication(context(store, organisation, (CITY_EDITOR,)))
    await appoint(store, PublicationHandlers(organisation), CITY_EDITOR)
    came = arrived(signature.head, versions=signature.versions, way=(SHIQIAO, COUNTY), to=CITY)
    real = arrived(way=(SHIQIAO, COUNTY), to=CITY)
    await hear(store, parts.handlers, came, mode=envelope.mode)
    await hear(store, parts.handlers, real)
    async with client(parts.router) as http:
        drill, mixed, actual = [await _adopt(http, *reports) for reports in ([came], [real, came], [real])]
    assert drill.json()["issue_number"] == "演练2025年第1期"
    assert (mixed.status_code, mixed.json()["code"]) == (422, "modes_mixed")
    assert actual.json()["issue_number"] == "2025年第1期"

    adoptions = [(stated.mode, event) for stated, event in await said(store) if isinstance(event, ReportAdopted)]
    assert [mode for mode, _ in adoptions] == [Mode.DRILL, Mode.ACTUAL]
    city = Scoring(await open_store(Service.SCORING, site="linjiang"), organisation)
    scored = [await city.hear(event, mode=mode) for mode, event in adoptions]
    assert scored[0] == []
    assert scored[1] != []


async def _adopt(http: httpx.AsyncClient, *events: ReportArrived) -> httpx.Response:
    shares = [{"report_id": str(each.report_id), "share": str(1 / len(events))} for each in events]
    asked = {"report_id": str(events[0].report_id), "publication": BRIEF, "shares": shares if shares[1:] else []}
    return await http.post("/publication/adoptions", json=asked, headers=by(CITY_EDITOR))


async def test_an_urgent_drill_opens_the_drills_clocks_only(
    desks: Desks, open_store: OpenStore, organisation: Organisation
) -> None:
    """The county learns of it by a drill, so what it owes the city is a drill too."""
    envelope, signature = await signed_drill(desks, urgent_initial(mode="DRILL"))
    assert isinstance(signature, ReportSigned)
    came = arrived(signature.head, versions=signature.versions, to=OfficeId("qingshan-gov-duty"))
    await hear(desks.intake.store, desks.intake.parts.handlers, came, mode=envelope.mode)
    knew, awareness = only(await said(desks.intake.store), AwarenessRecorded)

    store = await open_store(Service.DEADLINE, site="linjiang")
    handlers, _ = await at_work(store, organisation)
    await hear(store, handlers, awareness, site="qingshan", mode=knew.mode)
    async with store.unit() as unit:
        clocks = await deadline_queries.lock_clocks(unit.connection, DutyKey(awareness.subject, OfficeId("qingshan")))
    assert {clock.mode for clock in clocks} == {Mode.DRILL}


async def test_a_returned_drill_comes_back_as_a_drill(desks: Desks) -> None:
    intake, office = desks
    await intake.post("/reports", problem_report(mode="DRILL"))
    envelope, event = only(await said(intake.store), ReportSubmitted)
    await hear(office.store, office.handlers, event, mode=envelope.mode)
    await office.give_back(CHECKER, await office.case_of(ReportId(UUID(event.subject)), SHIQIAO), 1)
    assert only(await said(office.store), ReportReturned)[0].mode is Mode.DRILL
