"""Rule sets are data that offices own: mistakes name file, line and remedy; versions govern by date."""

from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from services.scoring.folding import Line
from services.scoring.ledgers import lines_of
from services.scoring.reading import Earning, items_of
from services.scoring.rulebook import Rulebook, Versions
from services.scoring.rulefiles import RuleFileInvalid, digest_of, parse_rule_set, shipped_rule_sets
from services.scoring.rules import Duplicates, RuleSet, SameLevel
from services.scoring.standing import split
from shared.contracts.vocabulary import CarrierKind, LeaderRank
from tests.scoring.stories import AT_THE_CITY, CITY, CITY_LEDGER, adopted, instructed, kept

TEXT = (files("services.scoring") / "data" / "CITY_DEFAULT.yaml").read_text(encoding="utf-8")


def city() -> RuleSet:
    return parse_rule_set(TEXT, "CITY_DEFAULT.yaml")


def under(versions: Versions, *events: Earning) -> tuple[Line, ...]:
    (item,) = {item for event in events for item in items_of(event)}
    return lines_of(CITY_LEDGER, AT_THE_CITY, versions, item, kept(*events))


def test_the_shipped_rule_sets_load_and_name_their_assessors_sc_01() -> None:
    shipped = {rule_set.name: rule_set.assessors for rule_set in shipped_rule_sets()}

    assert shipped == {"CITY_DEFAULT": ("linjiang",), "COUNTY_DEFAULT": ("qingshan", "pinghu", "dongcheng")}


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ('points: "5", when: {level: [CITY], carrier: [FLASH]}', "points: 5, when: {}", "分值应为加引号的数字"),
        ('points: "5", when: {level: [CITY], carrier: [FLASH]}', 'points: "five"', "rules.2.points"),
        ("carrier: [FLASH]}", "carrier: [FLASHY]}", "rules.2.when.carrier.0"),
        ('points: "5", when: {level: [CITY], carrier: [FLASH]}', "when: {level: [CITY]}", "请写 points"),
        ("event: ADOPTED, text: 值班快报", "event: COMMISSION, text: 值班快报", "enabled: later"),
    ],
)
def test_a_mistake_names_file_line_and_remedy(wrong: str, right: str, says: str) -> None:
    line = next(number for number, text in enumerate(TEXT.splitlines(), start=1) if "A-FLASH" in text)

    with pytest.raises(RuleFileInvalid) as caught:
        parse_rule_set(TEXT.replace(wrong, right), "草案.yaml")

    assert f"草案.yaml 第 {line} 行" in str(caught.value)
    assert says in str(caught.value)


def test_text_that_is_not_yaml_names_the_line() -> None:
    with pytest.raises(RuleFileInvalid, match=r"第 2 行：不是 YAML"):
        parse_rule_set("name: A\nrules: [", "x.yaml")


def test_two_rules_with_one_code_are_refused() -> None:
    with pytest.raises(RuleFileInvalid, match="规则代码重复：A-FLASH"):
        parse_rule_set(TEXT.replace("A-SHORT", "A-FLASH"), "x.yaml")


def test_the_digest_is_of_the_content_not_of_the_layout() -> None:
    assert digest_of(parse_rule_set(f"# 说明\n{TEXT}", "x.yaml")) == digest_of(city())


def test_the_version_in_force_at_the_earning_event_governs() -> None:
    second = parse_rule_set(
        TEXT.replace("version: 1", "version: 2")
        .replace("2025-01-01", "2025-02-19")
        .replace('points: "20", when: {rank: [CITY_PRINCIPAL]}', 'points: "25", when: {rank: [CITY_PRINCIPAL]}'),
        "x.yaml",
    )
    versions = Rulebook.of((city(), second)).versions(CITY)
    before = instructed("02-18 23:59", LeaderRank.CITY_PRINCIPAL, of="one")
    after = instructed("02-19 00:00", LeaderRank.CITY_PRINCIPAL, of="two")

    points = [(line.key.rule_version, line.key.points) for event in (before, after) for line in under(versions, event)]

    assert points == [(1, 20), (2, 25)]


def test_before_the_first_version_nothing_is_scored() -> None:
    later = city().model_copy(update={"effective_from": date(2025, 3, 1)})

    assert under(Versions((later,)), adopted("02-18 08:00", CarrierKind.BRIEF)) == ()


def test_the_cumulative_options_add_what_the_default_supersedes() -> None:
    cumulative = city().policies.model_copy(
        update={
            "same_level_carriers": SameLevel.CUMULATIVE,
            "same_level_instructions": SameLevel.CUMULATIVE,
            "duplicates_of_incident": Duplicates.EACH,
        }
    )
    versions = Versions((city().model_copy(update={"policies": cumulative}),))
    events = (
        adopted("02-18 08:00", CarrierKind.BRIEF),
        adopted("02-18 14:00", CarrierKind.SPECIAL),
        instructed("02-18 17:20", LeaderRank.CITY_DEPUTY),
        instructed("02-19 09:00", LeaderRank.CITY_PRINCIPAL),
    )

    lines = under(versions, *events)

    assert sum(line.key.points for line in lines) == 3 + 2 + 10 + 10 + 20


def test_a_joint_item_splits_to_a_tenth_and_the_rest_goes_to_the_first_received() -> None:
    third = Decimal(1) / 3
    parts = [split(Decimal(10), (third, third, third), place, Decimal("0.1"))[0] for place in range(3)]

    assert parts == [Decimal("3.4"), Decimal("3.3"), Decimal("3.3")]


def test_the_sum_of_a_share_says_what_the_remainder_added() -> None:
    """Every point explains itself: ten times a third is no 3.4."""
    shares = (Decimal("0.3333"), Decimal("0.3333"), Decimal("0.3334"))
    told = [split(Decimal(10), shares, place, Decimal("0.1"))[1] for place in range(2)]

    assert told == ["10 × 0.3333 = 3.3，余数 0.1，合计 3.4", "10 × 0.3333 = 3.3"]
