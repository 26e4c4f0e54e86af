"""A service's desk. One database serves all tests of this folder: each begins with review's tables empty."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest

from deploy.provision.site import Servers, database_dsn
from shared.contracts.vocabulary import Service
from shared.process.settings import DatabaseSettings
from shared.timekeeping.clocks import ManualClock
from tests.conftest import TEMPLATE, OpenStore
from tests.store.noting import EFFECT, Desk

_FILLED = """
SELECT string_agg(format('review.%I', tablename), ', ')
  FROM pg_tables
 WHERE schemaname = 'review'
   AND tablename NOT LIKE '%yoyo%'
   AND tablename NOT IN ('database_epoch')
"""


@pytest.fixture(scope="session")
async def database(servers: Servers, template: DatabaseSettings) -> AsyncIterator[DatabaseSettings]:
    """One database for the folder, with the table in which the test service notes its effects."""
    name = f"test_{os.getpid()}_store"
    admin = await asyncpg.connect(servers.admin_dsn)
    try:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY file_copy')
        inside = await asyncpg.connect(database_dsn(servers.admin_dsn, name))
        await inside.execute(EFFECT)
        await inside.close()
        yield template.model_copy(update={"name": name})
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()


@pytest.fixture
def machine() -> ManualClock:
    """The machine's clock, standing still, so that retries come when a test says so."""
    return ManualClock(datetime(2025, 2, 17, 0, 0, tzinfo=UTC))


@pytest.fixture
async def desk(open_store: OpenStore, machine: ManualClock, admin: asyncpg.Connection) -> Desk:
    """Review's store with handlers that note what they apply."""
    tables = await admin.fetchval(_FILLED)
    await admin.execute(f"TRUNCATE {tables}")
    return Desk(replace(await open_store(Service.REVIEW), machine=machine), machine, admin)
