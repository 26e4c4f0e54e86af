"""HTTP of offers (供稿): whoever wrote a draft offers it; who may draft for the office reads it and takes it up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from services.intake.doors import Doors, may
from services.intake.drafts import queries as drafts
from services.intake.drafts.model import DraftLine, DraftShown
from services.intake.errors import DraftTaken, NotFound
from services.intake.offers import queries
from services.intake.offers.model import Offer, OfferPage
from services.intake.offers.queries import Urgencies
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import Allowed, require
from shared.contracts.vocabulary import Urgency
from shared.store.store import Store
from shared.store.unit import Connection, Unit

URGENT = tuple(each for each in Urgency if each is not Urgency.ROUTINE)


async def _takes(store: Store, connection: Connection, actor: Actor) -> Urgencies:
    """Return of which urgencies the actor may take offers up; None: of all. Raises ActDenied when of none."""
    now = store.clock.now()
    routine = Context(office=actor.office)
    if isinstance(await authorise(connection, actor, Action.DRAFT_REPORT, routine, now), Allowed):
        return None
    urgent = Context(office=actor.office, urgency=Urgency.URGENT)
    require(await authorise(connection, actor, Action.DRAFT_REPORT, urgent, now))
    return URGENT


async def _take(unit: Unit, draft_id: UUID, actor: Actor, urgencies: Urgencies) -> DraftLine:
    """Return the draft that an offer became. Taking it twice is the same as once; the second person is told so."""
    taken = await queries.take_offer(unit.connection, draft_id, actor, urgencies, unit.now, unit.new_id())
    if taken is not None:
        return taken
    standing = await queries.find_offer(unit.connection, draft_id, actor, urgencies)
    if standing is None or standing.taken_at is None or standing.taken_as is None:
        raise _gone()
    if standing.taken_by != actor.person:
        raise DraftTaken(standing.taken_name or "", standing.taken_at, unit.now)
    mine = await drafts.find_draft(unit.connection, standing.taken_as, actor.office, actor.person)
    if mine is None:
        raise NotFound("这份供稿已由本人取用，所成草稿已提交或已删除。", field="draft_id", remedy="请到“我的稿件”查看")
    return mine


def _gone() -> NotFound:
    return NotFound("本单位没有这份供稿：可能已收回、已删除。", field="draft_id", remedy="请到“我的稿件”重新打开")


def router(doors: Doors) -> APIRouter:
    """Return the routes of offers. They come before those of drafts, whose ids are no words."""
    api = doors.opened("/drafts")
    _add_taking(api, doors)
    _add_offering(api, doors)
    return api


def _add_taking(api: APIRouter, doors: Doors) -> None:
    store = doors.context.store
    Person = Annotated[Actor, Depends(doors.person)]

    @api.get("/offered")
    async def list_offers(
        actor: Person,
        limit: Annotated[int, Query(ge=1, le=50)] = 50,
        before: Annotated[AwareDatetime | None, Query(description="next of the page before")] = None,
    ) -> OfferPage:
        """List what others of the office offer and nobody took up, offered last first."""
        async with store.reading() as connection:
            urgencies = await _takes(store, connection, actor)
            items = await queries.list_offers(connection, actor, urgencies, before, limit)
        return OfferPage(items=items, next=items[-1].offered_at if len(items) == limit else None)

    @api.get("/offered/{draft_id}")
    async def read_offer(draft_id: UUID, actor: Person) -> Offer:
        """Read what another person of the office offers."""
        async with store.reading() as connection:
            urgencies = await _takes(store, connection, actor)
            standing = await queries.find_offer(connection, draft_id, actor, urgencies)
        if standing is None:
            raise _gone()
        return standing.shown()

    @api.post("/offered/{draft_id}/take", status_code=201)
    async def take_offer(draft_id: UUID, actor: Person) -> DraftLine:
        """Take an offer up (取用): its text becomes the actor's draft, and who offered it stays a co-author."""
        async with store.unit() as unit:
            urgencies = await _takes(store, unit.connection, actor)
            return await _take(unit, draft_id, actor, urgencies)


def _add_offering(api: APIRouter, doors: Doors) -> None:
    store = doors.context.store
    Person = Annotated[Actor, Depends(doors.person)]

    @api.put("/{draft_id}/offer")
    async def offer_draft(draft_id: UUID, actor: Person) -> DraftShown:
        """Offer the own draft to the office (供稿). Offering it twice is the same as once."""
        async with store.unit() as unit:
            await may(unit, actor, Action.OFFER_DRAFT, Context(office=actor.office))
            offered = await queries.offer_draft(unit.connection, draft_id, actor, unit.now)
        if offered is None:
            raise _gone()
        return offered

    @api.delete("/{draft_id}/offer", status_code=204)
    async def withdraw_offer(draft_id: UUID, actor: Person) -> None:
        """Take an offer back. What was taken up already stays taken, and who took it is told."""
        async with store.unit() as unit:
            await may(unit, actor, Action.OFFER_DRAFT, Context(office=actor.office))
            if await queries.withdraw_offer(unit.connection, draft_id, actor):
                return
            mine = await drafts.find_draft(unit.connection, draft_id, actor.office, actor.person)
            if mine is None or mine.taken_at is None:
                raise _gone()
            raise DraftTaken(mine.taken_name or "", mine.taken_at, unit.now)
