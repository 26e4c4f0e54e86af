"""The HTTP door of publication, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import httpx
import pytest

from services.review.publication.app import build
from services.review.publication.handlers import PublicationHandlers
from shared.contracts.identifiers import OfficeId
from shared.contracts.outcomes import ReportAdopted, ReportForwarded
from shared.contracts.reports import ReportArrived
from shared.contracts.vocabulary import CarrierKind, Level, Role, Service
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceParts
from shared.store.store import Store
from shared.timekeeping.civil import SHANGHAI
from shared.timekeeping.clocks import ManualClock
from tests.building import SHIQIAO, head, version
from tests.conftest import OpenStore
from tests.probe import hear, stated
from tests.review.people import (
    CITY,
    CITY_EDITOR,
    COUNTY,
    COUNTY_EDITOR,
    RECEIVED,
    appoint,
    arrived,
    by,
    client,
    context,
    person,
)

CITY_SIGNER = person("city-deputy", Role.DEPUTY_SIGNER, CITY, "linjiang")
PEOPLE = (CITY_EDITOR, CITY_SIGNER)
BRIEF, SPECIAL = "linjiang-meiri-yaoqing", "linjiang-zhuanbao"
BAIYUN = OfficeId("pinghu-baiyun")
NEXT_MORNING = datetime(2025, 2, 18, 8, 0, tzinfo=SHANGHAI)


@pytest.fixture
async def store(open_store: OpenStore, organisation: Organisation) -> Store:
    opened = await open_store(Service.PUBLICATION, site="linjiang")
    await appoint(opened, PublicationHandlers(organisation), *PEOPLE)
    return opened


@pytest.fixture
def parts(store: Store, organisation: Organisation) -> ServiceParts:
    return build(context(store, organisation, PEOPLE))


@pytest.fixture
async def http(parts: ServiceParts) -> AsyncIterator[httpx.AsyncClient]:
    async with client(parts.router) as opened:
        yield opened


async def came(store: Store, parts: ServiceParts, **more: object) -> ReportArrived:
    """Let F1's report come to the city through the county."""
    event = arrived(**({"way": (SHIQIAO, COUNTY), "to": CITY} | more))  # type: ignore[arg-type]
    await hear(store, parts.handlers, event)
    return event


async def adopt(http: httpx.AsyncClient, event: ReportArrived, publication: str, **more: object) -> httpx.Response:
    asked = {"report_id": str(event.report_id), "publication": publication} | more
    return await http.post("/publication/adoptions", json=asked, headers=by(CITY_EDITOR))


