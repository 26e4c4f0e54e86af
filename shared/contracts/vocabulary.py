"""The field's words as closed lists. The Chinese term stands beside the English one."""

from enum import StrEnum


class Service(StrEnum):
    """Who sends and reads events. PUBLICATION lives inside services/review with a schema of its own."""

    INTAKE = "intake"
    REVIEW = "review"
    PUBLICATION = "publication"
    DEADLINE = "deadline"
    SCORING = "scoring"
    FORWARDING = "forwarding"
    SUPERVISION = "supervision"
    PORTAL = "portal"


class Lane(StrEnum):
    """Which of the two queues of a reader an event waits in. Urgent overtakes routine."""

    URGENT = "urgent"
    ROUTINE = "routine"


class Mode(StrEnum):
    """What kind of run an event belongs to. Only ACTUAL is ever scored."""

    ACTUAL = "ACTUAL"
    DRILL = "DRILL"  # 演练
    TEST = "TEST"


class Level(StrEnum):
    """Level of an office, 层级."""

    VILLAGE = "VILLAGE"
    TOWNSHIP = "TOWNSHIP"
    COUNTY = "COUNTY"
    CITY = "CITY"
    PROVINCE = "PROVINCE"
    STATE = "STATE"


class Side(StrEnum):
    """Party or government, 党委 / 政府."""

    PARTY = "PARTY"
    GOVERNMENT = "GOVERNMENT"


class OfficeKind(StrEnum):
    """What kind of office it is."""

    TERRITORY = "TERRITORY"  # 属地
    DEPARTMENT = "DEPARTMENT"  # 部门
    ENTERPRISE = "ENTERPRISE"
    DUTY_DESK = "DUTY_DESK"  # 值班室
    INFO_SECTION = "INFO_SECTION"  # 信息科


class Role(StrEnum):
    """What an appointment (任职) lets a person do at one office."""

    REPORTER = "REPORTER"  # 信息员
    INFO_SECTION = "INFO_SECTION"  # 信息科审核
    DEPUTY_SIGNER = "DEPUTY_SIGNER"  # 分管副主任
    PRINCIPAL = "PRINCIPAL"  # 主要负责人
    DUTY_OFFICER = "DUTY_OFFICER"  # 值班员
    DUTY_LEAD = "DUTY_LEAD"  # 带班领导
    DUTY_HEAD = "DUTY_HEAD"  # 总值班室主任
    EDITOR = "EDITOR"  # 编辑
    SCORER = "SCORER"  # 考核员
    SUPERVISION = "SUPERVISION"  # 督办员
    SECRECY_REVIEWER = "SECRECY_REVIEWER"  # 保密审查员
    AUDITOR = "AUDITOR"  # 监督
    OPERATOR = "OPERATOR"  # 运维员
    UNIT_ADMIN = "UNIT_ADMIN"  # 单位管理员


class ReportType(StrEnum):
    """Type of a report (信息类型), IN-20."""

    INSTANT = "INSTANT"  # 即时性
    EXPERIENCE = "EXPERIENCE"  # 经验性
    SUGGESTION = "SUGGESTION"  # 建议性
    PROBLEM = "PROBLEM"  # 问题性
    PUBLIC_OPINION = "PUBLIC_OPINION"  # 社情民意
    RESEARCH = "RESEARCH"  # 调研
    URGENT = "URGENT"  # 紧急信息
    ANALYSIS = "ANALYSIS"  # 分析


class Nature(StrEnum):
    """Nature of a report (性质), AS-01. A problem is never worth less for being one."""

    GOOD_NEWS = "GOOD_NEWS"  # 报喜
    HELP_REQUEST = "HELP_REQUEST"  # 求助
    PROBLEM = "PROBLEM"  # 问题
    EARLY_SIGN = "EARLY_SIGN"  # 苗头性、倾向性
    NEUTRAL = "NEUTRAL"  # 中性


class Urgency(StrEnum):
    """Urgency (急缓). ROUTINE goes to the information section, the others to the duty offices."""

    ROUTINE = "ROUTINE"  # 平件
    URGENT = "URGENT"  # 急件
    EXTRA_URGENT = "EXTRA_URGENT"  # 特急


class Form(StrEnum):
    """Form of a report: one event, or a synthesis of several items (IN-16)."""

    SINGLE = "SINGLE"  # 单条信息
    SYNTHESIS = "SYNTHESIS"  # 综合信息


