"""督办件: is it answered? Signing for, replying, returning and closing; 报告 → 批示 → 结果 on one page."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from services.portal.formats import moment
from services.portal.forms import Form
from services.portal.receipts import Receipt
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamRefused
from services.portal.wording import TEXTS
from shared.contracts.vocabulary import Role, Service

_ACTS = {
    "sign-for": ("signed_receipt", ()),
    "reply": ("reply_receipt", ("text",)),
    "return": ("return_receipt", ("reason",)),
    "close": ("close_receipt", ("outcome", "lessons")),
}
"""Act -> (its receipt's title in the catalogue, fields it takes)."""


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/tickets")
    async def tickets(request: Request, box: str = "", before: str | None = None) -> Response:
        """List the tickets addressed to, or issued by, the office."""
        visit = await desk.visitor(request)
        chosen = box or ("issued" if visit.actor.role is Role.SUPERVISION else "addressed")
        found = await desk.upstream.get(visit, Service.SUPERVISION, "tickets", box=chosen, before=before, limit=50)
        return desk.page(request, visit, "tickets/tickets.html", found=found, box=chosen, topics="tickets")

    @routes.get("/tickets/{ticket_id:uuid}")
    async def ticket(request: Request, ticket_id: UUID) -> Response:
        """Show one ticket with its chain and its limit."""
        visit = await desk.visitor(request)
        shown = await desk.upstream.get(visit, Service.SUPERVISION, f"tickets/{ticket_id}")
        clocks = await _clocks(desk, visit, str(ticket_id))
        return desk.page(request, visit, "tickets/ticket.html", shown=shown, clocks=clocks, topics="tickets")

    for name in _ACTS:
        _add_act(routes, desk, name)


def _add_act(routes: APIRouter, desk: Desk, name: str) -> None:
    title, fields = _ACTS[name]

    @routes.post(f"/tickets/{{ticket_id:uuid}}/{name}")
    async def act(request: Request, ticket_id: UUID) -> Response:
        """Do the act on the ticket as the page showed it."""
        visit, form = await desk.sent(request)
        body: dict[str, Any] = {"revision": form.revision(), **{field: form[field] for field in fields}}
        if name == "reply":
            body["co_signed"] = _co_signed(form)

        async def do() -> Receipt:
            answer = await desk.upstream.post(visit, Service.SUPERVISION, f"tickets/{ticket_id}/{name}", body)
            return _receipt(desk, answer["ticket"], str(TEXTS.ticket[title]))

        return await desk.once(visit, form, do)


def _co_signed(form: Form) -> list[str]:
    return [each for each in form.lists.get("co_signed", ()) if each]


def _receipt(desk: Desk, ticket: dict[str, Any], title: str) -> Receipt:
    return Receipt(
        title=title,
        at=moment(ticket["changed_at"], desk.context.clock.now()),
        lines=(
            (TEXTS.common.number, ticket["number"]),
            (TEXTS.write.heading, ticket["title"]),
            (TEXTS.home.head[0], ticket["state_text"]),
        ),
        notice=ticket["confirmation_text"],
        links=((TEXTS.common.open, f"/tickets/{ticket['ticket_id']}"), (TEXTS.menu.tickets, "/tickets")),
    )


async def _clocks(desk: Desk, visit: Visit, matter: str) -> list[Any]:
    try:
        page = await desk.upstream.get(visit, Service.DEADLINE, "clocks", matter=matter, limit=50)
    except UpstreamRefused:
        return []
    return [clock for clock in page["clocks"] if clock["state"] != "SUPERSEDED"]
