"""认定: late or not, on what proof? The first line is the sum; the head of the duty office decides."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from services.portal.formats import moment
from services.portal.pages.duty import Whose
from services.portal.receipts import Receipt
from services.portal.wording import TEXTS
from shared.contracts.vocabulary import Service


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/verdicts")
    async def verdicts(request: Request, whose: Whose = Whose.OWN, before: int | None = None) -> Response:
        """List proposals and verdicts about the own unit, or those that the own unit's offices were owed for."""
        visit = await desk.visitor(request)
        asked = {"whose": whose.value, "before": before}
        found = await desk.upstream.get(visit, Service.DEADLINE, "verdicts", **asked, limit=50)
        alone = "HX-Request" in request.headers
        return desk.page(
            request,
            visit,
            "duty/verdict_list.html" if alone else "duty/verdicts.html",
            found=found,
            whose=whose.value,
            topics="verdicts",
            here="/verdicts" + (f"?{request.url.query}" if request.url.query else ""),
        )

    @routes.get("/verdicts/{verdict_id:uuid}")
    async def verdict(request: Request, verdict_id: UUID) -> Response:
        """Show one verdict with its proof, and the decisions that the visitor may take."""
        visit = await desk.visitor(request)
        detail = await desk.upstream.get(visit, Service.DEADLINE, f"verdicts/{verdict_id}")
        return desk.page(request, visit, "duty/verdict.html", detail=detail, topics="verdicts")

    @routes.post("/verdicts/{verdict_id:uuid}/finalise")
    async def finalise(request: Request, verdict_id: UUID) -> Response:
        """Decide all proposals of the unit in this matter."""
        visit, form = await desk.sent(request)
        body = {"decision": form["decision"], "reason": form["reason"], "revision": form.revision()}
        path = f"matters/{form['matter']}/units/{form['unit']}/finalise"

        async def do() -> Receipt:
            answer = await desk.upstream.post(visit, Service.DEADLINE, path, body)
            types = "、".join(f"{TEXTS.leg[each['leg']]} {TEXTS.verdict[each['type']]}" for each in answer["verdicts"])
            return Receipt(
                title=TEXTS.finalise.receipt,
                at=moment(answer["finalised_at"], desk.context.clock.now()),
                lines=(
                    (TEXTS.finalise.unit, desk.views.office_name(answer["unit"])),
                    (TEXTS.finalise.decide, str(TEXTS.finalise[answer["decision"]])),
                    (TEXTS.finalise.title, types),
                ),
                notice=TEXTS.finalise.warns,
                links=((TEXTS.menu.duty, "/duty"), (TEXTS.menu.rankings, "/rankings")),
            )

        return await desk.once(visit, form, do)
