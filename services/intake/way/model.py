"""The way of a report as it is shown at its origin."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Level, ReturnReason, Stage


class MilestoneKind(StrEnum):
    """What an office did with a report."""

    SUBMITTED = "SUBMITTED"  # 提交
    SIGNED = "SIGNED"  # 签发
    RECEIVED = "RECEIVED"  # 接收
    COPIED = "COPIED"  # 抄送
    RETURNED = "RETURNED"  # 退回
    FILED = "FILED"  # 备查
    ADOPTED = "ADOPTED"  # 采用
    FORWARDED = "FORWARDED"  # 转报
    INSTRUCTED = "INSTRUCTED"  # 批示


KIND_ZH = {
    MilestoneKind.SUBMITTED: "提交",
    MilestoneKind.SIGNED: "签发",
    MilestoneKind.RECEIVED: "接收",
    MilestoneKind.COPIED: "抄送",
    MilestoneKind.RETURNED: "退回",
    MilestoneKind.FILED: "备查",
    MilestoneKind.ADOPTED: "采用",
    MilestoneKind.FORWARDED: "转报",
    MilestoneKind.INSTRUCTED: "批示",
}


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class Step(_Shown):
    """One milestone. ``text`` says more where there is more: 《每日要情》2025年第45期, a leader's words, a reason."""

    kind: MilestoneKind
    word: str
    at: datetime
    text: str = ""


class OfficeOnWay(_Shown):
    """What one office did with the report, in the order of time."""

    office: OfficeId
    name: str
    level: Level | None
    steps: tuple[Step, ...]


class Return(_Shown):
    """One return (退回): who sent it back to whom, the coded reason and the words."""

    office: OfficeId
    name: str
    to_office: OfficeId
    stage: Stage
    reason: ReturnReason
    text: str
    version: int
    returned_at: datetime
