"""What operators watch on links: signs of life, crossings without receipt, clocks apart."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.forwarding.frames import Fate
from shared.contracts.identifiers import SiteId
from shared.store.statements import load_statements
from shared.store.store import Store

SQL = load_statements(__package__)


class FrameCounts:
    """Counts frames that were refused, whether or not they are kept."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._refused = Counter(
            "shangda_link_frames_refused_total",
            "Frames of the other site that could not be believed, understood or heard.",
            ["peer", "kind", "cause"],
            registry=registry,
        )

    def refused(self, peer: SiteId, kind: str, cause: str) -> None:
        """A frame was refused. ``kind`` is UNKNOWN where nobody can say it."""
        self._refused.labels(peer, kind, cause).inc()


class LinkMetrics:
    """Gauges per neighbour and lane, set from the tables every few seconds."""

    every_seconds = 5.0

    def __init__(self, store: Store, registry: CollectorRegistry) -> None:
        self._store = store
        labels = ["peer", "lane"]
        self._up = Gauge("shangda_link_up", "1 while heartbeats of the other site come.", labels, registry=registry)
        self._silence = Gauge(
            "shangda_link_silence_seconds", "Since the last heartbeat of the other site.", labels, registry=registry
        )
        self._open = Gauge(
            "shangda_link_unreceipted", "Facts that left and have no receipt yet.", labels, registry=registry
        )
        self._oldest = Gauge(
            "shangda_link_unreceipted_oldest_seconds",
            "Age of the oldest fact without receipt.",
            labels,
            registry=registry,
        )

        self._held_there = Gauge(
            "shangda_link_held_there",
            "Facts that left and that the other site holds without having applied them.",
            [*labels, "fate"],
            registry=registry,
        )

    async def look(self) -> bool:
        """Read once and set the gauges. Always returns False (a timer)."""
        async with self._store.reading() as connection:
            rows = await connection.fetch(SQL["list_links"])
        now = self._store.machine.now()
        for row in rows:
            labels = (row["peer"], row["lane"])
            self._up.labels(*labels).set(row["state"] == "UP")
            self._silence.labels(*labels).set(_age(row["heard_at"], now))
            self._open.labels(*labels).set(row["unreceipted"])
            self._oldest.labels(*labels).set(_age(row["oldest"], now))
            self._held_there.labels(*labels, Fate.PARKED).set(row["parked_there"])
            self._held_there.labels(*labels, Fate.DEFERRED).set(row["deferred_there"])
        return False


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since is not None else 0.0
