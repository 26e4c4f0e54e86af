"""What each condition of the matrix asks. Each check returns None when it is met, else the reason in Chinese."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.context import Context
from shared.access.matrix import Condition

PANEL_SIZE = 3  # B2: UNDERSTATED, FALSIFIED, CONCEALED are finalised by a panel of at least three
APPROVALS = 2  # B1, IdentityAccess: two different approvers

_VERB = {Action.RETURN_REPORT: "审核", Action.HOLD_REPORT: "签发"}  # the step that the act belongs to


def step_zh(action: Action) -> str:
    """Return the word for the step an act belongs to: returning is part of 审核, holding of 签发."""
    return _VERB.get(action, action.zh)


def _urgent_only(actor: Actor, action: Action, context: Context) -> str | None:
    return None if context.urgent else "当前任职只办理急件和特急件，此件为平件。"


def _urgent_delegated(actor: Actor, action: Action, context: Context) -> str | None:
    if refusal := _urgent_only(actor, action, context):
        return refusal
    return None if actor.delegated_by is not None else f"值班员{action.zh}急件须有委托，当前任职没有委托记录。"


def _not_own(actor: Actor, action: Action, context: Context) -> str | None:
    return f"本人撰写，须由他人{step_zh(action)}。" if actor.person in context.authors else None


def _own_only(actor: Actor, action: Action, context: Context) -> str | None:
    return None if actor.person in context.authors else "当前任职只查看本人撰写的稿件。"


def _received_only(actor: Actor, action: Action, context: Context) -> str | None:
    return None if context.received else "此件不是已收到的来件，收到后才可办理。"


def _with_reason(actor: Actor, action: Action, context: Context) -> str | None:
    return None if context.reason_given else f"{action.zh}须写明理由。"


def _reason_and_second(actor: Actor, action: Action, context: Context) -> str | None:
    if refusal := _with_reason(actor, action, context):
        return refusal
    return None if context.second_person not in (None, actor.person) else f"{action.zh}须由第二人确认。"


def _own_level(actor: Actor, action: Action, context: Context) -> str | None:
    return None if context.own_level else "此版本不是本级签发或收到的版本。"


def _direct_point(actor: Actor, action: Action, context: Context) -> str | None:
    return None if context.direct_point else "本单位不是直报点，或此件不在直报范围内。"


def _first_receiver(actor: Actor, action: Action, context: Context) -> str | None:
    return None if context.first_receiver == actor.office else "作者受保护，只由首个收件单位的编辑查看。"


def _not_own_unit(actor: Actor, action: Action, context: Context) -> str | None:
    if not context.judged_units:
        return "没有写明涉及的单位，尚不能判断是否须回避。"
    return "此项涉及本单位，须回避。" if actor.office in context.judged_units else None


def _panel_of_three(actor: Actor, action: Action, context: Context) -> str | None:
    if refusal := _not_own_unit(actor, action, context):
        return refusal
    if actor.person not in context.panel:
        return "当前人员不在认定组内，或尚未写明意见。"
    present = len(context.panel)
    return None if present >= PANEL_SIZE else f"认定组须有 {PANEL_SIZE} 人以上（含）写明意见，现有 {present} 人。"


def _two_approvals(actor: Actor, action: Action, context: Context) -> str | None:
    others = len(context.approvers - {actor.person})
    return None if others >= APPROVALS else f"{action.zh}须经 {APPROVALS} 名他人批准，现有 {others} 人。"


def _not_the_editor(actor: Actor, action: Action, context: Context) -> str | None:
    return f"本人采用，须由他人{action.zh}。" if context.editor == actor.person else None


def _not_self(actor: Actor, action: Action, context: Context) -> str | None:
    if context.concerned is None:
        return "没有写明涉及的人员，尚不能判断是否须回避。"
    return "此项涉及本人，须由他人办理。" if context.concerned == actor.person else None


CHECKS: Mapping[Condition, Callable[[Actor, Action, Context], str | None]] = MappingProxyType(
    {
        Condition.ALWAYS: lambda actor, action, context: None,
        Condition.URGENT_ONLY: _urgent_only,
        Condition.URGENT_DELEGATED: _urgent_delegated,
        Condition.NOT_OWN: _not_own,
        Condition.OWN_ONLY: _own_only,
        Condition.RECEIVED_ONLY: _received_only,
        Condition.WITH_REASON: _with_reason,
        Condition.REASON_AND_SECOND: _reason_and_second,
        Condition.OWN_LEVEL: _own_level,
        Condition.DIRECT_POINT: _direct_point,
        Condition.FIRST_RECEIVER: _first_receiver,
        Condition.NOT_OWN_UNIT: _not_own_unit,
        Condition.PANEL_OF_THREE: _panel_of_three,
        Condition.TWO_APPROVALS: _two_approvals,
        Condition.NOT_THE_EDITOR: _not_the_editor,
        Condition.NOT_SELF: _not_self,
    }
)
"""One check per condition; a test compares the keys with the enum."""


def fits_situation(condition: Condition, context: Context) -> bool:
    """Tell whether somebody in the role could meet the condition, the object being as it is.

    Used to name who may act: a duty officer is not named for a routine item, whoever the officer is.
    """
    match condition:
        case Condition.URGENT_ONLY | Condition.URGENT_DELEGATED:
            return context.urgent
        case Condition.RECEIVED_ONLY:
            return context.received
        case Condition.OWN_LEVEL:
            return context.own_level
        case Condition.DIRECT_POINT:
            return context.direct_point
        case _:
            return True
