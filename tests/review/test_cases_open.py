"""What opens a case, opens it again, and takes it back, on a real database."""

from datetime import timedelta

import pytest

from services.review import history, listings, queries
from services.review.cases import Act, CaseState, WordingKey
from services.review.handlers import ReviewHandlers
from services.review.listings import CaseOnPage
from shared.contracts.identifiers import OfficeId, ReportId
from shared.contracts.reports import ReportReturned, ReportSubmitted
from shared.contracts.vocabulary import ReturnReason, Service, Stage, Urgency
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from tests.building import SHIQIAO, head, submitted, version
from tests.conftest import OpenStore
from tests.probe import hear
from tests.publication.builders import adopted
from tests.review.people import CITY, COUNTY, COUNTY_DUTY, RECEIVED, arrived


@pytest.fixture
async def store(open_store: OpenStore) -> Store:
    return await open_store(Service.REVIEW)


@pytest.fixture
def handlers(organisation: Organisation) -> ReviewHandlers:
    return ReviewHandlers(organisation)


async def seen(store: Store, report_id: ReportId, office: OfficeId) -> CaseOnPage:
    """Return the case of an office on a report."""
    async with store.reading() as connection:
        case_id = await queries.find_case(connection, report_id, office)
        assert case_id is not None
        found = await listings.read_case(connection, case_id, office)
    assert found is not None
    return found


async def wordings_of(store: Store, page: CaseOnPage) -> list[WordingKey]:
    async with store.reading() as connection:
        return list(await queries.read_wordings(connection, page.case.case_id))


def returned(event: ReportSubmitted, office: OfficeId, to: OfficeId, number: int = 1) -> ReportReturned:
    """Return a return from above."""
    return ReportReturned(
        report_id=event.report_id,
        urgency=event.urgency,
        number=event.head.number,
        title=event.content.title,
        office=office,
        to_office=to,
        stage=Stage.SECTION_REVIEW,
        reason=ReturnReason.FIGURE_UNSOURCED,
        text="86户没有出处。",
        version=number,
        returned_at=RECEIVED + timedelta(hours=1),
        concerns=(to,),
    )


async def put(store: Store, page: CaseOnPage, state: CaseState) -> None:
    """Put a case into a state as if it had been signed as it stands."""
    async with store.pool.acquire() as connection:
        await connection.execute(
            "UPDATE review_case SET state = $2, chain = ARRAY[current] WHERE case_id = $1", page.case.case_id, state
        )


async def test_a_submitted_report_waits_for_section_review_at_its_own_office(
    store: Store, handlers: ReviewHandlers
) -> None:
    """RV-02, IN-02: the way begins at the first step, whatever the sender wishes."""
    event = submitted()
    assert await hear(store, handlers, event) == []
    page = await seen(store, event.report_id, SHIQIAO)
    assert (page.case.state, page.case.step, page.case.revision) == (CaseState.SECTION_REVIEW, 0, 1)
    assert (page.case.authors, page.case.chain, page.received_at) == (event.authors, (), event.submitted_at)


@pytest.mark.parametrize("is_copy", [False, True])
async def test_the_history_names_the_office_that_received(
    store: Store, handlers: ReviewHandlers, is_copy: bool
) -> None:
    """RV-05: 接收 is an act of the receiver, not of who sent."""
    event = arrived(is_copy=is_copy)
    await hear(store, handlers, event)
    page = await seen(store, event.report_id, event.to_office)
    async with store.reading() as connection:
        (received,) = await history.read_acts(connection, page.case.case_id)
    assert (received.act, received.office) == (Act.ARRIVED, event.to_office)


async def test_a_new_version_opens_the_case_again_and_keeps_the_first_wording(
    store: Store, handlers: ReviewHandlers
) -> None:
    """AS-03: the first wording stays beside the second."""
    first = submitted()
    await hear(store, handlers, first)
    second = first.model_copy(update={"content": version(number=2, body="改后。", derived_from="x")})
    await hear(store, handlers, second)
    page = await seen(store, first.report_id, SHIQIAO)
    assert (page.case.revision, page.case.current.version) == (2, 2)
    assert [key.version for key in await wordings_of(store, page)] == [1, 2]


async def test_an_arrival_opens_the_receivers_case_with_all_that_came(store: Store, handlers: ReviewHandlers) -> None:
    first = version()
    second = version(number=2, by=OfficeId("qingshan-gov-info"), body="县改。", derived_from=first.content_hash)
    event = arrived(versions=(first, second))
    await hear(store, handlers, event)
    page = await seen(store, event.report_id, COUNTY)
    assert page.case.chain == (WordingKey.of(first), WordingKey.of(second))
    assert (page.case.from_office, page.received_at, page.custody) == (SHIQIAO, RECEIVED, event.custody)
    assert page.submission_id == event.submission_id


