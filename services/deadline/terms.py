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


def governing(awarenesses: Iterable[Awareness]) -> Awareness | None:
    """Return what a unit's duty counts from: its earliest knowledge, the graver one of two at the same instant.

    The earliest stated time of occurrence is put into it, whoever stated it. None when nothing must be reported.
    """
    reportable = [awareness for awareness in awarenesses if awareness.must_report]
    if not reportable:
        return None
    grades = list(Severity)
    first = min(
        reportable, key=lambda each: (each.known_at, grades.index(each.severity), not each.sensitive, each.awareness_id)
    )
    occurred = min((each.occurred_at for each in reportable if each.occurred_at is not None), default=None)
    return replace(first, occurred_at=occurred)


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
    # Until somebody states when it happened, the limit counts from knowledge; it is recomputed when they do.
    if basis is Basis.OCCURRED and awareness.occurred_at is not None:
        return basis, awareness.occurred_at
    if basis is Basis.OCCURRED:
        return Basis.KNOWN, awareness.known_at
    # An office receives by learning: its awareness of a report from below is that report's receipt.
    return basis, awareness.known_at
