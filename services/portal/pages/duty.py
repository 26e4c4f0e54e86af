"""值班台: what is due now? Clocks by first late instant; the service sends due_at and late_from, the page subtracts."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.calling import desks_to_call
from services.portal.desk import Desk
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamRefused
from shared.contracts.vocabulary import Service
from shared.organisation.offices import Office
from shared.timekeeping.civil import civil_date


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/duty")
    async def duty(request: Request) -> Response:
        """Show running clocks, proposals and signals; to htmx, these alone."""
        visit = await desk.visitor(request)
        values = await _shown(desk, visit)
        alone = "HX-Request" in request.headers
        return desk.page(
            request, visit, "duty/board.html" if alone else "duty/duty.html", topics="duty verdicts", **values
        )

    @routes.get("/duty/clocks/{matter}")
    async def clocks_of(request: Request, matter: str) -> Response:
        """Show the clocks of one matter: a fragment for the receipt of an awareness."""
        visit = await desk.visitor(request)
        found = await desk.upstream.get(visit, Service.DEADLINE, "clocks", matter=matter, limit=50)
        unit = desk.context.organisation.unit_of(visit.actor.office)
        ours = [clock for clock in found["clocks"] if clock["unit"] == unit]
        return desk.page(request, visit, "duty/matter.html", clocks=ours, matter=matter)


async def _shown(desk: Desk, visit: Visit) -> dict[str, Any]:
    clocks, verdicts, signals = await asyncio.gather(
        desk.upstream.get(visit, Service.DEADLINE, "clocks", limit=50),
        _optional(desk, visit, Service.DEADLINE, "verdicts", "verdicts"),
        _optional(desk, visit, Service.INTAKE, "signals", "items"),
    )
    unit = desk.context.organisation.unit_of(visit.actor.office)
    ours = [clock for clock in clocks["clocks"] if clock["unit"] == unit]
    return {
        "ours": ours,
        "theirs": [clock for clock in clocks["clocks"] if clock["unit"] != unit],
        "pending": [each for each in verdicts if each["state"] == "PROPOSED"],
        "signals": signals[:8],
        "phones": _phones(desk, visit),
    }


async def _optional(desk: Desk, visit: Visit, service: Service, path: str, member: str) -> list[Any]:
    """Return a list that not every appointment may read; empty for those that may not."""
    try:
        page = await desk.upstream.get(visit, service, path, limit=50)
    except UpstreamRefused:
        return []
    return list(page[member])


def _phones(desk: Desk, visit: Visit) -> list[tuple[str, str, str]]:
    """Return (which, office, telephone) of the duty desks above, here and below."""
    people = desk.context.organisation
    unit = people.unit_of(visit.actor.office)
    above = desks_to_call(people, visit.actor.office, civil_date(desk.context.clock.now()))
    own = [people.office(each) for each in people.desks_of(unit)]
    below = [each for each in people.offices if each.parent == unit and each.answers_itself]
    groups = (("upper", above), ("own_desk", own), ("lower", below))
    return [(name, each.called, each.duty_phone or "") for name, offices in groups for each in _with_phone(offices)]


def _with_phone(offices: Any) -> list[Office]:
    return [each for each in offices if each.duty_phone]
