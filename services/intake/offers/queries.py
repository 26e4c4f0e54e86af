"""Statements on offers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic_core import from_json

from services.intake.drafts.model import DraftLine, DraftShown
from services.intake.offers.model import OfferLine, StandingOffer
from shared.access.actor import Actor
from shared.contracts.identifiers import OfficeId, PersonId
from shared.contracts.vocabulary import Urgency
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements("services.intake")
Urgencies = Sequence[Urgency] | None
"""Of which urgencies offers are looked at; None: of all, those that state none too."""


async def offer_draft(connection: Connection, draft_id: UUID, author: Actor, at: datetime) -> DraftShown | None:
    """Offer an author's draft to the office; None when there is no such draft."""
    row = await connection.fetchrow(SQL["offer_draft"], draft_id, author.office, author.person, at, author.name)
    return None if row is None else DraftShown(**row)


async def withdraw_offer(connection: Connection, draft_id: UUID, author: Actor) -> bool:
    """Take an offer back; False when it was taken up, or there is no such draft."""
    return await connection.fetchval(SQL["withdraw_offer"], draft_id, author.office, author.person) is not None


async def list_offers(
    connection: Connection, reader: Actor, urgencies: Urgencies, before: datetime | None, limit: int
) -> tuple[OfferLine, ...]:
    """Return what others of the reader's office offer and nobody took up, offered last first."""
    rows = await connection.fetch(SQL["list_offers"], reader.office, reader.person, before, urgencies, limit)
    return tuple(OfferLine(**row) for row in rows)


async def find_offer(
    connection: Connection, draft_id: UUID, reader: Actor, urgencies: Urgencies
) -> StandingOffer | None:
    """Return what another person of the reader's office offers, taken up or not."""
    row = await connection.fetchrow(SQL["find_offer"], draft_id, reader.office, reader.person, urgencies)
    return None if row is None else StandingOffer(**{**row, "content": from_json(row["content"])})


async def take_offer(
    connection: Connection, draft_id: UUID, taker: Actor, urgencies: Urgencies, at: datetime, taken_as: UUID
) -> DraftLine | None:
    """Make an offer's text the taker's draft ``taken_as``; None when there is none to take."""
    row = await connection.fetchrow(
        SQL["take_offer"], draft_id, taker.office, taker.person, urgencies, at, taker.name, taken_as
    )
    return None if row is None else DraftLine(**row)


async def find_co_authors(
    connection: Connection, draft_id: UUID, office: OfficeId, author: PersonId
) -> tuple[PersonId, ...]:
    """Return whose text an author's draft was before it was taken up; nobody for a text of the author's own."""
    found = await connection.fetchval(SQL["find_co_authors"], draft_id, office, author)
    return tuple(PersonId(person) for person in found or ())
