"""Metrics of messaging: what arrived, how old it was, what was held, what left. Recorded after the commit."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.contracts.vocabulary import Lane, Service

_AGES = (0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1_800, 3_600, 14_400)


class MessagingMetrics:
    """The instruments of one process; labels are services, lanes, event types and causes, never ids."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._applied = Counter(
            "shangda_messages_applied", "Messages applied and committed.", ["service", "type"], registry=registry
        )
        self._age = Histogram(
            "shangda_message_age_seconds",
            "Machine time from an event's commit at its sender to its commit at the reader.",
            ["service", "lane"],
            buckets=_AGES,
            registry=registry,
        )
        self._repeated = Counter(
            "shangda_messages_repeated",
            "Messages heard before and dropped.",
            ["service", "queue"],
            registry=registry,
        )
        self._stashed = Counter(
            "shangda_messages_stashed",
            "Messages that came before an earlier one and waited.",
            ["service", "queue"],
            registry=registry,
        )
        self._held = Counter(
            "shangda_messages_held",
            "Messages that could not be applied, by cause and what became of them.",
            ["service", "cause", "state"],
            registry=registry,
        )
        self._published = Counter(
            "shangda_messages_published",
            "Messages given to the broker, by its answer.",
            ["service", "lane", "outcome"],
            registry=registry,
        )
        self._faults = Gauge(
            "shangda_consumer_faults",
            "Sets that failed because of a fault of ours since the process began.",
            ["service", "queue"],
            registry=registry,
        )
        self._redelivered = Gauge(
            "shangda_consumer_redelivered",
            "Messages that the broker gave out before and got no acknowledgement for, since the process began.",
            ["service", "queue"],
            registry=registry,
        )
        self._open = Gauge(
            "shangda_messages_open",
            "Messages waiting in a service's tables: outbox, stash, retrying, parked, deferred.",
            ["service", "where", "cause"],
            registry=registry,
        )
        self._oldest = Gauge(
            "shangda_messages_oldest_age_seconds",
            "Age of the oldest message waiting in a service's tables.",
            ["service", "where", "cause"],
            registry=registry,
        )

    def applied(self, service: Service, lane: Lane, type_: str, age_seconds: float) -> None:
        """Count one message applied."""
        self._applied.labels(service, type_).inc()
        self._age.labels(service, lane).observe(max(age_seconds, 0.0))

    def repeated(self, service: Service, queue: str) -> None:
        """Count one repeat dropped."""
        self._repeated.labels(service, queue).inc()

    def stashed(self, service: Service, queue: str) -> None:
        """Count one message that came too early."""
        self._stashed.labels(service, queue).inc()

    def held(self, service: Service, cause: str, state: str) -> None:
        """Count one message held."""
        self._held.labels(service, cause, state).inc()

    def published(self, service: Service, lane: Lane, outcome: str, messages: int) -> None:
        """Count the broker's answers."""
        self._published.labels(service, lane, outcome).inc(messages)

    def faults(self, service: Service, queue: str, number: int) -> None:
        """Show how often a set failed because of us."""
        self._faults.labels(service, queue).set(number)

    def redelivered(self, service: Service, queue: str, number: int) -> None:
        """Show how many messages came again after a crash or a lost connection."""
        self._redelivered.labels(service, queue).set(number)

    def waiting(self, service: Service, where: str, cause: str, messages: int, oldest_seconds: float) -> None:
        """Show what waits in a service's tables."""
        self._open.labels(service, where, cause).set(messages)
        self._oldest.labels(service, where, cause).set(max(oldest_seconds, 0.0))


class DoorMetrics:
    """Readiness per door, looked at when somebody asks for the metrics: a process that hangs shows nothing at all."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._open = Gauge(
            "shangda_door_open",
            "1 while a door of a service works: a queue is consumed, a relay moves, the database answers.",
            ["service", "door"],
            registry=registry,
        )

    def show(self, doors: Mapping[str, Mapping[str, bool]]) -> None:
        """Set the gauges of every door of every service."""
        for service, each in doors.items():
            for door, works in each.items():
                self._open.labels(service, door).set(works)
