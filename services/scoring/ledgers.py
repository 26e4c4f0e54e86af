"""Bringing an item's ledger lines up to what its facts give."""

from collections.abc import Sequence

from services.scoring.entries import LedgerLine, NewId, as_entered, entries
from services.scoring.folding import Line, fold, still_to_enter
from services.scoring.leagues import Assessment, Assessor
from services.scoring.reading import Kept, scoreable_by
from services.scoring.rulebook import Rulebook, Versions


def lines_of(
    assessor: Assessor, assessment: Assessment, versions: Versions, item: str, facts: Sequence[Kept]
) -> tuple[Line, ...]:
    """Return the lines that one item's facts give in an assessor's ledger."""
    return fold([scoreable for kept in facts for scoreable in scoreable_by(assessor, assessment, kept, item)], versions)


def to_enter(
    assessment: Assessment,
    rulebook: Rulebook,
    item: str,
    facts: Sequence[Kept],
    standing_lines: Sequence[LedgerLine],
    new_id: NewId,
) -> tuple[LedgerLine, ...]:
    """Return the lines to append to the ledgers kept here, so that they say what ``facts`` give.

    ``standing_lines``: the item's lines in all ledgers, in the order entered, without what was corrected.
    """
    appended: list[LedgerLine] = []
    for assessor in assessment.assessors.values():
        own = [line for line in standing_lines if line.assessor == assessor.office]
        ideal = lines_of(assessor, assessment, rulebook.versions(assessor.office), item, facts)
        steps = still_to_enter(ideal, as_entered(own))
        appended += entries(assessor.office, item, steps, {line.entry_id: line for line in own}, new_id)
    return tuple(appended)
