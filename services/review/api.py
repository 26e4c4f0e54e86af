"""The HTTP door of review: an office's queue, a case with all its wordings, and the acts on it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from services.review import acts, case_models, models
from services.review.cases import CaseState
from services.review.decisions import NewText
from services.review.door import Answer, ReviewDoor
from shared.access.actor import Actor
from shared.access.http import bearer, unmarked
from shared.contracts.identifiers import CaseId, ReportId
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext

Limit = Annotated[int, Query(ge=1, le=50)]


def router(context: ServiceContext) -> APIRouter:
    """Return the routes under /review."""
    door, who = ReviewDoor(context), Depends(bearer(context.verifier, context.machine))
    routes = APIRouter(prefix="/review", tags=["审签"], dependencies=[who, Depends(unmarked)])
    _add_views(routes, door, who)
    _add_plain_acts(routes, door, context.organisation, who)
    _add_acts_with_text(routes, door, context.organisation, who)
    return routes


def _add_views(routes: APIRouter, door: ReviewDoor, who: Any) -> None:
    @routes.get("/queue", response_model=models.QueueShown)
    async def queue(after: str | None = None, limit: Limit = 50, actor: Actor = who) -> Any:
        """待办：本单位待审核、待签发的稿件，急件在前，先到在前。"""
        return await door.queue(actor, after, limit)

    @routes.get("/cases", response_model=models.CasesShown)
    async def cases(
        state: CaseState = CaseState.SIGNED, before: str | None = None, limit: Limit = 50, actor: Actor = who
    ) -> Any:
        """本单位已签发、已退回、备查的稿件，新的在前。"""
        return await door.done(actor, state, before, limit)

    @routes.get("/cases/{case_id}", response_model=case_models.CaseShown)
    async def case(case_id: CaseId, actor: Actor = who) -> Any:
        """一件稿件：各版、差异（先数据后文字）、办理经过、流转链。"""
        return await door.case(actor, case_id)

    @routes.get("/reports/{report_id}/case", response_model=case_models.CaseShown)
    async def case_on(report_id: ReportId, actor: Actor = who) -> Any:
        """按稿件查本单位的办理件。"""
        return await door.case_on(actor, report_id)

    @routes.get("/backlog", response_model=list[models.BacklogShown])
    async def backlog(actor: Actor = who) -> Any:
        """本单位各环节积压件数和最久时长。"""
        return await door.backlog(actor)


def _add_plain_acts(routes: APIRouter, door: ReviewDoor, organisation: Organisation, who: Any) -> None:
    @routes.post("/cases/{case_id}/pass", response_model=models.ReceiptShown)
    async def pass_(case_id: CaseId, asked: models.PlainAct, actor: Actor = who) -> Answer:
        """通过，送下一环节。"""
        return await door.act(lambda unit: acts.pass_case(unit, organisation, actor, case_id, asked.revision))

    @routes.post("/cases/{case_id}/sign", response_model=models.ReceiptShown)
    async def sign(case_id: CaseId, asked: models.PlainAct, actor: Actor = who) -> Answer:
        """签发并上报。"""
        return await door.act(lambda unit: acts.sign_case(unit, organisation, actor, case_id, asked.revision))

    @routes.post("/cases/{case_id}/release", response_model=models.ReceiptShown)
    async def release(case_id: CaseId, asked: models.PlainAct, actor: Actor = who) -> Answer:
        """解除暂缓。"""
        return await door.act(lambda unit: acts.release_case(unit, organisation, actor, case_id, asked.revision))

    @routes.post("/cases/{case_id}/reference", response_model=models.ReceiptShown)
    async def reference(case_id: CaseId, asked: models.PlainAct, actor: Actor = who) -> Answer:
        """备查。不停止时限。"""
        return await door.act(lambda unit: acts.keep_case(unit, organisation, actor, case_id, asked.revision))


def _add_acts_with_text(routes: APIRouter, door: ReviewDoor, organisation: Organisation, who: Any) -> None:
    @routes.post("/cases/{case_id}/return", response_model=models.ReceiptShown)
    async def return_(case_id: CaseId, asked: models.ReturnAsked, actor: Actor = who) -> Answer:
        """退回修改：须选原因、写意见。"""
        return await door.act(
            lambda unit: acts.return_case(unit, organisation, actor, case_id, asked.revision, asked.reason, asked.text)
        )

    @routes.post("/cases/{case_id}/hold", response_model=models.ReceiptShown)
    async def hold(case_id: CaseId, asked: models.HoldAsked, actor: Actor = who) -> Answer:
        """暂缓：须写理由和到期时间。不停止时限。"""
        return await door.act(
            lambda unit: acts.hold_case(unit, organisation, actor, case_id, asked.revision, asked.until, asked.reason)
        )

    @routes.post("/cases/{case_id}/rewrite", response_model=models.ReceiptShown)
    async def rewrite(case_id: CaseId, asked: models.RewriteAsked, actor: Actor = who) -> Answer:
        """改稿：另成一版，原件不动。"""
        text, reason = NewText(asked.title, asked.body, asked.facts, asked.citations), asked.reason or None
        return await door.act(
            lambda unit: acts.rewrite_case(unit, organisation, actor, case_id, asked.revision, text, reason)
        )

    @routes.post("/cases/{case_id}/compare", response_model=case_models.DifferenceShown)
    async def compare(case_id: CaseId, asked: models.RewriteAsked, actor: Actor = who) -> Any:
        """改稿前对照：与现在这一版的差异，不保存。改稿会被拒绝的，这里同样拒绝。"""
        text = NewText(asked.title, asked.body, asked.facts, asked.citations)
        return await door.compared(
            lambda unit: acts.try_rewrite(unit, organisation, actor, case_id, asked.revision, text)
        )
