"""核对并提交: what goes where in whose name, then the receipt."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import CONFLICT, Desk, see
from services.portal.draft_content import as_check, as_report, of_form
from services.portal.formats import moment
from services.portal.pages.incidents import incidents
from services.portal.receipts import Receipt
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamRefused
from services.portal.wording import ROLE, TEXTS
from shared.contracts.vocabulary import Service


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.post("/reports/{draft_id:uuid}/verify")
    async def to_verify(request: Request, draft_id: UUID) -> Response:
        """Save the draft and lead to the page that repeats it."""
        visit, form = await desk.sent(request)
        await desk.save_draft(visit, draft_id, form.revision(), of_form(form))
        return see(f"/reports/{draft_id}/verify")

    @routes.get("/reports/{draft_id:uuid}/verify")
    async def verify(request: Request, draft_id: UUID) -> Response:
        """Repeat the text, where it goes and in whose name; when something is missing, lead back to the form."""
        visit = await desk.visitor(request)
        draft = await desk.upstream.get(visit, Service.INTAKE, f"drafts/{draft_id}")
        asked, faults = as_check(draft["content"])
        found = await desk.upstream.ask(visit, Service.INTAKE, "check", asked)
        if faults or not found["complete"]:
            return see(f"/reports/{draft_id}/edit?checked=1")
        named = asked["incident_id"]
        incident = dict(await incidents(desk, visit, named))[named] if named else ""
        return desk.page(
            request,
            visit,
            "writing/verify.html",
            draft=draft,
            draft_id=draft_id,
            asked=asked,
            check=found,
            incident=incident,
        )

    @routes.post("/reports/{draft_id:uuid}/submit")
    async def submit(request: Request, draft_id: UUID) -> Response:
        """Submit to the own office's review (提交审核)."""
        visit, form = await desk.sent(request)

        async def act() -> Receipt:
            return await _submit(desk, visit, draft_id, form.revision(), form.key)

        return await desk.once(visit, form, act)


async def _submit(desk: Desk, visit: Visit, draft_id: UUID, revision: int, key: str) -> Receipt:
    draft = await desk.upstream.get(visit, Service.INTAKE, f"drafts/{draft_id}")
    now = desk.context.clock.now()
    if draft["revision"] != revision:
        told = f"{TEXTS.write.elsewhere} {moment(draft['saved_at'], now)}"
        raise UpstreamRefused(CONFLICT, {"title": TEXTS.write.elsewhere, "detail": told})
    body = as_report(draft["content"], str(draft_id))
    accepted = await desk.upstream.post(visit, Service.INTAKE, "reports", body, key=key)
    roles = "、".join(f"“{ROLE[role]}”" for role in accepted["next_office"]["roles"])
    stage = TEXTS.stage[accepted["next_office"]["stage"]]
    return Receipt(
        title=TEXTS.verify.receipt,
        at=moment(accepted["submitted_at"], now),
        lines=(
            (TEXTS.common.number, accepted["number"]),
            (TEXTS.write.heading, body["title"]),
            (TEXTS.receipt.next, TEXTS.verify.receipt_next.format(roles=roles, stage=stage)),
        ),
        notice="；".join(each["text"] for each in accepted["warnings"]),
        links=((TEXTS.verify.look, f"/reports/{accepted['report_id']}"), (TEXTS.menu.own, "/reports")),
    )
