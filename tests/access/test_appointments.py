"""On a real PostgreSQL: an act is judged by the appointment in force at that instant, whatever the token says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.access.actions import Action
from shared.access.actor import Appointment
from shared.access.appointments import (
    SQL,
    find_appointment,
    remember_appointment,
    revoke_appointment,
    serves_any_of,
)
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import Allowed, DenialCause, Denied
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId
from shared.contracts.vocabulary import Role, Urgency
from shared.store.unit import Connection
from tests.access.cast import OFFICE, zhao_in

NOW = datetime(2025, 2, 17, 2, 5, tzinfo=UTC)
START, END = NOW - timedelta(days=30), NOW + timedelta(days=30)
DRAFT = Context(OFFICE)


def appointed(role: Role, person: str = "zhao", office: OfficeId = OFFICE) -> Appointment:
    """Return the appointment of the actor that ``zhao_in(role)`` makes."""
    return Appointment(AppointmentId(f"{person}-{role.lower()}"), PersonId(person), "赵某某", office, role, START, END)


def cause(decision: Allowed | Denied) -> DenialCause | None:
    return decision.cause if isinstance(decision, Denied) else None


async def test_every_statement_can_be_prepared(connection: Connection) -> None:
    for name, text in SQL.items():
        assert text.startswith("-- "), f"{name} does not say its purpose"
        await connection.prepare(text)


async def test_an_appointment_comes_back_as_it_was_remembered(connection: Connection) -> None:
    given = replace(appointed(Role.DUTY_OFFICER), valid_to=None, delegated_by=AppointmentId("boss"))
    assert await remember_appointment(connection, given, 1)
    assert await find_appointment(connection, given.id) == given
    assert await find_appointment(connection, AppointmentId("nobody")) is None


async def test_an_older_or_repeated_revision_changes_nothing(connection: Connection) -> None:
    given = appointed(Role.REPORTER)
    moved = replace(given, office=OfficeId("baishi"))
    assert await remember_appointment(connection, given, 3)
    assert not await remember_appointment(connection, moved, 3)
    assert not await remember_appointment(connection, moved, 2)
    assert not await revoke_appointment(connection, given.id, NOW, 3)
    assert await find_appointment(connection, given.id) == given
    assert await remember_appointment(connection, moved, 4)
    assert await find_appointment(connection, given.id) == moved


async def test_an_end_stands_against_an_earlier_grant(connection: Connection) -> None:
    given = appointed(Role.REPORTER)
    await remember_appointment(connection, given, 1)
    assert await revoke_appointment(connection, given.id, NOW, 2)
    assert not await remember_appointment(connection, given, 1)
    assert await find_appointment(connection, given.id) == replace(given, valid_to=NOW)
    assert not await revoke_appointment(connection, AppointmentId("nobody"), NOW, 9)


async def test_an_appointment_known_and_in_force_may_do_its_acts(connection: Connection) -> None:
    await remember_appointment(connection, appointed(Role.REPORTER), 1)
    reporter = zhao_in(Role.REPORTER)
    assert await authorise(connection, reporter, Action.DRAFT_REPORT, DRAFT, NOW) == Allowed(reporter)
    assert cause(await authorise(connection, reporter, Action.SIGN_REPORT, DRAFT, NOW)) is DenialCause.ROLE


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (START - timedelta(microseconds=1), DenialCause.APPOINTMENT_NOT_IN_FORCE),
        (START, None),
        (END - timedelta(microseconds=1), None),
        (END, DenialCause.APPOINTMENT_NOT_IN_FORCE),
    ],
)
async def test_rv_05_the_term_includes_its_start_and_excludes_its_end(
    connection: Connection, at: datetime, expected: DenialCause | None
) -> None:
    """RV-05: whose signature releases is settled at the instant of signing, by business time."""
    await remember_appointment(connection, appointed(Role.DEPUTY_SIGNER), 1)
    assert cause(await authorise(connection, zhao_in(Role.DEPUTY_SIGNER), Action.SIGN_REPORT, DRAFT, at)) is expected


async def test_a_dismissal_ends_the_acts_although_the_token_lives_on(connection: Connection) -> None:
    given = appointed(Role.DEPUTY_SIGNER)
    await remember_appointment(connection, given, 1)
    await revoke_appointment(connection, given.id, NOW, 2)
    signer = zhao_in(Role.DEPUTY_SIGNER)
    assert cause(await authorise(connection, signer, Action.SIGN_REPORT, DRAFT, NOW - timedelta(seconds=1))) is None
    refused = await authorise(connection, signer, Action.SIGN_REPORT, DRAFT, NOW)
    assert isinstance(refused, Denied)
    assert refused.reason_zh == "任职不在有效期内：石桥镇 分管副主任。请切换任职，或联系单位管理员。"


async def test_an_appointment_not_heard_of_yet_is_told_to_wait(connection: Connection) -> None:
    refused = await authorise(connection, zhao_in(Role.REPORTER), Action.DRAFT_REPORT, DRAFT, NOW)
    assert isinstance(refused, Denied)
    assert (refused.cause, refused.reason_zh) == (
        DenialCause.APPOINTMENT_UNKNOWN,
        "任职尚未在本服务生效，请稍候重试",
    )


@pytest.mark.parametrize(
    "known",
    [
        replace(appointed(Role.REPORTER), role=Role.EDITOR),
        replace(appointed(Role.REPORTER), office=OfficeId("baishi")),
        replace(appointed(Role.REPORTER), person=PersonId("qian")),
    ],
)
async def test_a_token_that_differs_from_the_appointment_is_refused(connection: Connection, known: Appointment) -> None:
    await remember_appointment(connection, known, 1)
    refused = await authorise(connection, zhao_in(Role.REPORTER), Action.DRAFT_REPORT, DRAFT, NOW)
    assert cause(refused) is DenialCause.APPOINTMENT_DIFFERS


async def test_a_delegation_comes_from_the_appointment_and_ends_with_who_gave_it(connection: Connection) -> None:
    boss = appointed(Role.PRINCIPAL, "qian")
    officer = appointed(Role.DUTY_OFFICER)
    urgent = Context(OFFICE, urgency=Urgency.EXTRA_URGENT)
    claimed = replace(zhao_in(Role.DUTY_OFFICER), delegated_by=boss.id)
    await remember_appointment(connection, officer, 1)
    refused = await authorise(connection, claimed, Action.SIGN_REPORT, urgent, NOW)
    assert cause(refused) is DenialCause.CONDITION, "the token's word for a delegation was believed"

    await remember_appointment(connection, replace(officer, delegated_by=boss.id), 2)
    assert cause(await authorise(connection, claimed, Action.SIGN_REPORT, urgent, NOW)) is DenialCause.CONDITION

    await remember_appointment(connection, boss, 1)
    acting = replace(claimed, acts_for=Role.PRINCIPAL)
    assert await authorise(connection, claimed, Action.SIGN_REPORT, urgent, NOW) == Allowed(acting)

    await revoke_appointment(connection, boss.id, NOW, 2)
    assert cause(await authorise(connection, claimed, Action.SIGN_REPORT, urgent, NOW)) is DenialCause.CONDITION


@pytest.mark.parametrize(
    "giver",
    [
        appointed(Role.REPORTER, "qian"),
        appointed(Role.DUTY_OFFICER, "qian"),
        appointed(Role.PRINCIPAL, "qian", office=OfficeId("baishi")),
    ],
)
async def test_nobody_delegates_what_is_not_theirs_to_do_here(connection: Connection, giver: Appointment) -> None:
    """A reporter's delegation signs nothing, and neither does the signature of another office's principal."""
    await remember_appointment(connection, giver, 1)
    await remember_appointment(connection, replace(appointed(Role.DUTY_OFFICER), delegated_by=giver.id), 1)
    urgent = Context(OFFICE, urgency=Urgency.EXTRA_URGENT)
    refused = await authorise(connection, zhao_in(Role.DUTY_OFFICER), Action.SIGN_REPORT, urgent, NOW)
    assert cause(refused) is DenialCause.CONDITION


async def test_nobody_finalises_a_verdict_on_a_unit_where_they_also_serve(connection: Connection) -> None:
    judged = OfficeId("baishi")
    context = Context(OFFICE, judged_units=frozenset({judged}))
    head = zhao_in(Role.DUTY_HEAD)
    await remember_appointment(connection, appointed(Role.DUTY_HEAD), 1)
    assert cause(await authorise(connection, head, Action.FINALISE_LATE_VERDICT, context, NOW)) is None

    second = appointed(Role.REPORTER, office=judged)
    await remember_appointment(connection, second, 1)
    refused = await authorise(connection, head, Action.FINALISE_LATE_VERDICT, context, NOW)
    assert cause(refused) is DenialCause.SEPARATION
    assert cause(await authorise(connection, head, Action.VIEW_VERDICTS, context, NOW)) is None

    assert await serves_any_of(connection, head.person, [judged], END - timedelta(microseconds=1))
    assert not await serves_any_of(connection, head.person, [judged], END)
    assert not await serves_any_of(connection, head.person, [], NOW)


def test_an_appointment_without_a_time_zone_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(appointed(Role.REPORTER), valid_to=datetime(2025, 2, 17))  # noqa: DTZ001 - the point of the test
