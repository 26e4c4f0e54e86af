"""Who may do an act on a case: the table of access, and the roles that the office's flow names for the step."""

from collections.abc import Mapping
from types import MappingProxyType

from services.review.cases import OPEN_STATES, Act, Case, CaseState
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import ActDenied, DenialCause, Denied, decide, require
from shared.access.wording import ROLE_ZH, roles_zh
from shared.contracts.identifiers import PersonId
from shared.contracts.vocabulary import Role, Stage
from shared.organisation.flows import FlowStep, ReviewFlow
from shared.store.unit import Unit

_ACTIONS: Mapping[Act, Action] = MappingProxyType(
    {
        Act.PASS: Action.REVIEW_REPORT,
        Act.SIGN: Action.SIGN_REPORT,
        Act.RETURN: Action.RETURN_REPORT,
        Act.HOLD: Action.HOLD_REPORT,
        Act.RELEASE: Action.HOLD_REPORT,
        Act.KEEP: Action.SETTLE_RECEIVED,
    }
)
_STEP_OF: Mapping[Action, Stage] = MappingProxyType(
    {Action.REVIEW_REPORT: Stage.SECTION_REVIEW, Action.SIGN_REPORT: Stage.SIGN_OFF}
)


def action_of(act: Act, case: Case) -> Action:
    """Return the act's row in the table of access; whoever may take the step may also word it anew."""
    if act is Act.REWRITE:
        return Action.SIGN_REPORT if case.state is CaseState.SIGN_OFF else Action.REVIEW_REPORT
    return _ACTIONS[act]


def context_of(case: Case, actor: Actor, act: Act) -> Context:
    """Return what the table of access must know about a case.

    A flow may have several reviewers; the one who matters is the actor, if the actor was among them. A reason is
    always given: the HTTP door takes no return or hold without one.
    """
    return Context(
        office=case.office,
        urgency=case.head.urgency,
        authors=frozenset(_writers(case, act)),
        reviewer=actor.person if actor.person in case.reviewers else None,
        received=case.from_office is not None,
        own_level=True,
        reason_given=True,
    )


def _writers(case: Case, act: Act) -> tuple[PersonId, ...]:
    """Return whose words are judged. Who words a report anew here may not find them in order, nor sign them (B4)."""
    return (*case.authors, *case.rewriters) if act in (Act.PASS, Act.SIGN) else case.authors


async def require_for(unit: Unit, actor: Actor, act: Act, case: Case, flow: ReviewFlow) -> Actor:
    """Return who acts. Raises ActDenied when table or flow do not let the actor do it."""
    action = action_of(act, case)
    allowed = require(await authorise(unit.connection, actor, action, context_of(case, actor, act), unit.now))
    if denied := _outside_flow(allowed, action, case, flow):
        raise ActDenied(denied)
    return allowed


def why_not(actor: Actor, act: Act, case: Case, flow: ReviewFlow) -> str:
    """Return why the actor may not do the act, empty when it may be done. Whether the term is in force is not asked."""
    action = action_of(act, case)
    decision = decide(actor, action, context_of(case, actor, act))
    denied = decision if isinstance(decision, Denied) else _outside_flow(actor, action, case, flow)
    return denied.reason_zh if denied else ""


def _outside_flow(actor: Actor, action: Action, case: Case, flow: ReviewFlow) -> Denied | None:
    """A flow narrows the table: where the principal signs last, a deputy's signature does not do.

    Who acts by delegation stands for the role that delegated. What is no step of the flow is not narrowed.
    """
    stage = _STEP_OF.get(action)
    if stage is None or case.state not in OPEN_STATES:
        return None
    step = flow.steps[case.step]
    if step.stage is not stage or actor.role in step.roles or _delegated(actor, step):
        return None
    ordered = tuple(role for role in Role if role in step.roles)
    names = roles_zh(ordered)
    reason = f"此环节由{names}任职办理。当前任职：{actor.office_name} {ROLE_ZH[actor.role]}。"
    return Denied(reason, ordered, names, DenialCause.ROLE)


def _delegated(actor: Actor, step: FlowStep) -> bool:
    """Whether the actor stands for a role of the step. Whom, only ``authorise`` knows; a page may hope."""
    return actor.delegated_by is not None and (actor.acts_for is None or actor.acts_for in step.roles)
