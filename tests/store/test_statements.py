"""Every statement in an sql folder is one that the migrated schema understands."""

from pathlib import Path

import asyncpg
import pytest

from shared.contracts.vocabulary import Service
from shared.process.settings import DatabaseSettings
from shared.process.site import database_dsn
from shared.store.store import open_pool

ROOT = Path(__file__).resolve().parents[2]
SHARED = ("shared/store/sql", "shared/access/sql")
OWNED = {
    service: ("services/review/publication" if service is Service.PUBLICATION else f"services/{service}")
    for service in Service
}


def statement_files() -> list[tuple[Service, Path]]:
    """Return every statement with the service in whose schema it runs; shared ones run in any, so review stands."""
    found = [(Service.REVIEW, file) for folder in SHARED for file in sorted((ROOT / folder).glob("*.sql"))]
    claimed = {ROOT / folder for folder in SHARED}
    for service, folder in sorted(OWNED.items(), key=lambda each: -len(each[1])):
        for sql in sorted((ROOT / folder).rglob("sql")):
            if sql not in claimed:
                claimed.add(sql)
                found += [(service, file) for file in sorted(sql.glob("*.sql"))]
    return found


FILES = statement_files()
TEXTS = {file: file.read_text(encoding="utf-8") for _, file in FILES}
CLAIM = TEXTS[ROOT / "shared/store/sql/claim_outbox.sql"]
EVERYWHERE = {
    file for room in ("shared", "services") for file in (ROOT / room).rglob("*.sql") if file.parent.name == "sql"
}


@pytest.fixture(scope="module")
async def pools(database: DatabaseSettings):
    """One small pool per service, with the service's own role and search path."""
    opened = {service: await open_pool(database_dsn(database, service), service, size=1) for service in Service}
    yield opened
    for pool in opened.values():
        await pool.close()


@pytest.mark.parametrize(("service", "file"), FILES, ids=[f"{file.relative_to(ROOT)}" for _, file in FILES])
async def test_a_statement_is_understood(pools: dict[Service, asyncpg.Pool], service: Service, file: Path) -> None:
    async with pools[service].acquire() as connection:
        await connection.prepare(TEXTS[file])


@pytest.mark.parametrize("file", sorted(EVERYWHERE), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_statement_is_used(file: Path) -> None:
    room = ROOT / "shared" if file.is_relative_to(ROOT / "shared") else file.parents[1]
    code = "".join(each.read_text(encoding="utf-8") for each in room.rglob("*.py"))
    assert f'"{file.stem}"' in code, "nothing runs this statement: delete it"


@pytest.mark.parametrize(("service", "file"), FILES, ids=[f"{file.relative_to(ROOT)}" for _, file in FILES])
def test_a_statement_begins_with_its_purpose(service: Service, file: Path) -> None:
    assert TEXTS[file].startswith("-- "), "the first line says what the statement is for"


async def test_a_misspelt_column_is_noticed(pools: dict[Service, asyncpg.Pool]) -> None:
    async with pools[Service.REVIEW].acquire() as connection:
        with pytest.raises(asyncpg.exceptions.UndefinedColumnError):
            await connection.prepare("SELECT suject FROM stash")


def test_every_sql_file_of_the_suite_is_among_them() -> None:
    assert set(TEXTS) == EVERYWHERE


async def test_claiming_the_outbox_uses_its_index_however_long_the_outbox_is(
    pools: dict[Service, asyncpg.Pool], admin: asyncpg.Connection
) -> None:
    await admin.execute(
        "INSERT INTO scoring.outbox_pending (lane, exchange, routing_key, headers, body)"
        " SELECT CASE WHEN n % 10 = 0 THEN 'urgent' ELSE 'routine' END, 'e', 'k', '{}', '' "
        "   FROM generate_series(1, 50000) AS g (n); ANALYZE scoring.outbox_pending"
    )
    async with pools[Service.SCORING].acquire() as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE claim (text, timestamptz, bigint) AS {CLAIM}")
        rows = await connection.fetch("EXPLAIN EXECUTE claim ('urgent', '2025-02-17T00:00:00Z', 500)")
    plan = "\n".join(row[0] for row in rows)

    assert "Index Cond: (lane = $1)" in plan, plan
    assert "Sort" not in plan, plan
