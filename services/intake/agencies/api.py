"""HTTP of signals: what agencies stated, for the duty desk; and the schema of what they may publish."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.intake.agencies import queries
from services.intake.agencies.model import SignalPage, agency_event_schema
from services.intake.doors import Doors, may_see
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.contracts.identifiers import OfficeId
from shared.organisation.organisation import Organisation


def units_below(organisation: Organisation, unit: OfficeId) -> tuple[OfficeId, ...]:
    """Return a unit and every unit under it."""
    return tuple(
        each.id for each in organisation.offices if each.answers_itself and unit in organisation.chain(each.id)
    )


def leads_its_site(organisation: Organisation, unit: OfficeId) -> bool:
    """Tell whether a unit is the highest on its site: signals of no known territory are for its desks."""
    upper = organisation.upper_unit(unit)
    return upper is None or organisation.site_of(upper) != organisation.site_of(unit)


def router(doors: Doors) -> APIRouter:
    """Return the routes of signals."""
    store, organisation = doors.context.store, doors.context.organisation
    api = doors.opened()
    Person = Annotated[Actor, Depends(doors.person)]

    @api.get("/signals")
    async def list_signals(
        actor: Person,
        limit: Annotated[int, Query(ge=1, le=50)] = 50,
        before: Annotated[UUID | None, Query(description="next of the page before")] = None,
    ) -> SignalPage:
        """List signals (线索) of the actor's unit and those under it, received last first."""
        own = organisation.unit_of(actor.office)
        unplaced = leads_its_site(organisation, own)
        async with store.reading() as connection:
            await may_see(store, connection, actor, Action.VIEW_SIGNALS)
            items = await queries.list_signals(
                connection, units_below(organisation, own), before, limit, with_unplaced=unplaced
            )
        return SignalPage(items=items, next=items[-1].signal_id if len(items) == limit else None)

    @api.get("/agency-event.schema.json")
    async def read_schema() -> dict[str, Any]:
        """Return the JSON Schema of what an agency may publish. It is no secret: no token is asked for."""
        return agency_event_schema()

    return api
