"""修改密码: one's own; and the only page there is until a password that somebody else gave has been changed."""

from typing import assert_never

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.decisions import SHORTEST_PASSWORD, Unfit
from services.portal.desk import Desk
from services.portal.draft_content import Fault
from services.portal.formats import moment
from services.portal.menu import landing_of
from services.portal.passwords import Change, PasswordChanged, Wanted, change_password
from services.portal.receipts import Receipt
from services.portal.sessions import MustWait, Visit, WrongLogin
from services.portal.wording import TEXTS
from shared.access.passwords import LONGEST_PASSWORD


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/password")
    async def password_page(request: Request) -> Response:
        """Show the form."""
        return _form(desk, request, await desk.person(request))

    @routes.post("/password")
    async def change(request: Request) -> Response:
        """Change the visitor's own password; what is wrong is told at its field."""
        visit, form = await desk.received(request)
        address = request.client.host if request.client else "?"
        wanted = Wanted(form["old_password"], form["new_password"], form["repeated_password"])
        if await desk.receipt(visit, form.key) is None:
            outcome = await change_password(desk.sessions, visit, wanted, address)
            fault = _fault(desk, outcome, wanted)
            if fault is not None:
                return _form(desk, request, visit, fault)

        async def done() -> Receipt:
            return _receipt(desk, visit)

        return await desk.once(visit, form, done)


def _form(desk: Desk, request: Request, visit: Visit, fault: Fault | None = None) -> Response:
    shown = {"menu": ()} if visit.must_change else {}
    return desk.page(
        request,
        visit,
        "login/password.html",
        status=422 if fault else 200,
        faults=(fault,) if fault else (),
        shortest=SHORTEST_PASSWORD,
        **shown,
    )


def _fault(desk: Desk, outcome: Change, wanted: Wanted) -> Fault | None:
    match outcome:
        case PasswordChanged():
            return None
        case WrongLogin():
            return Fault("old_password", TEXTS.password.wrong)
        case MustWait(until):
            seconds = max(1, round((until - desk.context.machine.now()).total_seconds()))
            return Fault("old_password", TEXTS.password.wait.format(seconds=seconds))
        case Unfit.DIFFERS:
            return Fault("repeated_password", TEXTS.unfit_password[outcome])
        case Unfit():
            told = TEXTS.unfit_password[outcome]
            numbers = {"n": len(wanted.new), "shortest": SHORTEST_PASSWORD, "longest": LONGEST_PASSWORD}
            return Fault("new_password", told.format(**numbers))
        case _:
            assert_never(outcome)


def _receipt(desk: Desk, visit: Visit) -> Receipt:
    now = desk.context.clock.now()
    return Receipt(
        title=TEXTS.password.receipt,
        at=moment(now, now),
        notice=TEXTS.password.others_ended,
        links=((TEXTS.password.go_on, landing_of(visit.actor.role)),),
    )
