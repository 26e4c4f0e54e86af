"""Facts for tests about logs: what they say does not matter, only that they are stated."""

from uuid_utils.compat import uuid7

from shared.contracts.identifiers import EventId, ReportId
from shared.store.store import Store
from tests.store.noting import returned


async def state(store: Store, number: int = 1) -> list[EventId]:
    """State facts in a log of review, one transaction each; return their ids in order."""
    stated = []
    for _ in range(number):
        async with store.unit() as unit:
            stated.append(unit.announce(returned(ReportId(uuid7()))))
    return stated
