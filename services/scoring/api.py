"""Scoring's HTTP side: rankings, the ledgers under them, the rules, and the dry run."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.scoring.answers import Ledger, Ranking, Recomputation, RuleSetShown
from services.scoring.desk import LedgerDesk
from services.scoring.errors import ProblemRoute
from services.scoring.export import as_csv
from shared.access.actor import Actor
from shared.access.http import bearer, unmarked
from shared.contracts.identifiers import OfficeId
from shared.process.service import ServiceContext

Authenticate = Callable[..., Awaitable[Actor]]
Period = Annotated[str, Query(max_length=10, description="2025-02, 2025-Q1 or 2025: Shanghai civil months")]
Office = Annotated[OfficeId, Query(max_length=60)]


class RecomputeOrder(BaseModel):
    """What to recompute. Without ``rule_set`` and ``version``: under the versions in force at each event."""

    model_config = ConfigDict(extra="forbid")

    assessor: OfficeId
    rule_set: str | None = Field(default=None, max_length=40)
    version: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_version_or_none(self) -> Self:
        if (self.rule_set is None) != (self.version is None):
            raise ValueError("规则名称和版本须同时填写，或都不填")
        return self


def router(context: ServiceContext, desk: LedgerDesk) -> APIRouter:
    """Return the routes under /scoring."""
    authenticate = bearer(context.verifier, context.machine)
    checked = [Depends(authenticate), Depends(unmarked)]
    routes = APIRouter(prefix="/scoring", tags=["scoring"], dependencies=checked, route_class=ProblemRoute)
    _rankings(routes, desk, authenticate)
    _ledgers(routes, desk, authenticate)
    _rules(routes, desk, authenticate)
    return routes


def _rankings(routes: APIRouter, desk: LedgerDesk, authenticate: Authenticate) -> None:
    @routes.get("/rankings")
    async def rankings(
        actor: Annotated[Actor, Depends(authenticate)],
        period: Period,
        league: Annotated[str | None, Query(max_length=20)] = None,
    ) -> Ranking:
        """A league's ranking, with and without deductions."""
        return await desk.ranking(actor, league, period)


def _ledgers(routes: APIRouter, desk: LedgerDesk, authenticate: Authenticate) -> None:
    @routes.get("/ledger")
    async def ledger(
        actor: Annotated[Actor, Depends(authenticate)],
        assessor: Office,
        unit: Office,
        period: Period,
        before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
        limit: Annotated[int, Query(ge=1, le=50)] = 50,
    ) -> Ledger:
        """The lines under one number of a ranking: event, rule, version, arithmetic, evidence."""
        return await desk.ledger(actor, assessor, unit, period, before=before, limit=limit)

    @routes.get("/ledger.csv", response_class=Response)
    async def ledger_csv(
        actor: Annotated[Actor, Depends(authenticate)],
        assessor: Office,
        period: Period,
        unit: Annotated[OfficeId | None, Query(max_length=60)] = None,
    ) -> Response:
        """The same as a file for spreadsheets."""
        lines = await desk.exported(actor, assessor, unit, period)
        name = f"ledger-{assessor}-{period}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(as_csv(lines), media_type="text/csv; charset=utf-8", headers=headers)


def _rules(routes: APIRouter, desk: LedgerDesk, authenticate: Authenticate) -> None:
    @routes.get("/rules")
    async def rules(actor: Annotated[Actor, Depends(authenticate)]) -> tuple[RuleSetShown, ...]:
        """Every published version, the one in force marked."""
        return await desk.rules(actor)

    @routes.post("/recompute")
    async def recompute(actor: Annotated[Actor, Depends(authenticate)], order: RecomputeOrder) -> Recomputation:
        """A dry run from zero under the versions in force, or under one named version."""
        return await desk.recomputation(actor, order.assessor, order.rule_set, order.version)
