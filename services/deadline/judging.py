"""What a clock says about its unit: on time, late or omitted, with the sum in words. Pure."""

from collections.abc import Iterable

from services.deadline.arithmetic import judged_text, minutes_late, silence_text
from services.deadline.facts import Answer, Clock, Judgement, Terms
from shared.contracts.vocabulary import VerdictType


def judge(clock: Clock, answers: Iterable[Answer]) -> Judgement | None:
    """Return what a stopped clock says of its unit; None while it runs, and for a warning copy.

    Received before the first late instant: ON_TIME. From ``omitted_from`` on: OMITTED. Between: LATE (B5).
    ``answers`` holds at least the one that stopped the clock.
    """
    if clock.stopped_at is None or not clock.terms.binding:
        return None
    given = next(each for each in answers if each.answer_id == clock.stopped_by)
    terms = clock.terms
    if terms.omitted_from is not None and given.at >= terms.omitted_from:
        return judge_silence(clock)
    outcome = VerdictType.ON_TIME if given.at < terms.late_from else VerdictType.LATE
    text = judged_text(terms, given.channel, given.at)
    return Judgement(outcome, minutes_late(terms, given.at), text, _evidence(terms, given), given.report_id)


def judge_silence(clock: Clock) -> Judgement:
    """Return OMITTED for a clock that nothing answered by ``omitted_at``; what came afterwards changes no word."""
    terms = clock.terms
    assert terms.omitted_at is not None
    minutes = minutes_late(terms, terms.omitted_at)
    return Judgement(VerdictType.OMITTED, minutes, silence_text(terms, terms.omitted_at), _evidence(terms, None), None)


def _evidence(terms: Terms, given: Answer | None) -> tuple[str, ...]:
    found = (terms.basis_evidence, given.evidence if given is not None else "")
    return tuple(text for text in found if text)
