"""Agencies of a story: each is added as ``shangda agency add`` does, and publishes with its own account."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aio_pika

from deploy.city import City
from deploy.play.cast import Cast
from deploy.provision.agency import Administrator, AgencyAccess, add_agency
from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import Mode, Role, Side

LOOK_SECONDS, LONGEST_SECONDS = 0.05, 20.0


class NotTaken(Exception):
    """An agency's event was confirmed by the broker, and no signal came of it."""


@dataclass(slots=True)
class Agencies:
    """The agencies of one city, by site and code."""

    city: City
    cast: Cast
    _known: dict[tuple[SiteId, str], AgencyAccess] = field(default_factory=dict)

    async def publish(self, site: SiteId, code: str, event: Mapping[str, Any]) -> None:
        """Publish an event and return when the site's duty desk can see it. Raises NotTaken."""
        access = await self._access(site, code)
        async with await aio_pika.connect(access.url) as connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await channel.get_exchange(access.exchange, ensure=False)
            body = json.dumps(event, ensure_ascii=False).encode()
            message = aio_pika.Message(
                body, content_type="application/json", delivery_mode=aio_pika.DeliveryMode.PERSISTENT
            )
            await exchange.publish(message, access.routing_key, mandatory=True)
        await self._taken(site, code, event)

    async def _access(self, site: SiteId, code: str) -> AgencyAccess:
        if (site, code) not in self._known:
            servers = self.city.places[site].servers
            administrator = Administrator(servers.management_user, servers.management_password)
            broker = self.city.settings[site].broker
            self._known[site, code] = await add_agency(broker, administrator, code, code)
        return self._known[site, code]

    async def _taken(self, site: SiteId, code: str, event: Mapping[str, Any]) -> None:
        """The chain's table says nothing of the agencies' queue, so quiet cannot wait for it; this does."""
        desk = self._desk(site)
        end = asyncio.get_running_loop().time() + LONGEST_SECONDS
        while asyncio.get_running_loop().time() < end:
            answer = await self.cast.call(desk, Role.DUTY_OFFICER, "GET", "/intake/signals")
            answer.raise_for_status()
            seen = {(each["agency"], each["agency_event_id"], each["mode"]) for each in answer.json()["items"]}
            if (code, event.get("event_id"), event.get("mode", Mode.ACTUAL)) in seen:
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise NotTaken(f"{code} published {event.get('event_id')} at {site}; no signal came of it")

    def _desk(self, site: SiteId) -> OfficeId:
        """Return the duty desk of the highest unit that the site hosts."""
        organisation = self.city.organisation
        unit = min((each.id for each in organisation.offices_of(site)), key=lambda each: len(organisation.chain(each)))
        return organisation.duty_desk(organisation.unit_of(unit), Side.GOVERNMENT)
