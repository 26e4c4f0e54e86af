"""我的稿件: what became of it?"""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from services.portal.upstream import UpstreamRefused
from shared.access.actions import Action
from shared.access.matrix import MATRIX
from shared.contracts.vocabulary import Service


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/reports")
    async def reports(
        request: Request, state: str | None = None, number: str | None = None, before: str | None = None
    ) -> Response:
        """List the office's reports, each with its way; to htmx, the list alone."""
        visit = await desk.visitor(request)
        page = await desk.upstream.get(
            visit, Service.INTAKE, "reports", state=state or None, number=number or None, before=before, limit=50
        )
        alone = "HX-Request" in request.headers
        return desk.page(
            request,
            visit,
            "reports/list.html" if alone else "reports/reports.html",
            reports=page["items"],
            next=page["next"],
            state=state or "",
            number=number or "",
            topics="reports",
            here=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        )

    @routes.get("/reports/{report_id:uuid}")
    async def report(request: Request, report_id: UUID) -> Response:
        """Show one report: its way, its returns, its wordings, its receipts."""
        visit = await desk.visitor(request)
        found = await desk.upstream.get(visit, Service.INTAKE, f"reports/{report_id}")
        try:
            seen = await desk.upstream.get(visit, Service.FORWARDING, f"reports/{report_id}/hops")
            # A hop within this site is told twice, as sent and as received: the one with the receipt is shown.
            by_id = {hop["submission_id"]: hop for hop in sorted(seen, key=lambda hop: bool(hop["received_at"]))}
            hops = list(by_id.values())
        except UpstreamRefused:
            hops = []
        steps = sorted(
            ({**step, "office": office["name"]} for office in found["way"] for step in office["steps"]),
            key=lambda step: str(step["at"]),
        )
        may_follow = bool(found["incident_id"]) and visit.actor.role in MATRIX[Action.SUBMIT_REPORT]
        return desk.page(
            request,
            visit,
            "reports/report.html",
            report=found,
            steps=steps,
            hops=hops,
            may_follow=may_follow and found["state"] != "RETURNED",
            topics="reports",
        )
