"""Refusals of acts as problem+json: which field, which value, what to do."""

from datetime import datetime
from typing import assert_never

from fastapi.responses import JSONResponse

from services.review.decisions import (
    FiguresUncited,
    HoldEndsInThePast,
    NotHeld,
    NothingChanged,
    OwnReport,
    Stale,
    WrongState,
)
from services.review.errors import ActRefused
from services.review.wording import ACT_ZH, STATE_ZH, who_did_what
from shared.access.http import problem
from shared.timekeeping.civil import written_time

_TITLE = "填写内容需要修改"


def case_unknown() -> JSONResponse:
    """Return 404: the office has no such case."""
    return problem(404, "没有找到此稿", "本单位没有这件稿件。", "case_id", "请从审签台重新打开。", code="case_unknown")


def act_refused(error: ActRefused, now: datetime) -> JSONResponse:
    """Return 409 with who did what when, or 422 for what was filled in. ``now``: business time."""
    happened, act = who_did_what(error.last, now), ACT_ZH[error.act]
    match error.refused:
        case Stale(expected, current):
            detail = f"{happened}，本次“{act}”尚未提交。"
            more = {"expected_revision": expected, "current_revision": current, **_last(error)}
            return problem(409, "此稿已有变动", detail, "revision", "请按新状态办理。", code="stale", more=more)
        case WrongState(state):
            detail = f"此稿现为“{STATE_ZH[state]}”，不在“{act}”环节：{happened}。"
            more = {"state": state.value, **_last(error)}
            return problem(409, "此稿不在这一环节", detail, "state", "请按新状态办理。", code="wrong_state", more=more)
        case NotHeld():
            return problem(409, "此稿没有暂缓", "没有可解除的暂缓。", "hold", "请刷新后办理。", code="not_held")
        case HoldEndsInThePast(at):
            detail = f"暂缓到期时间须晚于现在（{written_time(at, now)}）。"
            return problem(422, _TITLE, detail, "until", "请填写稍后的时间。", code="hold_ends_in_the_past")
        case NothingChanged():
            detail = "改稿与当前版本一致。"
            return problem(422, _TITLE, detail, "body", "请修改后保存，或直接通过。", code="nothing_changed")
        case FiguresUncited(figures):
            detail = f"citations：数据{'、'.join(f'“{figure}”' for figure in figures)}没有来源。"
            remedy = "请在数据出处中写明来自哪里；原稿已有的出处请一并带上。"
            more = {"figures": list(figures)}
            return problem(422, _TITLE, detail, "citations", remedy, code="figures_uncited", more=more)
        case OwnReport():
            detail = "本单位撰写的稿件不作备查。"
            return problem(422, "此项不办理", detail, "case_id", "请签发，或退回修改并写明理由。", code="own_report")
        case other:
            assert_never(other)


def bad_cursor(field: str, value: str) -> JSONResponse:
    """Return 422: a page mark that no answer of ours held."""
    detail = f"{field}：没有“{value[:40]}”这一页。"
    return problem(422, _TITLE, detail, field, "请从第一页重新打开。", code="bad_cursor")


def _last(error: ActRefused) -> dict[str, object]:
    last = error.last
    if last is None:
        return {}
    return {
        "last_act": last.act.value,
        "last_act_at": last.at.isoformat(),
        "last_act_by": last.person_name,
        "last_act_role": last.role,
    }
