"""Supervision at the city's and at a county's site."""

from collections.abc import Awaitable, Callable

import pytest

from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.supervision.site import Supervision, at

OpenStore = Callable[..., Awaitable[Store]]


@pytest.fixture
async def city(open_store: OpenStore, organisation: Organisation, clock: ManualClock) -> Supervision:
    clock.set(at("04-10 10:00"))
    return Supervision(await open_store(Service.SUPERVISION, site="linjiang"), organisation)


@pytest.fixture
async def county(open_store: OpenStore, organisation: Organisation, clock: ManualClock) -> Supervision:
    clock.set(at("04-10 10:00"))
    return Supervision(await open_store(Service.SUPERVISION, site="qingshan"), organisation)
