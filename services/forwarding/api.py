"""Forwarding's HTTP side: the way of a report seen from this site, and the state of the links."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.forwarding import queries
from services.forwarding.frames import Fate
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import ActDenied, Denied
from shared.access.http import bearer
from shared.contracts.identifiers import OfficeId, ReportId, SiteId
from shared.process.service import ServiceContext
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


class HopView(BaseModel):
    """One hop of a report. ``received_at`` is the receiver's time; None while no receipt has come.

    ``fate``: PARKED or DEFERRED while the receiving site holds the hop without having applied it.
    """

    submission_id: UUID
    direction: str
    from_office: OfficeId
    from_name: str
    to_office: OfficeId
    to_name: str
    is_copy: bool
    version_hash: str
    signed_at: datetime
    queued_at: datetime
    received_at: datetime | None
    fate: Fate | None


class LinkView(BaseModel):
    """One lane of a link. ``clock_offset_seconds``: how far the other site's business clock is ahead of ours.

    ``parked_there``, ``deferred_there``: what left and is held at the other site without having been applied.
    """

    peer: SiteId
    peer_name: str
    lane: str
    state: str
    heard_at: datetime
    clock_offset_seconds: float | None
    unreceipted: int
    oldest_unreceipted: datetime | None
    parked_there: int
    deferred_there: int


class OutageView(BaseModel):
    """One silence of a link, this end's evidence."""

    outage_id: UUID
    peer: SiteId
    lane: str
    silent_since: datetime
    ended_at: datetime | None


def router(context: ServiceContext) -> APIRouter:
    """Return the routes under /forwarding."""
    routes = APIRouter(prefix="/forwarding", tags=["forwarding"])
    actor_of = bearer(context.verifier, context.machine)
    people = context.organisation

    @routes.get("/reports/{report_id}/hops")
    async def hops(report_id: UUID, actor: Annotated[Actor, Depends(actor_of)]) -> list[HopView]:
        """The hops of a report that this site saw, for people of an office on its way."""
        async with context.store.reading() as connection:
            rows = await queries.list_submissions(connection, ReportId(report_id))
            on_the_way = {row["from_office"] for row in rows} | {row["to_office"] for row in rows}
            await _let(connection, actor, Action.VIEW_OWN_REPORTS, actor.office, context)
        if actor.office not in on_the_way:
            return []
        return [_hop_view(row, people.office) for row in rows]

    @routes.get("/links")
    async def links(actor: Annotated[Actor, Depends(actor_of)]) -> list[LinkView]:
        """The links of this site with their last sign of life and what has no receipt."""
        async with context.store.reading() as connection:
            await _let(connection, actor, Action.MANAGE_LINKS, None, context)
            rows = await connection.fetch(SQL["list_links"])
        return [_link_view(dict(row), people.site(row["peer"]).name) for row in rows]

    @routes.get("/outages")
    async def outages(actor: Annotated[Actor, Depends(actor_of)]) -> list[OutageView]:
        """The latest silences of links."""
        async with context.store.reading() as connection:
            await _let(connection, actor, Action.MANAGE_LINKS, None, context)
            rows = await connection.fetch(SQL["list_outages"])
        return [OutageView(**dict(row)) for row in rows]

    return routes


async def _let(
    connection: Connection, actor: Actor, action: Action, office: OfficeId | None, context: ServiceContext
) -> None:
    decision = await authorise(connection, actor, action, Context(office), context.clock.now())
    if isinstance(decision, Denied):
        raise ActDenied(decision)


def _hop_view(row: Mapping[str, Any], office: Any) -> HopView:
    return HopView(
        **row,
        from_name=office(row["from_office"]).official_name,
        to_name=office(row["to_office"]).official_name,
    )


def _link_view(row: dict[str, Any], name: str) -> LinkView:
    offset = row["clock_offset"]
    return LinkView(
        peer=row["peer"],
        peer_name=name,
        lane=row["lane"],
        state=row["state"],
        heard_at=row["heard_at"],
        clock_offset_seconds=offset.total_seconds() if offset is not None else None,
        unreceipted=row["unreceipted"],
        oldest_unreceipted=row["oldest"],
        parked_there=row["parked_there"],
        deferred_there=row["deferred_there"],
    )
