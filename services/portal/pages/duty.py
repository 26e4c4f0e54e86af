"""值班台: what is due now? Clocks by first late instant; the service sends due_at and late_from, the page subtracts."""

import asyncio
from enum import StrEnum
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

FIRST_EXPIRED = 3  # shown above what still runs; the rest has a page of its own, so it pushes nothing off the desk
FIRST_SIGNALS = 8
MOST_TRIES = 15  # every 2 s: a clock opens within seconds of the registration, or not at all


class Whose(StrEnum):
    """Whose duties: those of the own unit, or those that others owe it."""

    OWN = "OWN"
    OTHERS = "OTHERS"


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    _board(routes, desk)
    _lists(routes, desk)

    @routes.get("/duty/clocks/{matter}")
    async def clocks_of(request: Request, matter: str, tries: int = 1) -> Response:
        """Show the clocks of one matter: a fragment for the receipt of an awareness, asked for until there are some.

        After a while there will be none: the rules in force lay no limit on this matter.
        """
        visit = await desk.visitor(request)
        found = await desk.upstream.get(visit, Service.DEADLINE, "clocks", matter=matter, limit=50)
        unit = desk.context.organisation.unit_of(visit.actor.office)
        ours = [clock for clock in found["clocks"] if clock["unit"] == unit]
        return desk.page(
            request, visit, "duty/matter.html", clocks=ours, matter=matter, tries=tries, given_up=tries >= MOST_TRIES
        )


def _board(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/duty")
    async def duty(
        request: Request, ours: str | None = None, theirs: str | None = None, pending: int | None = None
    ) -> Response:
        """Show running clocks, proposals and signals, each list from its own spot on; to htmx, these alone."""
        visit = await desk.visitor(request)
        values = await _shown(desk, visit, ours, theirs, pending)
        alone = "HX-Request" in request.headers
        return desk.page(
            request,
            visit,
            "duty/board.html" if alone else "duty/duty.html",
            topics="duty verdicts",
            here="/duty" + (f"?{request.url.query}" if request.url.query else ""),
            **values,
        )


def _lists(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/duty/expired")
    async def expired(request: Request, whose: Whose = Whose.OWN, after: str | None = None) -> Response:
        """List every clock that ran out without an answer, the latest one first."""
        visit = await desk.visitor(request)
        found = await _clocks(desk, visit, "EXPIRED", whose, after)
        return desk.page(request, visit, "duty/expired.html", found=found, whose=whose.value, topics="duty")

    @routes.get("/duty/signals")
    async def signals(request: Request, before: str | None = None) -> Response:
        """List agencies' signals, received last first."""
        visit = await desk.visitor(request)
        found = await desk.upstream.get(visit, Service.INTAKE, "signals", before=before, limit=50)
        return desk.page(request, visit, "duty/signals.html", found=found)


async def _shown(desk: Desk, visit: Visit, ours: str | None, theirs: str | None, pending: int | None) -> dict[str, Any]:
    # Running ones first: a clock that runs out between the two readings then stands in both, and never in neither.
    own, others = await asyncio.gather(
        _clocks(desk, visit, "OPEN", Whose.OWN, ours), _clocks(desk, visit, "OPEN", Whose.OTHERS, theirs, limit=20)
    )
    own_expired, others_expired, proposals, signals = await asyncio.gather(
        _clocks(desk, visit, "EXPIRED", Whose.OWN, limit=FIRST_EXPIRED),
        _clocks(desk, visit, "EXPIRED", Whose.OTHERS, limit=FIRST_EXPIRED),
        _optional(desk, visit, Service.DEADLINE, "verdicts", state="PROPOSED", before=pending, limit=20),
        _optional(desk, visit, Service.INTAKE, "signals", limit=FIRST_SIGNALS),
    )
    for running, expired in ((own, own_expired), (others, others_expired)):
        shown = {clock["clock_id"] for clock in expired["clocks"]}
        running["clocks"] = [clock for clock in running["clocks"] if clock["clock_id"] not in shown]
    return {
        "ours": own,
        "ours_expired": own_expired,
        "theirs": others,
        "theirs_expired": others_expired,
        "pending": proposals,
        "signals": signals,
        "phones": _phones(desk, visit),
    }


async def _clocks(
    desk: Desk, visit: Visit, state: str, whose: Whose, after: str | None = None, *, limit: int = 50
) -> Any:
    """Return one page of clocks with their total and the spot of the next page."""
    asked = {"state": state, "whose": whose.value, "after": after}
    return await desk.upstream.get(visit, Service.DEADLINE, "clocks", **asked, limit=limit)


async def _optional(desk: Desk, visit: Visit, service: Service, path: str, **asked: str | int | None) -> Any:
    """Return a page of a list that not every appointment may read; None for those that may not."""
    try:
        return await desk.upstream.get(visit, service, path, **asked)
    except UpstreamRefused:
        return None


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
