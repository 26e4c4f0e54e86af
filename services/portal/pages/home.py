"""工作台: what must I do next?"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from services.portal.pages.todos import todos_of
from services.portal.wording import TEXTS

PAGE = 50


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/")
    async def home(request: Request, page: Annotated[int, Query(ge=1, le=1_000)] = 1) -> Response:
        """Show the to-dos of the current appointment, fifty a page; to htmx, the list alone."""
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
            todos=todos[(page - 1) * PAGE : page * PAGE],
            all=len(todos),
            further=page + 1 if len(todos) > page * PAGE else None,
            here=f"/?page={page}" if page > 1 else "/",
            away=away,
            others=others,
            near=sum(todo.status == "near" for todo in todos),
            late=sum(todo.status == "late" for todo in todos),
            topics="reports duty tickets verdicts",
        )
