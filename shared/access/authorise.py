"""The full check that services make before a person's act: the appointment in force, then the table."""

from dataclasses import replace
from datetime import datetime

from shared.access.actions import Action
from shared.access.actor import Actor, Appointment
from shared.access.appointments import find_appointment, serves_any_of
from shared.access.context import Context
from shared.access.decisions import Allowed, Decision, DenialCause, Denied, decide, who_may
from shared.access.matrix import MATRIX, Condition
from shared.access.wording import ROLE_ZH, roles_zh
from shared.store.unit import Connection


async def authorise(
    connection: Connection, actor: Actor, action: Action, context: Context, business_now: datetime
) -> Decision:
    """Decide whether the actor of a verified token may do the act at ``business_now`` (aware, business time).

    The appointment must be known to this service, be the one the token describes, and be in force at that instant;
    a token outlives a dismissal by minutes, the appointment does not. The delegation comes from the appointment,
    not from the token. Use the connection of the act's own transaction.
    """
    appointment = await find_appointment(connection, actor.appointment)
    if appointment is None:
        return _refuse(action, context, DenialCause.APPOINTMENT_UNKNOWN, "任职尚未在本服务生效，请稍候重试")
    if not _describes(actor, appointment):
        reason = "登录时的任职与现任职不一致，请重新登录后办理。"
        return _refuse(action, context, DenialCause.APPOINTMENT_DIFFERS, reason)
    if not appointment.valid_at(business_now):
        reason = f"任职不在有效期内：{actor.office_name} {ROLE_ZH[actor.role]}。请切换任职，或联系单位管理员。"
        return _refuse(action, context, DenialCause.APPOINTMENT_NOT_IN_FORCE, reason)
    acting = replace(actor, delegated_by=None, acts_for=None)
    delegator = await _delegator(connection, appointment, business_now)
    # Nobody delegates more than the own role may do here; that the actor wrote or checked it still counts.
    if delegator and isinstance(decide(replace(acting, role=delegator.role), action, context), Allowed):
        acting = replace(acting, delegated_by=delegator.id, acts_for=delegator.role)
    decision = decide(acting, action, context)
    if isinstance(decision, Denied) or MATRIX[action][actor.role] not in _CONCERNS_UNITS:
        return decision
    if await serves_any_of(connection, actor.person, context.judged_units, business_now):
        return _refuse(action, context, DenialCause.SEPARATION, "本人在涉及单位另有任职，须回避。")
    return decision


_CONCERNS_UNITS = (Condition.NOT_OWN_UNIT, Condition.PANEL_OF_THREE)


async def _delegator(connection: Connection, appointment: Appointment, at: datetime) -> Appointment | None:
    """Return who delegated at the same office, while that is in force: a dismissed signer's delegation is void."""
    if appointment.delegated_by is None:
        return None
    delegator = await find_appointment(connection, appointment.delegated_by)
    if delegator is None or delegator.office != appointment.office or not delegator.valid_at(at):
        return None
    return delegator


def _describes(actor: Actor, appointment: Appointment) -> bool:
    return (actor.person, actor.office, actor.role) == (appointment.person, appointment.office, appointment.role)


def _refuse(action: Action, context: Context, cause: DenialCause, reason: str) -> Denied:
    roles = who_may(action, context)
    return Denied(reason, roles, roles_zh(roles), cause)
