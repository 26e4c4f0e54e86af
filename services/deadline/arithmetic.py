"""The sum of a duty in words, as pages and bulletins print it (portal.md 3.9).

获知 14:05 + 60 分 = 截止 15:05（含）；接收 15:06；迟 1 分；按 CITY_DEFAULT 第 1 版 COUNTY_TO_CITY/WRITTEN/III
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from services.deadline.facts import Channel, Terms
from shared.contracts.vocabulary import Basis, Precision
from shared.timekeeping import limits
from shared.timekeeping.civil import civil_date, in_shanghai

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)

_BASIS_ZH: Mapping[Basis, str] = {
    Basis.OCCURRED: "事发",
    Basis.KNOWN: "获知",
    Basis.RECEIVED: "接报",
    Basis.THRESHOLD: "达到标准",
    Basis.REGISTERED: "登记",
}
_CHANNEL_ZH: Mapping[Channel, str] = {Channel.PHONE: "电话", Channel.WRITTEN: "接收", Channel.REPLY: "反馈"}


def sum_of(basis: Basis, basis_time: datetime, limit: str, due_at: datetime, precision: Precision) -> str:
    """Return the sum up to the limit. ``limit`` is its length in words: 60 分, 5 个工作日."""
    dated = not _same_day(basis_time, due_at)
    start = _written(basis_time, precision, dated=dated)
    return f"{_BASIS_ZH[basis]} {start} + {limit} = 截止 {_written_end(due_at, precision, dated=dated)}（含）"


def sum_on_request(basis: Basis, basis_time: datetime, due_at: datetime, precision: Precision) -> str:
    """Return the sum for a limit that a leader named."""
    start = _written(basis_time, precision, dated=True)
    return f"{_BASIS_ZH[basis]} {start}，批示要求截止 {_written_end(due_at, precision, dated=True)}（含）"


def judged_text(terms: Terms, channel: Channel, at: datetime) -> str:
    """Return the whole sum for something that came at ``at``."""
    late_by = lateness(terms, at)
    outcome = f"迟 {_length(late_by)}" if late_by else "按时"
    came = _written(at, terms.precision, dated=not _same_day(terms.basis_time, at))
    return f"{terms.sum_text}；{_CHANNEL_ZH[channel]} {came}；{outcome}；{_rule(terms)}"


def silence_text(terms: Terms, until: datetime) -> str:
    """Return the whole sum when nothing had come by ``until``."""
    dated = not _same_day(terms.basis_time, until)
    return f"{terms.sum_text}；至 {_written(until, terms.precision, dated=dated)} 未收到；{_rule(terms)}"


def lateness(terms: Terms, at: datetime) -> timedelta:
    """Return by how much something that came at ``at`` was late, in the limit's grain; zero when it was in time."""
    return limits.lateness(terms.due_at, at, terms.precision, ends_of(terms))


def minutes_late(terms: Terms, at: datetime) -> int:
    """Return the lateness in minutes, a begun one counted whole; 0 when it was in time."""
    return limits.minutes_late(terms.due_at, at, terms.precision, ends_of(terms))


def ends_of(terms: Terms) -> limits.Ends:
    """Tell whether the limit ends within a minute or with a day; a day's own end is late already."""
    return limits.Ends.DAY if terms.late_from == terms.due_at else limits.Ends.INSTANT


def _rule(terms: Terms) -> str:
    line = terms.rule_id.removeprefix(f"{terms.rule_set_id}/")
    return f"按 {terms.rule_set_id} 第 {terms.rule_version} 版 {line}"


def _written(instant: datetime, precision: Precision, *, dated: bool) -> str:
    there = in_shanghai(instant)
    clock = f"{there:%H:%M}" if precision is Precision.MINUTE else f"{there:%H:%M:%S}"
    return f"{there:%m-%d} {clock}" if dated else clock


def _written_end(due_at: datetime, precision: Precision, *, dated: bool) -> str:
    """Write the end of a limit; a day's end is its 24:00, not the next day's 00:00."""
    there = in_shanghai(due_at)
    if there.time() != time.min:
        return _written(due_at, precision, dated=dated)
    return f"{there - _DAY:%m-%d} 24:00" if dated else "24:00"


def _same_day(one: datetime, other: datetime) -> bool:
    return civil_date(one) == civil_date(other)


def _length(late_by: timedelta) -> str:
    minutes, rest = divmod(late_by, _MINUTE)
    seconds = f"{int(rest.total_seconds())} 秒" if rest else ""
    if minutes < 60:
        return " ".join(part for part in (f"{minutes} 分" if minutes else "", seconds) if part)
    hours, left = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} 时", f"{left} 分" if left else "", seconds) if part)
