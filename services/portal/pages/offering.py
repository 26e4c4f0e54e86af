"""草稿与供稿: own drafts, offering them to the office, and taking up what others of the office offer (NW-11)."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk, see
from services.portal.draft_content import as_check, of_form
from services.portal.formats import moment
from services.portal.pages.following import everything
from services.portal.receipts import Receipt
from services.portal.sessions import Visit
from services.portal.wording import TEXTS
from shared.access.actions import Action
from shared.access.matrix import MATRIX
from shared.contracts.vocabulary import Service

DRAFTS = "/reports/drafts"


def may_draft(visit: Visit) -> bool:
    """Tell whether the appointment drafts and submits for its office; the others offer what they write."""
    return visit.actor.role in MATRIX[Action.DRAFT_REPORT]


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    _own(routes, desk)
    _of_others(routes, desk)


def _own(routes: APIRouter, desk: Desk) -> None:
    @routes.get(DRAFTS)
    async def drafts(request: Request) -> Response:
        """List the visitor's drafts, and what others of the office offer to whoever may take it up."""
        visit = await desk.visitor(request)
        mine = await everything(desk, visit, Service.INTAKE, "drafts", "items")
        takes = may_draft(visit)
        offers = await everything(desk, visit, Service.INTAKE, "drafts/offered", "items") if takes else []
        return desk.page(request, visit, "writing/drafts.html", drafts=mine, offers=offers, takes=takes)

    @routes.post("/reports/{draft_id:uuid}/offer")
    async def offer(request: Request, draft_id: UUID) -> Response:
        """Save the draft and offer it to the own office (供稿)."""
        visit, form = await desk.sent(request)

        async def act() -> Receipt:
            await desk.save_draft(visit, draft_id, form.revision(), of_form(form))
            offered = await desk.upstream.put(visit, Service.INTAKE, f"drafts/{draft_id}/offer", None)
            return _receipt(offered, moment(offered["offered_at"], desk.context.clock.now()))

        return await desk.once(visit, form, act)

    @routes.post("/reports/{draft_id:uuid}/withdraw")
    async def withdraw(request: Request, draft_id: UUID) -> Response:
        """Take an offer back that nobody took up."""
        visit, _ = await desk.sent(request)
        await desk.upstream.delete(visit, Service.INTAKE, f"drafts/{draft_id}/offer")
        return see(DRAFTS)


def _of_others(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/reports/offered/{draft_id:uuid}")
    async def offered(request: Request, draft_id: UUID) -> Response:
        """Show what another person of the office offers."""
        visit = await desk.visitor(request)
        found = await desk.upstream.get(visit, Service.INTAKE, f"drafts/offered/{draft_id}")
        asked, _ = as_check(found["content"])
        return desk.page(request, visit, "writing/offered.html", offer=found, asked=asked)

    @routes.post("/reports/offered/{draft_id:uuid}/take")
    async def take(request: Request, draft_id: UUID) -> Response:
        """Take an offer up (取用) and go on writing it."""
        visit, _ = await desk.sent(request)
        taken = await desk.upstream.ask(visit, Service.INTAKE, f"drafts/offered/{draft_id}/take", None)
        return see(f"/reports/{taken['draft_id']}/edit")


def _receipt(offered: dict[str, Any], at: str) -> Receipt:
    return Receipt(
        title=TEXTS.offer.receipt,
        at=at,
        lines=(
            (TEXTS.write.heading, offered["title"] or str(TEXTS.own.untitled)),
            (TEXTS.receipt.next, TEXTS.offer.receipt_next),
        ),
        links=((TEXTS.offer.title, DRAFTS), (TEXTS.menu.own, "/reports")),
    )
