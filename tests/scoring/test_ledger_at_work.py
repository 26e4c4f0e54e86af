"""Scoring on a real database: facts through the inbox, lines in the ledger."""

import asyncio
from decimal import Decimal
from typing import Any, cast

import asyncpg
import pytest

from services.scoring import queries
from services.scoring.contract import READS
from services.scoring.handlers import ScoringHandlers
from services.scoring.rulebook import Rulebook
from shared.contracts.outcomes import ReportAdopted
from shared.contracts.vocabulary import CarrierKind, Mode, Nature
from tests.scoring.site import Scoring
from tests.scoring.stories import CITY, PINGHU, QINGSHAN, SHIQIAO, adopted, found, scenario_f1


async def test_f1_each_event_enters_its_lines_at_once(city: Scoring) -> None:
    lines = await city.hear(*scenario_f1())

    assert [str(line.points) for line in lines] == ["3", "2", "-3", "10", "10", "-10", "20", "10", "10", "50"]
    assert {(line.assessor, line.unit) for line in lines} == {(CITY, QINGSHAN)}
    assert lines[2].reverses == lines[0].entry_id
    assert lines[5].reverses == lines[4].entry_id


async def test_f1_at_the_countys_site_the_townships_ledger(county: Scoring) -> None:
    lines = await county.hear(*scenario_f1())

    assert [str(line.points) for line in lines] == ["5", "20", "20", "100", "40"]
    assert {(line.assessor, line.unit) for line in lines} == {(QINGSHAN, SHIQIAO)}


async def test_heard_backwards_the_ledger_says_the_same_and_nothing_was_changed(city: Scoring) -> None:
    await city.hear(*reversed(scenario_f1()))

    async with city.store.reading() as connection:
        totals = await queries.ledger_totals(connection, CITY)
    assert {code: int(points) for (_, code), points in totals.items() if points} == {
        "A-SPECIAL": 10,
        "N-PROBLEM": 2,
        "I-CITY-P": 20,
        "F-PROV-S": 10,
        "P-BRIEF": 10,
        "I-PROV": 50,
    }


@pytest.mark.parametrize("mode", [Mode.DRILL, Mode.TEST])
async def test_a_drill_is_never_scored_and_leaves_no_row(city: Scoring, mode: Mode) -> None:
    assert await city.hear(*scenario_f1(), mode=mode) == []

    async with city.store.reading() as connection:
        assert await connection.fetchval("SELECT count(*) FROM fact") == 0


async def test_the_ledger_refuses_to_be_changed(city: Scoring) -> None:
    await city.hear(*scenario_f1())

    for statement in ("UPDATE ledger_line SET points = 0", "DELETE FROM ledger_line", "DELETE FROM fact"):
        async with city.store.reading() as connection:
            with pytest.raises(asyncpg.PostgresError, match="append-only"):
                await connection.execute(statement)


async def test_an_adoption_without_its_contributor_is_held_not_guessed(city: Scoring) -> None:
    strange = adopted("02-18 08:00", CarrierKind.BRIEF, joined=((PINGHU, "another", "1"),))

    with pytest.raises(AssertionError, match="AdoptionUnclear"):
        await city.hear(strange)


async def test_facts_of_one_incident_heard_at_the_same_time_wait_for_each_other(city: Scoring) -> None:
    """Two senders' facts in two transactions: whichever comes second folds with the first, never without it."""
    for name in (f"crash {number}" for number in range(8)):
        verdict = found("03-12 17:00", 1, about=name, of=name)
        flash = adopted("03-12 18:00", CarrierKind.FLASH, about=name, of=name, units=(PINGHU,), nature=Nature.NEUTRAL)
        await asyncio.gather(city.hear(verdict), city.hear(flash))

    async with city.store.reading() as connection:
        totals = await queries.ledger_totals(connection, CITY)
    assert {code: points for (_, code), points in totals.items()} == {"A-FLASH": 8 * Decimal("2.5"), "V-LATE-1": -40}


def test_the_contract_names_what_is_handled() -> None:
    assert set(ScoringHandlers(cast(Any, None), Rulebook()).table()) == set(READS)
    assert ReportAdopted in READS
