"""Enrolling people states their appointments once, and again only when they change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.portal import contract
from services.portal.accounts import NewAccount, enroll
from services.portal.enrolment import PeopleFileInvalid, accounts_of, load_people
from shared.access.passwords import verify_password
from shared.contracts.identifiers import AppointmentId, OfficeId
from shared.contracts.people import AppointmentGranted
from shared.contracts.vocabulary import Role, Service
from tests.conftest import OpenStore
from tests.portal.people import PASSWORD, stated
from tests.probe import stated as said_by

SHIQIAO = OfficeId("qingshan-shiqiao")
REPORTER = AppointmentId("qingshan-shiqiao.reporter")
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


async def _people() -> tuple[NewAccount, ...]:
    return await accounts_of([stated(SHIQIAO, Role.REPORTER), stated(SHIQIAO, Role.DEPUTY_SIGNER)], PASSWORD)


async def test_enrolling_states_each_appointment_once(open_store: OpenStore) -> None:
    store = await open_store(Service.PORTAL)
    people = await _people()
    for _ in range(2):
        async with store.unit() as unit:
            await enroll(unit, people, NOW)

    events = await said_by(store)

    assert [(type(e), e.revision, e.role) for e in events if isinstance(e, AppointmentGranted)] == [
        (AppointmentGranted, 1, Role.REPORTER),
        (AppointmentGranted, 1, Role.DEPUTY_SIGNER),
    ]


async def test_a_changed_appointment_is_stated_with_the_next_revision(open_store: OpenStore) -> None:
    store = await open_store(Service.PORTAL)
    (writer, signer) = await _people()
    changed = replace(writer.appointments[0], valid_to=store.clock.now() + timedelta(days=1))
    for people in ((writer, signer), (replace(writer, appointments=(changed,)), signer)):
        async with store.unit() as unit:
            done = await enroll(unit, people, NOW)

    events = await said_by(store)

    assert done.stated == 1
    last = [e for e in events if isinstance(e, AppointmentGranted) and e.appointment_id == REPORTER]
    assert [(e.revision, e.valid_to) for e in last] == [(1, None), (2, changed.valid_to)]


async def test_people_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(
        "people:\n- {person: zhou, name: 周明远, username: zhou, password: eight-letters,\n"
        "   appointments: [{office: qingshan-shiqiao, role: REPORTER}]}\n",
        encoding="utf-8",
    )

    (person,) = await accounts_of(load_people(file))

    assert (person.username, person.appointments[0].id) == ("zhou", REPORTER)
    assert await verify_password(person.password_hash, "eight-letters")


@pytest.mark.parametrize(
    "text",
    [
        "people: [{person: zhou}]",
        "people: [",
        "people:\n"
        + "- {person: a, name: 周, username: same, appointments: [{office: x, role: REPORTER}]}\n"
        + "- {person: b, name: 吴, username: same, appointments: [{office: x, role: REPORTER}]}\n",
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(PeopleFileInvalid, match=r"people\.yaml"):
        load_people(file)


async def test_a_person_without_any_password_is_refused() -> None:
    with pytest.raises(PeopleFileInvalid):
        await accounts_of([stated(SHIQIAO, Role.REPORTER)])


def test_the_contract_is_the_table_s() -> None:
    from services.portal.handlers import TOPICS

    assert set(TOPICS) == set(contract.READS)
