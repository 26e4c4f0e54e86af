"""Every committed fact gets one position, in the order of transactions, without gaps and whoever is slow or dies."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from shared.contracts.identifiers import EventId, ReportId
from shared.store import merkle
from shared.store.sealing import RestoredWithoutEpoch, Sealer
from tests.facts import state
from tests.probe import eventually
from tests.store.noting import Desk, returned

SQL = Path(__file__).resolve().parents[2] / "shared/store/sql"
SEALED = """
SELECT s.position, s.event_id, s.batch, s.leaf, l.recorded_by::text::bigint AS by, l.salt, sha256(l.body) AS digest
  FROM review.sealed_fact AS s JOIN review.event_log AS l USING (event_id) ORDER BY s.position
"""
SEALS = "SELECT * FROM review.seal ORDER BY batch"
WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def sealed(desk: Desk) -> list[EventId]:
    """Return the ids of the sealed facts in order, after checking what must hold of every sealed log."""
    facts, seals = await desk.admin.fetch(SEALED), await desk.admin.fetch(SEALS)
    assert [fact["position"] for fact in facts] == list(range(1, len(facts) + 1))
    assert len(facts) == await desk.admin.fetchval("SELECT count(*) FROM review.sealed_fact")
    last, head = 0, merkle.BEGINNING
    for number, seal in enumerate(seals, 1):
        within = [fact for fact in facts if fact["batch"] == seal["batch"]]
        leaves = [merkle.leaf(fact["salt"], fact["event_id"], fact["digest"]) for fact in within]
        again = merkle.close(
            desk.store.site,
            desk.store.service,
            seal["epoch"],
            number,
            last + 1,
            last + len(within),
            root=merkle.root(leaves),
            previous=head,
        )
        assert leaves == [fact["leaf"] for fact in within]
        assert (again.batch, again.first, again.last, again.head) == (
            seal["batch"],
            seal["first_position"],
            seal["last_position"],
            seal["head"],
        )
        last, head = seal["last_position"], seal["head"]
    return [fact["event_id"] for fact in facts]


async def seal_all(desk: Desk, *, batch: int = 5_000) -> None:
    sealer = Sealer(desk.store, batch=batch)
    while await sealer.seal():
        pass


async def in_order(desk: Desk) -> list[tuple[int, EventId]]:
    return [(fact["by"], fact["event_id"]) for fact in await desk.admin.fetch(SEALED)]


async def test_facts_are_sealed_in_the_order_of_their_transactions(desk: Desk) -> None:
    stated = await state(desk.store, 3)
    await seal_all(desk)
    stated += await state(desk.store, 2)
    await seal_all(desk)

    assert await sealed(desk) == stated
    assert [seal["last_position"] for seal in await desk.admin.fetch(SEALS)] == [3, 5]


async def test_nothing_new_makes_no_seal(desk: Desk) -> None:
    await state(desk.store)
    for _ in range(3):
        await seal_all(desk)

    assert len(await desk.admin.fetch(SEALS)) == 1


async def test_an_epoch_begins_with_a_seal_though_there_is_nothing_to_seal(desk: Desk) -> None:
    await seal_all(desk)
    await seal_all(desk)

    (seal,) = await desk.admin.fetch(SEALS)
    assert (seal["first_position"], seal["last_position"], seal["epoch"]) == (1, 0, 1)


async def test_many_facts_take_several_batches_and_none_is_left_out(desk: Desk) -> None:
    async with desk.store.unit() as unit:  # more facts in one transaction than go into a batch
        stated = [unit.announce(returned(ReportId(uuid7()))) for _ in range(13)]
    await seal_all(desk, batch=5)
    async with desk.store.unit() as unit:
        stated += [unit.announce(returned(ReportId(uuid7()))) for _ in range(12)]
    await seal_all(desk, batch=5)

    assert await sealed(desk) == stated
    assert [seal["last_position"] for seal in await desk.admin.fetch(SEALS)] == [5, 10, 13, 18, 23, 25]


@pytest.mark.parametrize("commits", [True, False], ids=["commits", "rolls back"])
async def test_nothing_behind_a_transaction_that_is_still_open_is_sealed(desk: Desk, commits: bool) -> None:
    await seal_all(desk)
    async with desk.store.pool.acquire() as slow:
        opened = slow.transaction()
        await opened.start()
        await slow.execute(
            "INSERT INTO event_log (event_id, type, subject, mode, carried, occurred_at, body)"
            " VALUES ($1, 't', 's', 'ACTUAL', false, '2025-02-17', 'slow')",
            slow_id := uuid7(),
        )
        quick = await state(desk.store, 3)
        await seal_all(desk)
        assert await sealed(desk) == []

        await (opened.commit() if commits else opened.rollback())
    await seal_all(desk)

    assert await sealed(desk) == ([slow_id, *quick] if commits else quick)


async def test_facts_of_writers_at_once_are_all_sealed_in_order(desk: Desk) -> None:
    writing = asyncio.gather(*(state(desk.store, 15) for _ in range(5)))
    sealer = Sealer(desk.store, batch=7)
    while not writing.done():
        await sealer.seal()
        await asyncio.sleep(0)
    stated = {event_id for each in await writing for event_id in each}
    await seal_all(desk)

    assert set(await sealed(desk)) == stated
    order = await in_order(desk)
    assert order == sorted(order)


async def test_a_sealer_that_dies_in_the_middle_leaves_nothing_and_the_next_one_seals_everything(desk: Desk) -> None:
    stated = await state(desk.store, 4)
    async with desk.admin.transaction():
        await desk.admin.execute("LOCK TABLE review.seal IN SHARE MODE")
        dying = asyncio.ensure_future(Sealer(desk.store).seal())
        pid = await eventually(lambda: desk.admin.fetchval(WAITING), what="the sealer waits for the table")
        await desk.admin.execute("SELECT pg_terminate_backend($1)", pid)
        with pytest.raises((asyncpg.exceptions.AdminShutdownError, asyncpg.exceptions.InterfaceError)):
            await dying
    assert await sealed(desk) == []

    await seal_all(desk)

    assert await sealed(desk) == stated


async def test_of_two_sealers_at_once_one_works(desk: Desk) -> None:
    stated = await state(desk.store, 4)
    async with desk.admin.transaction():
        await desk.admin.execute("LOCK TABLE review.seal IN SHARE MODE")
        first = asyncio.ensure_future(Sealer(desk.store).seal())
        await eventually(lambda: desk.admin.fetchval(WAITING), what="the first sealer is at work")
        async with asyncio.timeout(5):
            assert await Sealer(desk.store).seal() is False
    await first

    assert await sealed(desk) == stated
    assert len(await desk.admin.fetch(SEALS)) == 1


async def test_a_restored_log_goes_on_under_its_new_epoch_whatever_numbers_its_transactions_had(desk: Desk) -> None:
    before = await state(desk.store, 2)
    await seal_all(desk)
    await desk.admin.execute(
        "INSERT INTO review.event_log (event_id, type, subject, mode, carried, occurred_at, recorded_by, body)"
        " VALUES ($1, 't', 's', 'ACTUAL', false, '2025-02-17', '9000000000000', 'from another server')",
        elsewhere := uuid7(),
    )
    await desk.admin.execute("INSERT INTO review.database_epoch (epoch, reason) VALUES (2, 'restored')")
    try:
        await seal_all(desk)
        after = await state(desk.store, 2)
        await seal_all(desk)

        assert await sealed(desk) == [*before, elsewhere, *after]
        assert [seal["epoch"] for seal in await desk.admin.fetch(SEALS)] == [1, 2, 2]
    finally:
        await desk.admin.execute("DELETE FROM review.database_epoch WHERE epoch = 2")


async def test_a_restored_log_without_a_new_epoch_is_not_sealed(desk: Desk) -> None:
    await state(desk.store)
    await seal_all(desk)
    await desk.admin.execute("UPDATE review.seal SET horizon = '9000000000000'")
    await state(desk.store)

    with pytest.raises(RestoredWithoutEpoch):
        await Sealer(desk.store).seal()


async def test_looking_for_unsealed_facts_reads_no_whole_table_however_long_the_log_is(desk: Desk) -> None:
    await desk.admin.execute(
        "INSERT INTO review.event_log (event_id, type, subject, mode, carried, occurred_at, recorded_by, body)"
        " SELECT gen_random_uuid(), 't', 's', 'ACTUAL', false, '2025-02-17', n::text::xid8, 'body'"
        "   FROM generate_series(1, 50000) AS g (n);"
        "INSERT INTO review.sealed_fact (position, event_id, batch, leaf)"
        " SELECT recorded_by::text::bigint, event_id, 1, sha256('x') FROM review.event_log"
        "  WHERE recorded_by < '49990'::xid8;"
        "ANALYZE review.event_log, review.sealed_fact"
    )
    async with desk.store.reading() as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        text = (SQL / "read_unsealed.sql").read_text(encoding="utf-8")
        await connection.execute(f"PREPARE unsealed (text, text, bigint) AS {text}")
        rows = await connection.fetch("EXPLAIN (ANALYZE, BUFFERS) EXECUTE unsealed ('49980', '60000', 5000)")
        await connection.execute("DEALLOCATE unsealed; RESET plan_cache_mode")
    plan = "\n".join(row[0] for row in rows)

    assert "event_log_recorded_by" in plan, plan
    assert "sealed_fact_event_id_key" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "rows=11 " in plan, plan


@pytest.mark.parametrize("table", ["sealed_fact", "seal"])
async def test_a_service_may_add_seals_and_never_change_them(desk: Desk, table: str) -> None:
    async with desk.store.reading() as connection:
        for change in (f"UPDATE {table} SET batch = batch", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(asyncpg.exceptions.InsufficientPrivilegeError):
                await connection.execute(change)