async def test_urgent_items_take_the_desks_own_flow(store: Store, handlers: ReviewHandlers) -> None:
    event = arrived(to=COUNTY_DUTY, urgency=Urgency.URGENT)
    await hear(store, handlers, event)
    page = await seen(store, event.report_id, COUNTY_DUTY)
    assert page.case.state is CaseState.SECTION_REVIEW


@pytest.mark.parametrize("copy_first", [True, False])
async def test_a_copy_is_for_reading_and_never_closes_a_case(
    store: Store, handlers: ReviewHandlers, copy_first: bool
) -> None:
    stated = head()
    both = [arrived(stated, is_copy=True), arrived(stated)]
    await hear(store, handlers, both[0] if copy_first else both[1])
    if copy_first:
        assert (await seen(store, stated.report_id, COUNTY)).case.state is CaseState.REFERENCE
    await hear(store, handlers, both[1] if copy_first else both[0])
    assert (await seen(store, stated.report_id, COUNTY)).case.state is CaseState.SECTION_REVIEW


async def test_what_is_returned_to_its_origin_waits_for_a_new_version(store: Store, handlers: ReviewHandlers) -> None:
    event = submitted()
    await hear(store, handlers, event)
    await put(store, await seen(store, event.report_id, SHIQIAO), CaseState.SIGNED)
    await hear(store, handlers, returned(event, COUNTY, SHIQIAO))
    page = await seen(store, event.report_id, SHIQIAO)
    assert page.case.state is CaseState.RETURNED
    async with store.reading() as connection:
        last = await history.last_act(connection, page.case.case_id)
    assert last is not None
    assert (last.act, last.office, last.text) == (Act.RETURNED_FROM_ABOVE, COUNTY, "86户没有出处。")


async def test_what_the_city_returns_to_the_county_is_reviewed_there_anew(
    store: Store, handlers: ReviewHandlers
) -> None:
    event = submitted()
    await hear(store, handlers, arrived(event.head))
    await put(store, await seen(store, event.report_id, COUNTY), CaseState.SIGNED)
    await hear(store, handlers, returned(event, CITY, COUNTY), site="linjiang")
    page = await seen(store, event.report_id, COUNTY)
    assert (page.case.state, page.case.step) == (CaseState.SECTION_REVIEW, 0)


@pytest.mark.parametrize("overtaken", ["by a new version", "by another number"])
async def test_a_return_that_came_too_late_changes_nothing(
    store: Store, handlers: ReviewHandlers, overtaken: str
) -> None:
    """Facts of different senders about one report commute."""
    event = submitted()
    await hear(store, handlers, event)
    await put(store, await seen(store, event.report_id, SHIQIAO), CaseState.SIGNED)
    late = returned(event, COUNTY, SHIQIAO)
    if overtaken == "by a new version":
        await hear(store, handlers, event.model_copy(update={"content": version(number=2, body="改后。")}))
    else:
        late = returned(event, COUNTY, SHIQIAO, number=7)
    before = await seen(store, event.report_id, SHIQIAO)
    await hear(store, handlers, late)
    assert await seen(store, event.report_id, SHIQIAO) == before


async def test_an_offices_own_return_heard_back_changes_nothing(store: Store, handlers: ReviewHandlers) -> None:
    event = submitted()
    await hear(store, handlers, event)
    before = await seen(store, event.report_id, SHIQIAO)
    await hear(store, handlers, returned(event, SHIQIAO, SHIQIAO))
    assert await seen(store, event.report_id, SHIQIAO) == before


@pytest.mark.parametrize("adopted_first", [True, False])
async def test_adoption_is_noted_and_does_not_end_the_sign_off(
    store: Store, handlers: ReviewHandlers, adopted_first: bool
) -> None:
    """F1: the county adopts at 15:30 and signs at 16:10. AD-01."""
    arrival = arrived()
    use = adopted(arrival.head, COUNTY)
    for event in (use, arrival) if adopted_first else (arrival, use):
        await hear(store, handlers, event)
    page = await seen(store, arrival.report_id, COUNTY)
    async with store.reading() as connection:
        uses = await listings.read_uses(connection, arrival.report_id)
    assert page.case.state is CaseState.SECTION_REVIEW
    assert [(each.office, each.publication) for each in uses] == [(COUNTY, "青山要情快报")]
