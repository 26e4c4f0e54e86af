"""HTTP of reports: submit, check, list, read."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.intake.bodies import body_of, read_body
from services.intake.doors import Doors, IdempotencyKey, may, may_see
from services.intake.errors import NotFound
from services.intake.offers.queries import find_co_authors
from services.intake.reports import queries
from services.intake.reports.acceptance import Acceptor, Submitted
from services.intake.reports.decisions import series_findings
from services.intake.reports.model import (
    CheckAnswer,
    CheckRequest,
    ReportAccepted,
    ReportPage,
    ReportRequest,
    ReportState,
    ReportView,
)
from services.intake.reports.numbering import office_codes
from services.intake.reports.views import show_check, show_lines, show_report
from services.intake.way.queries import list_milestones
from services.intake.writing.check import check
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.context import Context
from shared.access.matrix import MATRIX, Condition
from shared.contracts.identifiers import PersonId, ReportId
from shared.timekeeping.civil import civil_date


def _own_only(actor: Actor) -> PersonId | None:
    """Return whose reports alone the actor sees, or None when all of the office's."""
    own = MATRIX[Action.VIEW_OWN_REPORTS].get(actor.role) is Condition.OWN_ONLY
    return actor.person if own else None


def writing_router(doors: Doors) -> APIRouter:
    """Return the routes of submitting and checking."""
    store, organisation = doors.context.store, doors.context.organisation
    acceptor = Acceptor(organisation, office_codes(office.id for office in organisation.offices))
    api = doors.opened()
    Person = Annotated[Actor, Depends(doors.person)]

    @api.post(
        "/reports", status_code=201, responses={201: {"model": ReportAccepted}}, openapi_extra=body_of(ReportRequest)
    )
    async def submit_report(http: Request, actor: Person, key: IdempotencyKey) -> Response:
        """Submit a complete report to the own office's review (提交审核). A repeat gets the same receipt."""
        request = await read_body(http, ReportRequest)
        submitted = Submitted(actor, request, key, check(request.writing(), doors.rules, store.clock.now()))
        async with store.unit(mode=request.mode) as unit:
            if request.draft_id is not None:
                owner = (request.draft_id, actor.office, actor.person)
                submitted = replace(submitted, offered_by=await find_co_authors(unit.connection, *owner))
            about = Context(actor.office, request.urgency, frozenset(submitted.authors))
            await may(unit, actor, Action.SUBMIT_REPORT, about)
            receipt = await acceptor.accept(unit, submitted)
        if unit.announced:  # a repeat announces nothing
            doors.metrics.version_accepted(request.urgency, unit.mode)
        return Response(receipt.model_dump_json(), 201, media_type="application/json")

    @api.post("/check", responses={200: {"model": CheckAnswer}}, openapi_extra=body_of(CheckRequest))
    async def check_text(http: Request, actor: Person) -> Response:
        """Look at a text as submitting would, and store nothing of it."""
        request = await read_body(http, CheckRequest)
        async with store.reading() as connection:
            await may_see(store, connection, actor, Action.OFFER_DRAFT)
        now = store.clock.now()
        checked = check(request.writing(), doors.rules, now)
        found = replace(checked, problems=(*checked.problems, *series_findings(request)))
        answer = show_check(request, found, actor.office, civil_date(now), organisation)
        return Response(answer.model_dump_json(), media_type="application/json")

    return api


def reading_router(doors: Doors) -> APIRouter:
    """Return the routes of 我的稿件: what became of it?"""
    store, organisation = doors.context.store, doors.context.organisation
    api = doors.opened("/reports")
    Person = Annotated[Actor, Depends(doors.person)]

    @api.get("")
    async def list_reports(
        actor: Person,
        state: ReportState | None = None,
        number: Annotated[str | None, Query(max_length=40)] = None,
        limit: Annotated[int, Query(ge=1, le=50)] = 50,
        before: Annotated[UUID | None, Query(description="next of the page before")] = None,
    ) -> ReportPage:
        """List the office's reports, newest first, each with its way."""
        author = _own_only(actor)
        async with store.reading() as connection:
            await may_see(store, connection, actor, Action.VIEW_OWN_REPORTS, authors=frozenset({actor.person}))
            rows = await queries.list_reports(
                connection, actor.office, state=state, number=number, author=author, before=before, limit=limit
            )
            ways = await list_milestones(connection, queries.ids_of(rows))
        items = show_lines(rows, ways, organisation)
        return ReportPage(items=items, next=items[-1].report_id if len(items) == limit else None)

    @api.get("/{report_id}")
    async def read_report(report_id: UUID, actor: Person) -> ReportView:
        """Read one report of the office: versions, way, returns."""
        async with store.reading() as connection:
            report = await queries.find_report(connection, ReportId(report_id), actor.office)
            authors = frozenset(report.authors) if report else frozenset({actor.person})
            await may_see(store, connection, actor, Action.VIEW_OWN_REPORTS, authors=authors)
            if report is None:
                raise NotFound("本单位没有这份稿件。", field="report_id", remedy="请到“我的稿件”里查找。")
            versions = await queries.list_versions(connection, report.head.report_id)
            ways = await list_milestones(connection, (report_id,))
        return show_report(report, versions, ways.get(ReportId(report_id), ()), organisation)

    return api
