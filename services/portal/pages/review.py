"""审签台: what changed, may it go? The list, the comparison with figures first, and the acts that the step allows."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamAway, UpstreamRefused
from shared.contracts.vocabulary import Role, Service, Urgency


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/review")
    async def review(request: Request, case: UUID | None = None, after: str | None = None) -> Response:
        """Show the office's queue beside one case; to htmx, the list alone."""
        visit = await desk.visitor(request)
        queue, candidates = await asyncio.gather(
            desk.upstream.get(visit, Service.REVIEW, "queue", after=after, limit=50), _candidates(desk, visit)
        )
        chosen = str(case) if case else next((each["case_id"] for each in queue["cases"]), None)
        if "HX-Request" in request.headers:
            return desk.page(request, visit, "review/list.html", queue=queue, candidates=candidates, chosen=chosen)
        shown = None if chosen is None else await desk.upstream.get(visit, Service.REVIEW, f"cases/{chosen}")
        return desk.page(
            request,
            visit,
            "review/review.html",
            queue=queue,
            candidates=candidates,
            chosen=chosen,
            case=shown,
            publications=await _publications(desk, visit),
            topics="reports",
        )

    @routes.get("/review/reports/{report_id:uuid}")
    async def by_report(request: Request, report_id: UUID) -> Response:
        """Show the office's case on a report: how a candidate is opened."""
        visit = await desk.visitor(request)
        shown = await desk.upstream.get(visit, Service.REVIEW, f"reports/{report_id}/case")
        queue, candidates = await asyncio.gather(
            desk.upstream.get(visit, Service.REVIEW, "queue", limit=50), _candidates(desk, visit)
        )
        return desk.page(
            request,
            visit,
            "review/review.html",
            queue=queue,
            candidates=candidates,
            chosen=shown["case_id"],
            case=shown,
            publications=await _publications(desk, visit),
            topics="reports",
        )

    @routes.get("/review/{case_id:uuid}/sign")
    async def sign_page(request: Request, case_id: UUID) -> Response:
        """Repeat what goes where in whose name, before the signature."""
        visit = await desk.visitor(request)
        case = await desk.upstream.get(visit, Service.REVIEW, f"cases/{case_id}")
        head = case["head"]
        office = desk.context.organisation
        route = office.route(visit.actor.office, Urgency(head["urgency"]), head["nature"])
        names = [desk.views.office_name(each) for each in route.primary]
        copies = [desk.views.office_name(each) for each in route.copies]
        current = next(each for each in case["wordings"] if each["current"])
        return desk.page(request, visit, "review/sign.html", case=case, current=current, to=names, copies=copies)


async def _candidates(desk: Desk, visit: Visit) -> list[Any]:
    """Return what an editor may adopt; other roles have none."""
    if visit.actor.role is not Role.EDITOR:
        return []
    try:
        page = await desk.upstream.get(visit, Service.PUBLICATION, "candidates", limit=50)
    except (UpstreamRefused, UpstreamAway):
        return []
    return list(page["candidates"])


async def _publications(desk: Desk, visit: Visit) -> list[Any]:
    if visit.actor.role is not Role.EDITOR:
        return []
    try:
        return list(await desk.upstream.get(visit, Service.PUBLICATION, "publications"))
    except (UpstreamRefused, UpstreamAway):
        return []
