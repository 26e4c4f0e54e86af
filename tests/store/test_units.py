"""A unit of work writes its state, its log and its outbox together or not at all, and numbers its facts densely."""

import asyncio
import json
from uuid import uuid4

import pytest

from shared.contracts.identifiers import ReportId
from shared.contracts.people import AppointmentEnded
from shared.contracts.vocabulary import Lane, Service, Urgency
from shared.store.appending import FactTooLarge, NotOurFact
from shared.store.unit import Message
from tests.store.noting import NOTE, WHEN, Desk, returned

REPORT = ReportId(uuid4())


async def test_a_fact_that_its_readers_would_not_take_is_not_stated(desk: Desk) -> None:
    """Promise 1: what is answered as done is done; a message that every reader parks would not be."""
    long = returned(ReportId(uuid4())).model_copy(update={"text": "长" * 320_000})
    with pytest.raises(FactTooLarge, match="960"):
        async with desk.store.unit() as unit:
            unit.announce(long)

    assert await desk.count("event_log") == 0
    assert await desk.count("outbox_pending") == 0


async def test_a_unit_that_fails_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the unit itself is what is tested
        async with desk.store.unit() as unit:
            await unit.connection.execute(NOTE, "x", "y", 1)
            unit.announce(returned(REPORT))
            unit.send(Message(Lane.ROUTINE, "exchange", "key", {}, b"frame"))
            raise ZeroDivisionError

    for table in ("effect", "event_log", "outbox_pending", "subject_counter"):
        assert await desk.count(table) == 0
    assert not desk.store.bell.lanes[Lane.ROUTINE].is_set()


async def test_a_unit_that_ends_well_is_logged_queued_and_rung(desk: Desk) -> None:
    async with desk.store.unit() as unit:
        event_id = unit.announce(returned(REPORT, urgency=Urgency.URGENT))

    async with desk.store.reading() as connection:
        row = await connection.fetchrow("SELECT event_id, lane, routing_key, headers FROM outbox_pending")
        assert await connection.fetchval("SELECT event_id FROM event_log") == event_id
    assert row is not None
    assert (row["event_id"], row["lane"], row["routing_key"]) == (event_id, "urgent", "urgent.report.returned.v1")
    assert json.loads(row["headers"])["x-shangda-sender"] == "qingshan/review/1"
    assert desk.store.bell.lanes[Lane.URGENT].is_set()


async def test_numbers_are_dense_per_subject_and_reader_though_units_fail_and_run_at_once(desk: Desk) -> None:
    async def act(number: int) -> None:
        async with desk.store.unit() as unit:
            unit.announce(returned(REPORT))
            if number % 3 == 0:
                raise ZeroDivisionError

    await asyncio.gather(*(act(number) for number in range(1, 25)), return_exceptions=True)

    async with desk.store.reading() as connection:
        rows = await connection.fetch("SELECT headers FROM outbox_pending")
    numbers = [json.loads(json.loads(row["headers"])["x-shangda-numbers"]) for row in rows]
    for reader in ("intake", "review", "portal", "forwarding"):
        assert sorted(each[reader] for each in numbers) == list(range(1, 17))


async def test_a_service_cannot_state_another_services_fact(desk: Desk) -> None:
    with pytest.raises(NotOurFact, match="portal"):
        async with desk.store.unit() as unit:
            unit.announce(AppointmentEnded(appointment_id="a", revision=1, valid_to=WHEN))

    assert await desk.count("event_log") == 0
    assert desk.store.service is Service.REVIEW
