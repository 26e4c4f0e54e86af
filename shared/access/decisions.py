"""The rule of access: an actor, an act and the facts in; allowed, or denied with the reason and who may, out."""

from dataclasses import dataclass
from enum import StrEnum

from shared.access.actions import SITE_WIDE, Action
from shared.access.actor import Actor
from shared.access.conditions import CHECKS, fits_situation, step_zh
from shared.access.context import Context
from shared.access.matrix import MATRIX
from shared.access.wording import ROLE_ZH, roles_zh
from shared.contracts.vocabulary import Role


class DenialCause(StrEnum):
    """Which rule spoke. Goes into logs, metrics and the ``code`` of a refusal; the text is for people."""

    ROLE = "role"
    OFFICE = "office"
    CONDITION = "condition"
    SEPARATION = "separation"
    APPOINTMENT_UNKNOWN = "appointment_unknown"
    APPOINTMENT_NOT_IN_FORCE = "appointment_not_in_force"
    APPOINTMENT_DIFFERS = "appointment_differs"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The act may be done. ``actor`` is who signs for it."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Denied:
    """The act may not be done. ``reason_zh`` is ready to show; ``who_may`` are the roles that could do it here."""

    reason_zh: str
    who_may: tuple[Role, ...]
    who_may_zh: str
    cause: DenialCause


Decision = Allowed | Denied


class ActDenied(Exception):
    """A person asked for an act that the table does not give. Answered with 403 and ``denied``; never retried."""

    def __init__(self, denied: Denied) -> None:
        super().__init__(f"{denied.cause}: {denied.reason_zh}")
        self.denied = denied


def decide(actor: Actor, action: Action, context: Context) -> Decision:
    """Decide by role, office, condition and separation of duties, in this order. Reads no clock.

    Being on the same site, the same side or the same level grants nothing: the object's office must be the
    appointment's office, except for the site's machinery (``SITE_WIDE``). Whether the appointment is in force is
    ``authorise``'s question.
    """
    condition = MATRIX[action].get(actor.role)
    if condition is None:
        return _denied(actor, action, context, DenialCause.ROLE, "")
    if action not in SITE_WIDE and context.office != actor.office:
        return _denied(actor, action, context, DenialCause.OFFICE, f"此件不归{actor.office_name}办理。")
    if refusal := CHECKS[condition](actor, action, context):
        return _denied(actor, action, context, DenialCause.CONDITION, refusal)
    if refusal := _separation(actor, action, context):
        return _denied(actor, action, context, DenialCause.SEPARATION, refusal)
    return Allowed(actor)


def require(decision: Decision) -> Actor:
    """Return the actor of an allowed act. Raises ActDenied, which the HTTP door answers with 403."""
    if isinstance(decision, Denied):
        raise ActDenied(decision)
    return decision.actor


def who_may(action: Action, context: Context) -> tuple[Role, ...]:
    """Return the roles that may do the act, the object being as it is; the whole row when it fits none of them."""
    row = MATRIX[action]
    fitting = tuple(role for role in Role if role in row and fits_situation(row[role], context))
    return fitting or tuple(role for role in Role if role in row)


_JUDGES_WHAT_WAS_WRITTEN = frozenset(
    {
        Action.REVIEW_REPORT,
        Action.RETURN_REPORT,
        Action.SIGN_REPORT,
        Action.HOLD_REPORT,
        Action.SIGN_ISSUE,
        Action.REVIEW_DISCLOSURE,
        Action.APPROVE_SCORE_RULES,
        Action.APPROVE_IDENTITY_ACCESS,
        Action.FINALISE_LATE_VERDICT,
        Action.DECIDE_APPEAL,
    }
)


def _separation(actor: Actor, action: Action, context: Context) -> str | None:
    """Author ≠ reviewer ≠ signer (B4), per person, whatever appointment is used. Urgent: reviewer may be signer."""
    if action in _JUDGES_WHAT_WAS_WRITTEN and actor.person in context.authors:
        return f"本人撰写，须由他人{step_zh(action)}。"
    if context.urgent:
        return None
    if action in (Action.SIGN_REPORT, Action.HOLD_REPORT) and actor.person == context.reviewer:
        return "本人审核，须由他人签发。"
    if action is Action.REVIEW_REPORT and actor.person == context.signer:
        return "本人签发，须由他人审核。"
    return None


def _denied(actor: Actor, action: Action, context: Context, cause: DenialCause, why: str) -> Denied:
    roles = who_may(action, context)
    names = roles_zh(roles)
    reason = f"{why}此项由{names}任职办理。当前任职：{actor.office_name} {ROLE_ZH[actor.role]}。"
    return Denied(reason, roles, names, cause)
