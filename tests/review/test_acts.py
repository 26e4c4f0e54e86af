"""Checking, signing and rewriting a case, through the functions that HTTP and stories call, on a real database."""

import asyncio
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from services.review import acts, history, listings
from services.review.cases import CaseState
from services.review.decisions import Stale
from services.review.errors import ActRefused, CaseUnknown
from shared.access.actor import Actor
from shared.access.decisions import ActDenied
from shared.contracts.people import AppointmentEnded
from shared.contracts.reports import ReportFiled, ReportReviewed, ReportSigned
from shared.contracts.vocabulary import Role, Service, Stage, Urgency
from shared.organisation.loader import load
from shared.organisation.organisation import Organisation
from tests.building import SHIQIAO, version
from tests.conftest import ORGANISATION_FILE, OpenStore
from tests.probe import hear, stated
from tests.review.offices import EVERYBODY, TEXT, Office, at_the_county, at_the_origin
from tests.review.people import (
    CHECKER,
    COUNTY,
    COUNTY_CHECKER,
    COUNTY_COLLEAGUE,
    COUNTY_DUTY,
    COUNTY_EDITOR,
    COUNTY_PRINCIPAL,
    COUNTY_SIGNER,
    DUTY_LEAD,
    DUTY_OFFICER,
    SIGNER,
    WRITER,
    appoint,
    arrived,
    person,
)


@pytest.fixture
async def office(open_store: OpenStore, organisation: Organisation) -> Office:
    made = Office(await open_store(Service.REVIEW), organisation)
    await appoint(made.store, made.handlers, *EVERYBODY)
    return made


async def test_a_report_is_checked_then_signed_then_leaves(office: Office) -> None:
    """RV-02, RV-05: section, then deputy; the signature names office, appointment and time."""
    case_id = await at_the_origin(office)
    passed = await office.pass_(CHECKER, case_id, 1)
    assert (passed.state, passed.next.roles) == (CaseState.SIGN_OFF, (Role.DEPUTY_SIGNER, Role.PRINCIPAL))
    signed = await office.sign(SIGNER, case_id, passed.revision)
    assert signed.next.offices == (COUNTY,)
    reviewed, released = await stated(office.store)
    assert isinstance(reviewed, ReportReviewed)
    assert reviewed.stage is Stage.SECTION_REVIEW
    assert isinstance(released, ReportSigned)
    assert (released.office, released.versions, released.custody) == (SHIQIAO, (version(),), ())
    assert (released.signed_by.appointment, released.signed_by.role) == (SIGNER.appointment, Role.DEPUTY_SIGNER)
    assert released.signed_at == office.store.clock.now()


async def test_nothing_leaves_without_a_check(office: Office) -> None:
    """RV-01, IN-02: the signer cannot leap over the section."""
    case_id = await at_the_origin(office)
    with pytest.raises(ActRefused):
        await office.sign(SIGNER, case_id, 1)
    assert await stated(office.store) == []


@pytest.mark.parametrize("role", [Role.REPORTER, Role.INFO_SECTION, Role.EDITOR, Role.DUTY_LEAD])
async def test_a_problem_is_signed_by_deputy_or_principal_only(office: Office, role: Role) -> None:
    """RV-09, RV-05."""
    other = person("other", role, SHIQIAO)
    await appoint(office.store, office.handlers, other)
    case_id = await at_the_origin(office)
    await office.pass_(CHECKER, case_id, 1)
    with pytest.raises(ActDenied):
        await office.sign(other, case_id, 2)
    assert not [each for each in await stated(office.store) if isinstance(each, ReportSigned)]


async def test_author_reviewer_and_signer_are_three_people(office: Office) -> None:
    """RV-01: whatever appointments one person holds."""
    writer_as_checker = person(WRITER.person, Role.INFO_SECTION, SHIQIAO)
    checker_as_signer = person(CHECKER.person, Role.DEPUTY_SIGNER, SHIQIAO)
    renamed = [
        Actor(each.person, each.name, type(each.appointment)(f"{each.name}-2"), each.office, "", each.role, each.site)
        for each in (writer_as_checker, checker_as_signer)
    ]
    await appoint(office.store, office.handlers, *renamed)
    case_id = await at_the_origin(office)
    with pytest.raises(ActDenied, match="本人撰写"):
        await office.pass_(renamed[0], case_id, 1)
    await office.pass_(CHECKER, case_id, 1)
    with pytest.raises(ActDenied, match="本人审核"):
        await office.sign(renamed[1], case_id, 2)


async def test_a_duty_lead_signs_what_is_urgent(office: Office) -> None:
    event = arrived(to=COUNTY_DUTY, urgency=Urgency.URGENT)
    await hear(office.store, office.handlers, event)
    case_id = await office.case_of(event.report_id, COUNTY_DUTY)
    await office.pass_(DUTY_OFFICER, case_id, 1)
    receipt = await office.sign(DUTY_LEAD, case_id, 2)
    assert receipt.state is CaseState.SIGNED
    assert "linjiang-gov-duty" in receipt.next.offices


