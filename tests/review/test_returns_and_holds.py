"""Sending back and putting off, on a real database: neither is ever silent."""

from datetime import timedelta

import pytest

from services.review import acts
from services.review.cases import CaseState
from services.review.receipts import HOLD_STOPS_NOTHING
from shared.contracts.reports import ReportReturned, ReportSigned
from shared.contracts.vocabulary import ReturnReason, Role, Service
from shared.organisation.organisation import Organisation
from tests.building import SHIQIAO, submitted, version
from tests.conftest import OpenStore
from tests.probe import hear, stated
from tests.review.offices import EVERYBODY, Office, at_the_county, at_the_origin
from tests.review.people import (
    CHECKER,
    COUNTY,
    COUNTY_CHECKER,
    COUNTY_SIGNER,
    SIGNER,
    appoint,
    arrived,
)


@pytest.fixture
async def office(open_store: OpenStore, organisation: Organisation) -> Office:
    made = Office(await open_store(Service.REVIEW), organisation)
    await appoint(made.store, made.handlers, *EVERYBODY)
    return made


async def test_a_return_at_the_origin_goes_to_the_writer(office: Office) -> None:
    """AS-15: with a coded reason and a text."""
    case_id = await at_the_origin(office)
    receipt = await office.give_back(CHECKER, case_id, 1)
    assert (receipt.state, receipt.next.offices, receipt.next.roles) == (
        CaseState.RETURNED,
        (SHIQIAO,),
        (Role.REPORTER,),
    )
    (back,) = await stated(office.store)
    assert isinstance(back, ReportReturned)
    assert (back.office, back.to_office, back.concerns) == (SHIQIAO, SHIQIAO, ())
    assert (back.reason, back.text, back.version) == (ReturnReason.FACTS_UNCLEAR, "请写明下游户数。", 1)


async def test_a_return_at_the_county_goes_to_the_township_and_back_again(office: Office) -> None:
    """The whole circle: signed below, returned above, worded anew, signed again with the first wording in front."""
    event = submitted()
    below = await at_the_origin(office, event)
    await office.pass_(CHECKER, below, 1)
    await office.sign(SIGNER, below, 2)
    await hear(office.store, office.handlers, arrived(event.head))
    above = await office.case_of(event.report_id, COUNTY)
    await office.rewrite(COUNTY_CHECKER, above, 1)
    await office.give_back(COUNTY_CHECKER, above, 2)
    back = (await stated(office.store))[-1]
    assert isinstance(back, ReportReturned)
    assert (back.to_office, back.concerns, back.version) == (SHIQIAO, (SHIQIAO,), 1)

    await hear(office.store, office.handlers, back)
    anew = version(number=2, body="三座水库淤堵，下游90户。", derived_from=version().content_hash)
    await hear(office.store, office.handlers, event.model_copy(update={"content": anew}))
    await office.pass_(CHECKER, below, 5)
    await office.sign(SIGNER, below, 6)
    again = (await stated(office.store))[-1]
    assert isinstance(again, ReportSigned)
    assert again.versions == (version(), anew)

    await hear(office.store, office.handlers, arrived(event.head, versions=again.versions))
    receipt = await office.pass_(COUNTY_CHECKER, above, 4)
    assert receipt.version == 2


async def test_a_hold_is_seen_and_stops_nothing(office: Office) -> None:
    """AS-03: the receipt says that the limit runs on; the signer may sign at any time."""
    case_id = await at_the_county(office)
    await office.pass_(COUNTY_CHECKER, case_id, 1)
    until = office.store.clock.now() + timedelta(hours=1)
    async with office.store.unit() as unit:
        held = await acts.hold_case(unit, office.organisation, COUNTY_SIGNER, case_id, 2, until, "待县长阅")
    assert (held.state, held.notice) == (CaseState.SIGN_OFF, HOLD_STOPS_NOTHING)
    async with office.store.unit() as unit:
        released = await acts.release_case(unit, office.organisation, COUNTY_SIGNER, case_id, held.revision)
    assert (await office.sign(COUNTY_SIGNER, case_id, released.revision)).state is CaseState.SIGNED