async def test_candidates_are_what_came_here_with_where_it_was_used(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    first = await came(store, parts, received_at=RECEIVED)
    second = await came(store, parts, received_at=RECEIVED + timedelta(minutes=5), is_copy=True)
    await adopt(http, first, BRIEF)
    answer = (await http.get("/publication/candidates", headers=by(CITY_EDITOR))).json()
    assert [(each["report_id"], each["is_copy"]) for each in answer["candidates"]] == [
        (str(second.report_id), True),
        (str(first.report_id), False),
    ]
    assert answer["candidates"][1]["contributor_name"] == "青山县"
    assert [each["publication_name"] for each in answer["candidates"][1]["uses"]] == ["每日要情"]
    page = (await http.get("/publication/candidates", params={"limit": 1}, headers=by(CITY_EDITOR))).json()
    rest = await http.get("/publication/candidates", params={"before": page["next"]}, headers=by(CITY_EDITOR))
    assert [each["report_id"] for each in rest.json()["candidates"]] == [str(first.report_id)]


async def test_a_second_arrival_brings_words_but_keeps_the_first_time_and_way(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    once = head()
    await came(store, parts, stated=once, received_at=RECEIVED)
    again = (version(), version(number=2, by=COUNTY, title="县改标题"))
    await came(store, parts, stated=once, versions=again, received_at=RECEIVED + timedelta(hours=2))
    (found,) = (await http.get("/publication/candidates", headers=by(CITY_EDITOR))).json()["candidates"]
    assert found["title"] == "县改标题"
    assert datetime.fromisoformat(found["received_at"]) == RECEIVED


async def test_an_adoption_names_issue_units_and_contributor(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts, clock: ManualClock
) -> None:
    """AD-01, F1: 02-18 08:00 the city's 每日要情 adopts."""
    event = await came(store, parts)
    clock.set(NEXT_MORNING)
    answer = await adopt(http, event, BRIEF)
    assert (answer.status_code, answer.json()["issue_number"]) == (201, "2025年第1期")
    (fact,) = await stated(store)
    assert isinstance(fact, ReportAdopted)
    assert (fact.publication, fact.carrier, fact.level, fact.office) == (
        "每日要情",
        CarrierKind.BRIEF,
        Level.CITY,
        CITY,
    )
    assert fact.units == (SHIQIAO, "qingshan")
    assert [(each.unit, each.share) for each in fact.contributors] == [("qingshan", Decimal(1))]
    assert (fact.concerns, fact.received_at) == ((SHIQIAO, COUNTY), RECEIVED)
    assert (fact.adopted_at, fact.on_behalf) == (NEXT_MORNING, False)


async def test_the_same_report_in_the_same_publication_is_one_adoption(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    event = await came(store, parts)
    answers = await asyncio.gather(*(adopt(http, event, BRIEF) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 200, 200, 201]
    assert len({each.json()["adoption_id"] for each in answers}) == 1
    assert len(await stated(store)) == 1


async def test_issue_numbers_are_continuous_per_publication_and_year(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts, clock: ManualClock
) -> None:
    """AD-03."""
    events = [await came(store, parts) for _ in range(6)]
    two_on_monday = await asyncio.gather(*(adopt(http, each, BRIEF) for each in events[:2]))
    specials = await asyncio.gather(*(adopt(http, each, SPECIAL) for each in events[:3]))
    clock.set(NEXT_MORNING)
    tuesday = await adopt(http, events[2], BRIEF)
    clock.set(datetime(2026, 1, 1, 0, 0, tzinfo=SHANGHAI))
    new_year = await adopt(http, events[3], BRIEF)
    assert [each.json()["issue_number"] for each in (*two_on_monday, tuesday, new_year)] == [
        "2025年第1期",
        "2025年第1期",
        "2025年第2期",
        "2026年第1期",
    ]
    assert sorted(each.json()["issue_number"] for each in specials) == ["2025年第1期", "2025年第2期", "2025年第3期"]


async def test_a_refused_adoption_uses_no_number(http: httpx.AsyncClient, store: Store, parts: ServiceParts) -> None:
    """AD-03: no gaps."""
    event = await came(store, parts)
    wrong = [{"report_id": str(event.report_id), "share": "0.4"}]
    refused = await adopt(http, event, BRIEF, shares=wrong)
    assert (refused.status_code, refused.json()["field"]) == (422, "shares")
    assert (await adopt(http, event, BRIEF)).json()["issue_number"] == "2025年第1期"


async def test_several_reports_share_one_item(http: httpx.AsyncClient, store: Store, parts: ServiceParts) -> None:
    one, two = await came(store, parts), await came(store, parts, way=(BAIYUN,))
    shares = [{"report_id": str(each.report_id), "share": "0.5"} for each in (one, two)]
    answer = await adopt(http, one, BRIEF, shares=shares)
    assert [(each["unit_name"], each["share"]) for each in answer.json()["contributors"]] == [
        ("青山县", "0.5"),
        ("白云乡", "0.5"),
    ]
    candidates = (await http.get("/publication/candidates", headers=by(CITY_EDITOR))).json()["candidates"]
    assert all(len(each["uses"]) == 1 for each in candidates)


async def test_issues_are_read_with_their_items(http: httpx.AsyncClient, store: Store, parts: ServiceParts) -> None:
    event = await came(store, parts)
    await adopt(http, event, BRIEF)
    (issue,) = (await http.get("/publication/issues", headers=by(CITY_SIGNER))).json()["issues"]
    assert (issue["name"], issue["issue_number"], issue["items"]) == ("每日要情", "2025年第1期", 1)
    page = (await http.get(f"/publication/issues/{issue['issue_id']}", headers=by(CITY_SIGNER))).json()
    assert [each["report_id"] for each in page["items"]] == [str(event.report_id)]
    assert (await http.get(f"/publication/issues/{uuid4()}", headers=by(CITY_SIGNER))).status_code == 404


async def test_the_office_sees_its_own_publications(http: httpx.AsyncClient) -> None:
    ours = (await http.get("/publication/publications", headers=by(CITY_EDITOR))).json()
    assert [(each["id"], each["carrier"]) for each in ours] == [(BRIEF, "BRIEF"), (SPECIAL, "SPECIAL")]


@pytest.mark.parametrize("path", ["adoptions", "adoptions/on-behalf", "forwardings"])
async def test_only_an_editor_uses_reports(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts, path: str
) -> None:
    event = await came(store, parts)
    asked = {
        "adoptions": {"publication": BRIEF},
        "adoptions/on-behalf": {"publication_name": "每日要情", "carrier": "BRIEF", "evidence": "扫描件 1"},
        "forwardings": {"carrier": "SPECIAL"},
    }[path] | {"report_id": str(event.report_id)}
    assert (await http.post(f"/publication/{path}", json=asked, headers=by(CITY_SIGNER))).status_code == 403
    assert (await http.post(f"/publication/{path}", json=asked, headers=by(CITY_EDITOR))).status_code == 201


async def test_what_is_not_ours_is_told_with_a_remedy(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    event = await came(store, parts)
    other = (await adopt(http, event, "qingshan-yaoqing-kuaibao")).json()
    assert (other["field"], other["code"]) == ("publication", "not_our_publication")
    assert "《每日要情》" in other["remedy"]
    stranger = {"report_id": str(uuid4()), "publication": BRIEF}
    answer = await http.post("/publication/adoptions", json=stranger, headers=by(CITY_EDITOR))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_a_candidate")
    assert await stated(store) == []


async def test_the_provinces_adoption_is_recorded_with_evidence(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    """AD-01, F1: 02-20 the province's 每日要情, recorded by the city with a scan."""
    event = await came(store, parts)
    asked = {"report_id": str(event.report_id), "publication_name": "每日要情", "carrier": "BRIEF"}
    address = "/publication/adoptions/on-behalf"
    missing = await http.post(address, json=asked, headers=by(CITY_EDITOR))
    assert (missing.status_code, "evidence" in missing.json()["field"]) == (422, True)
    asked |= {"evidence": "扫描件 2025-02-20"}
    first = await http.post(address, json=asked, headers=by(CITY_EDITOR))
    again = await http.post(address, json=asked, headers=by(CITY_EDITOR))
    assert (first.status_code, again.status_code) == (201, 200)
    (fact,) = await stated(store)
    assert isinstance(fact, ReportAdopted)
    assert (fact.level, fact.on_behalf, fact.evidence) == (Level.PROVINCE, True, "扫描件 2025-02-20")
    assert fact.units == (SHIQIAO, "qingshan")


@pytest.mark.parametrize(
    ("more", "field"),
    [({"level": "CITY"}, "level"), ({"adopted_at": "2025-02-17T09:00:00+08:00"}, "adopted_at")],
)
async def test_on_behalf_is_above_and_past(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts, more: dict[str, str], field: str
) -> None:
    event = await came(store, parts)
    asked = {"report_id": str(event.report_id), "publication_name": "甲", "carrier": "BRIEF", "evidence": "扫描件"}
    answer = await http.post("/publication/adoptions/on-behalf", json=asked | more, headers=by(CITY_EDITOR))
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_county_does_not_record_the_citys_adoption(open_store: OpenStore, organisation: Organisation) -> None:
    """The city is in the system and says itself what it used; the province is not."""
    store = await open_store(Service.PUBLICATION)
    parts = build(context(store, organisation, (COUNTY_EDITOR,)))
    await appoint(store, PublicationHandlers(organisation), COUNTY_EDITOR)
    event = await came(store, parts, way=(SHIQIAO,), to=COUNTY)
    asked = {
        "report_id": str(event.report_id),
        "publication_name": "每日要情",
        "carrier": "BRIEF",
        "evidence": "扫描件",
    }
    async with client(parts.router) as http:
        answers = [
            await http.post(
                "/publication/adoptions/on-behalf", json=asked | {"level": level}, headers=by(COUNTY_EDITOR)
            )
            for level in ("CITY", "PROVINCE", "STATE")
        ]
    assert [each.status_code for each in answers] == [422, 201, 201], [each.text for each in answers]
    told = answers[0].json()
    assert (told["field"], told["code"]) == ("level", "records_itself")
    assert "临江市在本系统内" in told["detail"]
    facts = [fact for fact in await stated(store) if isinstance(fact, ReportAdopted)]
    assert {fact.level for fact in facts} == {Level.PROVINCE, Level.STATE}


async def test_forwarding_to_the_province_is_stated_once(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    """F1: 02-19 10:00 forwarded to the province as special."""
    event = await came(store, parts)
    asked = {"report_id": str(event.report_id), "carrier": "SPECIAL"}
    answers = [await http.post("/publication/forwardings", json=asked, headers=by(CITY_EDITOR)) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    (fact,) = await stated(store)
    assert isinstance(fact, ReportForwarded)
    assert (fact.to_level, fact.carrier, fact.units) == (Level.PROVINCE, CarrierKind.SPECIAL, (SHIQIAO, "qingshan"))
    assert fact.concerns == (SHIQIAO, COUNTY)


async def test_a_county_forwards_nothing_past_its_city(open_store: OpenStore, organisation: Organisation) -> None:
    """转报 gives points to the units on the way: only who stands highest here sends reports out of the system."""
    store = await open_store(Service.PUBLICATION)
    parts = build(context(store, organisation, (COUNTY_EDITOR,)))
    await appoint(store, PublicationHandlers(organisation), COUNTY_EDITOR)
    event = await came(store, parts, way=(SHIQIAO,), to=COUNTY)
    asked = {"report_id": str(event.report_id), "carrier": "SPECIAL"}
    async with client(parts.router) as http:
        answer = await http.post("/publication/forwardings", json=asked, headers=by(COUNTY_EDITOR))
    assert (answer.status_code, answer.json()["code"]) == (422, "forwards_above")
    assert "临江市" in answer.json()["detail"]
    assert await stated(store) == []
