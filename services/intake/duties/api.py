"""HTTP of awareness and telephone reports."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from services.intake.bodies import body_of, read_body
from services.intake.doors import Doors, IdempotencyKey, may, may_see
from services.intake.duties import queries
from services.intake.duties.model import (
    AwarenessPage,
    AwarenessRequest,
    AwarenessView,
    PhoneReportPage,
    PhoneReportRequest,
    PhoneReportView,
)
from services.intake.duties.registering import Registrar
from services.intake.errors import SecrecyMarked
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.context import Context
from shared.access.marks import find_marks
from shared.contracts.identifiers import IncidentId
from shared.contracts.vocabulary import Urgency


def _refuse_marked(texts: Iterable[tuple[str, str]]) -> None:
    if marks := find_marks(texts):
        raise SecrecyMarked(marks)


def _created(model: BaseModel) -> Response:
    return Response(model.model_dump_json(), 201, media_type="application/json")


def router(doors: Doors, registrar: Registrar) -> APIRouter:
    """Return the routes of 登记获知 and 登记电话."""
    store, organisation = doors.context.store, doors.context.organisation
    api = doors.opened()
    Person = Annotated[Actor, Depends(doors.person)]
    Limit = Annotated[int, Query(ge=1, le=50)]
    Before = Annotated[UUID | None, Query(description="next of the page before")]

    @api.post(
        "/awareness",
        status_code=201,
        responses={201: {"model": AwarenessView}},
        openapi_extra=body_of(AwarenessRequest),
    )
    async def register_awareness(http: Request, actor: Person, key: IdempotencyKey) -> Response:
        """Register when the unit learned of an incident (登记获知). The clock runs from here, not from the solution."""
        request = await read_body(http, AwarenessRequest)
        _refuse_marked(
            (
                ("类别", request.kind),
                ("地点", request.place),
                ("来源", request.how),
                ("依据", request.evidence),
                ("简况", request.gist),
            )
        )
        async with store.unit(mode=request.mode) as unit:
            about = Context(actor.office, Urgency.URGENT)
            await may(unit, actor, Action.REGISTER_AWARENESS, about)
            view = await registrar.register_awareness(unit, actor, request, key)
        return _created(view)

    @api.post(
        "/phone-reports",
        status_code=201,
        responses={201: {"model": PhoneReportView}},
        openapi_extra=body_of(PhoneReportRequest),
    )
    async def register_phone_report(http: Request, actor: Person, key: IdempotencyKey) -> Response:
        """Register a telephone report (登记电话). The written report stays due."""
        request = await read_body(http, PhoneReportRequest)
        _refuse_marked(
            (
                ("报告人", request.caller),
                ("接听人", request.callee),
                ("回执号", request.acknowledgement),
                ("内容", request.gist),
            )
        )
        async with store.unit(mode=request.mode) as unit:
            about = Context(actor.office, Urgency.URGENT)
            await may(unit, actor, Action.REGISTER_PHONE_REPORT, about)
            view = await registrar.register_phone_report(unit, actor, request, key)
        return _created(view)

    @api.get("/awareness")
    async def list_awareness(
        actor: Person, incident_id: UUID | None = None, limit: Limit = 50, before: Before = None
    ) -> AwarenessPage:
        """List what the actor's unit knew, recorded last first."""
        incident = None if incident_id is None else IncidentId(incident_id)
        own = organisation.unit_of(actor.office)
        async with store.reading() as connection:
            await may_see(store, connection, actor, Action.VIEW_INCIDENTS)
            items = await queries.list_awareness(connection, own, incident, before, limit)
        return AwarenessPage(items=items, next=items[-1].awareness_id if len(items) == limit else None)

    @api.get("/phone-reports")
    async def list_phone_reports(
        actor: Person, incident_id: UUID | None = None, limit: Limit = 50, before: Before = None
    ) -> PhoneReportPage:
        """List whom the actor's unit called, recorded last first."""
        incident = None if incident_id is None else IncidentId(incident_id)
        own = organisation.unit_of(actor.office)
        async with store.reading() as connection:
            await may_see(store, connection, actor, Action.VIEW_INCIDENTS)
            items = await queries.list_phone_reports(connection, own, incident, before, limit)
        return PhoneReportPage(items=items, next=items[-1].phone_report_id if len(items) == limit else None)

    return api