class Severity(StrEnum):
    """Grade of an incident (事件等级)."""

    I = "I"  # 特别重大  # noqa: E741 - the grade's own name
    II = "II"  # 重大
    III = "III"  # 较大
    IV = "IV"  # 一般
    UNCLASSIFIED = "UNCLASSIFIED"  # 未定级


class IncidentReportKind(StrEnum):
    """Place of an urgent report in its incident's series."""

    INITIAL = "INITIAL"  # 初报
    FOLLOWUP = "FOLLOWUP"  # 续报
    FINAL = "FINAL"  # 终报


class Stage(StrEnum):
    """Step of a review flow (审签环节), RV-02."""

    SECTION_REVIEW = "SECTION_REVIEW"  # 信息科审核
    SIGN_OFF = "SIGN_OFF"  # 签发


class ReturnReason(StrEnum):
    """Coded reason of a return (退稿原因). "Negative content" does not exist here on purpose, AS-15."""

    ELEMENTS_MISSING = "ELEMENTS_MISSING"  # 要素不全
    FIGURE_UNSOURCED = "FIGURE_UNSOURCED"  # 数据无来源
    FACTS_UNCLEAR = "FACTS_UNCLEAR"  # 情况不清
    WORDING = "WORDING"  # 文字需修改
    MERGE_NEEDED = "MERGE_NEEDED"  # 需合并
    BELOW_LEVEL = "BELOW_LEVEL"  # 本级可处理, OR-02
    FRAGMENTARY = "FRAGMENTARY"  # 零碎, OR-03
    DUPLICATE = "DUPLICATE"  # 重复报送
    OUTDATED = "OUTDATED"  # 时效已过


class Leg(StrEnum):
    """Which duty a clock watches."""

    PHONE = "PHONE"  # 电话报告
    WRITTEN = "WRITTEN"  # 书面报告
    TICKET_REPLY = "TICKET_REPLY"  # 督办反馈


class Basis(StrEnum):
    """From which moment a limit counts (B3.3)."""

    OCCURRED = "OCCURRED"  # 事发
    KNOWN = "KNOWN"  # 获知
    RECEIVED = "RECEIVED"  # 接报
    THRESHOLD = "THRESHOLD"  # 达到报告标准
    REGISTERED = "REGISTERED"  # 登记(批示)


class Precision(StrEnum):
    """Grain of a limit: whole minutes, floor (default), or seconds (B3.4)."""

    MINUTE = "MINUTE"
    SECOND = "SECOND"


class VerdictType(StrEnum):
    """Outcome of a duty (认定), B5."""

    ON_TIME = "ON_TIME"  # 按时
    ON_TIME_EXEMPT = "ON_TIME_EXEMPT"  # 按时(豁免)
    LATE = "LATE"  # 迟报
    OMITTED = "OMITTED"  # 漏报
    UNDERSTATED = "UNDERSTATED"  # 轻报
    FALSIFIED = "FALSIFIED"  # 谎报
    CONCEALED = "CONCEALED"  # 瞒报
    MISREPORTED = "MISREPORTED"  # 误报


class CarrierKind(StrEnum):
    """Kind of a publication item (刊物载体)."""

    SHORT = "SHORT"  # 简讯
    BRIEF = "BRIEF"  # 每日要情
    FLASH = "FLASH"  # 值班快报、送阅
    SPECIAL = "SPECIAL"  # 专报信息
    RESEARCH = "RESEARCH"  # 特刊、调研


class LeaderRank(StrEnum):
    """Rank of the leader who wrote an instruction (批示)."""

    COUNTY = "COUNTY"
    CITY_DEPUTY = "CITY_DEPUTY"
    CITY_PRINCIPAL = "CITY_PRINCIPAL"
    PROVINCE = "PROVINCE"
    STATE = "STATE"


class Disposition(StrEnum):
    """What an instruction asks for. Only ACT opens a supervision ticket (督办件)."""

    ACT = "ACT"  # 办理
    CIRCULATE = "CIRCULATE"  # 传阅, LI-02
    FORWARD_UP = "FORWARD_UP"  # 转报, LI-04
    READ = "READ"  # 阅


class SignalSource(StrEnum):
    """Where an external signal (线索) came from."""

    MEDIA = "MEDIA"
    HOTLINE_12345 = "HOTLINE_12345"
    EMERGENCY_110_119_120 = "EMERGENCY_110_119_120"
    LINE_DEPT = "LINE_DEPT"
    UPPER_LEVEL = "UPPER_LEVEL"
    CITIZEN = "CITIZEN"
    SENSOR = "SENSOR"
