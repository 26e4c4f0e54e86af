"""Every page of the portal under its own addresses. They are for people: the OpenAPI document lists none of them."""

from fastapi import APIRouter

from services.portal.desk import Desk
from services.portal.page_route import page_route
from services.portal.pages import (
    duty,
    entry,
    home,
    instructions,
    offering,
    parked,
    password,
    rankings,
    registering,
    reports,
    review,
    review_acts,
    rewriting,
    tickets,
    verdicts,
    writing,
)


def router(desk: Desk) -> APIRouter:
    """Return the routes of all pages."""
    routes = APIRouter(include_in_schema=False, route_class=page_route(desk))
    for subject in (
        entry,
        password,
        home,
        writing,
        offering,
        reports,
        review,
        review_acts,
        rewriting,
        duty,
        registering,
        verdicts,
        rankings,
        instructions,
        tickets,
        parked,
    ):
        subject.add(routes, desk)
    return routes
