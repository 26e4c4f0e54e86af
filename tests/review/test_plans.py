"""The hot statements use their indexes: a queue of 30 to 60 items a day is read at every click."""

import pytest

from services.review import cursors, listings
from services.review.publication import queries as publication
from shared.contracts.vocabulary import Service
from tests.conftest import OpenStore
from tests.review.people import COUNTY


@pytest.mark.parametrize("statement", ["list_open", "list_done"])
async def test_lists_of_cases_are_read_from_an_index_in_order(open_store: OpenStore, statement: str) -> None:
    store = await open_store(Service.REVIEW)
    opened, done = cursors.FIRST_OPEN, cursors.FIRST_DONE
    arguments = {
        "list_open": (COUNTY, opened.routine, opened.received_at, opened.case_id, 50, False),
        "list_done": (COUNTY, "SIGNED", done.step_since, done.case_id, 50, False),
    }[statement]
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        await connection.execute("SET LOCAL enable_bitmapscan = off")
        rows = await connection.fetch("EXPLAIN " + listings.SQL[statement], *arguments)
    plan = "\n".join(row[0] for row in rows)
    assert "Index Scan using review_case_" in plan
    assert "Sort" not in plan


async def test_candidates_are_read_from_an_index_in_order(open_store: OpenStore) -> None:
    store = await open_store(Service.PUBLICATION, site="linjiang")
    first = cursors.FIRST_DONE
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        await connection.execute("SET LOCAL enable_bitmapscan = off")
        rows = await connection.fetch(
            "EXPLAIN " + publication.SQL["list_candidates"], COUNTY, first.step_since, first.case_id, 50, False
        )
    plan = "\n".join(row[0] for row in rows)
    assert "Index Scan using candidate_office" in plan
    assert "Sort" not in plan
