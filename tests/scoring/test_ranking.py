"""Rankings: ties share a rank, the next is skipped; volume and good news never decide (SC-09, SC-22, SC-25)."""

from decimal import Decimal

import pytest

from services.scoring.leagues import Member, assessment_at
from services.scoring.periods import Months, PeriodUnclear, month_of, months
from services.scoring.ranking import UnitScore, rank
from services.scoring.rulebook import Rulebook
from services.scoring.rulefiles import shipped_rule_sets
from shared.contracts.identifiers import OfficeId, SiteId
from shared.organisation.organisation import Organisation
from tests.scoring.stories import BAIYUN, PINGHU, QINGSHAN, at

UNITS = [Member(OfficeId(name), name, "A") for name in ("a", "b", "c", "d")]


def ranks(**scores: UnitScore) -> list[tuple[int, str]]:
    rows = rank(UNITS, {OfficeId(name): score for name, score in scores.items()})
    return [(row.rank, row.member.name) for row in rows]


def test_ties_share_a_rank_and_the_next_is_skipped() -> None:
    five = UnitScore(score=Decimal(5))

    assert ranks(a=five, b=UnitScore(score=Decimal(9)), c=five) == [(1, "b"), (2, "a"), (2, "c"), (4, "d")]


def test_equal_scores_are_told_apart_by_province_adoptions_instructions_then_verdict_points() -> None:
    same = Decimal(5)

    assert ranks(
        a=UnitScore(score=same, verdict_points=Decimal(-5)),
        b=UnitScore(score=same),
        c=UnitScore(score=same, instructions=1),
        d=UnitScore(score=same, upper_adoptions=1),
    ) == [(1, "d"), (2, "c"), (3, "b"), (4, "a")]


def test_more_adoptions_alone_never_rank_higher_sc_09() -> None:
    few, many = UnitScore(score=Decimal(5), adoptions=1), UnitScore(score=Decimal(5), adoptions=50)

    assert ranks(a=few, b=many)[:2] == [(1, "a"), (1, "b")]


def test_a_unit_without_lines_stands_last_and_is_shown_sc_22() -> None:
    assert ranks(a=UnitScore(score=Decimal(1)))[0] == (1, "a")
    assert len(ranks(a=UnitScore(score=Decimal(1)))) == len(UNITS)


@pytest.mark.parametrize(
    ("text", "run", "before"),
    [
        ("2025-02", Months("2025-02", "2025-02"), Months("2025-01", "2025-01")),
        ("2025-Q1", Months("2025-01", "2025-03"), Months("2024-10", "2024-12")),
        ("2025", Months("2025-01", "2025-12"), Months("2024-01", "2024-12")),
    ],
)
def test_periods_are_runs_of_months(text: str, run: Months, before: Months) -> None:
    assert (months(text), months(text).before) == (run, before)


@pytest.mark.parametrize("text", ["2025-13", "2025-Q5", "25-02", "上月"])
def test_what_is_no_period_says_how_to_write_one(text: str) -> None:
    with pytest.raises(PeriodUnclear, match="2025-Q1"):
        months(text)


def test_a_month_is_shanghais_not_utcs() -> None:
    assert (month_of(at("03-01 00:00")), month_of(at("02-28 23:59"))) == ("2025-03", "2025-02")


def test_the_shipped_organisation_says_who_is_scored_by_whom(organisation: Organisation) -> None:
    ruled = frozenset(Rulebook.of(shipped_rule_sets()).by_assessor)

    city = assessment_at(SiteId("linjiang"), organisation, ruled)
    county = assessment_at(SiteId("qingshan"), organisation, ruled)

    assert {QINGSHAN, PINGHU, BAIYUN} <= set(city.assessors[OfficeId("linjiang")].members)
    assert city.assessors[OfficeId("linjiang")].members[BAIYUN].league == "C"
    assert set(county.assessors) == {QINGSHAN}
    assert city.unit_of[OfficeId("linjiang-gov-duty")] == OfficeId("linjiang")
