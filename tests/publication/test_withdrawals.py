"""What was returned to the office below is not used until it comes again."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from services.review.publication.app import build
from services.review.publication.handlers import PublicationHandlers
from shared.contracts.identifiers import OfficeId
from shared.contracts.outcomes import ReportAdopted
from shared.contracts.reports import ReportArrived
from shared.contracts.vocabulary import Service, Urgency
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from tests.building import SHIQIAO
from tests.conftest import OpenStore
from tests.probe import hear, stated
from tests.publication.builders import returned
from tests.review.people import CITY, CITY_EDITOR, COUNTY, RECEIVED, appoint, arrived, by, client, context

CITY_DUTY, CITY_PARTY = OfficeId("linjiang-gov-duty"), OfficeId("linjiang-party-duty")
BRIEF = "linjiang-meiri-yaoqing"
LATER = RECEIVED + timedelta(minutes=10)
WAY = (SHIQIAO, COUNTY)


@pytest.fixture
async def store(open_store: OpenStore, organisation: Organisation) -> Store:
    opened = await open_store(Service.PUBLICATION, site="linjiang")
    await appoint(opened, PublicationHandlers(organisation), CITY_EDITOR)
    return opened


@pytest.fixture
async def http(store: Store, organisation: Organisation) -> AsyncIterator[httpx.AsyncClient]:
    async with client(build(context(store, organisation, (CITY_EDITOR,))).router) as opened:
        yield opened


@pytest.fixture
def handlers(organisation: Organisation) -> PublicationHandlers:
    return PublicationHandlers(organisation)


async def adopt(http: httpx.AsyncClient, event: ReportArrived) -> httpx.Response:
    asked = {"report_id": str(event.report_id), "publication": BRIEF}
    return await http.post("/publication/adoptions", json=asked, headers=by(CITY_EDITOR))


async def forward(http: httpx.AsyncClient, event: ReportArrived) -> httpx.Response:
    asked = {"report_id": str(event.report_id), "carrier": "SPECIAL"}
    return await http.post("/publication/forwardings", json=asked, headers=by(CITY_EDITOR))


async def withdrawn(http: httpx.AsyncClient) -> list[bool]:
    listed = (await http.get("/publication/candidates", headers=by(CITY_EDITOR))).json()["candidates"]
    return [each["withdrawn"] for each in listed]


@pytest.mark.parametrize("return_first", [False, True])
async def test_what_was_returned_is_neither_adopted_nor_forwarded_until_it_comes_again(
    http: httpx.AsyncClient, store: Store, handlers: PublicationHandlers, return_first: bool
) -> None:
    """B2: RETURNED is no state to adopt from. Review and forwarding do not wait for each other's facts."""
    event = arrived(way=WAY, to=CITY)
    facts = [event, returned(event, LATER)]
    for fact in reversed(facts) if return_first else facts:
        await hear(store, handlers, fact)

    refused = await adopt(http, event)

    assert (refused.status_code, refused.json()["code"]) == (409, "withdrawn")
    assert "已退回" in refused.json()["detail"]
    assert (await forward(http, event)).status_code == 409
    assert await withdrawn(http) == [True]
    assert await stated(store) == []
    await hear(store, handlers, arrived(event.head, way=WAY, to=CITY, received_at=LATER + timedelta(hours=1)))
    assert await withdrawn(http) == [False]
    assert (await adopt(http, event)).status_code == 201
    assert [type(each) for each in await stated(store)] == [ReportAdopted]


@pytest.mark.parametrize(("returning", "usable"), [(CITY_DUTY, False), (CITY_PARTY, True)])
async def test_a_copy_is_withdrawn_with_what_its_own_sides_desk_returned(
    http: httpx.AsyncClient, store: Store, handlers: PublicationHandlers, returning: OfficeId, usable: bool
) -> None:
    """The duty desk decides on an urgent report, the editor works with the section's copy."""
    event = arrived(way=WAY, to=returning, urgency=Urgency.URGENT)
    copy = arrived(event.head, way=WAY, to=CITY, is_copy=True)
    for fact in (event, copy, returned(event, LATER)):
        await hear(store, handlers, fact)
    assert (await adopt(http, copy)).status_code == (201 if usable else 409)


async def test_a_return_elsewhere_says_nothing_of_what_came_here_itself(
    http: httpx.AsyncClient, store: Store, handlers: PublicationHandlers
) -> None:
    event = arrived(way=WAY, to=CITY_DUTY)
    own = arrived(event.head, way=WAY, to=CITY)
    for fact in (event, own, returned(event, LATER)):
        await hear(store, handlers, fact)
    assert (await adopt(http, own)).status_code == 201


async def test_what_was_adopted_before_stays_and_is_told_again(
    http: httpx.AsyncClient, store: Store, handlers: PublicationHandlers
) -> None:
    event = arrived(way=WAY, to=CITY)
    await hear(store, handlers, event)
    await adopt(http, event)
    await hear(store, handlers, returned(event, LATER))
    assert (await adopt(http, event)).status_code == 200
