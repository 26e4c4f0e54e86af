"""Scoring at the city's and at a county's site."""

from collections.abc import Awaitable, Callable

import pytest

from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.scoring.site import Scoring
from tests.scoring.stories import at

OpenStore = Callable[..., Awaitable[Store]]


@pytest.fixture
async def city(open_store: OpenStore, organisation: Organisation, clock: ManualClock) -> Scoring:
    clock.set(at("03-31 09:00"))
    return Scoring(await open_store(Service.SCORING, site="linjiang"), organisation)


@pytest.fixture
async def county(open_store: OpenStore, organisation: Organisation) -> Scoring:
    return Scoring(await open_store(Service.SCORING, site="qingshan"), organisation)
