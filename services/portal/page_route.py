"""Routes of pages: what goes wrong becomes a page that says what, why and what to do (portal.md 3.0)."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from services.portal.desk import CONFLICT, Desk, LoginNeeded, OtherAppointment, PasswordNeeded, login_address, see
from services.portal.forms import Form, FormExpired, FormUnfit
from services.portal.upstream import UpstreamAway, UpstreamRefused
from services.portal.wording import TEXTS
from shared.access.actor import Appointment

_log = logging.getLogger(__name__)
_MINE = ("title", "body", "text", "reason", "gist", "outcome", "lessons")  # fields whose words must not be lost


def page_route(desk: Desk) -> type[APIRoute]:
    """Return the class of routes that answer with pages whatever happens."""

    class PageRoute(APIRoute):
        """A route whose refusals are pages."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """Return FastAPI's handler, wrapped."""
            handle = super().get_route_handler()

            async def answered(request: Request) -> Response:
                try:
                    return await handle(request)
                except LoginNeeded:
                    return _to_login(request)
                except PasswordNeeded:
                    return _to_password(request)
                except FormExpired:
                    return _told(desk, request, 403, TEXTS.errors.expired_title, TEXTS.errors.expired)
                except OtherAppointment as other:
                    return _switched(desk, request, other)
                except FormUnfit as error:
                    return _told(desk, request, 422, TEXTS.errors.unfit_title, error.told)
                except UpstreamRefused as refused:
                    return _refused(desk, request, refused)
                except UpstreamAway as error:
                    mark = uuid4().hex[:4].upper()
                    why = repr(error.__cause__)
                    _log.warning("a service is away", extra={"call": str(error), "why": why, "mark": mark})
                    return _told(desk, request, 503, TEXTS.errors.away_title, f"{TEXTS.errors.away} {mark}")

            return answered

    return PageRoute


def _to_login(request: Request) -> Response:
    if "HX-Request" in request.headers:
        return Response(status_code=204, headers={"HX-Trigger": "session-ended", "Cache-Control": "no-store"})
    return see(login_address(request))


def _to_password(request: Request) -> Response:
    if "HX-Request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": "/password", "Cache-Control": "no-store"})
    return see("/password")


def _switched(desk: Desk, request: Request, other: OtherAppointment) -> Response:
    """Tell in which appointment the form was opened; it can be sent again as it is, from there."""
    if "HX-Request" in request.headers:
        return Response(status_code=204, headers={"HX-Trigger": "appointment-switched", "Cache-Control": "no-store"})
    opened, current = (_post(desk, each) for each in (other.opened, other.current))
    told = TEXTS.errors.switched if opened else TEXTS.errors.switched_ended
    return _answer(
        desk,
        request,
        "errors/switched.html",
        CONFLICT,
        TEXTS.errors.switched_title,
        told.format(opened=opened, current=current),
        "",
        opened=opened,
        current=current,
        again=_again(request.state.form),
    )


def _post(desk: Desk, appointment: Appointment | None) -> str:
    if appointment is None:
        return ""
    return f"{desk.views.office_name(appointment.office)} · {TEXTS.role[appointment.role.value]}"


def _again(form: Form) -> list[tuple[str, str]]:
    """Return the form as hidden fields, to be sent once more; nothing when it brought a password."""
    if any(name.endswith("password") for name in form.lists):
        return []
    return [(name, value) for name, values in form.lists.items() for value in values]


def _refused(desk: Desk, request: Request, refused: UpstreamRefused) -> Response:
    title = refused.told("title") or TEXTS.errors.refused_title
    if refused.status == CONFLICT:
        return _answer(desk, request, "errors/conflict.html", CONFLICT, title, refused.told("detail"), "")
    if refused.status == 403:
        return _answer(desk, request, "errors/denied.html", 403, title, refused.told("detail"), refused.told("remedy"))
    return _told(desk, request, refused.status, title, refused.told("detail"), refused.told("remedy"))


def _told(desk: Desk, request: Request, status: int, title: str, detail: str, remedy: str = "") -> Response:
    return _answer(desk, request, "errors/told.html", status, title, detail, remedy)


def _answer(
    desk: Desk, request: Request, template: str, status: int, title: str, detail: str, remedy: str, **more: object
) -> Response:
    form: Form | None = getattr(request.state, "form", None)
    # A coded reason is told in its word; what people wrote has no code and stands as it is.
    mine = [str(TEXTS.return_reason[form[name]]) for name in _MINE if form[name]] if form else []
    return desk.page(
        request,
        getattr(request.state, "visit", None),
        template,
        status=status,
        title=title,
        detail=detail,
        remedy=remedy,
        mine="\n".join(mine),
        back=_back(request),
        **more,
    )


def _back(request: Request) -> str:
    """Return the page that the form stood on, if the browser says; never another origin's."""
    came_from = urlsplit(request.headers.get("referer", ""))
    path = came_from.path if came_from.netloc == request.url.netloc else ""
    return (f"{path}?{came_from.query}" if came_from.query else path) or "/"
