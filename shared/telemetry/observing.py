"""The listener that turns what inbox and relay tell into metrics and spans."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime

from shared.contracts.envelope import Delivery
from shared.contracts.vocabulary import Lane, Service
from shared.telemetry.metrics import MessagingMetrics
from shared.telemetry.tracing import Tracing
from shared.timekeeping.clocks import Clock


class ProcessObserver:
    """One per process. An event's id is a UUIDv7, so its age needs no field of its own."""

    def __init__(self, metrics: MessagingMetrics, tracing: Tracing, machine: Clock) -> None:
        self._metrics, self._tracing, self._machine = metrics, tracing, machine

    def handling(self, service: Service, delivery: Delivery) -> AbstractContextManager[str | None]:
        """Surround one handling with a span."""
        envelope = delivery.envelope
        return self._tracing.handling(
            f"{service} {envelope.type}",
            envelope.traceparent,
            {"shangda.service": service, "shangda.subject": envelope.subject, "shangda.event": str(envelope.id)},
        )

    def applied(self, service: Service, delivery: Delivery) -> None:
        """Count a message applied and its age."""
        made = made_at(delivery.envelope.id.int >> 80)
        age = (self._machine.now() - made).total_seconds()
        self._metrics.applied(service, delivery.lane, delivery.envelope.type, age)

    def repeated(self, service: Service, queue: str) -> None:
        """Count a repeat."""
        self._metrics.repeated(service, queue)

    def stashed(self, service: Service, queue: str) -> None:
        """Count a message that came too early."""
        self._metrics.stashed(service, queue)

    def held(self, service: Service, cause: str, state: str) -> None:
        """Count a message held."""
        self._metrics.held(service, cause, state)

    def published(self, service: Service, lane: Lane, outcome: str, messages: int) -> None:
        """Count the broker's answers."""
        self._metrics.published(service, lane, outcome, messages)


def made_at(milliseconds: int) -> datetime:
    """Return the instant in the first 48 bits of a UUIDv7: milliseconds since 1970, UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
