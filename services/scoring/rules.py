"""Scoring rules as data: what a rule set file may say. Nothing here knows a number of points."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import CarrierKind, LeaderRank, Level, Nature, VerdictType


class RuleEvent(StrEnum):
    """What earns the points of a rule. The second group is kept as data until its facts are heard."""

    ADOPTED = "ADOPTED"  # 采用
    ADOPTED_NATURE = "ADOPTED_NATURE"  # 问题类、苗头类稿件被采用
    FORWARDED = "FORWARDED"  # 转报
    INSTRUCTED = "INSTRUCTED"  # 批示
    VERDICT = "VERDICT"  # 认定
    LATE_ADOPTION = "LATE_ADOPTION"  # 迟报的初报被采用
    TICKET_OVERDUE = "TICKET_OVERDUE"  # 督办反馈超期

    QUOTA = "QUOTA"  # 任务数
    COMMISSION = "COMMISSION"  # 约稿
    SECOND_REMINDER = "SECOND_REMINDER"  # 第二次催办
    SELF_CORRECTION = "SELF_CORRECTION"  # 自行更正
    PROVINCE_CRITICISM = "PROVINCE_CRITICISM"  # 省通报批评
    SINGLE_ISSUE = "SINGLE_ISSUE"  # 单篇、交流
    COPYING = "COPYING"  # 抄袭新闻
    OLD_EVENT = "OLD_EVENT"  # 事过一周
    DUTY = "DUTY"  # 值班点名
    ZERO_REPORT = "ZERO_REPORT"  # 零报告
    SECRECY = "SECRECY"  # 涉密


APPLIED = frozenset(tuple(RuleEvent)[:7])
"""Events that the engine applies now."""


class Enabled(StrEnum):
    """Whether a rule is applied, or kept as published text until the facts it needs exist."""

    NOW = "now"
    LATER = "later"


class SameLevel(StrEnum):
    """Policy for several carriers, or several instructions, of one level on one item."""

    HIGHEST_ONLY = "HIGHEST_ONLY"  # 取最高，不重复计
    CUMULATIVE = "CUMULATIVE"  # 累计


class Duplicates(StrEnum):
    """Policy for separate adoptions of several units' reports of one incident in one kind of carrier."""

    FIRST_RECEIVED = "FIRST_RECEIVED"  # 先收到的计分
    EACH = "EACH"


def _decimal_text(value: object) -> object:
    if isinstance(value, str):
        return value
    raise ValueError('分值应为加引号的数字，例如 "2.5"')


Points = Annotated[Decimal, BeforeValidator(_decimal_text), Field(max_digits=8, decimal_places=2)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Conditions(_Data):
    """What a fact must be for a rule to apply; an empty tuple or None leaves it open.

    ``minutes_from`` and ``minutes_to`` (both inclusive) are whole minutes late.
    """

    level: tuple[Level, ...] = ()
    carrier: tuple[CarrierKind, ...] = ()
    nature: tuple[Nature, ...] = ()
    rank: tuple[LeaderRank, ...] = ()
    verdict: tuple[VerdictType, ...] = ()
    minutes_from: int | None = None
    minutes_to: int | None = None


class Rule(_Data):
    """One line of a published rule set. ``points`` is signed; ``factor`` multiplies adoption points instead."""

    code: str = Field(pattern=r"^[A-Z][A-Z0-9-]{1,19}$")
    event: RuleEvent
    text: str = Field(min_length=1, max_length=80, description="what the rule says, in Chinese, printed with points")
    points: Points | None = None
    factor: Points | None = None
    when: Conditions = Conditions()
    veto: bool = Field(default=False, description="the unit loses award eligibility, 评优一票否决")
    enabled: Enabled = Enabled.NOW
    source: str = Field(min_length=1, description="where the value comes from")

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.enabled is Enabled.LATER:
            return self
        if self.event not in APPLIED:
            raise ValueError(f"{self.code}: 事件 {self.event} 尚无来源，请写 enabled: later")
        wanted, other = ("factor", "points") if self.event is RuleEvent.LATE_ADOPTION else ("points", "factor")
        if getattr(self, wanted) is None or getattr(self, other) is not None:
            raise ValueError(f"{self.code}: 请写 {wanted}，不写 {other}")
        return self


class Policies(_Data):
    """How points of one item are put together."""

    same_level_carriers: SameLevel
    same_level_instructions: SameLevel
    duplicates_of_incident: Duplicates
    step: Points = Field(
        gt=0, description="grain of split and multiplied points; a remainder goes to the first received"
    )


class RuleSet(_Data):
    """A version of an assessing office's rules, in force from the start of a Shanghai civil day until the next one."""

    name: str = Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")
    version: int = Field(ge=1)
    effective_from: date
    assessors: tuple[OfficeId, ...] = Field(min_length=1)
    note: str
    policies: Policies
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        codes = [rule.code for rule in self.rules]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"规则代码重复：{'、'.join(twice)}")
        return self

    def applied(self, event: RuleEvent) -> tuple[Rule, ...]:
        """Return the rules applied to an event, in the order of the file: the first that fits counts."""
        return tuple(rule for rule in self.rules if rule.event is event and rule.enabled is Enabled.NOW)
