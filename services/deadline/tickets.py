"""The limit of a ticket's reply (督办反馈时限): what the leader named, else the rule set's limit of its code."""

from datetime import datetime, time

from services.deadline.arithmetic import sum_of, sum_on_request
from services.deadline.errors import CalendarEnds, NoSuchTicketLimit
from services.deadline.facts import Terms
from services.deadline.rules import RuleSet, TicketLimit, TicketUnit
from shared.contracts.outcomes import TicketAssigned
from shared.contracts.vocabulary import Basis, Leg
from shared.timekeeping import limits
from shared.timekeeping.civil import in_shanghai
from shared.timekeeping.workcalendar import WorkCalendar, YearUnknown

ON_REQUEST = "ON_REQUEST"
"""Last part of the rule id of a limit that a leader named."""


def ticket_terms(event: TicketAssigned, rules: RuleSet, calendar: WorkCalendar, *, binding: bool) -> Terms:
    """Return the terms of a ticket. Raises NoSuchTicketLimit, and CalendarEnds for a year without a calendar."""
    if event.due_on_request is not None:
        due_at, rule_id = event.due_on_request, f"{rules.rule_set}/{Leg.TICKET_REPLY}/{ON_REQUEST}"
        ends = limits.Ends.DAY if in_shanghai(due_at).time() == time.min else limits.Ends.INSTANT
        text = sum_on_request(Basis.REGISTERED, event.registered_at, due_at, rules.precision)
    else:
        limit = rules.ticket_limit(event.limit_code)
        if limit is None:
            raise NoSuchTicketLimit(event.limit_code, rules.rule_set, rules.version)
        try:
            due_at, ends, words = _end_of(limit, event.registered_at, rules, calendar)
        except YearUnknown as error:
            raise CalendarEnds(error.year) from error
        text, rule_id = sum_of(Basis.REGISTERED, event.registered_at, words, due_at, rules.precision), limit.id
    return Terms(
        recipient=event.issuer,
        binding=binding,
        leg=Leg.TICKET_REPLY,
        title=event.title,
        basis=Basis.REGISTERED,
        basis_time=event.registered_at,
        due_at=due_at,
        late_from=limits.late_from(due_at, rules.precision, ends),
        omitted_at=None,
        precision=rules.precision,
        rule_set_id=rules.rule_set,
        rule_id=rule_id,
        rule_version=rules.version,
        sum_text=text,
        basis_evidence=f"督办件登记：{event.number}",
        warn_percent=rules.warn_percent,
        answered_at=(event.issuer,),
        answered_by=event.lead,
    )


def _end_of(
    limit: TicketLimit, registered_at: datetime, rules: RuleSet, calendar: WorkCalendar
) -> tuple[datetime, limits.Ends, str]:
    """Return when a limit ends, whether a day ends it, and its length in words."""
    match limit.unit:
        case TicketUnit.HOURS:
            due = limits.due_at(registered_at, limit.amount * 60, rules.precision)
            return due, limits.Ends.INSTANT, f"{limit.amount} 小时"
        case TicketUnit.WORKDAYS:
            due = limits.due_by_workdays(registered_at, limit.amount, calendar)
            return due, limits.Ends.DAY, f"{limit.amount} 个工作日"
        case TicketUnit.CALENDAR_DAYS:
            due = limits.due_by_days(registered_at, limit.amount, calendar)
            return due, limits.Ends.DAY, f"{limit.amount} 日"
