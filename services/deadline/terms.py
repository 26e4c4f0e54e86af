"""What a unit's duty counts from, and the terms that the rules lay upon it. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.deadline.arithmetic import sum_of
from services.deadline.facts import Awareness, Recipient, Terms
from services.deadline.rules import REPORTING_LEGS, HopLimit, PhoneCallAnswers, RuleSet
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Basis, Leg, Severity
from shared.timekeeping import limits

Known = tuple[Awareness, str]
"""What a unit knew, and the evidence for it in words."""


def reportable(known: Iterable[Known]) -> tuple[Known, ...]:
    """Return what a unit must report on, earliest first, the graver of two at the same instant first.

    The earliest stated time of occurrence is put into each, whoever stated it.
    """
    counted = [(awareness, evidence) for awareness, evidence in known if awareness.must_report]
    occurred = min((each.occurred_at for each, _ in counted if each.occurred_at is not None), default=None)
    grades = list(Severity)
    counted.sort(
        key=lambda pair: (
            pair[0].known_at,
            grades.index(pair[0].severity),
            not pair[0].sensitive,
            pair[0].awareness_id,
        )
    )
    return tuple((replace(awareness, occurred_at=occurred), evidence) for awareness, evidence in counted)


def strictest(terms: Iterable[Terms]) -> tuple[Terms, ...]:
    """Return, for each recipient and leg, the terms that are broken first; the first given of equal ones.

    A unit states itself when it knew and how grave it was. Everything it stated binds it at once, so that no further
    statement, of a lower grade or for a time with milder rules, gives it time back (B2: a lower grade never erases
    a clock).
    """
    found: dict[tuple[OfficeId, Leg], Terms] = {}
    for each in terms:
        part = (each.recipient, each.leg)
        if part not in found or each.strictness < found[part].strictness:
            found[part] = each
    return tuple(found.values())


def terms_of(awareness: Awareness, evidence: str, recipients: Iterable[Recipient], rules: RuleSet) -> tuple[Terms, ...]:
    """Return one set of terms per recipient and leg that the rules limit."""
    owed = tuple(recipients)
    return tuple(
        _terms(awareness, evidence, recipient, _answered_at(recipient, owed, leg, rules), limit, rules)
        for recipient in owed
        for leg in REPORTING_LEGS
        if (limit := rules.limit(recipient.hop, leg, awareness.severity, sensitive=awareness.sensitive)) is not None
    )


def _terms(
    awareness: Awareness,
    evidence: str,
    recipient: Recipient,
    answered_at: tuple[OfficeId, ...],
    limit: HopLimit,
    rules: RuleSet,
) -> Terms:
    basis, basis_time = _basis(limit.basis, awareness)
    precision = limit.precision or rules.precision
    due_at = limits.due_at(basis_time, limit.minutes, precision)
    return Terms(
        recipient=recipient.office,
        binding=recipient.binding,
        leg=limit.leg,
        title=awareness.title,
        basis=basis,
        basis_time=basis_time,
        due_at=due_at,
        late_from=limits.late_from(due_at, precision),
        omitted_at=limits.due_at(due_at, rules.omitted_after_minutes, precision),
        precision=precision,
        rule_set_id=rules.rule_set,
        rule_id=limit.id,
        rule_version=rules.version,
        sum_text=sum_of(basis, basis_time, f"{limit.minutes} 分", due_at, precision),
        basis_evidence=evidence,
        warn_percent=rules.warn_percent,
        answered_at=answered_at,
    )


def _answered_at(recipient: Recipient, owed: tuple[Recipient, ...], leg: Leg, rules: RuleSet) -> tuple[OfficeId, ...]:
    """Return where an answer counts: written reports at the recipient; a call there, or at any side that is owed."""
    if leg is Leg.PHONE and rules.phone_call_answers is PhoneCallAnswers.EVERY_SIDE:
        return tuple(each.office for each in owed)
    return (recipient.office,)


def _basis(basis: Basis, awareness: Awareness) -> tuple[Basis, datetime]:
    # Until somebody states when it happened, the limit counts from knowledge; it is recomputed when they do. Nobody
    # knows of a thing before it happens: what is stated for a later time gives no more time than the knowledge does.
    if basis is Basis.OCCURRED and awareness.occurred_at is not None and awareness.occurred_at <= awareness.known_at:
        return basis, awareness.occurred_at
    if basis is Basis.OCCURRED:
        return Basis.KNOWN, awareness.known_at
    # An office receives by learning: its awareness of a report from below is that report's receipt.
    return basis, awareness.known_at
