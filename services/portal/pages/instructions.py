"""批示: what leaders wrote on adopted reports; 办理 opens a ticket, 阅 does not."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from services.portal.formats import moment, this_minute
from services.portal.forms import Form, FormUnfit
from services.portal.receipts import Receipt
from services.portal.sessions import Visit
from services.portal.wording import TEXTS
from shared.contracts.vocabulary import Service


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/instructions")
    async def instructions(request: Request, before: str | None = None, reports_before: int | None = None) -> Response:
        """List instructions, and the adopted reports that can be instructed on."""
        visit = await desk.visitor(request)
        found, reports = await asyncio.gather(
            desk.upstream.get(visit, Service.SUPERVISION, "instructions", before=before, limit=50),
            desk.upstream.get(visit, Service.SUPERVISION, "reports", before=reports_before, limit=50),
        )
        return desk.page(
            request,
            visit,
            "instructions/instructions.html",
            found=found,
            reports=reports,
            topics="tickets",
        )

    @routes.get("/instructions/new")
    async def form(request: Request, report: str, title: str = "") -> Response:
        """Show the form for one report."""
        visit = await desk.visitor(request)
        filled = {"report_id": report, "title": title, "given_at": this_minute(desk.context.clock.now())}
        return desk.page(request, visit, "instructions/new.html", filled=filled, offices=_units(desk))

    @routes.post("/instructions")
    async def record(request: Request) -> Response:
        """Record an instruction."""
        visit, form = await desk.sent(request)
        body = _order(form)

        async def do() -> Receipt:
            return await _record(desk, visit, form, body)

        return await desk.once(visit, form, do)


def _units(desk: Desk) -> list[tuple[str, str]]:
    return [(each.id, each.called) for each in desk.context.organisation.offices if each.answers_itself]


def _order(form: Form) -> dict[str, Any]:
    given = form.moment("given_at", TEXTS.orders.given_at)
    if given is None:
        raise FormUnfit("given_at", "批示时间没有填：请按批示件上的时间填写")
    body: dict[str, Any] = {
        **{name: form[name] for name in ("report_id", "leader", "rank", "text", "disposition")},
        "given_at": given.isoformat(),
    }
    if form["disposition"] != "ACT":
        return body
    due = form.moment("due_on_request", TEXTS.orders.due)
    co = [each for each in form.lists.get("co", ()) if each]
    acting = {"lead": form["lead"] or None, "co": co, "limit_code": form["limit_code"] or None}
    return {**body, **acting, "due_on_request": due.isoformat() if due else None}


async def _record(desk: Desk, visit: Visit, form: Form, body: dict[str, Any]) -> Receipt:
    answer = await desk.upstream.post(visit, Service.SUPERVISION, "instructions", body, key=form.key)
    made = answer["instruction"]
    ticket = ((TEXTS.orders.ticket, answer["ticket_number"]),) if answer["ticket_number"] else ()
    return Receipt(
        title=TEXTS.orders.receipt,
        at=moment(made["recorded_at"], desk.context.clock.now()),
        lines=((TEXTS.write.heading, made["title"]), (TEXTS.orders.leader, made["leader"]), *ticket),
        notice=answer["receipt"],
        links=((TEXTS.menu.instructions, "/instructions"), (TEXTS.menu.tickets, "/tickets")),
    )
