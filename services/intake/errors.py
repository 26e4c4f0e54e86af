"""Why intake does not do what was asked of it over HTTP. Each becomes problem+json; none is retried by itself."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from services.intake.metrics import IntakeMetrics
from services.intake.writing.check import Finding
from shared.access.http import problem
from shared.access.marks import Mark
from shared.timekeeping.civil import written_time


class Refusal(Exception):
    """An act that was not done; the transaction around it is rolled back. Subclasses carry the values."""

    status = 409
    code = "refused"
    title = "没有办理"

    def __init__(
        self, detail: str, *, field: str | None = None, remedy: str | None = None, more: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(self.code)  # the text may be about someone's words: it goes to the asker, not into logs
        self.detail, self.field, self.remedy, self.more = detail, field, remedy, more

    def answer(self) -> Response:
        """Return the refusal as problem+json."""
        return problem(self.status, self.title, self.detail, self.field, self.remedy, code=self.code, more=self.more)


class SecrecyMarked(Refusal):
    """The text bears a secrecy mark (密级标识). Nothing of it was stored; only mark and field are told."""

    status = 422
    code = "SECRECY_MARK"
    title = "内容含密级标识"

    def __init__(self, marks: Sequence[Mark]) -> None:
        first = marks[0]
        super().__init__(
            f"内容含密级标识“{first.text}”。本稿未保存、未发送。",
            field=first.field,
            remedy="请按保密渠道报送，并告知保密员。",
            more={"marks": [{"field": mark.field, "mark": mark.text} for mark in marks]},
        )
        self.marks = tuple(marks)


class Incomplete(Refusal):
    """Something is still missing (QU-01, QU-05): the first finding, and all of them in ``errors``."""

    status = 422
    code = "INCOMPLETE"
    title = "还有内容需要补充"

    def __init__(self, findings: Sequence[Finding]) -> None:
        more = f"（另有 {len(findings) - 1} 处）" if len(findings) > 1 else ""
        super().__init__(
            f"{findings[0].text}{more}",
            field=findings[0].field,
            remedy="请补充后再提交；草稿仍在。",
            more={"errors": [{"code": each.code, "field": each.field, "what": each.text} for each in findings]},
        )


class BodyUnfit(Refusal):
    """The body is not JSON, too large, or its fields do not fit. Values are not repeated: they may be marked."""

    status = 422
    code = "input"
    title = "填写内容需要修改"


class KeyUsed(Refusal):
    """The Idempotency-Key came before with another body. The first one stands."""

    code = "IDEMPOTENCY_KEY_USED"
    title = "此提交编号已用过"

    def __init__(self) -> None:
        super().__init__(
            "同一 Idempotency-Key 先前提交过另一份内容，先前那份已收下。",
            field="Idempotency-Key",
            remedy="要提交这份内容，请换一个新的编号。",
        )


class NotFound(Refusal):
    """There is no such thing at the actor's office."""

    status = 404
    code = "NOT_FOUND"
    title = "没有找到"


class NotReturned(Refusal):
    """A new version was submitted of a report that does not lie with its writer."""

    code = "NOT_RETURNED"
    title = "此稿没有退回"

    def __init__(self, number: str, state_zh: str, since: datetime, now: datetime) -> None:
        super().__init__(
            f"{number} 于 {written_time(since, now)} {state_zh}，没有退回给撰写人。",
            field="report_id",
            remedy="退回后可修改后重报；要补充情况，请写续报。",
        )


class HeadChanged(Refusal):
    """A new version says something else about what stays the same on a report's whole way."""

    status = 422
    code = "HEAD_CHANGED"
    title = "此稿的基本信息不能改"

    def __init__(self, field: str, label: str) -> None:
        super().__init__(
            f"{label}与首次提交时不同：一份稿件自始至终只有一个{label}。",
            field=field,
            remedy="请改回原来的；确要改变时另写一份新稿。",
        )


class TooManyAuthors(Refusal):
    """More people than the event of a submission names: writers of all versions, and who offered the text."""

    status = 422
    code = "TOO_MANY_AUTHORS"
    title = "撰写人过多"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"各版撰写人和供稿人共 {count} 人，至多 20 人。",
            field="co_authors",
            remedy="请只列主要撰写人，或另写一份新稿。",
        )


class DraftMoved(Refusal):
    """The draft was saved elsewhere since this page read it."""

    code = "DRAFT_MOVED"
    title = "草稿在别处已更新"

    def __init__(self, saved_at: datetime, revision: int, now: datetime) -> None:
        super().__init__(
            f"草稿在别处已更新 {written_time(saved_at, now)}",
            field="revision",
            remedy="请对照两份内容，选定后再保存。",
            more={"revision": revision, "saved_at": saved_at.isoformat()},
        )


class DraftTaken(Refusal):
    """A reporter of the office took the offered draft up: from then on the text is the reporter's."""

    code = "DRAFT_TAKEN"
    title = "此稿已被取用"

    def __init__(self, name: str, at: datetime, now: datetime) -> None:
        super().__init__(
            f"{name} {written_time(at, now)} 已取用此稿。",
            field="draft_id",
            remedy="要补充或更正，请直接告知取用人；也可另写一份。",
        )


class Misdated(Refusal):
    """A stated time cannot be: later than now, or too long ago."""

    status = 422
    code = "TIME_IMPOSSIBLE"
    title = "时间需要核对"


class GradeTooLow(Refusal):
    """A grade below what the casualties reach was given: lowering needs a reason and a second person."""

    status = 422
    code = "GRADE_TOO_LOW"
    title = "事件等级需要核对"


def refusal_route(metrics: IntakeMetrics) -> type[APIRoute]:
    """Return the class of routes that answer a Refusal by themselves, after its transaction was rolled back."""

    class RefusalRoute(APIRoute):
        """A route that turns refusals into answers and counts the texts refused for their marks."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """Return FastAPI's handler, wrapped."""
            handle = super().get_route_handler()

            async def answered(request: Request) -> Response:
                try:
                    return await handle(request)
                except Refusal as refusal:
                    if isinstance(refusal, SecrecyMarked):
                        metrics.text_refused(refusal.marks, "http")
                    return refusal.answer()

            return answered

    return RefusalRoute
