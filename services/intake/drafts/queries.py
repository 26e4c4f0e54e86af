"""Statements on drafts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json

from services.intake.drafts.model import Draft, DraftShown
from shared.contracts.identifiers import OfficeId, PersonId
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements("services.intake")


async def create_draft(
    connection: Connection,
    draft_id: UUID,
    office: OfficeId,
    author: PersonId,
    title: str,
    content: dict[str, Any],
    at: datetime,
) -> int | None:
    """Save a draft for the first time; return its revision, None when the id is taken."""
    text = to_json(content).decode()
    revision: int | None = await connection.fetchval(SQL["create_draft"], draft_id, office, author, title, text, at)
    return revision


async def update_draft(
    connection: Connection,
    draft_id: UUID,
    office: OfficeId,
    author: PersonId,
    title: str,
    content: dict[str, Any],
    at: datetime,
    revision: int,
) -> int | None:
    """Save a draft that stands at ``revision``; return the next one, None when it is taken up, gone or elsewhere."""
    text = to_json(content).decode()
    saved: int | None = await connection.fetchval(
        SQL["update_draft"], draft_id, office, author, title, text, at, revision
    )
    return saved


async def find_draft(connection: Connection, draft_id: UUID, office: OfficeId, author: PersonId) -> Draft | None:
    """Return an author's draft."""
    row = await connection.fetchrow(SQL["find_draft"], draft_id, office, author)
    if row is None:
        return None
    return Draft(**{**row, "content": from_json(row["content"])})


async def list_drafts(
    connection: Connection, office: OfficeId, author: PersonId, before: datetime | None, limit: int
) -> tuple[DraftShown, ...]:
    """Return an author's drafts, the one saved last first."""
    rows = await connection.fetch(SQL["list_drafts"], office, author, before, limit)
    return tuple(DraftShown(**row) for row in rows)


async def delete_draft(connection: Connection, draft_id: UUID, office: OfficeId, author: PersonId) -> None:
    """Throw an author's draft away; nothing happens when it is gone already."""
    await connection.execute(SQL["delete_draft"], draft_id, office, author)
