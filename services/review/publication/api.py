"""The HTTP door of publication: candidates, publications, issues; adoptions and forwardings by editors."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.review.publication import acts, models
from services.review.publication.decisions import Share
from services.review.publication.door import PublicationDoor
from services.review.publication.publications import Publications
from shared.access.actor import Actor
from shared.access.http import bearer, unmarked
from shared.process.service import ServiceContext

Limit = Annotated[int, Query(ge=1, le=50)]


def router(context: ServiceContext, publications: Publications) -> APIRouter:
    """Return the routes under /publication."""
    door, who = PublicationDoor(context, publications), Depends(bearer(context.verifier, context.machine))
    routes = APIRouter(prefix="/publication", tags=["编发"], dependencies=[who, Depends(unmarked)])
    _add_views(routes, door, who)
    _add_acts(routes, door, context, publications, who)
    return routes


def _add_views(routes: APIRouter, door: PublicationDoor, who: Any) -> None:
    @routes.get("/candidates", response_model=models.CandidatesShown)
    async def candidates(before: str | None = None, limit: Limit = 50, actor: Actor = who) -> Any:
        """备选稿件：本单位收到的稿件，新的在前。"""
        return await door.candidates(actor, before, limit)

    @routes.get("/publications", response_model=list[models.PublicationShown])
    async def ours(actor: Actor = who) -> Any:
        """本单位今天的刊物。"""
        return await door.publications(actor)

    @routes.get("/issues", response_model=models.IssuesShown)
    async def issues(before: str | None = None, limit: Limit = 50, actor: Actor = who) -> Any:
        """本单位各期，新的在前。"""
        return await door.issues(actor, before, limit)

    @routes.get("/issues/{issue_id}", response_model=models.IssuePageShown)
    async def issue(issue_id: UUID, actor: Actor = who) -> Any:
        """一期及其条目。"""
        return await door.issue(actor, issue_id)


def _add_acts(
    routes: APIRouter, door: PublicationDoor, context: ServiceContext, publications: Publications, who: Any
) -> None:
    @routes.post("/adoptions", response_model=models.AdoptionShown, status_code=201)
    async def adopt(asked: models.AdoptAsked, response: Response, actor: Actor = who) -> Any:
        """采用：编入今天这一期；同一稿件同一刊物只编一次。"""
        shares = tuple(Share(each.report_id, each.share) for each in asked.shares)
        return await door.adopt(
            lambda unit: acts.adopt_report(unit, publications, actor, asked.report_id, asked.publication, shares),
            response,
        )

    @routes.post("/adoptions/on-behalf", response_model=models.AdoptionShown, status_code=201)
    async def on_behalf(asked: models.OnBehalfAsked, response: Response, actor: Actor = who) -> Any:
        """代录上级采用：须附佐证。"""
        known = acts.OnBehalf(
            report_id=asked.report_id,
            publication_name=asked.publication_name,
            level=asked.level,
            side=asked.side,
            carrier=asked.carrier,
            issue_number=asked.issue_number,
            evidence=asked.evidence,
            adopted_at=asked.adopted_at or context.clock.now(),
        )
        return await door.adopt(lambda unit: acts.adopt_on_behalf(unit, context.organisation, actor, known), response)

    @routes.post("/forwardings", response_model=models.ForwardingShown, status_code=201)
    async def forward(asked: models.ForwardAsked, actor: Actor = who) -> Any:
        """转报省级，由本系统最上一级办理；同一稿件同一载体只记一次。"""
        return await door.forward(
            lambda unit: acts.forward_report(unit, context.organisation, actor, asked.report_id, asked.carrier)
        )
