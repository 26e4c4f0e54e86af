"""Facts of different senders come in any order; the ledger must say the same (append-only)."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.entries import LedgerLine
from services.scoring.folding import LineKind
from services.scoring.ledgers import lines_of, to_enter
from services.scoring.reading import Earning, Kept, items_of
from shared.contracts.vocabulary import CarrierKind, Leg, Nature, VerdictType
from tests.scoring.stories import (
    AT_THE_CITY,
    CITY,
    CITY_LEDGER,
    EAST,
    FIRE,
    PINGHU,
    QINGSHAN,
    RULEBOOK,
    adopted,
    found,
    kept,
    scenario_f1,
)

_JOINED = ((FIRE, "fire", "0.5"), (EAST, "east", "0.5"))


def blaze() -> tuple[Earning, ...]:
    """One incident with joint items, duplicates and verdicts of two units."""
    neutral, about = Nature.NEUTRAL, "blaze"
    return (
        adopted("05-20 17:30", CarrierKind.FLASH, of="fire", units=(FIRE,), about=about, nature=neutral),
        adopted("05-20 17:20", CarrierKind.FLASH, of="east", units=(EAST,), about=about, received="05-20 17:10"),
        adopted("05-21 08:00", CarrierKind.BRIEF, of="fire", units=(FIRE,), about=about, joined=_JOINED),
        adopted("05-21 08:00", CarrierKind.BRIEF, of="east", units=(EAST,), about=about, joined=_JOINED),
        found("05-22 08:00", 3, unit=EAST, about=about, of="east"),
        found("05-21 07:00", 45, unit=FIRE, about=about, leg=Leg.PHONE),
        found("05-23 07:00", 0, unit=FIRE, about=about, kind=VerdictType.OMITTED),
        adopted("06-01 08:00", CarrierKind.SPECIAL, of="late", units=(PINGHU,), about=about),
        adopted("06-02 08:00", CarrierKind.BRIEF, of="a", joined=((QINGSHAN, "a", "0.4"), (PINGHU, "b", "0.6"))),
        adopted("06-03 08:00", CarrierKind.SHORT, of="b", units=(PINGHU,)),
        adopted("06-01 08:00", CarrierKind.SPECIAL, of="crash", units=(QINGSHAN,), about="crash"),
    )


def heard_in(order: Sequence[Kept]) -> list[LedgerLine]:
    """Return the city's ledger after hearing facts one by one."""
    known: dict[str, list[Kept]] = {}
    ledger: list[LedgerLine] = []
    for fact in order:
        for item in items_of(fact.event):
            known.setdefault(item, []).append(fact)
            ledger += to_enter(AT_THE_CITY, RULEBOOK, item, known[item], _standing(ledger, item), uuid4)
    return ledger


def _standing(ledger: Sequence[LedgerLine], item: str) -> list[LedgerLine]:
    own = [line for line in ledger if line.item == item]
    corrected = {line.reverses for line in own if line.kind is LineKind.CORRECTION}
    return [line for line in own if line.kind is not LineKind.CORRECTION and line.entry_id not in corrected]


def sums(ledger: Sequence[LedgerLine]) -> dict[tuple[str, str, str], tuple[Decimal, int]]:
    """Return points and tally per unit, rule and month; zeros left out."""
    points: dict[tuple[str, str, str], Decimal] = {}
    tally: Counter[tuple[str, str, str]] = Counter()
    for line in ledger:
        key = (line.unit, line.rule_code, line.period)
        points[key] = points.get(key, Decimal(0)) + line.points
        tally[key] += line.tally
    return {key: (points[key], tally[key]) for key in points if points[key] or tally[key]}


@settings(deadline=None)  # how long one order takes says nothing on a busy machine
@given(order=st.permutations(kept(*scenario_f1(), *blaze())))
def test_any_order_of_facts_gives_the_same_totals_per_unit_rule_and_month(order: list[Kept]) -> None:
    in_order = sorted(order, key=lambda fact: fact.event_id)

    assert sums(heard_in(order)) == sums(heard_in(in_order))


@settings(deadline=None)  # how long one order takes says nothing on a busy machine
@given(order=st.permutations(kept(*scenario_f1(), *blaze())))
def test_every_reversing_line_takes_back_exactly_one_earlier_line(order: list[Kept]) -> None:
    entered: dict[UUID, LedgerLine] = {}
    taken: set[UUID] = set()
    for line in heard_in(order):
        if line.reverses is not None:
            assert entered[line.reverses].points == -line.points
            assert (line.kind, line.reverses) not in taken
            taken.add((line.kind, line.reverses))  # type: ignore[arg-type]
        entered[line.entry_id] = line


def test_heard_in_order_nothing_is_ever_corrected() -> None:
    ledger = heard_in(kept(*scenario_f1()))

    assert [line.kind for line in ledger if line.kind is LineKind.CORRECTION] == []
    assert sum(line.points for line in ledger) == 102


def test_replaying_all_facts_from_zero_gives_the_same_totals() -> None:
    facts = kept(*scenario_f1())
    (item,) = {item for fact in facts for item in items_of(fact.event)}

    replayed = lines_of(CITY_LEDGER, AT_THE_CITY, RULEBOOK.versions(CITY), item, facts)

    assert sum(line.key.points for line in replayed) == sum(line.points for line in heard_in(facts)) == 102
