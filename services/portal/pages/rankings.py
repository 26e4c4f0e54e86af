"""积分与排名: why this rank? Every number leads to the ledger lines that add up to it."""

from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from shared.contracts.vocabulary import Service
from shared.timekeeping.civil import civil_date


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/rankings")
    async def rankings(request: Request, league: str | None = None, period: str | None = None) -> Response:
        """Show a league's table in one period: this month when none is given."""
        visit = await desk.visitor(request)
        today = civil_date(desk.context.clock.now())
        chosen = period or f"{today:%Y-%m}"
        found = await desk.upstream.get(visit, Service.SCORING, "rankings", league=league or None, period=chosen)
        quarter = f"{today.year}-Q{(today.month + 2) // 3}"
        return desk.page(
            request,
            visit,
            "rankings/rankings.html",
            ranking=found,
            own=(own := desk.context.organisation.unit_of(visit.actor.office)),
            assesses=own == found["assessor"],
            periods=tuple(dict.fromkeys((f"{today:%Y-%m}", quarter, f"{today.year}", chosen))),
        )

    @routes.get("/rankings/ledger")
    async def ledger(request: Request, assessor: str, unit: str, period: str, before: int | None = None) -> Response:
        """Show the lines under one number and their sum."""
        visit = await desk.visitor(request)
        found = await desk.upstream.get(
            visit, Service.SCORING, "ledger", assessor=assessor, unit=unit, period=period, before=before, limit=50
        )
        shown = sum((Decimal(line["points"]) for line in found["lines"]), Decimal(0))
        whole = before is None and found["before"] is None
        return desk.page(request, visit, "rankings/ledger.html", ledger=found, shown=shown, whole=whole)

    @routes.get("/rankings/ledger.csv")
    async def exported(request: Request, assessor: str, period: str, unit: str | None = None) -> Response:
        """Give the lines of a ledger, one unit's or all, as a file for spreadsheets."""
        visit = await desk.visitor(request)
        file = await desk.upstream.file(
            visit, Service.SCORING, "ledger.csv", assessor=assessor, unit=unit, period=period
        )
        headers = {"Content-Disposition": file.disposition, "Cache-Control": "no-store"}
        return Response(file.content, media_type=file.media_type, headers=headers)
