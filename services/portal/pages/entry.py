"""Coming in and going out: login, logout, change of appointment; receipts; and the stream that keeps pages fresh."""

import hmac
import secrets
from typing import assert_never

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from services.portal.desk import COOKIE, Desk, see
from services.portal.forms import Form, read_form
from services.portal.live import Topic
from services.portal.menu import landing_of
from services.portal.sessions import Login, MustWait, NotAppointed, Opened, WrongLogin
from services.portal.wording import TEXTS
from shared.contracts.identifiers import AppointmentId

GUARD = "shangda_login"  # ties a login form to the browser that asked for it


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    _login(routes, desk)
    _session(routes, desk)
    _receipts(routes, desk)


def _login(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/login")
    async def login_page(request: Request, next: str = "/") -> Response:
        """Show the login form."""
        return _form(desk, request, next=_own(next))

    @routes.post("/login")
    async def login(request: Request) -> Response:
        """Open a session, or say why not."""
        form = await read_form(request)
        guard = request.cookies.get(GUARD, "")
        if not guard or not hmac.compare_digest(guard.encode(), form["guard"].encode()):
            return _form(desk, request, TEXTS.login.expired, form, status=403)
        address = request.client.host if request.client else "?"
        outcome = await desk.sessions.login(form["username"], form["password"], address)
        if not isinstance(outcome, Opened):
            return _form(desk, request, _told(desk, outcome), form, status=401)
        visit = await desk.sessions.visit(outcome.token)
        landing = "/" if visit is None else landing_of(visit.actor.role)
        wanted = _own(form["next"])
        answer = see(landing if wanted == "/" else wanted)
        _cookie(desk, answer, COOKIE, outcome.token)
        answer.delete_cookie(GUARD, path="/login")
        return answer


def _session(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/logout")
    async def logout(request: Request) -> Response:
        """End the session."""
        visit, _ = await desk.received(request)
        await desk.sessions.logout(visit)
        answer = see("/login")
        answer.delete_cookie(COOKIE)
        return answer

    @routes.post("/appointment")
    async def switch(request: Request) -> Response:
        """Use another appointment (切换任职)."""
        visit, form = await desk.received(request)
        chosen = AppointmentId(form["appointment"])
        await desk.sessions.switch(visit, chosen)
        role = next((each.role for each in visit.appointments if each.id == chosen), visit.actor.role)
        return see(landing_of(role))


def _receipts(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/receipts/{key}")
    async def receipt(request: Request, key: str) -> Response:
        """Show the receipt of an act."""
        visit = await desk.visitor(request)
        found = await desk.receipt(visit, key)
        if found is None:
            return desk.page(
                request,
                visit,
                "errors/told.html",
                status=404,
                title=TEXTS.errors.not_found_title,
                detail=TEXTS.errors.not_found,
                remedy="",
                mine="",
                back="/",
            )
        return desk.page(request, visit, "receipt.html", receipt=found)

    @routes.get("/events")
    async def events(request: Request, topics: str = "") -> Response:
        """Stream what moved: topic and number only, so that each page asks again with its own rights."""
        await desk.visitor(request)
        wanted = frozenset(topic for topic in Topic if topic.value in topics.split(","))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(desk.live.stream(wanted), media_type="text/event-stream", headers=headers)


def _form(
    desk: Desk, request: Request, told: str = "", form: Form | None = None, *, next: str = "/", status: int = 200
) -> Response:
    guard = secrets.token_urlsafe(16)
    answer = desk.page(
        request,
        None,
        "login/login.html",
        status=status,
        told=told,
        guard=guard,
        next=_own(form["next"]) if form else next,
        username=form["username"] if form else "",
        site_name=desk.context.organisation.site(desk.context.site).name,
    )
    _cookie(desk, answer, GUARD, guard, path="/login")
    return answer


def _told(desk: Desk, outcome: Login) -> str:
    match outcome:
        case WrongLogin():
            return str(TEXTS.login.wrong)
        case NotAppointed():
            return str(TEXTS.login.not_appointed)
        case MustWait(until):
            seconds = max(1, round((until - desk.context.machine.now()).total_seconds()))
            return str(TEXTS.login.wait).format(seconds=seconds)
        case Opened():
            return ""
        case _:
            assert_never(outcome)


def _cookie(desk: Desk, answer: Response, name: str, value: str, *, path: str = "/") -> None:
    secure = desk.context.settings.portal_url.startswith("https:")
    answer.set_cookie(name, value, httponly=True, samesite="strict", secure=secure, path=path)


def _own(address: str) -> str:
    """Return an address of this portal; anything that leads elsewhere leads home instead."""
    outside = not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address
    return "/" if outside or any(ord(sign) < 32 for sign in address) else address
