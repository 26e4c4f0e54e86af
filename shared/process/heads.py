"""What a process shows of its logs: the newest seal head of each service for witnesses, and what waits for a seal."""

from collections.abc import Mapping

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.telemetry.metrics import MessagingMetrics
from shared.timekeeping.clocks import Clock

SQL = load_statements("shared.store")
HEADS_PATH = "/log/heads"


class Head(BaseModel):
    """The newest seal of one service's log. It tells how many facts there are and nothing of what they say."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    site: SiteId
    service: Service
    epoch: int = Field(ge=1)
    batch: int = Field(ge=1)
    position: int = Field(ge=0, description="of the last fact under this seal and those before it")
    head: str = Field(pattern="^[0-9a-f]{64}$", description="hash that every earlier fact goes into")


def heads_router(stores: Mapping[Service, Store]) -> APIRouter:
    """Return the route that forwarding asks, to have the heads of this process's services witnessed elsewhere."""
    router = APIRouter()

    @router.get(HEADS_PATH, include_in_schema=False)
    async def heads() -> list[Head]:
        """The newest head of each service here that has sealed anything."""
        found = [await newest_head(store) for store in stores.values()]
        return [head for head in found if head is not None]

    return router


async def newest_head(store: Store) -> Head | None:
    """Return the newest head of one service; None while it has sealed nothing."""
    async with store.reading() as connection:
        row = await connection.fetchrow(SQL["newest_head"])
    if row is None:
        return None
    return Head(
        site=store.site,
        service=store.service,
        epoch=row["epoch"],
        batch=row["batch"],
        position=row["last_position"],
        head=row["head"].hex(),
    )


class UnsealedWatch:
    """Shows how many facts wait for their seal and how old the oldest is: a stuck transaction holds sealing up."""

    every_seconds = 5.0

    def __init__(self, store: Store, metrics: MessagingMetrics, machine: Clock) -> None:
        self._store, self._metrics, self._machine = store, metrics, machine

    async def look(self) -> bool:
        """Measure once and set the gauges. Always returns False (a timer)."""
        async with self._store.reading() as connection:
            row = await connection.fetchrow(SQL["measure_unsealed"])
        assert row is not None
        oldest = row["oldest"]
        age = (self._machine.now() - oldest).total_seconds() if oldest is not None else 0.0
        self._metrics.waiting(self._store.service, "unsealed", "", row["messages"], age)
        return False
