"""Why scoring does not answer a question, and how its HTTP door says so."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from shared.access.http import problem


class Unanswered(Exception):
    """A question that cannot be answered as put. Told to the person, never retried."""

    def __init__(self, status: int, code: str, title: str, detail: str, *, field: str, remedy: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.status, self.code, self.title = status, code, title
        self.detail, self.field, self.remedy = detail, field, remedy


class ProblemRoute(APIRoute):
    """A route whose Unanswered becomes problem+json."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, wrapped."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except Unanswered as error:
                return problem(error.status, error.title, error.detail, error.field, error.remedy, code=error.code)

        return answer


def unknown_assessor(text: str, known: tuple[str, ...]) -> Unanswered:
    """Nobody of that id keeps a ledger here."""
    remedy = f"请从 {'、'.join(known)} 中选择" if known else "请到考核单位所在站点查看"
    return Unanswered(404, "unknown_assessor", "没有找到", f"本站点没有“{text}”的台账", field="assessor", remedy=remedy)


def unknown_league(text: str, known: tuple[str, ...]) -> Unanswered:
    """No such league here."""
    remedy = f"请从 {'、'.join(known)} 中选择" if known else "请到考核单位所在站点查看"
    return Unanswered(404, "unknown_league", "没有找到", f"本站点没有考核组“{text}”", field="league", remedy=remedy)


def unknown_unit(text: str, assessor: str) -> Unanswered:
    """The unit is not ranked by that assessor."""
    detail = f"“{text}”不在“{assessor}”的考核单位中"
    return Unanswered(404, "unknown_unit", "没有找到", detail, field="unit", remedy="请从排名中点开单位的分数")


def unknown_rule_set(name: str, version: int) -> Unanswered:
    """No such version was published."""
    detail = f"没有公布过 {name} 第 {version} 版"
    return Unanswered(404, "unknown_rule_set", "没有找到", detail, field="version", remedy="请从规则页列出的版本中选择")


def unclear_period(error: Exception) -> Unanswered:
    """The period is not written as one."""
    return Unanswered(
        422, "unclear_period", "填写内容需要修改", str(error), field="period", remedy="请写 2025-02、2025-Q1 或 2025"
    )
