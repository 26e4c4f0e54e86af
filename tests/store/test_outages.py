"""A database out of reach is no fault of any message: nothing is held, and everything is applied when it is back."""

import socket

import asyncpg
import pytest

from shared.contracts.vocabulary import Service
from shared.store.failures import StoreUnavailable, is_outage
from shared.store.holding import RETRY_DELAYS
from shared.store.unit import Unit
from tests.conftest import OpenStore
from tests.store.noting import Desk, ended

END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shangda-review'"


async def test_a_connection_killed_under_a_handler_holds_nothing(desk: Desk) -> None:
    async def cut(unit: Unit) -> None:
        await desk.admin.execute(END_OTHERS)
        await unit.connection.execute("SELECT 1")

    desk.handlers.before = lambda subject, number, unit: cut(unit)
    messages = [ended(f"s{number}", 1) for number in range(6)]

    with pytest.raises(StoreUnavailable):
        await desk.inbox.process(messages)

    desk.handlers.before = lambda subject, number, unit: None
    assert await desk.held() == []
    await desk.inbox.process(messages)
    assert len(await desk.effects()) == 6


async def test_a_connection_killed_under_a_retry_costs_no_attempt(desk: Desk) -> None:
    desk.handlers.before = lambda subject, number, unit: 1 / 0
    await desk.inbox.process([ended("a", 1)])

    async def cut(unit: Unit) -> None:
        await desk.admin.execute(END_OTHERS)
        await unit.connection.execute("SELECT 1")

    desk.handlers.before = lambda subject, number, unit: cut(unit)
    with pytest.raises(StoreUnavailable):
        await desk.retry(RETRY_DELAYS[0])

    assert [(held["state"], held["attempts"]) for held in await desk.held()] == [("RETRYING", 1)]


async def test_a_closed_pool_is_an_outage(desk: Desk, open_store: OpenStore) -> None:
    desk.store = await open_store(Service.REVIEW)
    await desk.store.pool.close()

    with pytest.raises(StoreUnavailable):
        await desk.inbox.process([ended("a", 1)])
    with pytest.raises(StoreUnavailable):
        await desk.inbox.retry_one()


async def test_a_statement_that_runs_too_long_is_a_fault_and_no_outage(desk: Desk) -> None:
    async def slow(unit: Unit) -> None:
        await unit.connection.execute("SET LOCAL statement_timeout = '20ms'")
        await unit.connection.execute("SELECT pg_sleep(5)")

    desk.handlers.before = lambda subject, number, unit: slow(unit) if subject == "slow" else None

    await desk.inbox.process([ended("slow", 1), ended("a", 1)])

    assert await desk.numbers("a") == [1]
    assert [held["cause"] for held in await desk.held()] == ["QueryCanceledError"]


async def test_the_server_gives_a_statement_up_before_the_client_does(desk: Desk) -> None:
    async with desk.store.reading() as connection:
        limit = await connection.fetchval("SELECT setting::integer FROM pg_settings WHERE name = 'statement_timeout'")

    assert 0 < limit < 60_000, "a slow statement would look like a server out of reach"


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        OSError("Multiple exceptions: ..."),
        socket.gaierror(),
        TimeoutError(),
        asyncpg.exceptions.AdminShutdownError(),
        asyncpg.exceptions.CannotConnectNowError(),
        asyncpg.exceptions.ConnectionDoesNotExistError(),
        asyncpg.exceptions.TooManyConnectionsError(),
        asyncpg.exceptions.DiskFullError(),
        asyncpg.exceptions.ReadOnlySQLTransactionError(),
        asyncpg.exceptions.InterfaceError("pool is closing"),
        asyncpg.exceptions.InterfaceError("cannot perform operation: connection is closed"),
        StoreUnavailable(),
    ],
    ids=repr,
)
def test_an_outage_is_told_from_a_fault(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(),
        PermissionError(),
        ValueError(),
        asyncpg.exceptions.QueryCanceledError(),
        asyncpg.exceptions.UniqueViolationError(),
        asyncpg.exceptions.DeadlockDetectedError(),
        asyncpg.exceptions._base.DataError("invalid input for query argument $1"),
        asyncpg.exceptions.InterfaceError("cannot perform operation: another operation is in progress"),
        asyncpg.exceptions.InternalClientError(),
    ],
    ids=repr,
)
def test_a_fault_is_told_from_an_outage(error: Exception) -> None:
    assert not is_outage(error)
