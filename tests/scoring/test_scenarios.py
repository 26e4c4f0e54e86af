"""The worked scenarios' points, exactly (reference scenarios.md F1, F2, F6, F9)."""

from decimal import Decimal
from itertools import accumulate

import pytest

from services.scoring.folding import Line
from services.scoring.leagues import Assessment
from services.scoring.ledgers import lines_of
from services.scoring.reading import Earning, items_of
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import CarrierKind, LeaderRank, Leg, Level, Nature, VerdictType
from tests.scoring.stories import (
    AT_QINGSHAN,
    AT_THE_CITY,
    BAIYUN,
    CITY,
    CITY_INFO,
    EAST,
    FIRE,
    PINGHU,
    QINGSHAN,
    RULEBOOK,
    SHIQIAO,
    TRANSPORT,
    adopted,
    found,
    instructed,
    kept,
    scenario_f1,
)


def lines(where: Assessment, assessor: OfficeId, *events: Earning) -> tuple[Line, ...]:
    known = kept(*events)
    items = sorted({item for fact in known for item in items_of(fact.event)})
    ledger, versions = where.assessors[assessor], RULEBOOK.versions(assessor)
    return tuple(
        line
        for item in items
        for line in lines_of(ledger, where, versions, item, [fact for fact in known if item in items_of(fact.event)])
    )


def city_score(unit: OfficeId, *events: Earning) -> Decimal:
    return sum((line.key.points for line in lines(AT_THE_CITY, CITY, *events) if line.key.unit == unit), Decimal(0))


def reported(unit: OfficeId = PINGHU, **more: object) -> Earning:
    settings = {"about": "crash", "of": "crash", "units": (unit,), "nature": Nature.NEUTRAL, **more}
    return adopted("03-12 18:00", CarrierKind.FLASH, **settings)  # type: ignore[arg-type]


def test_f1_the_city_ledger_of_the_county_runs_as_published_sc_01_sc_20_li_03() -> None:
    city = lines(AT_THE_CITY, CITY, *scenario_f1())

    assert [(line.key.rule_code, line.key.points) for line in city] == [
        ("A-BRIEF", 3),
        ("N-PROBLEM", 2),
        ("A-BRIEF", -3),
        ("A-SPECIAL", 10),
        ("I-CITY-D", 10),
        ("I-CITY-D", -10),
        ("I-CITY-P", 20),
        ("F-PROV-S", 10),
        ("P-BRIEF", 10),
        ("I-PROV", 50),
    ]
    assert {line.key.unit for line in city} == {QINGSHAN}
    assert list(accumulate(line.key.points for line in city))[1::1] == [5, 2, 12, 22, 12, 32, 42, 52, 102]


def test_f1_the_county_ledger_of_the_township_runs_as_published_li_03_li_07() -> None:
    county = lines(AT_QINGSHAN, QINGSHAN, *scenario_f1())

    assert {line.key.unit for line in county} == {SHIQIAO}
    assert list(accumulate(line.key.points for line in county)) == [5, 25, 45, 145, 185]


@pytest.mark.parametrize(
    ("verdicts", "points"),
    [
        ((), "5"),
        ((found("03-12 19:00", 1),), "-2.5"),
        ((found("03-12 19:00", 31),), "-7.5"),
        ((found("03-12 19:00", 1, leg=Leg.PHONE),), "-2.5"),
        ((found("03-12 17:00", 1),), "-2.5"),
        ((found("03-12 17:00", 31, of="crash"),), "-7.5"),
        ((found("03-12 19:00", 1, leg=Leg.PHONE), found("03-12 19:01", 31)), "-7.5"),
        ((found("03-12 19:00", 1, leg=Leg.PHONE, scored=False), found("03-12 18:30", 31)), "-7.5"),
        ((found("03-12 19:00", 30),), "-2.5"),
        ((found("03-12 19:00", 0),), "-2.5"),
    ],
)
def test_f2_a_late_report_has_half_its_points_and_the_deduction(verdicts: tuple[Earning, ...], points: str) -> None:
    assert city_score(PINGHU, reported(), *verdicts) == Decimal(points)
    assert city_score(PINGHU, *verdicts, reported()) == Decimal(points)


def test_f2_the_arithmetic_of_the_half_is_printed() -> None:
    late = lines(AT_THE_CITY, CITY, found("03-12 17:00", 1), reported())

    assert [line.award.arithmetic for line in late] == ["−5", "5 × 0.5（V-LATE-HALF）= 2.5"]


def test_each_hop_is_judged_by_itself_a_late_county_does_not_harm_its_township() -> None:
    events = (
        adopted("03-12 18:00", CarrierKind.FLASH, about="crash"),
        found("03-12 19:00", 40, unit=QINGSHAN),
    )

    assert city_score(QINGSHAN, *events) == Decimal("2.5") + 2 - 10
    assert [line.key.points for line in lines(AT_QINGSHAN, QINGSHAN, *events)] == [20]


