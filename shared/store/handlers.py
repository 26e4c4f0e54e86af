"""From event to handler: one table per service, made from the methods marked with ``on``."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from shared.contracts.envelope import Delivery
from shared.contracts.event import Event
from shared.store.unit import Connection, Unit

E = TypeVar("E", bound=Event)
H = TypeVar("H")
Handle = Callable[[Any, Unit], Awaitable[None]]
_MARK = "__handles__"


class PoisonMessage(Exception):
    """The event can never be applied as it is. It is parked at once, with the cause; trying again cannot help."""


class TooNew(Exception):
    """What the event rests on is not here yet: an organisation, a key, a rule that its sender already has.

    It is deferred: nobody is blamed, and it is tried again at every start and when an operator replays it.
    """


class Unpublished(TooNew):
    """What the event rests on can be published while this process runs, as a rule set can.

    It is deferred like the rest, and besides tried again every few minutes (``DEFERRED_DELAY``): no start is needed.
    """


class NoHandler(PoisonMessage):
    """An event reached a service that has no handler for it: bindings and code differ."""


def on(event: type[E]) -> Callable[[H], H]:
    """Mark a method as the handler of one event class: ``async def name(self, event, unit) -> None``."""

    def mark(method: H) -> H:
        setattr(method, _MARK, (*getattr(method, _MARK, ()), event))
        return method

    return mark


class Handlers:
    """Base of a service's handlers. Each method handles one message inside a transaction that others may share.

    A handler reads, asks a rule, stores and announces. It raises PoisonMessage for what can never be applied; TooNew,
    Unpublished or OrganisationBehind for what can be applied later; any other exception is retried with growing delays
    and then parked. It must not commit, publish or wait for anything but its connection.
    """

    def table(self) -> Mapping[type[Event], Handle]:
        """Return event class -> bound method. Raises ValueError when two methods handle one event."""
        found: dict[type[Event], Handle] = {}
        for name in dir(type(self)):
            for event in getattr(getattr(type(self), name), _MARK, ()):
                if event in found:
                    raise ValueError(f"{type(self).__name__} handles {event.name} twice")
                found[event] = cast(Handle, getattr(self, name))
        return found

    async def dispatch(self, delivery: Delivery, unit: Unit, table: Mapping[type[Event], Handle]) -> None:
        """Hand a delivery to its method. Raises NoHandler when the service has none for its event."""
        handle = table.get(type(delivery.event))
        if handle is None:
            raise NoHandler(f"{type(self).__name__} has no handler for {delivery.envelope.type}")
        await handle(delivery.event, unit)

    async def finish(self, connection: Connection, units: Sequence[Unit]) -> None:
        """Write what the handlers of a set left in ``unit.left``, in statements for the whole set.

        Called once per transaction, after the last handler and before log and outbox are written.
        """
