"""After a restore a site counts anew under a new epoch, and its readers take what it says for new."""

import asyncpg
import pytest

from deploy.epochs import ServicesRunning, begin_epoch
from shared.contracts.identifiers import AppointmentId
from shared.contracts.people import AppointmentEnded
from shared.contracts.vocabulary import Service
from shared.process.settings import DatabaseSettings
from shared.process.site import database_dsn
from shared.store.handlers import Handlers, on
from shared.store.inbox import Inbox
from shared.store.unit import Unit
from tests.conftest import OpenStore
from tests.facts import state
from tests.probe import delivery
from tests.store.noting import WHEN


class Hearing(Handlers):
    """Remembers the epochs it hears from."""

    def __init__(self) -> None:
        self.epochs: list[int] = []

    @on(AppointmentEnded)
    async def on_ended(self, event: AppointmentEnded, unit: Unit) -> None:
        assert unit.cause is not None
        self.epochs.append(unit.cause.epoch)


async def test_a_new_epoch_counts_from_one_again(
    open_store: OpenStore, database: DatabaseSettings, admin: asyncpg.Connection
) -> None:
    before = await open_store(Service.REVIEW)
    await state(before, 2)
    await before.pool.close()

    number = await begin_epoch(lambda service: database_dsn(database, service), "restored from Monday's backup")
    after = await open_store(Service.REVIEW)
    await state(after, 1)

    headers = [row["headers"] for row in await admin.fetch("SELECT headers FROM review.outbox_pending ORDER BY seq")]
    assert (number, before.epoch, after.epoch) == (2, 1, 2)
    assert ["qingshan/review/1" in each for each in headers] == [True, True, False]
    assert "qingshan/review/2" in headers[2]
    for service in Service:
        assert await admin.fetchval(f"SELECT max(epoch) FROM {service}.database_epoch") == 2


async def test_a_reader_takes_number_one_of_a_new_epoch_for_new(open_store: OpenStore) -> None:
    store, hearing = await open_store(Service.REVIEW), Hearing()
    event = AppointmentEnded(appointment_id=AppointmentId("appt-1"), revision=1, valid_to=WHEN)
    inbox = Inbox(store, hearing)

    for epoch, number in ((1, 1), (1, 2), (2, 1), (2, 2)):
        await inbox.process([delivery(event, number, epoch=epoch)])

    assert hearing.epochs == [1, 1, 2, 2]


async def test_an_epoch_is_not_begun_under_a_running_service(
    open_store: OpenStore, database: DatabaseSettings, admin: asyncpg.Connection
) -> None:
    await open_store(Service.SCORING)

    with pytest.raises(ServicesRunning) as caught:
        await begin_epoch(lambda service: database_dsn(database, service), "too early")

    assert caught.value.service is Service.SCORING
    assert await admin.fetchval("SELECT max(epoch) FROM intake.database_epoch") == 1
