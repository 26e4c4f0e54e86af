"""Scoring at one site, on a real database, with its HTTP door."""

from typing import Any, cast

import httpx
from fastapi import FastAPI

from services.scoring.api import router
from services.scoring.desk import LedgerDesk
from services.scoring.handlers import ScoringHandlers
from services.scoring.leagues import assessment_at
from services.scoring.rulebook import Rulebook
from services.scoring.rulefiles import shipped_rule_sets
from shared.access.actor import Actor
from shared.access.http import install_problem_handlers
from shared.contracts.event import Event
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId
from shared.contracts.outcomes import ScoreEntered
from shared.contracts.people import AppointmentGranted
from shared.contracts.vocabulary import Mode, Role
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext
from shared.store.store import Store
from tests.probe import hear
from tests.scoring.stories import at


class Scoring:
    """Scoring at one site, with its HTTP door."""

    def __init__(self, store: Store, organisation: Organisation) -> None:
        self.store = store
        self.rulebook = Rulebook.of(shipped_rule_sets())
        ruled = frozenset(self.rulebook.by_assessor)
        self.assessment = assessment_at(store.site, organisation, ruled)
        self.handlers = ScoringHandlers(self.assessment, self.rulebook)
        self.desk = LedgerDesk(store, self.assessment, self.rulebook)

    async def hear(self, *events: Event, mode: Mode = Mode.ACTUAL) -> list[ScoreEntered]:
        """Apply events in order and return the lines announced."""
        told: list[Event] = []
        for event in events:
            told += await hear(self.store, self.handlers, event, mode=mode)
        return [event for event in told if isinstance(event, ScoreEntered)]

    async def appoint(self, office: str, role: Role) -> Actor:
        """Appoint somebody and return the actor."""
        appointment = AppointmentId(f"{office}/{role}")
        await self.hear(
            AppointmentGranted(
                appointment_id=appointment,
                revision=1,
                person=PersonId(f"p-{office}-{role}"),
                person_name="王某某",
                office=OfficeId(office),
                role=role,
                valid_from=at("01-01 00:00"),
            )
        )
        return Actor(
            PersonId(f"p-{office}-{role}"),
            "王某某",
            appointment,
            OfficeId(office),
            office,
            role,
            SiteId(self.store.site),
        )

    def asked_by(self, actor: Actor) -> httpx.AsyncClient:
        """Return a client whose token is this actor's."""
        app = FastAPI()
        install_problem_handlers(app)
        app.include_router(router(cast(ServiceContext, _Context(actor, self.store.clock)), self.desk))
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://scoring", headers={"Authorization": "Bearer token"}
        )


class _Context:
    def __init__(self, actor: Actor, clock: Any) -> None:
        self.actor, self.machine = actor, clock
        self.verifier = self

    def verify(self, _token: str, _now: object) -> Actor:
        return self.actor
