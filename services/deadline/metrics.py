"""How the scanner is and how clocks stand. Recorded after the commit; drills are not counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.contracts.vocabulary import Leg, Mode, VerdictType


@dataclass(frozen=True, slots=True)
class Running:
    """Clocks of one leg that run now; ``first_late_from``: the nearest first late instant of those still in time."""

    leg: Leg
    clocks: int
    first_late_from: datetime | None


class DeadlineMetrics:
    """The instruments of deadline in one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._last_pass = Gauge(
            "shangda_scanner_last_pass_timestamp_seconds",
            "Machine time, in Unix seconds, of the last whole pass; it stands still when the scanner is dead.",
            registry=registry,
        )
        self._overdue_by = Histogram(
            "shangda_scanner_overdue_by_seconds",
            "How long after it came due a warning, an expiry or a silence was told.",
            buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600, 86_400),  # alarmed above 5 s, so 5 is a bucket edge
            registry=registry,
        )
        self._running = Gauge(
            "shangda_clocks_open", "Clocks that run, warning copies included.", ["leg"], registry=registry
        )
        self._headroom = Gauge(
            "shangda_clock_headroom_seconds",
            "Time left until the nearest first late instant of a leg's clocks that are still in time; below 0 when the "
            "scanner is behind, +Inf when none runs.",
            ["leg"],
            registry=registry,
        )
        self._finalised = Counter(
            "shangda_verdicts_finalised_total", "Verdicts that a person finalised.", ["type"], registry=registry
        )

    def told(self, mode: Mode, overdue_by: Iterable[timedelta]) -> None:
        """Record how late a pass told things."""
        if mode is Mode.ACTUAL:
            for late in overdue_by:
                self._overdue_by.observe(late.total_seconds())

    def passed(self, machine_now: datetime, business_now: datetime, running: Iterable[Running]) -> None:
        """Record that a pass is done and how the running clocks stand."""
        self._last_pass.set(machine_now.timestamp())
        known = {each.leg: each for each in running}
        for leg in Leg:
            each = known.get(leg)
            self._running.labels(leg).set(each.clocks if each else 0)
            first = each.first_late_from if each else None
            self._headroom.labels(leg).set((first - business_now).total_seconds() if first else float("inf"))

    def finalised(self, types: Iterable[VerdictType]) -> None:
        """Count verdicts that became final."""
        for each in types:
            self._finalised.labels(each).inc()
