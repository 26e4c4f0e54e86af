"""工作台: what must I do next?"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from services.portal.pages.todos import todos_of
from services.portal.wording import TEXTS


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/")
    async def home(request: Request) -> Response:
        """Show the to-dos of the current appointment; to htmx, the list alone."""
        visit = await desk.visitor(request)
        todos, away = await todos_of(desk, visit, desk.context.clock.now())
        template = "home/todos.html" if "HX-Request" in request.headers else "home/home.html"
        others = [
            f"{desk.sessions.office_name(each.office)} {TEXTS.role[each.role.value]}"
            for each in visit.appointments
            if each.id != visit.appointment.id
        ]
        return desk.page(
            request,
            visit,
            template,
            todos=todos,
            away=away,
            others=others,
            near=sum(todo.status == "near" for todo in todos),
            late=sum(todo.status == "late" for todo in todos),
            topics="reports duty tickets verdicts",
        )
