"""HTTP of drafts: autosave, list, read, throw away. Everyone may write; only the author sees the draft."""

from typing import Annotated, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime

from services.intake.bodies import body_of, read_body
from services.intake.doors import Doors, may, may_see
from services.intake.drafts import queries
from services.intake.drafts.decisions import AlreadySaved, Gone, SavedElsewhere, TakenUp, judge_conflict
from services.intake.drafts.model import Draft, DraftLine, DraftPage, DraftSave
from services.intake.errors import DraftMoved, DraftTaken, NotFound, SecrecyMarked
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.context import Context
from shared.access.marks import find_marks, texts_in
from shared.store.unit import Unit


def _gone() -> NotFound:
    return NotFound("草稿不在：可能已提交、已删除。", field="draft_id", remedy="请到“我的稿件”查看，或另存为新草稿")


async def _save(unit: Unit, draft_id: UUID, actor: Actor, save: DraftSave) -> DraftLine:
    owner = (draft_id, actor.office, actor.person)
    if save.revision == 0:
        saved = await queries.create_draft(unit.connection, *owner, save.title, save.content, unit.now)
    else:
        saved = await queries.update_draft(unit.connection, *owner, save.title, save.content, unit.now, save.revision)
    if saved is not None:
        return DraftLine(draft_id=draft_id, title=save.title, revision=saved, saved_at=unit.now)
    conflict = judge_conflict(save, await queries.find_draft(unit.connection, *owner))
    match conflict:
        case AlreadySaved():
            at = conflict.saved_at
            return DraftLine(draft_id=draft_id, title=save.title, revision=conflict.revision, saved_at=at)
        case SavedElsewhere():
            raise DraftMoved(conflict.saved_at, conflict.revision, unit.now)
        case TakenUp():
            raise DraftTaken(conflict.name, conflict.at, unit.now)
        case Gone():
            raise _gone()
        case _:
            assert_never(conflict)


def router(doors: Doors) -> APIRouter:
    """Return the routes of drafts."""
    store = doors.context.store
    api = doors.opened("/drafts")
    Person = Annotated[Actor, Depends(doors.person)]

    @api.put("/{draft_id}", responses={200: {"model": DraftLine}}, openapi_extra=body_of(DraftSave))
    async def save_draft(draft_id: UUID, request: Request, actor: Person) -> Response:
        """Save a draft (自动保存). The revision shown must be the one that stands, else 409 tells when it was saved."""
        save = await read_body(request, DraftSave, at_most=doors.rules.door.draft_bytes)
        if marks := find_marks(texts_in(save.content)):
            raise SecrecyMarked(marks)
        async with store.unit() as unit:
            await may(unit, actor, Action.OFFER_DRAFT, Context(office=actor.office))
            line = await _save(unit, draft_id, actor, save)
        return Response(line.model_dump_json(), media_type="application/json")

    @api.get("")
    async def list_drafts(
        actor: Person,
        limit: Annotated[int, Query(ge=1, le=50)] = 50,
        before: Annotated[AwareDatetime | None, Query(description="next of the page before")] = None,
    ) -> DraftPage:
        """List the writer's drafts, the one saved last first."""
        async with store.reading() as connection:
            await may_see(store, connection, actor, Action.OFFER_DRAFT)
            items = await queries.list_drafts(connection, actor.office, actor.person, before, limit)
        return DraftPage(items=items, next=items[-1].saved_at if len(items) == limit else None)

    @api.get("/{draft_id}")
    async def read_draft(draft_id: UUID, actor: Person) -> Draft:
        """Read a draft."""
        async with store.reading() as connection:
            await may_see(store, connection, actor, Action.OFFER_DRAFT)
            draft = await queries.find_draft(connection, draft_id, actor.office, actor.person)
        if draft is None:
            raise _gone()
        return draft

    @api.delete("/{draft_id}", status_code=204)
    async def delete_draft(draft_id: UUID, actor: Person) -> None:
        """Throw a draft away. Throwing it away twice is the same as once."""
        async with store.unit() as unit:
            await may(unit, actor, Action.OFFER_DRAFT, Context(office=actor.office))
            await queries.delete_draft(unit.connection, draft_id, actor.office, actor.person)

    return api
