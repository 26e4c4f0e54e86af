"""Offers as they travel over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.identifiers import PersonId


class OfferLine(BaseModel):
    """One offer in a list. ``offered_name``: who wrote it."""

    draft_id: UUID
    title: str
    offered_at: datetime
    offered_name: str


class Offer(OfferLine):
    """One offer with its text. ``taken_at`` and ``taken_name`` when somebody took it up."""

    content: dict[str, Any]
    taken_at: datetime | None
    taken_name: str | None


class OfferPage(BaseModel):
    """Offers to the office that nobody took up, the latest first. ``next`` is the cursor of the following page."""

    items: tuple[OfferLine, ...]
    next: datetime | None


class StandingOffer(Offer):
    """An offer as it stands in the table; who took it up is not shown by id."""

    taken_by: PersonId | None
    taken_as: UUID | None

    def shown(self) -> Offer:
        """Return what is shown of it."""
        return Offer(**self.model_dump(include=set(Offer.model_fields)))
