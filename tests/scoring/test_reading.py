"""What people read of the ledgers over HTTP, and who may."""

import pytest

from services.scoring.publishing import PublishedVersionChanged, publish
from services.scoring.rulefiles import shipped_rule_sets
from shared.contracts.vocabulary import CarrierKind, Nature, Role
from tests.scoring.site import Scoring
from tests.scoring.stories import CITY, PINGHU, QINGSHAN, SHIQIAO, adopted, at, found, scenario_f1


async def test_every_number_of_a_ranking_opens_to_lines_that_add_up(city: Scoring) -> None:
    await city.hear(*scenario_f1(), found("02-22 08:00", 40, unit=PINGHU))
    editor = await city.appoint("linjiang-gov-info", Role.EDITOR)

    async with city.asked_by(editor) as http:
        ranking = (await http.get("/scoring/rankings", params={"league": "A", "period": "2025-02"})).json()
        rows = {row["unit"]: row for row in ranking["rows"]}
        for unit, row in rows.items():
            asked = {"assessor": CITY, "unit": unit, "period": "2025-02"}
            ledger = (await http.get("/scoring/ledger", params=asked)).json()
            assert (
                float(ledger["score"]) == float(row["score"]) == sum(float(each["points"]) for each in ledger["lines"])
            )

    assert (rows["qingshan"]["rank"], float(rows["qingshan"]["score"])) == (1, 102)
    assert (float(rows["pinghu"]["score"]), float(rows["pinghu"]["score_without_deductions"])) == (-10, 0)
    assert (rows["qingshan"]["adoptions"], rows["qingshan"]["upper_adoptions"], rows["qingshan"]["instructions"]) == (
        2,
        1,
        2,
    )


async def test_problem_items_are_counted_by_nature_where_no_rule_rewards_them(county: Scoring) -> None:
    """The county's rules have no bonus for problems; what its townships reported is counted all the same."""
    good = adopted("02-18 08:00", CarrierKind.BRIEF, of="harvest", nature=Nature.GOOD_NEWS)
    await county.hear(*scenario_f1(), good)
    editor = await county.appoint("qingshan-gov-info", Role.EDITOR)

    async with county.asked_by(editor) as http:
        ranking = (await http.get("/scoring/rankings", params={"league": "QS-T", "period": "2025-02"})).json()

    (row,) = [row for row in ranking["rows"] if row["unit"] == SHIQIAO]
    assert 0 < row["problem_items"] == row["adoptions"] - 1


async def test_a_line_says_event_rule_version_arithmetic_evidence_and_number_sc_20(city: Scoring) -> None:
    await city.hear(*scenario_f1()[:2])
    editor = await city.appoint("linjiang-gov-info", Role.EDITOR)

    async with city.asked_by(editor) as http:
        asked = {"assessor": CITY, "unit": QINGSHAN, "period": "2025-02"}
        oldest = (await http.get("/scoring/ledger", params=asked)).json()["lines"][-1]

    assert (oldest["rule_set"], oldest["rule_code"], oldest["rule_version"]) == ("CITY_DEFAULT", "A-BRIEF", 1)
    assert (oldest["arithmetic"], oldest["report_number"]) == ("3", "SQ-2025-0217-003")
    assert "》45" in oldest["reason"]
    assert oldest["evidence"]


async def test_the_ledger_is_paged_and_exported_with_a_byte_order_mark(city: Scoring) -> None:
    await city.hear(*scenario_f1())
    editor = await city.appoint("linjiang-gov-info", Role.EDITOR)
    asked = {"assessor": CITY, "unit": QINGSHAN, "period": "2025"}

    async with city.asked_by(editor) as http:
        first = (await http.get("/scoring/ledger", params={**asked, "limit": 6})).json()
        second = (await http.get("/scoring/ledger", params={**asked, "before": first["before"]})).json()
        export = await http.get("/scoring/ledger.csv", params=asked)

    assert (len(first["lines"]), len(second["lines"]), second["before"]) == (6, 4, None)
    assert export.content.startswith("\ufeff序号,期间".encode())
    assert export.text.count("CITY_DEFAULT") == 10


