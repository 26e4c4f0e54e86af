"""Drafts as they travel over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class DraftSave(BaseModel):
    """A save of the writing page. ``revision`` is the one the page shows, 0 for a new draft.

    ``content`` is the page's own form, free in shape: an unfinished text fits nothing yet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: int = Field(ge=0, le=2_000_000_000)
    content: dict[str, Any]

    @property
    def title(self) -> str:
        """The title for lists, empty while there is none."""
        title = self.content.get("title")
        return title[:120] if isinstance(title, str) else ""


class DraftLine(BaseModel):
    """One draft in a list."""

    draft_id: UUID
    title: str
    revision: int
    saved_at: datetime


class DraftShown(DraftLine):
    """One draft as its author sees it.

    ``offered_at``: since when the office's reporters see it (供稿). ``taken_at``, ``taken_name``: when one of them
    took it up, and who. ``from_name``: who offered the text that this draft was made of.
    """

    offered_at: datetime | None = None
    taken_at: datetime | None = None
    taken_name: str | None = None
    from_name: str | None = None


class Draft(DraftShown):
    """One draft with its content."""

    content: dict[str, Any]


class DraftPage(BaseModel):
    """Drafts of the writer, the one saved last first. ``next`` is the cursor of the following page, if there is one."""

    items: tuple[DraftShown, ...]
    next: datetime | None
