"""Chinese words of review for pages and refusals."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from services.review.cases import Act, CaseState
from services.review.history import ActRecord
from shared.contracts.vocabulary import ReturnReason
from shared.timekeeping.civil import written_time

ACT_ZH: Mapping[Act, str] = MappingProxyType(
    {
        Act.PASS: "通过",
        Act.SIGN: "签发",
        Act.RETURN: "退回",
        Act.HOLD: "暂缓",
        Act.RELEASE: "解除暂缓",
        Act.REWRITE: "改稿",
        Act.KEEP: "备查",
        Act.SUBMITTED: "提交审核",
        Act.ARRIVED: "接收",
        Act.RETURNED_FROM_ABOVE: "上级退回",
    }
)
STATE_ZH: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.SECTION_REVIEW: "待审核",
        CaseState.SIGN_OFF: "待签发",
        CaseState.SIGNED: "已签发",
        CaseState.RETURNED: "已退回",
        CaseState.REFERENCE: "备查",
    }
)
REASON_ZH: Mapping[ReturnReason, str] = MappingProxyType(
    {
        ReturnReason.ELEMENTS_MISSING: "要素不全",
        ReturnReason.FIGURE_UNSOURCED: "数据无来源",
        ReturnReason.FACTS_UNCLEAR: "情况不清",
        ReturnReason.WORDING: "文字需修改",
        ReturnReason.MERGE_NEEDED: "需合并",
        ReturnReason.BELOW_LEVEL: "本级可处理",
        ReturnReason.FRAGMENTARY: "零碎",
        ReturnReason.DUPLICATE: "重复报送",
        ReturnReason.OUTDATED: "时效已过",
    }
)


def who_did_what(last: ActRecord | None, now: datetime) -> str:
    """Say what happened to a case last: 王某某 10:12 已退回此稿."""
    if last is None:
        return "此稿已有变动"
    who = f"{last.person_name} " if last.person_name else ""
    return f"{who}{written_time(last.at, now)} 已{ACT_ZH[last.act]}此稿"