async def test_replaying_all_facts_from_zero_gives_the_same_totals(city: Scoring) -> None:
    await city.hear(*scenario_f1(), found("03-12 17:00", 31, of="crash"))
    scorer = await city.appoint("linjiang-gov-info", Role.SCORER)

    async with city.asked_by(scorer) as http:
        answer = (await http.post("/scoring/recompute", json={"assessor": CITY})).json()
        named = {"assessor": CITY, "rule_set": "CITY_DEFAULT", "version": 1}
        under = (await http.post("/scoring/recompute", json=named)).json()

    assert (answer["facts"], answer["differences"], under["differences"]) == (9, [], [])
    assert {unit["unit"]: (float(unit["ledger"]), float(unit["recomputed"])) for unit in answer["units"]} == {
        "qingshan": (102, 102),
        "pinghu": (-10, -10),
    }


async def test_a_dry_run_under_another_version_shows_who_moves_and_changes_nothing(city: Scoring) -> None:
    await city.hear(*scenario_f1())
    scorer = await city.appoint("linjiang-gov-info", Role.SCORER)
    shipped = next(each for each in shipped_rule_sets() if each.name == "CITY_DEFAULT")
    rules = tuple(
        each.model_copy(update={"points": each.points * 2}) if each.code == "I-PROV" and each.points else each
        for each in shipped.rules
    )
    draft = shipped.model_copy(update={"version": 2, "rules": rules, "effective_from": at("12-31 00:00").date()})
    city.rulebook.replace((*shipped_rule_sets(), draft))

    async with city.asked_by(scorer) as http:
        order = {"assessor": CITY, "rule_set": "CITY_DEFAULT", "version": 2}
        answer = (await http.post("/scoring/recompute", json=order)).json()

    (difference,) = answer["differences"]
    assert (difference["rule_code"], float(difference["ledger"]), float(difference["recomputed"])) == (
        "I-PROV",
        50,
        100,
    )


async def test_only_the_unit_and_its_assessor_open_a_ledger(city: Scoring) -> None:
    stranger = await city.appoint("linjiang-gongan", Role.REPORTER)

    async with city.asked_by(stranger) as http:
        asked = {"assessor": CITY, "unit": "linjiang-jiaotong", "period": "2025-02"}
        refused = await http.get("/scoring/ledger", params=asked)
        own = await http.get("/scoring/ledger", params={**asked, "unit": "linjiang-gongan"})
        league = await http.get("/scoring/rankings", params={"period": "2025-02"})

    assert (refused.status_code, own.status_code, league.json()["league"]) == (403, 200, "B1")


async def test_questions_that_make_no_sense_say_what_to_do(city: Scoring) -> None:
    editor = await city.appoint("linjiang-gov-info", Role.EDITOR)

    async with city.asked_by(editor) as http:
        half = await http.post("/scoring/recompute", json={"assessor": CITY, "version": 1})
        period = await http.get("/scoring/rankings", params={"league": "A", "period": "上月"})
        league = await http.get("/scoring/rankings", params={"league": "Z", "period": "2025-02"})

    assert half.status_code == 422
    assert (period.status_code, period.json()["field"]) == (422, "period")
    assert (league.status_code, "QS-T" in league.json()["remedy"]) == (404, False)


async def test_published_rules_are_open_and_a_published_version_never_changes_sc_20(city: Scoring) -> None:
    await publish(city.store, shipped_rule_sets(), city.rulebook)
    await publish(city.store, shipped_rule_sets(), city.rulebook)
    reporter = await city.appoint("linjiang-gongan", Role.REPORTER)

    async with city.asked_by(reporter) as http:
        shown = (await http.get("/scoring/rules")).json()
    assert {(each["name"], each["in_force"]) for each in shown} == {("CITY_DEFAULT", True), ("COUNTY_DEFAULT", True)}

    changed = tuple(each.model_copy(update={"note": "改过"}) for each in shipped_rule_sets())
    with pytest.raises(PublishedVersionChanged, match="version 改为更大的数"):
        await publish(city.store, changed, city.rulebook)
