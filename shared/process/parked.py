"""The door to held messages (滞留消息) of every service here: operators list, look, replay, discard; all on record."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import require
from shared.access.http import bearer, problem, unmarked
from shared.access.tokens import TokenVerifier
from shared.contracts.vocabulary import Service
from shared.store.operating import HeldLine, HeldMessage, NotHeld, Operating
from shared.store.store import Store

MOST = 500  # messages in one list or one replay: what a person can answer for at once
Reason = Annotated[str, Field(min_length=1, max_length=500)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class GroupShown(_Frozen):
    """Held messages of one cause. ``state``: RETRYING, PARKED or DEFERRED; ``oldest`` is machine time."""

    state: str
    cause: str
    messages: int
    oldest: datetime


class HeldShown(_Frozen):
    """What a service holds, the largest group first. ``read_at``: machine time, to tell ages by."""

    service: Service
    groups: tuple[GroupShown, ...]
    read_at: datetime


class LineShown(_Frozen):
    """One held message without its body."""

    held_id: UUID
    queue: str
    sender: str | None
    subject: str | None
    number: int | None
    attempts: int
    first_failed_at: datetime
    next_attempt_at: datetime | None


class MessageShown(LineShown):
    """One held message, whole. ``body``: the bytes as text; what is no UTF-8 is marked in it."""

    state: str
    cause: str
    detail: str
    stack: str
    event_id: UUID | None
    headers: dict[str, Any]
    body: str
    history: tuple[dict[str, str], ...]
    waiting: int


class ReplayAsked(BaseModel):
    """A frozen selection to be tried again, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    held_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MOST)
    reason: Reason


class DiscardAsked(BaseModel):
    """Why a message is given up for good."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reason: Reason


class Selection(_Frozen):
    """The name of a replayed selection, for asking what became of it."""

    selection: UUID


class FateShown(_Frozen):
    """What became of one replayed message: APPLIED, STASHED, or held again with its cause."""

    held_id: UUID
    state: str
    cause: str


def parked_router(stores: Mapping[Service, Store], verifier: TokenVerifier) -> APIRouter:
    """Return ``/<service>/held`` for every service of this process. The table of access speaks at each service."""
    router = APIRouter(tags=["滞留消息"])
    for service, store in stores.items():
        router.include_router(_of(service, store, verifier))
    return router


def _of(service: Service, store: Store, verifier: TokenVerifier) -> APIRouter:
    who = Depends(bearer(verifier, store.machine))
    routes = APIRouter(prefix=f"/{service}/held", dependencies=[who, Depends(unmarked)])
    operating = Operating(store)
    Person = Annotated[Actor, who]

    @routes.get("", operation_id=f"{service}_held")
    async def groups(actor: Person) -> HeldShown:
        """Return what is held, by state and cause."""
        await _let(store, actor, Action.VIEW_PARKED)
        found = tuple(GroupShown.model_validate(each) for each in await operating.groups())
        return HeldShown(service=service, groups=found, read_at=store.machine.now())

    @routes.get("/messages", operation_id=f"{service}_held_messages")
    async def messages(actor: Person, state: str, cause: str) -> list[LineShown]:
        """Return the messages of one group, the oldest first: a frozen selection."""
        await _let(store, actor, Action.VIEW_PARKED)
        return [_line(each) for each in await operating.messages(state, cause, limit=MOST)]

    @routes.post("/messages/{held_id}/look", operation_id=f"{service}_held_look", response_model=MessageShown)
    async def look(held_id: UUID, actor: Person) -> Any:
        """Return one message with its body. Who looked is noted."""
        await _let(store, actor, Action.LOOK_INTO_PARKED)
        try:
            return _message(await operating.look(held_id, actor=_named(actor), at=store.clock.now()))
        except NotHeld:
            return _not_held()

    @routes.post("/replay", operation_id=f"{service}_held_replay")
    async def replay(asked: ReplayAsked, actor: Person) -> Selection:
        """Let a frozen selection be tried again; what came later is no part of it."""
        await _let(store, actor, Action.REPLAY_PARKED)
        at = store.clock.now()
        made = await operating.replay(asked.held_ids, actor=_named(actor), reason=asked.reason, at=at)
        return Selection(selection=made)

    @routes.get("/selections/{selection}", operation_id=f"{service}_held_outcomes")
    async def outcomes(selection: UUID, actor: Person) -> list[FateShown]:
        """Return what has become of a replayed selection so far."""
        await _let(store, actor, Action.VIEW_PARKED)
        return [FateShown.model_validate(each) for each in await operating.outcomes(selection)]

    @routes.post(
        "/messages/{held_id}/discard", operation_id=f"{service}_held_discard", status_code=204, response_model=None
    )
    async def discard(
        held_id: UUID,
        asked: DiscardAsked,
        actor: Person,
        second: Annotated[str, Header(alias="Second-Authorization", description="Bearer token of who confirms")] = "",
    ) -> Response:
        """Give one message up, with a reason, confirmed by a second person who may do it, too."""
        now, confirming = store.clock.now(), None
        if second:
            confirming = verifier.verify(second.removeprefix("Bearer "), store.machine.now())
            await _let(store, confirming, Action.DISCARD_PARKED, confirmed_by=actor)
        await _let(store, actor, Action.DISCARD_PARKED, confirmed_by=confirming)
        who = _named(actor) if confirming is None else f"{_named(actor)}, {_named(confirming)}"
        try:
            await operating.discard(held_id, actor=who, reason=asked.reason, at=now)
        except NotHeld:
            return _not_held()
        return Response(status_code=204)

    return routes


async def _let(store: Store, actor: Actor, action: Action, *, confirmed_by: Actor | None = None) -> None:
    """Let an act on the site's machinery pass. Raises ActDenied."""
    second = None if confirmed_by is None else confirmed_by.person
    about = Context(None, reason_given=True, second_person=second)
    async with store.reading() as connection:
        require(await authorise(connection, actor, action, about, store.clock.now()))


def _named(actor: Actor) -> str:
    return f"{actor.name} ({actor.appointment})"


def _line(held: HeldLine) -> LineShown:
    return LineShown.model_validate(held)


def _message(held: HeldMessage) -> MessageShown:
    return MessageShown.model_validate(asdict(held) | {"body": held.body.decode("utf-8", "replace")})


def _not_held() -> JSONResponse:
    return problem(404, "没有此消息", "此消息不在滞留中：可能已办结或已丢弃。", code="not_held")