async def test_an_ended_appointment_signs_nothing(office: Office) -> None:
    """RV-05: judged by the appointment in force at that instant."""
    case_id = await at_the_origin(office)
    await office.pass_(CHECKER, case_id, 1)
    ended = AppointmentEnded(appointment_id=SIGNER.appointment, revision=2, valid_to=office.store.clock.now())
    async with office.store.unit() as unit:
        await office.handlers.on_appointment_ended(ended, unit)
    with pytest.raises(ActDenied):
        await office.sign(SIGNER, case_id, 2)


async def test_of_two_concurrent_signers_one_signs(office: Office) -> None:
    case_id = await at_the_county(office)
    await office.pass_(COUNTY_CHECKER, case_id, 1)
    outcomes = await asyncio.gather(
        office.sign(COUNTY_SIGNER, case_id, 2), office.sign(COUNTY_PRINCIPAL, case_id, 2), return_exceptions=True
    )
    (refused,) = [each for each in outcomes if isinstance(each, ActRefused)]
    assert refused.refused == Stale(2, 3)
    assert refused.last is not None
    assert refused.last.person in (COUNTY_SIGNER.person, COUNTY_PRINCIPAL.person)
    assert len([each for each in await stated(office.store) if isinstance(each, ReportSigned)]) == 1


@pytest.fixture
def longer(tmp_path: Path) -> Organisation:
    """The organisation before or after its next version: every section's reports are signed by the principal last."""
    text = ORGANISATION_FILE.read_text(encoding="utf-8")
    file = tmp_path / "longer.yaml"
    file.write_text(text.replace("  - {flow: two-step}", "  - {flow: principal-signs}"), encoding="utf-8")
    return load(file)


async def test_a_case_goes_through_the_flow_that_was_in_force_when_it_came(
    office: Office, organisation: Organisation, longer: Organisation
) -> None:
    """Architecture 11: with a shorter flow it would wait at a step that no longer is."""
    before = Office(office.store, longer)
    case_id = await at_the_county(before)
    await before.pass_(COUNTY_CHECKER, case_id, 1)
    await before.sign(COUNTY_SIGNER, case_id, 2)

    after = Office(office.store, organisation)
    with pytest.raises(ActDenied):
        await after.sign(COUNTY_SIGNER, case_id, 3)
    receipt = await after.sign(COUNTY_PRINCIPAL, case_id, 3)

    assert receipt.state is CaseState.SIGNED
    assert [each.versions for each in await stated(office.store) if isinstance(each, ReportSigned)]


async def test_a_longer_flow_begins_with_what_comes_after_it(office: Office, longer: Organisation) -> None:
    case_id = await at_the_county(office)
    after = Office(office.store, longer)
    await after.pass_(COUNTY_CHECKER, case_id, 1)

    receipt = await after.sign(COUNTY_SIGNER, case_id, 2)

    assert receipt.state is CaseState.SIGNED
    next_one = await at_the_county(after)
    await after.pass_(COUNTY_CHECKER, next_one, 1)
    assert (await after.sign(COUNTY_SIGNER, next_one, 2)).state is CaseState.SIGN_OFF


async def test_a_delegation_fills_the_delegators_step_of_a_flow_and_no_other(
    office: Office, longer: Organisation
) -> None:
    """Where the principal signs last, whom the deputy delegated does not sign in the principal's place."""
    there = Office(office.store, longer)
    deputies = [
        replace(person(f"stand-in-{giver.name}", Role.DEPUTY_SIGNER, COUNTY), delegated_by=giver.appointment)
        for giver in (COUNTY_SIGNER, COUNTY_PRINCIPAL)
    ]
    await appoint(office.store, office.handlers, *deputies)
    case_id = await at_the_county(there)
    await there.pass_(COUNTY_CHECKER, case_id, 1)
    await there.sign(COUNTY_SIGNER, case_id, 2)

    with pytest.raises(ActDenied):
        await there.sign(deputies[0], case_id, 3)
    assert (await there.sign(deputies[1], case_id, 3)).state is CaseState.SIGNED


async def test_the_original_travels_before_the_countys_wording(office: Office) -> None:
    """AS-03: nobody's rewrite replaces what was signed below, and the custody so far goes with it."""
    event = arrived()
    await hear(office.store, office.handlers, event)
    case_id = await office.case_of(event.report_id, COUNTY)
    rewritten = await office.rewrite(COUNTY_CHECKER, case_id, 1)
    passed = await office.pass_(COUNTY_COLLEAGUE, case_id, rewritten.revision)
    await office.sign(COUNTY_SIGNER, case_id, passed.revision)
    released = (await stated(office.store))[-1]
    assert isinstance(released, ReportSigned)
    assert released.versions[0] == event.versions[0]
    assert [(each.version, each.by_office) for each in released.versions] == [(1, SHIQIAO), (2, COUNTY)]
    assert released.versions[1].derived_from == event.versions[0].content_hash
    assert released.custody == event.custody


