"""Refusals of editors' acts as problem+json."""

from typing import assert_never

from fastapi.responses import JSONResponse

from services.review.publication.decisions import (
    ForwardsAbove,
    ModesMixed,
    NotAbove,
    NotCandidates,
    NotOurPublication,
    NotYet,
    RecordsItself,
    Refused,
    ReportLeftOut,
    SharesDoNotAddUp,
    Withdrawn,
)
from shared.access.http import problem

_TITLE = "填写内容需要修改"


def use_refused(refused: Refused) -> JSONResponse:
    """Return what was wrong with a use, and what to do."""
    match refused:
        case NotCandidates(reports):
            detail = f"本单位没有收到这件稿件（共 {len(reports)} 件）。"
            more = {"reports": [str(report) for report in reports]}
            return problem(
                404, "没有找到此稿", detail, "report_id", "请从备选稿件中选取。", code="not_a_candidate", more=more
            )
        case SharesDoNotAddUp(total):
            detail = f"各稿份额合计为 {total}，应为 1。"
            return problem(422, _TITLE, detail, "shares", "请调整份额。", code="shares_do_not_add_up")
        case ReportLeftOut():
            detail = "份额中没有本稿，或同一稿件列了两次。"
            return problem(422, _TITLE, detail, "shares", "请为每件稿件各写一个份额。", code="report_left_out")
        case Withdrawn(titles):
            detail = f"{'、'.join(f'《{title}》' for title in titles)}已退回，尚未重报。"
            return problem(409, "此稿已退回", detail, "report_id", "收到重报的稿件后再采用、转报。", code="withdrawn")
        case ModesMixed():
            detail = "演练稿与实际稿不能编为一条。"
            return problem(422, _TITLE, detail, "shares", "请分开编发。", code="modes_mixed")
        case NotOurPublication(asked, ours):
            detail = f"publication：本单位今天没有“{asked}”这一刊物。"
            remedy = (
                "可选：" + "、".join(f"《{each.name}》（{each.id}）" for each in ours) if ours else "本单位没有刊物。"
            )
            return problem(422, _TITLE, detail, "publication", remedy, code="not_our_publication")
        case NotAbove(level, own):
            detail = f"level：{level} 不高于本单位层级 {own}。"
            return problem(422, _TITLE, detail, "level", "代录只用于上级采用；本级采用请直接采用。", code="not_above")
        case RecordsItself(_, unit_name):
            detail = f"level：{unit_name}在本系统内，采用由其自行登记，不能代录。"
            remedy = "请等其采用，结果会自动通知本单位；代录只用于本系统以外的上级。"
            return problem(422, _TITLE, detail, "level", remedy, code="records_itself")
        case ForwardsAbove(unit_name):
            detail = f"本单位的上级{unit_name}在本系统内，向系统外转报由最上一级办理。"
            return problem(
                422, _TITLE, detail, None, "请报上级审签；上级转报后，结果会通知本单位。", code="forwards_above"
            )
        case NotYet(at, _):
            detail = f"adopted_at：{at.isoformat()} 晚于现在。"
            return problem(422, _TITLE, detail, "adopted_at", "请填写实际采用时间。", code="not_yet")
        case other:
            assert_never(other)


def issue_unknown() -> JSONResponse:
    """Return 404: the office has no such issue."""
    return problem(
        404, "没有找到此期", "本单位没有这一期刊物。", "issue_id", "请从编发台重新打开。", code="issue_unknown"
    )


def bad_cursor(value: str) -> JSONResponse:
    """Return 422: a page mark that no answer of ours held."""
    detail = f"before：没有“{value[:40]}”这一页。"
    return problem(422, _TITLE, detail, "before", "请从第一页重新打开。", code="bad_cursor")
