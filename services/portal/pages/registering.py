"""登记获知 and 登记电话: plain forms that work on a phone with one hand and without scripts."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.calling import desks_to_call
from services.portal.desk import Desk
from services.portal.formats import moment, this_minute
from services.portal.forms import Form, FormUnfit
from services.portal.pages.incidents import registered
from services.portal.receipts import Receipt
from services.portal.sessions import Visit
from services.portal.wording import TEXTS
from shared.contracts.vocabulary import Service
from shared.timekeeping.civil import civil_date

_LOSSES = ("dead", "missing", "injured")
_CALL = ("incident_id", "to_office", "caller", "callee", "acknowledgement", "gist")


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    _awareness(routes, desk)
    _calls(routes, desk)


def _awareness(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/duty/awareness")
    async def awareness_form(request: Request, place: str = "", kind: str = "", gist: str = "") -> Response:
        """Show the form, filled in from a signal where one led here; the time is now."""
        visit = await desk.visitor(request)
        filled = {"known_at": this_minute(desk.context.clock.now()), "place": place, "kind": kind, "gist": gist}
        return desk.page(request, visit, "duty/awareness.html", filled=filled)

    @routes.post("/duty/awareness")
    async def register(request: Request) -> Response:
        """Register when the unit learned of an incident."""
        visit, form = await desk.sent(request)
        body = _known(form)

        async def do() -> Receipt:
            view = await desk.upstream.post(visit, Service.INTAKE, "awareness", body, key=form.key)
            return _known_receipt(desk, view)

        return await desk.once(visit, form, do)


def _known(form: Form) -> dict[str, Any]:
    known = form.moment("known_at", TEXTS.aware.known_at)
    if known is None:
        raise FormUnfit("known_at", "获知时间没有填：时限从获知时间起算，请填写何时获知")
    occurred = form.moment("occurred_at", TEXTS.aware.occurred_at)
    for name in ("kind", "place", "how"):
        if not form[name]:
            raise FormUnfit(name, f"{TEXTS.aware[name]}没有填：请补充后再登记")
    return {
        "known_at": known.isoformat(),
        "occurred_at": occurred.isoformat() if occurred else None,
        **{name: form[name] for name in ("kind", "place", "how", "gist")},
        **{name: form.whole(name, TEXTS.fact[name]) for name in _LOSSES},
    }


def _known_receipt(desk: Desk, view: dict[str, Any]) -> Receipt:
    now, incident = desk.context.clock.now(), view["incident_id"]
    return Receipt(
        title=TEXTS.aware.receipt,
        at=moment(view["recorded_at"], now),
        lines=(
            (TEXTS.aware.known_at, moment(view["known_at"], now)),
            (TEXTS.aware.kind, view["kind"]),
            (TEXTS.aware.place, view["place"]),
            (TEXTS.aware.severity, TEXTS.severity[view["severity"]]),
        ),
        links=(
            (TEXTS.write_series.INITIAL, f"/reports/new?series=INITIAL&incident={incident}"),
            (TEXTS.duty.phone, f"/duty/calls?incident={incident}"),
            (TEXTS.menu.duty, "/duty"),
        ),
        watch=f"/duty/clocks/{incident}",
    )


def _calls(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/duty/calls")
    async def call_form(request: Request, incident: str = "", to: str = "") -> Response:
        """Show the form of a telephone report; a clock's link names incident and side, since each side has its own."""
        visit = await desk.visitor(request)
        known = await registered(desk, visit, incident)
        offices = _callable(desk, visit, to)
        chosen = to if to in dict(offices) else next((each for each, _ in offices), "")
        filled = {
            "at": this_minute(desk.context.clock.now()),
            "incident": incident,
            "to": chosen,
            "caller": visit.actor.name,
        }
        return desk.page(request, visit, "duty/call.html", filled=filled, incidents=known, to=offices)

    @routes.post("/duty/calls")
    async def register(request: Request) -> Response:
        """Register a telephone report; the written one stays due."""
        visit, form = await desk.sent(request)
        at = form.moment("at", TEXTS.phone.at)
        if at is None:
            raise FormUnfit("at", "通话时间没有填：请填写何时通话")
        body = {**{name: form[name] for name in _CALL}, "at": at.isoformat()}

        async def do() -> Receipt:
            view = await desk.upstream.post(visit, Service.INTAKE, "phone-reports", body, key=form.key)
            now = desk.context.clock.now()
            return Receipt(
                title=TEXTS.phone.receipt,
                at=moment(view["recorded_at"], now),
                lines=(
                    (TEXTS.phone.to, desk.views.office_name(view["to_office"])),
                    (TEXTS.phone.callee, view["callee"]),
                    (TEXTS.phone.ack, view["acknowledgement"]),
                    (TEXTS.phone.at, moment(view["at"], now)),
                ),
                notice=TEXTS.phone.notice,
                links=((TEXTS.menu.duty, "/duty"),),
                watch=f"/duty/clocks/{view['incident_id']}",
            )

        return await desk.once(visit, form, do)


def _callable(desk: Desk, visit: Visit, to: str) -> list[tuple[str, str]]:
    """Return the offices to call, as choices; ``to``, where a clock says that a call is owed, is always among them."""
    people = desk.context.organisation
    owed = desks_to_call(people, visit.actor.office, civil_date(desk.context.clock.now()))
    named = [each for each in people.offices if each.id == to and each not in owed]
    return [(each.id, each.called) for each in (*owed, *named)]
