"""Backlog per office and step, as operators watch it. Offices and steps are data, so the labels are bounded."""

from collections.abc import Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge

from services.review.cases import OPEN_STATES, CaseState
from services.review.listings import Backlog
from shared.contracts.identifiers import OfficeId


class BacklogMetrics:
    """The instruments of one site's review."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._cases = Gauge(
            "shangda_backlog_cases", "Cases that wait at a step of an office.", ["office", "step"], registry=registry
        )
        self._oldest = Gauge(
            "shangda_backlog_oldest_age_seconds",
            "Business time since the oldest waiting case came to the office; 0 when none waits.",
            ["office", "step"],
            registry=registry,
        )

    def show(self, offices: Sequence[OfficeId], waiting: Sequence[Backlog], now: datetime) -> None:
        """Set the gauges of every office of the site; what waits no longer goes to 0. ``now``: business time."""
        by_step: dict[tuple[OfficeId, CaseState], Backlog] = {(each.office, each.state): each for each in waiting}
        for office in offices:
            for state in OPEN_STATES:
                found = by_step.get((office, state))
                self._cases.labels(office, state).set(found.cases if found else 0)
                age = (now - found.oldest).total_seconds() if found else 0.0
                self._oldest.labels(office, state).set(max(age, 0.0))
