"""Why supervision does not do an act, and how its HTTP door says so."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from services.supervision.decisions import Obstacle
from shared.access.http import problem
from shared.timekeeping.civil import written_time


class NotDone(Exception):
    """An act that cannot be done as asked. Told to the person; the transaction is rolled back; never retried."""

    def __init__(self, status: int, code: str, title: str, detail: str, *, field: str | None, remedy: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.status, self.code, self.title = status, code, title
        self.detail, self.field, self.remedy = detail, field, remedy


class ProblemRoute(APIRoute):
    """A route whose NotDone becomes problem+json."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, wrapped."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except NotDone as error:
                return problem(error.status, error.title, error.detail, error.field, error.remedy, code=error.code)

        return answer


def unknown_report(report_id: object) -> NotDone:
    """The actor's unit has not adopted such a report."""
    detail = f"本单位没有采用过稿件 {report_id}"
    return NotDone(404, "unknown_report", "没有找到", detail, field="report_id", remedy="请从可批示的稿件中选择")


def unknown_ticket(ticket_id: object) -> NotDone:
    """The actor's office neither issued nor was addressed by such a ticket."""
    detail = f"没有由本单位交办、也没有交办给本单位的督办件 {ticket_id}"
    return NotDone(404, "unknown_ticket", "没有找到", detail, field="ticket_id", remedy="请从督办件列表中打开")


def not_as_filled(field: str, detail: str, remedy: str) -> NotDone:
    """An input does not fit what is known."""
    return NotDone(422, "input", "填写内容需要修改", detail, field=field, remedy=remedy)


def stands_in_the_way(obstacle: Obstacle) -> NotDone:
    """The ticket's state does not admit the act."""
    what, _, remedy = obstacle.zh.partition("，")
    return NotDone(409, obstacle.value, "情况已有变化", what, field=None, remedy=remedy or "请刷新后再办")


def changed_meanwhile(by: str, at: datetime, now: datetime) -> NotDone:
    """Somebody changed the ticket after the page was read."""
    detail = f"此件已由{by}于 {written_time(at, now)} 改动"
    return NotDone(409, "revision", "情况已有变化", detail, field="revision", remedy="请刷新后再办，已填内容没有丢失")


def key_used(key: str) -> NotDone:
    """The idempotency key belongs to another instruction."""
    detail = f"提交编号 {key} 已用于另一条批示"
    return NotDone(
        409, "idempotency_key", "情况已有变化", detail, field="Idempotency-Key", remedy="请重新打开登记页后再提交"
    )
