"""What every page needs: who visits, what the form brought, the services, and how to answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal import queries
from services.portal.forms import Form, FormExpired, read_form
from services.portal.live import Live
from services.portal.receipts import Receipt
from services.portal.rendering import Views
from services.portal.sessions import Sessions, Visit
from services.portal.upstream import Upstream, UpstreamRefused
from shared.access.actor import Appointment
from shared.contracts.identifiers import AppointmentId
from shared.contracts.vocabulary import Service
from shared.process.service import ServiceContext

COOKIE = "shangda_session"
CONFLICT = 409


class LoginNeeded(Exception):
    """Nobody is logged in, or the session ended."""


class PasswordNeeded(Exception):
    """The visitor's password is one that somebody else gave: it must be changed before anything else is done."""


class OtherAppointment(Exception):
    """A form was opened in another appointment than the session uses now, so what it states would be another office's.

    ``opened``: the form's, None when it is not in force for this person; ``current``: the session's.
    """

    def __init__(self, opened: Appointment | None, current: Appointment) -> None:
        super().__init__(f"opened in {opened.id if opened else None}, current is {current.id}")
        self.opened, self.current = opened, current


@dataclass(frozen=True, slots=True)
class Desk:
    """The composition that pages work with."""

    context: ServiceContext
    sessions: Sessions
    upstream: Upstream
    live: Live
    views: Views

    async def visitor(self, request: Request) -> Visit:
        """Return who visits. Raises LoginNeeded, PasswordNeeded."""
        visit = await self.person(request)
        if visit.must_change:
            raise PasswordNeeded
        return visit

    async def person(self, request: Request) -> Visit:
        """Return who visits a page that concerns the person alone: logging out, the password. Raises LoginNeeded."""
        token = request.cookies.get(COOKIE)
        visit = await self.sessions.visit(token) if token else None
        if visit is None:
            raise LoginNeeded
        request.state.visit = visit
        return visit

    async def sent(self, request: Request) -> tuple[Visit, Form]:
        """Return who acts by a form, in the appointment it was opened in, and what it brought.

        With ``switch_back`` in the form the session goes back to that appointment first. Raises LoginNeeded,
        PasswordNeeded, FormExpired, OtherAppointment.
        """
        visit, form = await self.received(request)
        if visit.must_change:
            raise PasswordNeeded
        opened = form["acting_as"]
        if opened != visit.appointment.id and form["switch_back"]:
            await self.sessions.switch(visit, AppointmentId(opened))
            visit = await self.visitor(request)
        if opened != visit.appointment.id:
            held = next((each for each in visit.appointments if each.id == opened), None)
            raise OtherAppointment(held, visit.appointment)
        return visit, form

    async def received(self, request: Request) -> tuple[Visit, Form]:
        """Return who sent a form that concerns the person, not an office, and what it brought.

        Raises LoginNeeded, FormExpired.
        """
        visit = await self.person(request)
        form = await read_form(request)
        request.state.form = form  # a refusal shows what was typed
        if form["csrf"] != visit.csrf:
            raise FormExpired
        return visit, form

    def page(
        self, request: Request, visit: Visit | None, template: str, *, status: int = 200, **values: Any
    ) -> Response:
        """Return a page."""
        return self.views.page(request, template, visit, values, status=status)

    async def once(self, visit: Visit, form: Form, act: Callable[[], Awaitable[Receipt]]) -> Response:
        """Do an act once per key and lead to its receipt page; a second click leads to the first receipt."""
        key = form.key
        if await self.receipt(visit, key) is not None:
            return see(f"/receipts/{key}")
        try:
            receipt = await act()
        except UpstreamRefused as refused:
            # Two clicks at once: the other one did it meanwhile.
            if refused.status == CONFLICT and await self.receipt(visit, key) is not None:
                return see(f"/receipts/{key}")
            raise
        async with self.context.store.unit() as unit:
            await queries.keep_receipt(
                unit.connection, visit.actor.person, key, receipt.model_dump_json(), self.context.machine.now()
            )
        return see(f"/receipts/{key}")

    async def save_draft(self, visit: Visit, draft_id: UUID, revision: int, content: Mapping[str, Any]) -> Any:
        """Save a draft at intake; return its line. Raises UpstreamRefused when it was saved elsewhere or is marked."""
        body = {"revision": revision, "content": content}
        return await self.upstream.put(visit, Service.INTAKE, f"drafts/{draft_id}", body)

    async def receipt(self, visit: Visit, key: str) -> Receipt | None:
        """Return the receipt of an act of this visitor."""
        async with self.context.store.reading() as connection:
            content = await queries.find_receipt(connection, visit.actor.person, key)
        return None if content is None else Receipt.model_validate_json(content)


def see(address: str) -> RedirectResponse:
    """Answer a POST: see another page (303)."""
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})


def login_address(request: Request) -> str:
    """Return the login page that leads back to what was asked, when that was a page to look at."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/login?next={quote(wanted)}" if request.method == "GET" and wanted != "/" else "/login"


Page = HTMLResponse | RedirectResponse | Response
