"""写稿: fast, complete, sourced. The draft lives at intake; checks run while one writes, red only after submitting."""

from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk, see
from services.portal.draft_content import Content, Fault, after_report, as_check, blank, of_form, of_report, rows_of
from services.portal.formats import moment
from services.portal.pages.incidents import incidents
from services.portal.pages.offering import may_draft
from services.portal.pages.submitting import add as add_submitting
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamRefused
from services.portal.wording import TEXTS
from shared.contracts.vocabulary import IncidentReportKind, Service


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    _forms(routes, desk)
    _while_writing(routes, desk)
    add_submitting(routes, desk)


def _forms(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/reports/new")
    async def new(
        request: Request,
        series: IncidentReportKind | None = None,
        incident: str = "",
        after: UUID | None = None,
        again: UUID | None = None,
    ) -> Response:
        """Show an empty form, that of an incident's next report, or a returned report's last wording.

        Nothing is kept yet.
        """
        visit = await desk.visitor(request)
        if again is not None:
            content = of_report(await desk.upstream.get(visit, Service.INTAKE, f"reports/{again}"))
        elif after is not None:
            before = await desk.upstream.get(visit, Service.INTAKE, f"reports/{after}")
            content = after_report(before, series or IncidentReportKind.FOLLOWUP)
        else:
            content = blank(series or "", incident)
        return await _form(desk, request, visit, str(uuid4()), content, 0)

    @routes.get("/reports/{draft_id:uuid}/edit")
    async def edit(request: Request, draft_id: UUID, checked: bool = False) -> Response:
        """Show a draft; with ``checked``, what keeps it from being submitted stands in red."""
        visit = await desk.visitor(request)
        draft = await desk.upstream.get(visit, Service.INTAKE, f"drafts/{draft_id}")
        saved = moment(draft["saved_at"], desk.context.clock.now())
        return await _form(
            desk,
            request,
            visit,
            str(draft_id),
            draft["content"],
            draft["revision"],
            saved=saved,
            checked=checked,
            from_name=draft.get("from_name") or "",
        )


def _while_writing(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/reports/check")
    async def check(request: Request) -> Response:
        """Show what the checks find in the text as it stands; nothing is kept."""
        visit, form = await desk.sent(request)
        asked, _ = as_check(of_form(form))
        found = await desk.upstream.ask(visit, Service.INTAKE, "check", asked)
        return desk.page(request, visit, "writing/side.html", check=found)

    @routes.post("/reports/{draft_id:uuid}/draft")
    async def save(request: Request, draft_id: UUID) -> Response:
        """Save a draft: by itself every ten seconds, or by the button."""
        visit, form = await desk.sent(request)
        alone = "HX-Request" in request.headers
        try:
            line = await desk.save_draft(visit, draft_id, form.revision(), of_form(form))
        except UpstreamRefused as refused:
            if not alone:
                raise
            return desk.page(request, visit, "writing/unsaved.html", refused=refused.problem, draft_id=draft_id)
        if not alone:
            return see(f"/reports/{draft_id}/edit")
        return desk.page(request, visit, "writing/saved.html", line=line)


async def _form(
    desk: Desk,
    request: Request,
    visit: Visit,
    draft_id: str,
    content: Content,
    revision: int,
    *,
    saved: str = "",
    checked: bool = False,
    from_name: str = "",
) -> Response:
    asked, faults = as_check(content)
    found: Any = None
    if revision or content["title"]:
        found = await desk.upstream.ask(visit, Service.INTAKE, "check", asked)
    if checked and found is not None:
        faults += [Fault(_at(each["field"]), each["text"]) for each in found["problems"]]
    figures = tuple(each["figure"] for each in found["figures"] if not each["sourced"]) if found else ()
    return desk.page(
        request,
        visit,
        "writing/write.html",
        draft_id=draft_id,
        content=content,
        revision=revision,
        saved=saved,
        check=found,
        rows=rows_of(content, figures),
        faults=faults if checked else (),
        incidents=await incidents(desk, visit, content["incident_id"]),
        title=_title(content),
        submits=may_draft(visit),
        from_name=from_name,
    )


def _title(content: Content) -> str:
    if content.get("report_id"):
        return str(TEXTS.write.title_again)
    if content.get("urgency") == "ROUTINE" or not content.get("incident_kind"):
        return str(TEXTS.write.title)
    return str(TEXTS.write_series[content["incident_kind"]])


def _at(field: str) -> str:
    """Return the field of the form at which a finding is told."""
    return "citation.source" if field.startswith("citations") else field
