"""审签台: what changed, may it go? The list, the comparison with figures first, and the acts that the step allows."""

import asyncio
from enum import StrEnum
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from services.portal.pages.pressing import by_headroom, pressing
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamAway, UpstreamRefused
from shared.contracts.vocabulary import Role, Service, Urgency
from shared.timekeeping.civil import civil_date

NOTHING: dict[str, Any] = {"candidates": [], "next": None}


class Box(StrEnum):
    """Which cases are listed. The value is the state that the review service knows; copies are kept for REFERENCE."""

    OPEN = "OPEN"
    SIGNED = "SIGNED"
    RETURNED = "RETURNED"
    REFERENCE = "REFERENCE"


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/review")
    async def review(
        request: Request,
        case: UUID | None = None,
        box: Box = Box.OPEN,
        page: str | None = None,
        received: str | None = None,
    ) -> Response:
        """Show the office's open or finished cases beside one of them; to htmx, the list alone.

        ``page`` and ``received``: where the list, and that of what may be adopted, go on.
        """
        visit = await desk.visitor(request)
        listed, candidates = await asyncio.gather(_listed(desk, visit, box, page), _candidates(desk, visit, received))
        chosen = str(case) if case else next((each["case_id"] for each in listed["cases"]), None)
        if "HX-Request" in request.headers:
            values = _list_values(listed, candidates, chosen, box, request)
            return desk.page(request, visit, "review/list.html", case=None, **values)
        shown = None if chosen is None else await desk.upstream.get(visit, Service.REVIEW, f"cases/{chosen}")
        return await _opened(desk, request, visit, listed, candidates, shown, box)

    @routes.get("/review/reports/{report_id:uuid}")
    async def by_report(request: Request, report_id: UUID) -> Response:
        """Show the office's case on a report: how a candidate is opened."""
        visit = await desk.visitor(request)
        shown = await desk.upstream.get(visit, Service.REVIEW, f"reports/{report_id}/case")
        listed, candidates = await asyncio.gather(_listed(desk, visit, Box.OPEN, None), _candidates(desk, visit, None))
        return await _opened(desk, request, visit, listed, candidates, shown, Box.OPEN)

    @routes.get("/review/{case_id:uuid}/sign")
    async def sign_page(request: Request, case_id: UUID) -> Response:
        """Repeat what goes where in whose name, before the signature."""
        visit = await desk.visitor(request)
        case = await desk.upstream.get(visit, Service.REVIEW, f"cases/{case_id}")
        head = case["head"]
        organisation, day = desk.context.organisation, civil_date(desk.context.clock.now())
        route = organisation.route(visit.actor.office, Urgency(head["urgency"]), head["nature"], day)
        names = [desk.views.office_name(each) for each in route.primary]
        copies = [desk.views.office_name(each) for each in route.copies]
        current = next(each for each in case["wordings"] if each["current"])
        return desk.page(request, visit, "review/sign.html", case=case, current=current, to=names, copies=copies)


async def _opened(
    desk: Desk,
    request: Request,
    visit: Visit,
    listed: dict[str, Any],
    candidates: dict[str, Any],
    shown: Any,
    box: Box,
) -> Response:
    about = [{"incident_id": shown["head"]["incident_id"]}] if shown and shown["state"] in _WAITS else []
    clocks = await pressing(desk, visit, about)
    return desk.page(
        request,
        visit,
        "review/review.html",
        case=shown,
        clock=next(iter(clocks.values()), None),
        publications=await _publications(desk, visit),
        topics="reports",
        **_list_values(listed, candidates, shown["case_id"] if shown else None, box, request),
    )


_WAITS = ("SECTION_REVIEW", "SIGN_OFF")


def _list_values(
    listed: dict[str, Any], candidates: dict[str, Any], chosen: str | None, box: Box, request: Request
) -> dict[str, Any]:
    asked = f"?{request.url.query}" if request.url.query and request.url.path == "/review" else ""
    return {"listed": listed, "candidates": candidates, "chosen": chosen, "box": box.value, "here": f"/review{asked}"}


async def _listed(desk: Desk, visit: Visit, box: Box, page: str | None) -> dict[str, Any]:
    """Return a page of cases with how many there are, where that is known, and where the next page begins."""
    if box is not Box.OPEN:
        found = await desk.upstream.get(visit, Service.REVIEW, "cases", state=box.value, before=page, limit=50)
        return {"cases": [{**case, "clock": None} for case in found["cases"]], "next": found["next"], "total": None}
    found = await desk.upstream.get(visit, Service.REVIEW, "queue", after=page, limit=50)
    cases = by_headroom(found["cases"], await pressing(desk, visit, found["cases"]))
    return {"cases": cases, "next": found["next"], "total": sum(each["cases"] for each in found["counts"])}


async def _candidates(desk: Desk, visit: Visit, before: str | None) -> dict[str, Any]:
    """Return what an editor may adopt; other roles have none."""
    if visit.actor.role is not Role.EDITOR:
        return NOTHING
    try:
        found = await desk.upstream.get(visit, Service.PUBLICATION, "candidates", before=before, limit=50)
    except (UpstreamRefused, UpstreamAway):
        return NOTHING
    return {"candidates": found["candidates"], "next": found["next"]}


async def _publications(desk: Desk, visit: Visit) -> list[Any]:
    if visit.actor.role is not Role.EDITOR:
        return []
    try:
        return list(await desk.upstream.get(visit, Service.PUBLICATION, "publications"))
    except (UpstreamRefused, UpstreamAway):
        return []
