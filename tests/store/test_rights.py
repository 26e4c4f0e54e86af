"""The database itself keeps evidence from being changed and services out of each other's tables."""

import asyncpg
import pytest

from shared.contracts.vocabulary import Service
from shared.store.provisioning import INSERT_ONLY
from tests.conftest import OpenStore
from tests.store.noting import Desk

CHANGES = ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}")
A_COLUMN = "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum = 2"


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", INSERT_ONLY)
async def test_a_service_cannot_change_or_remove_evidence(desk: Desk, table: str, change: str) -> None:
    column = await desk.admin.fetchval(A_COLUMN, f"review.{table}")
    async with desk.store.reading() as connection:
        with pytest.raises(asyncpg.exceptions.InsufficientPrivilegeError):
            await connection.execute(change.format(table, column))


@pytest.mark.parametrize("other", [service for service in Service if service is not Service.REVIEW])
async def test_a_service_cannot_read_anothers_tables(desk: Desk, other: Service) -> None:
    async with desk.store.reading() as connection:
        with pytest.raises(asyncpg.exceptions.InsufficientPrivilegeError):
            await connection.fetch(f"SELECT * FROM {other}.event_log")


async def test_a_service_cannot_make_or_drop_tables(desk: Desk) -> None:
    async with desk.store.reading() as connection:
        for statement in ("CREATE TABLE own (x int)", "DROP TABLE stash", "CREATE TABLE public.own (x int)"):
            with pytest.raises(asyncpg.exceptions.InsufficientPrivilegeError):
                await connection.execute(statement)


@pytest.mark.parametrize("service", Service)
async def test_every_service_can_read_and_write_its_own_messaging_tables(
    open_store: OpenStore, service: Service
) -> None:
    store = await open_store(service)

    async with store.reading() as connection:
        await connection.execute("UPDATE stash SET queue = queue WHERE false; DELETE FROM outbox_pending WHERE false")
    assert store.epoch == 1