async def test_an_unchanged_report_travels_as_it_came(office: Office) -> None:
    """F1: the county changed nothing, so there is nothing to compare."""
    case_id = await at_the_county(office)
    await office.pass_(COUNTY_CHECKER, case_id, 1)
    await office.sign(COUNTY_SIGNER, case_id, 2)
    released = (await stated(office.store))[-1]
    assert isinstance(released, ReportSigned)
    assert released.versions == (version(),)


async def test_a_rewrite_at_sign_off_goes_back_to_the_section(office: Office) -> None:
    """RV-01: a signer's own words are checked too."""
    case_id = await at_the_county(office)
    await office.pass_(COUNTY_CHECKER, case_id, 1)
    rewritten = await office.rewrite(COUNTY_SIGNER, case_id, 2)
    assert rewritten.state is CaseState.SECTION_REVIEW
    with pytest.raises(ActRefused):
        await office.sign(COUNTY_PRINCIPAL, case_id, rewritten.revision)


async def test_who_words_a_report_anew_neither_passes_nor_signs_the_own_words(office: Office) -> None:
    """RV-01, B4: the rewriter is the current wording's author; wording it again is the rewriter's own business."""
    case_id = await at_the_county(office)
    rewritten = await office.rewrite(COUNTY_CHECKER, case_id, 1)
    with pytest.raises(ActDenied, match="本人撰写"):
        await office.pass_(COUNTY_CHECKER, case_id, rewritten.revision)
    other = replace(TEXT, title="县再改标题")
    again = await office.rewrite(COUNTY_CHECKER, case_id, rewritten.revision, other)
    passed = await office.pass_(COUNTY_COLLEAGUE, case_id, again.revision)

    by_signer = await office.rewrite(COUNTY_SIGNER, case_id, passed.revision)
    passed = await office.pass_(COUNTY_COLLEAGUE, case_id, by_signer.revision)
    with pytest.raises(ActDenied, match="本人撰写"):
        await office.sign(COUNTY_SIGNER, case_id, passed.revision)
    assert (await office.sign(COUNTY_PRINCIPAL, case_id, passed.revision)).state is CaseState.SIGNED


async def test_what_comes_anew_from_below_was_rewritten_by_nobody_here(office: Office) -> None:
    event = arrived()
    await hear(office.store, office.handlers, event)
    case_id = await office.case_of(event.report_id, COUNTY)
    await office.rewrite(COUNTY_CHECKER, case_id, 1)
    await office.give_back(COUNTY_CHECKER, case_id, 2)
    anew = version(number=2, body="三座水库淤堵。", derived_from=version().content_hash)
    await hear(office.store, office.handlers, arrived(event.head, versions=(version(), anew)))
    assert (await office.pass_(COUNTY_CHECKER, case_id, 4)).state is CaseState.SIGN_OFF


@pytest.mark.parametrize(
    "change", ["UPDATE case_wording SET version = 9", "DELETE FROM case_wording", "DELETE FROM case_act"]
)
async def test_the_database_itself_keeps_originals_and_history(office: Office, change: str) -> None:
    """AS-03: not even a mistake in the code can alter what was written."""
    await at_the_county(office)
    async with office.store.pool.acquire() as connection:
        with pytest.raises(asyncpg.RaiseError, match="evidence"):
            await connection.execute(change)


async def test_an_editor_keeps_what_was_received_for_reference(office: Office) -> None:
    """AS-03: laid aside, not in silence; the offices below learn that it goes no further, and the desk is clear."""
    case_id = await at_the_county(office)
    async with office.store.unit() as unit:
        receipt = await acts.keep_case(unit, office.organisation, COUNTY_EDITOR, case_id, 1)
    assert receipt.state is CaseState.REFERENCE
    assert "不停止时限" in receipt.notice
    (filed,) = await stated(office.store)
    assert isinstance(filed, ReportFiled)
    assert (filed.report_id, filed.office, filed.concerns) == (receipt.report_id, COUNTY, (SHIQIAO,))
    async with office.store.reading() as connection:
        assert await listings.count_open(connection, COUNTY, urgent_only=False) == []


async def test_another_offices_case_does_not_exist(office: Office) -> None:
    """Being on the same site grants nothing."""
    case_id = await at_the_county(office)
    with pytest.raises(CaseUnknown):
        await office.pass_(CHECKER, case_id, 1)


async def test_a_refused_act_leaves_no_trace(office: Office) -> None:
    case_id = await at_the_county(office)
    with pytest.raises(ActRefused):
        await office.pass_(COUNTY_CHECKER, case_id, 7)
    async with office.store.reading() as connection:
        assert len(await history.read_acts(connection, case_id)) == 1
    assert await stated(office.store) == []
