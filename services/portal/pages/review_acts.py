"""The acts of 审签台: 通过, 退回, 签发, 暂缓, 备查, 采用. Each leads to its receipt page."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from services.portal.formats import moment
from services.portal.forms import Form, FormUnfit
from services.portal.receipts import Receipt
from services.portal.sessions import Visit
from services.portal.wording import TEXTS
from shared.contracts.vocabulary import Service

_PLAIN = {"pass": "pass", "sign": "sign", "release": "release", "reference": "reference"}


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    for name in _PLAIN:
        _add_act(routes, desk, name, _nothing_more)
    _add_act(routes, desk, "return", _return_words)
    _add_act(routes, desk, "hold", _hold_words)
    _add_adoption(routes, desk)


def _nothing_more(form: Form) -> dict[str, Any]:
    return {}


def _return_words(form: Form) -> dict[str, Any]:
    if not form["reason"] or not form["text"]:
        raise FormUnfit("text", "退回原因和退回意见没有填全：请选原因，并写明哪里要改、怎样改")
    return {"reason": form["reason"], "text": form["text"]}


def _hold_words(form: Form) -> dict[str, Any]:
    until = form.moment("until", TEXTS.review.hold_until)
    if until is None or not form["reason"]:
        raise FormUnfit("reason", "暂缓理由和到期时间没有填全：请写明理由，并填写暂缓到什么时候")
    return {"reason": form["reason"], "until": until.isoformat()}


def _add_act(routes: APIRouter, desk: Desk, name: str, more: Any) -> None:
    @routes.post(f"/review/{{case_id:uuid}}/{name}")
    async def act(request: Request, case_id: UUID) -> Response:
        """Do the act on the case as the page showed it."""
        visit, form = await desk.sent(request)
        body = {"revision": form.revision(), **more(form)}

        async def do() -> Receipt:
            answer = await desk.upstream.post(visit, Service.REVIEW, f"cases/{case_id}/{name}", body)
            return acted(desk, answer)

        return await desk.once(visit, form, do)


def acted(desk: Desk, answer: dict[str, Any]) -> Receipt:
    """Return the receipt of an act on a case: what was done, what is next, who acts."""
    following = answer["next"]
    who = f" · {'、'.join(following['office_names'])} {following['roles_zh']}" if following["roles_zh"] else ""
    return Receipt(
        title=TEXTS.review.receipt[answer["act"]],
        at=moment(answer["at"], desk.context.clock.now()),
        lines=(
            (TEXTS.common.number, answer["number"]),
            (TEXTS.write.heading, answer["title"]),
            (TEXTS.receipt.next, f"{following['text']}{who}"),
        ),
        notice=answer["notice"],
        links=((TEXTS.menu.review, "/review"), (TEXTS.verify.look, f"/review?case={answer['case_id']}")),
    )


def _add_adoption(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/review/{report_id:uuid}/adopt")
    async def adopt(request: Request, report_id: UUID) -> Response:
        """Adopt a report into today's issue (采用)."""
        visit, form = await desk.sent(request)

        async def do() -> Receipt:
            return await _adopt(desk, visit, report_id, form)

        return await desk.once(visit, form, do)


async def _adopt(desk: Desk, visit: Visit, report_id: UUID, form: Form) -> Receipt:
    body = {"report_id": str(report_id), "publication": form["publication"]}
    answer = await desk.upstream.post(visit, Service.PUBLICATION, "adoptions", body)
    units = "、".join(each["unit_name"] for each in answer["contributors"])
    return Receipt(
        title=TEXTS.review.adopted_receipt,
        at=moment(answer["adopted_at"], desk.context.clock.now()),
        lines=(
            (TEXTS.write.heading, answer["title"]),
            (TEXTS.review.publication, f"《{answer['publication_name']}》{answer['issue_number']}"),
            (TEXTS.finalise.unit, units),
        ),
        links=((TEXTS.menu.review, "/review"),),
    )
