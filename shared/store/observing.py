"""What the inbox and the relay tell whoever measures: told after the commit, never before."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from shared.contracts.envelope import Delivery
from shared.contracts.vocabulary import Lane, Service


class Observer(Protocol):
    """Listener of one process. Every method returns at once and never raises."""

    def handling(self, service: Service, delivery: Delivery) -> AbstractContextManager[str | None]:
        """Surround the handling of one message; yields the trace context for what it announces."""
        ...

    def applied(self, service: Service, delivery: Delivery) -> None:
        """A message was applied and committed."""
        ...

    def repeated(self, service: Service, queue: str) -> None:
        """A message had been heard before and was dropped."""
        ...

    def stashed(self, service: Service, queue: str) -> None:
        """A message came before an earlier one and waits for it."""
        ...

    def held(self, service: Service, cause: str, state: str) -> None:
        """A message could not be applied: retrying, deferred or parked."""
        ...

    def published(self, service: Service, lane: Lane, outcome: str, messages: int) -> None:
        """The broker answered a batch: confirmed, unroutable, refused or unknown."""
        ...


class Unobserved:
    """Listens to nothing; keeps the trace context of the message itself."""

    def handling(self, service: Service, delivery: Delivery) -> AbstractContextManager[str | None]:
        """Yield the message's own trace context."""
        return nullcontext(delivery.envelope.traceparent)

    def applied(self, service: Service, delivery: Delivery) -> None:
        """Ignore."""

    def repeated(self, service: Service, queue: str) -> None:
        """Ignore."""

    def stashed(self, service: Service, queue: str) -> None:
        """Ignore."""

    def held(self, service: Service, cause: str, state: str) -> None:
        """Ignore."""

    def published(self, service: Service, lane: Lane, outcome: str, messages: int) -> None:
        """Ignore."""