def test_f6_a_joint_brief_is_split_and_the_unit_keeps_its_higher_carrier() -> None:
    joined = ((FIRE, "fire", "0.5"), (EAST, "east", "0.5"))
    alone = {"about": "blaze", "nature": Nature.NEUTRAL}
    flash = adopted("05-20 17:30", CarrierKind.FLASH, of="fire", units=(FIRE,), **alone)
    brief = adopted("05-21 08:00", CarrierKind.BRIEF, of="fire", units=(FIRE,), joined=joined, **alone)
    told_again = adopted("05-21 08:00", CarrierKind.BRIEF, of="east", units=(EAST,), joined=joined, **alone)

    assert (city_score(FIRE, flash, brief), city_score(EAST, flash, brief)) == (5, Decimal("1.5"))
    assert (city_score(FIRE, flash, brief, told_again), city_score(EAST, flash, brief, told_again)) == (
        5,
        Decimal("1.5"),
    )


def test_a_joint_item_without_an_incident_is_compared_with_each_reports_own_adoptions() -> None:
    joined = ((QINGSHAN, "one", "0.5"), (PINGHU, "two", "0.5"))
    brief = adopted("02-18 08:00", CarrierKind.BRIEF, of="two", units=(PINGHU,), nature=Nature.NEUTRAL)
    special = adopted("02-20 08:00", CarrierKind.SPECIAL, of="one", joined=joined, nature=Nature.NEUTRAL)

    assert (city_score(QINGSHAN, brief, special), city_score(PINGHU, brief, special)) == (5, 5)


def test_two_reports_of_one_unit_in_one_item_add_their_shares_in_one_line() -> None:
    joined = ((QINGSHAN, "one", "0.3"), (QINGSHAN, "two", "0.7"))
    item = adopted("02-18 08:00", CarrierKind.SPECIAL, of="one", about="flood", joined=joined, nature=Nature.NEUTRAL)

    (line,) = lines(AT_THE_CITY, CITY, item)

    assert (line.key.points, line.award.arithmetic) == (10, "10 × 0.3 = 3.0；10 × 0.7 = 7.0")


def test_of_two_units_flashes_on_one_incident_the_first_received_scores() -> None:
    events = (
        reported(PINGHU, of="second", received="03-12 15:20"),
        reported(QINGSHAN, of="first", received="03-12 15:01"),
    )

    assert (city_score(QINGSHAN, *events), city_score(PINGHU, *events)) == (5, 0)


def test_f9_an_overdue_reply_costs_the_lead_and_the_instruction_pays_the_origin() -> None:
    overdue = found("04-18 10:00", 600, unit=TRANSPORT, owed_to=CITY_INFO, leg=Leg.TICKET_REPLY, about=None)

    assert city_score(TRANSPORT, overdue) == -5
    assert city_score(QINGSHAN, instructed("04-10 09:30", LeaderRank.CITY_PRINCIPAL)) == 20


def test_f4_concealment_costs_fifty_and_the_award() -> None:
    (line,) = lines(AT_THE_CITY, CITY, found("03-13 10:00", 0, unit=QINGSHAN, kind=VerdictType.CONCEALED))

    assert (line.key.points, line.award.veto) == (-50, True)


def test_only_the_gravest_verdict_of_an_incident_is_scored() -> None:
    assert city_score(PINGHU, found("03-12 19:00", 31), found("03-13 19:00", 0, kind=VerdictType.OMITTED)) == -20


def test_a_direct_point_is_scored_itself_only_when_it_reported_past_its_county_dr_01() -> None:
    assert city_score(BAIYUN, adopted("03-12 08:00", CarrierKind.BRIEF, units=(BAIYUN,))) == 5
    through = adopted("03-12 08:00", CarrierKind.BRIEF, units=(BAIYUN, PINGHU))
    assert (city_score(BAIYUN, through), city_score(PINGHU, through)) == (0, 5)


@pytest.mark.parametrize("nature", list(Nature))
def test_no_nature_costs_anything_and_problems_earn_more_as_08_sc_25(nature: Nature) -> None:
    bonus = {Nature.PROBLEM: 2, Nature.EARLY_SIGN: 2}

    assert city_score(QINGSHAN, adopted("02-18 08:00", CarrierKind.BRIEF, nature=nature)) == 3 + bonus.get(nature, 0)


def test_the_problem_bonus_comes_once_per_item_as_08() -> None:
    twice = (adopted("02-18 08:00", CarrierKind.BRIEF), adopted("02-20 08:00", CarrierKind.BRIEF, level=Level.PROVINCE))

    assert city_score(QINGSHAN, *twice) == 3 + 2 + 10
