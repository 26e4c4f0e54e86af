"""改稿: the office words a report anew; what changes is shown, figures first, before it is kept."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import CONFLICT, Desk
from services.portal.draft_content import CITED, Content, Fault, as_check, of_form, of_wording, rows_of
from services.portal.forms import Form
from services.portal.pages.review_acts import acted
from services.portal.receipts import Receipt
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamRefused
from services.portal.wording import TEXTS
from shared.contracts.vocabulary import Service

_UNFIT = 422


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/review/{case_id:uuid}/rewrite")
    async def form_page(request: Request, case_id: UUID) -> Response:
        """Show the wording that stands, to be changed."""
        visit = await desk.visitor(request)
        case = await desk.upstream.get(visit, Service.REVIEW, f"cases/{case_id}")
        current = next(each for each in case["wordings"] if each["current"])
        return _form(desk, request, visit, case, of_wording(current), case["revision"], "")

    @routes.post("/review/{case_id:uuid}/rewrite/form")
    async def edit_again(request: Request, case_id: UUID) -> Response:
        """Show the form with what it brought."""
        visit, form = await desk.sent(request)
        case = await desk.upstream.get(visit, Service.REVIEW, f"cases/{case_id}")
        return _form(desk, request, visit, case, of_form(form), form.revision(), form["reason"])

    @routes.post("/review/{case_id:uuid}/rewrite/compare")
    async def compare(request: Request, case_id: UUID) -> Response:
        """Show what would change; when something is missing, the form with what is."""
        visit, form = await desk.sent(request)
        content = of_form(form)
        asked, faults = _asked(content, form)
        case = await desk.upstream.get(visit, Service.REVIEW, f"cases/{case_id}")
        diff: Any = None
        unsourced: tuple[str, ...] = ()
        if not faults:
            try:
                diff = await desk.upstream.ask(visit, Service.REVIEW, f"cases/{case_id}/compare", asked)
            except UpstreamRefused as refused:
                if refused.status != _UNFIT:
                    raise
                faults, unsourced = _told(refused), tuple(refused.problem.get("figures") or ())
        if faults:
            return _form(desk, request, visit, case, content, form.revision(), form["reason"], faults, unsourced)
        return desk.page(
            request,
            visit,
            "review/rewrite_compare.html",
            case=case,
            diff=diff,
            asked=asked,
            fields=_fields(content, form),
        )

    @routes.post("/review/{case_id:uuid}/rewrite")
    async def rewrite(request: Request, case_id: UUID) -> Response:
        """Keep the new wording as the next version."""
        visit, form = await desk.sent(request)
        asked, faults = _asked(of_form(form), form)
        if faults:
            raise UpstreamRefused(CONFLICT, {"title": TEXTS.rewrite.title, "detail": faults[0].text})

        async def do() -> Receipt:
            answer = await desk.upstream.post(visit, Service.REVIEW, f"cases/{case_id}/rewrite", asked)
            return acted(desk, answer)

        return await desk.once(visit, form, do)


def _asked(content: Content, form: Form) -> tuple[dict[str, Any], list[Fault]]:
    """Return what the review service is asked, and what is missing for it."""
    checked, faults = as_check(content)
    for name, label in (("title", TEXTS.write.heading), ("body", TEXTS.write.body)):
        if not checked[name]:
            faults.append(Fault(name, TEXTS.rewrite.missing.format(label=label)))
    if not form["reason"]:
        faults.append(Fault("reason", TEXTS.rewrite.reason_missing))
    faults += [
        Fault("citation.source", TEXTS.rewrite.source_missing.format(figure=row["figure"] or row["source"]))
        for row in content["citations"]
        if not (row["figure"] and row["source"])
    ]
    wanted = {name: checked[name] for name in ("title", "body", "facts", "citations")}
    return {**wanted, "revision": form.revision(), "reason": form["reason"]}, faults


def _told(refused: UpstreamRefused) -> list[Fault]:
    """Return why the rewrite would be refused, at its field."""
    figures = refused.problem.get("figures") or ()
    if figures:
        return [Fault("citation.source", TEXTS.rewrite.source_missing.format(figure=figure)) for figure in figures]
    return [Fault(refused.told("field") or "body", f"{refused.told('detail')}{refused.told('remedy')}")]


def _fields(content: Content, form: Form) -> list[tuple[str, str]]:
    """Return the form as hidden fields, to be sent once more."""
    cited = [(f"citation.{name}", row[name]) for row in content["citations"] for name in CITED]
    plain = [(name, str(value)) for name, value in content.items() if name != "citations"]
    return [*plain, *cited, ("reason", form["reason"]), ("revision", form["revision"])]


def _form(
    desk: Desk,
    request: Request,
    visit: Visit,
    case: Any,
    content: Content,
    revision: int,
    reason: str,
    faults: Sequence[Fault] = (),
    unsourced: tuple[str, ...] = (),
) -> Response:
    return desk.page(
        request,
        visit,
        "review/rewrite.html",
        case=case,
        content=content,
        revision=revision,
        reason=reason,
        rows=rows_of(content, unsourced),
        faults=faults,
    )
