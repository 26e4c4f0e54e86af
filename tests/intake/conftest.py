"""Intake at the county's site of 青山县."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.intake.site import Intake, start_intake


@pytest.fixture
async def intake(
    open_store: Callable[..., Awaitable[Store]], organisation: Organisation, clock: ManualClock
) -> AsyncIterator[Intake]:
    """Intake at the site of 青山县, everybody appointed; it is 08:00 on 2025-02-17."""
    started = await start_intake(await open_store(Service.INTAKE, site="qingshan"), organisation, clock)
    yield started
    await started.http.aclose()
