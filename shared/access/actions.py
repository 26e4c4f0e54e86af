"""Every act the suite knows, by name. An API asks for one of these; there is no other way to be let through."""

from enum import StrEnum


class Action(StrEnum):
    """One act of a person, or one view. ``zh`` is how the pages and refusals call it."""

    zh: str

    def __new__(cls, value: str, zh: str = "") -> "Action":
        """Make a member whose value is the name used in logs and events."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member

    # Writing, at the office that reports
    OFFER_DRAFT = "offer_draft", "供稿"  # own text, left with one's office for its reporter to take up
    DRAFT_REPORT = "draft_report", "写稿"
    SUBMIT_REPORT = "submit_report", "提交审核"
    VIEW_OWN_REPORTS = "view_own_reports", "查看本单位稿件"
    CORRECT_REPORT = "correct_report", "更正"
    RETRACT_REPORT = "retract_report", "撤回"
    SIGN_ZERO_REPORT = "sign_zero_report", "签报零报告"
    VIEW_COMMISSIONS = "view_commissions", "查看约稿和要点"
    ANSWER_COMMISSION = "answer_commission", "应约"

    # Review and sign-off
    VIEW_QUEUE = "view_queue", "查看待办稿件"
    REVIEW_REPORT = "review_report", "审核"
    RETURN_REPORT = "return_report", "退回修改"
    SIGN_REPORT = "sign_report", "签发"
    HOLD_REPORT = "hold_report", "暂缓"
    BYPASS_LEVEL = "bypass_level", "越级直报"
    OPEN_ORIGINAL = "open_original", "查看原件"
    LOWER_URGENCY = "lower_urgency", "降低急缓"

    # Duty, incidents, clocks
    SIGN_FOR_REPORT = "sign_for_report", "签收来件"
    REGISTER_AWARENESS = "register_awareness", "登记获知"
    REGISTER_PHONE_REPORT = "register_phone_report", "登记电话报告"
    REGISTER_SIGNAL = "register_signal", "登记线索"
    VIEW_SIGNALS = "view_signals", "查看线索"
    MATCH_SIGNAL = "match_signal", "比对线索"
    SEND_PROMPT = "send_prompt", "发出核查"
    ANSWER_PROMPT = "answer_prompt", "答复核查"
    VIEW_INCIDENTS = "view_incidents", "查看事件"
    OPEN_INCIDENT = "open_incident", "登记事件"
    MERGE_INCIDENTS = "merge_incidents", "合并事件"
    GRADE_INCIDENT = "grade_incident", "定级"
    LOWER_INCIDENT_GRADE = "lower_incident_grade", "降级"
    VIEW_CLOCKS = "view_clocks", "查看时限"
    VIEW_ROSTER = "view_roster", "查看值班表"
    EDIT_ROSTER = "edit_roster", "排班"
    TAKE_SHIFT = "take_shift", "接班"
    CALL_ROLL = "call_roll", "点名"
    CERTIFY_OUTAGE = "certify_outage", "认定链路中断"

    # Verdicts
    VIEW_VERDICTS = "view_verdicts", "查看认定"
    PROPOSE_VERDICT = "propose_verdict", "提议认定"
    STATE_REASONS = "state_reasons", "说明情况"
    FINALISE_LATE_VERDICT = "finalise_late_verdict", "认定迟报、漏报"
    WRITE_PANEL_OPINION = "write_panel_opinion", "写认定意见"
    FINALISE_GRAVE_VERDICT = "finalise_grave_verdict", "认定轻报、谎报、瞒报"
    APPEAL_VERDICT = "appeal_verdict", "申诉"
    DECIDE_APPEAL = "decide_appeal", "裁定申诉"

    # Adoption and publication
    ADOPT_REPORT = "adopt_report", "采用"
    SETTLE_RECEIVED = "settle_received", "备查、合并、转报"
    EDIT_ISSUE = "edit_issue", "编刊"
    SIGN_ISSUE = "sign_issue", "签发刊物"
    PUBLISH_KEY_POINTS = "publish_key_points", "发布报送要点"
    ISSUE_COMMISSION = "issue_commission", "约稿"
    REVIEW_DISCLOSURE = "review_disclosure", "公开审查"
    EXPUNGE_BODY = "expunge_body", "清除正文"

    # Instructions and tickets
    RECORD_INSTRUCTION = "record_instruction", "登记批示"
    VIEW_TICKETS = "view_tickets", "查看督办件"
    ASSIGN_TICKET = "assign_ticket", "交办"
    SIGN_FOR_TICKET = "sign_for_ticket", "签收督办件"
    REPLY_TICKET = "reply_ticket", "提交反馈"
    REQUEST_EXTENSION = "request_extension", "申请延期"
    GRANT_EXTENSION = "grant_extension", "批准延期"
    CLOSE_TICKET = "close_ticket", "办结"

    # Scores and bulletins
    VIEW_RANKINGS = "view_rankings", "查看排名"
    VIEW_LEDGER = "view_ledger", "查看积分台账"
    CORRECT_LEDGER = "correct_ledger", "更正积分"
    VIEW_SCORE_RULES = "view_score_rules", "查看规则草案"
    EDIT_SCORE_RULES = "edit_score_rules", "起草规则"
    APPROVE_SCORE_RULES = "approve_score_rules", "批准规则"
    DRAFT_BULLETIN = "draft_bulletin", "编制通报"
    SIGN_BULLETIN = "sign_bulletin", "签发通报"
    VIEW_READINESS = "view_readiness", "查看单位准备"
    ORDER_RECTIFICATION = "order_rectification", "发出整改"

    # Protection of those who report
    SEE_AUTHOR = "see_author", "查看受保护作者"
    APPROVE_IDENTITY_ACCESS = "approve_identity_access", "批准身份查看"
    FILE_COMPLAINT = "file_complaint", "反映受压"
    HANDLE_COMPLAINT = "handle_complaint", "受理反映"

    # The site itself
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号与任职"
    APPOINT_UNIT_ADMIN = "appoint_unit_admin", "任命单位管理员"
    VIEW_PARKED = "view_parked", "查看滞留消息"
    LOOK_INTO_PARKED = "look_into_parked", "查看滞留消息内容"
    REPLAY_PARKED = "replay_parked", "重放"
    DISCARD_PARKED = "discard_parked", "丢弃"
    MANAGE_LINKS = "manage_links", "管理链路"
    VERIFY_LOG = "verify_log", "核验日志"


SITE_WIDE = frozenset(
    {
        Action.APPOINT_UNIT_ADMIN,
        Action.VIEW_PARKED,
        Action.LOOK_INTO_PARKED,
        Action.REPLAY_PARKED,
        Action.DISCARD_PARKED,
        Action.MANAGE_LINKS,
        Action.VERIFY_LOG,
    }
)
"""Acts on the site's machinery. It belongs to no office, so the rule "same office" does not apply to these alone."""
