"""The floor for accepting a report: FastAPI with a pydantic model, one INSERT with asyncpg, and nothing else.

Run as ``python -m deploy.bench.bare PORT DSN``.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field

_TABLE = "CREATE TABLE IF NOT EXISTS public.bare (id uuid PRIMARY KEY, title text NOT NULL, body text NOT NULL)"
_INSERT = "INSERT INTO public.bare (id, title, body) VALUES ($1, $2, $3)"


class Report(BaseModel):
    """What the floor accepts."""

    title: str = Field(min_length=1, max_length=120)
    body: str = Field(min_length=1, max_length=20_000)


def app(dsn: str) -> FastAPI:
    """Return the floor's application."""
    pools: list[asyncpg.Pool] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pools.append(await asyncpg.create_pool(dsn, min_size=8, max_size=8))
        async with pools[0].acquire() as connection:
            await connection.execute(_TABLE)
        yield
        await pools[0].close()

    bare = FastAPI(lifespan=lifespan)

    @bare.post("/reports", status_code=201)
    async def accept(report: Report) -> dict[str, UUID]:
        """Store one row."""
        report_id = uuid4()
        async with pools[0].acquire() as connection:
            await connection.execute(_INSERT, report_id, report.title, report.body)
        return {"report_id": report_id}

    return bare


if __name__ == "__main__":
    uvicorn.run(app(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
