"""Which points stand, given a set of facts of one item: the policies of a rule set, and nothing else.

The answer depends on the set alone, never on the order in which the facts were heard.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import assert_never

from services.scoring.rulebook import Versions
from services.scoring.rules import Conditions, Duplicates, Rule, RuleEvent, RuleSet, SameLevel
from services.scoring.scoreable import (
    LEVEL_OF_RANK,
    Adoption,
    Award,
    Family,
    Finding,
    Forwarding,
    LeaderInstruction,
    Scoreable,
    Slot,
)
from shared.contracts.identifiers import OfficeId, ReportId
from shared.contracts.vocabulary import Leg, Level, VerdictType

Standing = Mapping[Slot, Award]
Late = Mapping[tuple[OfficeId, ReportId], Finding]


def standing(facts: Sequence[Scoreable], versions: Versions) -> Standing:
    """Return the points that stand after ``facts``, all of one item and one assessor, sorted by (at, fact id)."""
    adoptions = [fact for fact in facts if isinstance(fact, Adoption)]
    findings = [fact for fact in facts if isinstance(fact, Finding)]
    late = _late_reports(adoptions, findings)
    candidates: list[tuple[Slot, Award]] = []
    for fact in facts:
        rule_set = versions.governing(fact.at)
        if rule_set is None:
            continue
        match fact:
            case Adoption():
                if not _repeats_another(fact, adoptions, rule_set):
                    candidates += _adopted(fact, rule_set, versions, late)
            case Forwarding():
                candidates += _forwarded(fact, rule_set)
            case LeaderInstruction():
                candidates += _instructed(fact, rule_set)
            case Finding():
                candidates += _found(fact, rule_set)
            case _:
                assert_never(fact)
    return _best(_joined(candidates))


def _best(candidates: Iterable[tuple[Slot, Award]]) -> Standing:
    """Return the weightiest award per slot; of equal ones the earlier keeps its place."""
    chosen: dict[Slot, Award] = {}
    for slot, award in candidates:
        held = chosen.get(slot)
        if award.points and (held is None or abs(award.points) > abs(held.points)):
            chosen[slot] = award
    return chosen


def _joined(candidates: Iterable[tuple[Slot, Award]]) -> list[tuple[Slot, Award]]:
    """Add up a unit's shares in one item: two of its reports put together there are one adoption.

    An item told twice, once per report, counts once.
    """
    added: dict[tuple[Slot, str], Award] = {}
    told: set[tuple[Slot, str, str]] = set()
    for slot, award in candidates:
        fact = award.fact
        part, of = (fact.item, str(fact.report_id)) if isinstance(fact, Adoption) else (str(fact.fact_id), "")
        if (slot, part, of) in told:
            continue
        told.add((slot, part, of))
        first = added.get((slot, part))
        added[slot, part] = award if first is None else _sum(first, award)
    return [(slot, award) for (slot, _), award in added.items()]


def _sum(first: Award, second: Award) -> Award:
    return Award(
        fact=first.fact,
        family=first.family,
        level=first.level,
        rule_set=first.rule_set,
        rule_code=first.rule_code,
        rule_version=first.rule_version,
        points=first.points + second.points,
        veto=first.veto,
        reason=first.reason,
        arithmetic=f"{first.arithmetic}；{second.arithmetic}",
    )


def _adopted(fact: Adoption, rule_set: RuleSet, versions: Versions, late: Late) -> Iterable[tuple[Slot, Award]]:
    fits = _fits(level=fact.level, carrier=fact.carrier, nature=fact.nature)
    for rule in _first(rule_set, RuleEvent.ADOPTED, fits):
        share, arithmetic = split(_points(rule), fact.shares, fact.place, rule_set.policies.step)
        finding = late.get((fact.unit, fact.report_id))
        if finding is not None:
            share, arithmetic = _halved(share, arithmetic, finding, versions)
        slot = Slot(fact.unit, Family.ADOPTION, _of(fact, fact.level, rule_set.policies.same_level_carriers))
        reason = f"{rule.text}：{fact.label}"
        yield slot, _award(fact, Family.ADOPTION, fact.level, rule_set, rule, share, reason, arithmetic)
    for rule in _first(rule_set, RuleEvent.ADOPTED_NATURE, fits):
        share, arithmetic = split(_points(rule), fact.shares, fact.place, rule_set.policies.step)
        slot = Slot(fact.unit, Family.BONUS, "once")
        yield slot, _award(fact, Family.BONUS, fact.level, rule_set, rule, share, rule.text, arithmetic)


def _forwarded(fact: Forwarding, rule_set: RuleSet) -> Iterable[tuple[Slot, Award]]:
    for rule in _first(rule_set, RuleEvent.FORWARDED, _fits(level=fact.to_level, carrier=fact.carrier)):
        slot = Slot(fact.unit, Family.FORWARDING, _of(fact, fact.to_level, rule_set.policies.same_level_carriers))
        points = _points(rule)
        yield slot, _award(fact, Family.FORWARDING, fact.to_level, rule_set, rule, points, rule.text, _signed(points))


def _instructed(fact: LeaderInstruction, rule_set: RuleSet) -> Iterable[tuple[Slot, Award]]:
    level = LEVEL_OF_RANK[fact.rank]
    for rule in _first(rule_set, RuleEvent.INSTRUCTED, _fits(rank=fact.rank)):
        slot = Slot(fact.unit, Family.INSTRUCTION, _of(fact, level, rule_set.policies.same_level_instructions))
        points, reason = _points(rule), f"{rule.text}：{fact.leader}"
        yield slot, _award(fact, Family.INSTRUCTION, level, rule_set, rule, points, reason, _signed(points))


def _found(fact: Finding, rule_set: RuleSet) -> Iterable[tuple[Slot, Award]]:
    if not fact.scored:
        return
    is_ticket = fact.leg is Leg.TICKET_REPLY
    event = RuleEvent.TICKET_OVERDUE if is_ticket else RuleEvent.VERDICT
    family = Family.OVERDUE if is_ticket else Family.VERDICT
    for rule in _first(rule_set, event, _fits(verdict=fact.type, minutes=fact.minutes_late)):
        points, reason = _points(rule), f"{rule.text}：{fact.sum_in_words}"
        yield (
            Slot(fact.unit, family, "gravest"),
            _award(fact, family, None, rule_set, rule, points, reason, _signed(points)),
        )


def _late_reports(adoptions: Sequence[Adoption], findings: Sequence[Finding]) -> Late:
    """Return the adopted initial reports that were late, by (unit, report).

    A verdict on the phone leg names no report: then the unit's first received one is meant.
    """
    late: dict[tuple[OfficeId, ReportId], Finding] = {}
    for finding in findings:
        if finding.type is not VerdictType.LATE or finding.leg is Leg.TICKET_REPLY:
            continue
        if finding.report_id is not None:
            late.setdefault((finding.unit, finding.report_id), finding)
            continue
        own = [adoption for adoption in adoptions if adoption.unit == finding.unit]
        if own:
            initial = min(own, key=lambda adoption: (adoption.received_at, str(adoption.report_id)))
            late.setdefault((finding.unit, initial.report_id), finding)
    return late


def _halved(share: Decimal, arithmetic: str, finding: Finding, versions: Versions) -> tuple[Decimal, str]:
    rule_set = versions.governing(finding.at)
    for rule in rule_set.applied(RuleEvent.LATE_ADOPTION) if rule_set else ():
        if rule.factor is not None and rule_set is not None:
            points = (share * rule.factor).quantize(rule_set.policies.step, ROUND_HALF_UP)
            return points, f"{arithmetic} × {rule.factor}（{rule.code}）= {_signed(points)}"
    return share, arithmetic


def _repeats_another(fact: Adoption, adoptions: Sequence[Adoption], rule_set: RuleSet) -> bool:
    """Whether another unit's report of the same incident, received earlier, stood alone in such a carrier too."""
    if fact.is_joint or rule_set.policies.duplicates_of_incident is Duplicates.EACH:
        return False
    return any(
        other.unit != fact.unit
        and not other.is_joint
        and (other.level, other.carrier) == (fact.level, fact.carrier)
        and (other.received_at, str(other.report_id)) < (fact.received_at, str(fact.report_id))
        for other in adoptions
    )


