"""States of a ticket (督办件) and their words."""

from enum import StrEnum


class TicketState(StrEnum):
    """Where a ticket rests. What it passes through without resting is an act in its history (``StepAct``)."""

    ASSIGNED = "ASSIGNED"  # 待签收
    IN_PROGRESS = "IN_PROGRESS"  # 办理中
    REPLIED = "REPLIED"  # 待审
    CLOSED = "CLOSED"  # 已办结


class StepAct(StrEnum):
    """One act in a ticket's history: the states of reference B2 that a ticket passes, and refusals."""

    REGISTERED = "REGISTERED"  # 登记
    ASSIGNED = "ASSIGNED"  # 交办
    SIGNED_FOR = "SIGNED_FOR"  # 签收
    REPLIED = "REPLIED"  # 反馈
    RECEIVED = "RECEIVED"  # 对方已收到
    REFUSED = "REFUSED"  # 未予接受
    RETURNED = "RETURNED"  # 退回
    ACCEPTED = "ACCEPTED"  # 采纳
    CLOSED = "CLOSED"  # 办结


class Party(StrEnum):
    """What an office is on a ticket addressed to it."""

    LEAD = "LEAD"  # 主办
    CO = "CO"  # 协办


class Confirmation(StrEnum):
    """Whether the ticket's owner has answered the last reply of the addressed office."""

    NOTHING_SENT = "NOTHING_SENT"
    PENDING = "PENDING"  # 已发出，待确认
    CONFIRMED = "CONFIRMED"  # 对方已收到
    REFUSED = "REFUSED"  # 被退回


class LimitCode(StrEnum):
    """Which limit of the rule set applies to the answer. The number of days is the deadline service's data."""

    URGENT = "URGENT"  # 特急
    FAST = "FAST"  # 加急
    ORDINARY = "ORDINARY"  # 一般
    DIFFICULT = "DIFFICULT"  # 难办


STATE_ZH = {
    TicketState.ASSIGNED: "待签收",
    TicketState.IN_PROGRESS: "办理中",
    TicketState.REPLIED: "待审",
    TicketState.CLOSED: "已办结",
}
ACT_ZH = {
    StepAct.REGISTERED: "登记",
    StepAct.ASSIGNED: "交办",
    StepAct.SIGNED_FOR: "签收",
    StepAct.REPLIED: "反馈",
    StepAct.RECEIVED: "交办单位已收到",
    StepAct.REFUSED: "未予接受",
    StepAct.RETURNED: "退回",
    StepAct.ACCEPTED: "采纳",
    StepAct.CLOSED: "办结",
}
CONFIRMATION_ZH = {
    Confirmation.NOTHING_SENT: "",
    Confirmation.PENDING: "已发出，待确认",
    Confirmation.CONFIRMED: "对方已收到",
    Confirmation.REFUSED: "已退回，请补正后再报",
}
PARTY_ZH = {Party.LEAD: "主办", Party.CO: "协办"}
