"""Urgent overtakes routine in a whole service at work: both lanes on one loop, one pool, one database."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from deploy.provision.site import Servers
from shared.contracts.envelope import Delivery
from shared.contracts.event import Event
from shared.contracts.vocabulary import Lane, Service, Urgency
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext, ServiceParts
from shared.store.handlers import Handle, Handlers
from shared.store.unit import Unit
from tests.building import submitted
from tests.conftest import ORGANISATION_FILE
from tests.probe import eventually
from tests.towns import QINGSHAN, city_of, recorder

BACKLOG = 300


class Standing(Handlers):
    """Notes the lane of what it handles, and stands still in the routine lane until it is let go."""

    def __init__(self) -> None:
        self.handled: list[Lane] = []
        self.go = asyncio.Event()
        self.stands = asyncio.Event()

    async def dispatch(self, delivery: Delivery, unit: Unit, table: Mapping[type[Event], Handle]) -> None:
        """Wait in the routine lane, with the set's transaction open; note what is done."""
        if delivery.lane is Lane.ROUTINE:
            self.stands.set()
            await self.go.wait()
        self.handled.append(delivery.lane)


async def test_an_urgent_event_is_handled_while_hundreds_of_routine_ones_wait(
    servers: Servers, organisation: Organisation, tmp_path: Path
) -> None:
    """Promise 5: queues, connections and workers of its own. Not one routine event stands in its way here."""
    standing = Standing()

    def review(context: ServiceContext) -> ServiceParts:
        return ServiceParts(Service.REVIEW, standing if context.site == QINGSHAN else Standing())

    builds = {Service.INTAKE: recorder(Service.INTAKE, {}), Service.REVIEW: review}
    async with city_of(servers, organisation, ORGANISATION_FILE, tmp_path, builds) as city:
        store = city.running[QINGSHAN].hosted[Service.INTAKE].store
        async with store.unit() as unit:
            for _ in range(BACKLOG):
                unit.announce(submitted())
        await asyncio.wait_for(standing.stands.wait(), 30)

        async with store.unit() as unit:
            unit.announce(submitted(urgency=Urgency.EXTRA_URGENT))

        async def overtaken() -> bool:
            return standing.handled == [Lane.URGENT]

        try:
            await eventually(overtaken, what="the urgent event is handled first")
        finally:
            standing.go.set()  # a stop waits for what is in hand

        async def all_done() -> bool:
            return len(standing.handled) == BACKLOG + 1

        await eventually(all_done, what="the backlog is handled")
