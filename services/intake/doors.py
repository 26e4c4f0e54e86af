"""What every HTTP door of intake asks before it does something: who is it, and may that person do it here and now."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Header

from services.intake.errors import refusal_route
from services.intake.metrics import IntakeMetrics
from services.intake.rules import Rulebook
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import require
from shared.contracts.identifiers import PersonId
from shared.process.service import ServiceContext
from shared.store.store import Store
from shared.store.unit import Connection, Unit

Dependency = Callable[..., Awaitable[Actor]]
"""FastAPI dependency that gives the Actor of a request's token."""

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=80,
        pattern=r"^[\x21-\x7e]+$",
        description="made once by the page; the same key with the same body gets the same answer",
    ),
]


@dataclass(frozen=True, slots=True)
class Doors:
    """What the routes of every subject share. ``person``: the dependency that gives the Actor."""

    context: ServiceContext
    rules: Rulebook
    metrics: IntakeMetrics
    person: Dependency

    def opened(self, prefix: str = "") -> APIRouter:
        """Return a router whose routes answer refusals by themselves."""
        return APIRouter(prefix=prefix, tags=["intake"], route_class=refusal_route(self.metrics))


async def may(unit: Unit, actor: Actor, action: Action, about: Context) -> None:
    """Let an act pass. Raises ActDenied; the transaction is rolled back then."""
    require(await authorise(unit.connection, actor, action, about, unit.now))


async def may_see(
    store: Store,
    connection: Connection,
    actor: Actor,
    action: Action,
    *,
    authors: frozenset[PersonId] = frozenset(),
) -> None:
    """Let a view of the actor's own office pass. Raises ActDenied."""
    about = Context(office=actor.office, authors=authors)
    require(await authorise(connection, actor, action, about, store.clock.now()))