def split(points: Decimal, shares: Sequence[Decimal], place: int, step: Decimal) -> tuple[Decimal, str]:
    """Return what one contributor gets of ``points``, and the sum in words.

    Parts are cut to ``step``; what remains goes to the contributor whose report was received first, so that the parts
    add up to ``points``.
    """
    if len(shares) == 1:
        return points, _signed(points)
    parts = [(points * share).quantize(step, ROUND_DOWN) for share in shares]
    rest = points - sum(parts)
    cut = f"{points} × {shares[place].normalize():f}"
    if place > 0 or rest == 0:
        return parts[place], f"{cut} = {_signed(parts[place])}"
    part = parts[place] + rest
    return part, f"{cut} = {_signed(parts[place])}，余数 {_signed(rest)}，合计 {_signed(part)}"


def _fits(
    *,
    level: Level | None = None,
    minutes: int | None = None,
    **values: object,
) -> Callable[[Conditions], bool]:
    """Return a test of conditions against what a fact says."""
    said = {"level": level, **values}

    def fits(when: Conditions) -> bool:
        listed = all(not getattr(when, name) or value in getattr(when, name) for name, value in said.items())
        if minutes is None:
            return listed
        over = when.minutes_from is not None and minutes < when.minutes_from
        under = when.minutes_to is not None and minutes > when.minutes_to
        return listed and not over and not under

    return fits


def _first(rule_set: RuleSet, event: RuleEvent, fits: Callable[[Conditions], bool]) -> tuple[Rule, ...]:
    """Return the first rule that fits, as a tuple of one, or an empty one."""
    return tuple(rule for rule in rule_set.applied(event) if fits(rule.when))[:1]


def _of(fact: Scoreable, level: Level, policy: SameLevel) -> str:
    return level if policy is SameLevel.HIGHEST_ONLY else f"{level}/{fact.fact_id}"


def _points(rule: Rule) -> Decimal:
    if rule.points is None:
        raise ValueError(f"{rule.code} has no points")  # the loader refuses such a rule
    return rule.points


def _signed(points: Decimal) -> str:
    return f"{points:f}".replace("-", "−")


def _award(
    fact: Scoreable,
    family: Family,
    level: Level | None,
    rule_set: RuleSet,
    rule: Rule,
    points: Decimal,
    reason: str,
    arithmetic: str,
) -> Award:
    return Award(fact, family, level, rule_set.name, rule.code, rule_set.version, points, rule.veto, reason, arithmetic)
