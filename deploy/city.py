"""Three sites on private servers: provisioned, linked, and run inside this process or as processes of their own."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.ports import free_ports
from deploy.provision.keys import exchange_public_keys
from deploy.provision.site import Place, Servers, connect_upward, drop, provision
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.process.settings import SiteSettings
from shared.process.site import Build, SiteProcess, chosen
from shared.telemetry.tracing import Tracing
from shared.timekeeping.clocks import Clock, SystemClock


@dataclass(slots=True)
class City:
    """Sites that are provisioned and may be started. ``places`` and ``settings`` are keyed by site."""

    organisation: Organisation
    places: dict[SiteId, Place]
    settings: dict[SiteId, SiteSettings]
    running: dict[SiteId, SiteProcess] = field(default_factory=dict)

    def settings_file(self, site: SiteId) -> Path:
        """Return the file that ``shangda serve`` reads for a site."""
        return self.places[site].folder / "site.json"

    async def start(
        self,
        builds: Mapping[Service, Build],
        clocks: Mapping[SiteId, Clock] | None = None,
        *,
        services: Sequence[Service] = (),
        tracing: Mapping[SiteId, Tracing] | None = None,
    ) -> None:
        """Run every site inside this process. ``clocks``: business time per site, the machine's when left out."""
        machine = SystemClock()
        for site, settings in self.settings.items():
            self.running[site] = SiteProcess(
                settings,
                self.organisation,
                chosen(builds, services),
                (clocks or {}).get(site, machine),
                machine,
                (tracing or {}).get(site) or Tracing(site),
            )
        await asyncio.gather(*(process.start() for process in self.running.values()))

    async def stop(self) -> None:
        """Stop every site that runs inside this process, losing nothing."""
        running, self.running = self.running, {}
        await asyncio.gather(*(process.stop() for process in running.values()))

    async def drop(self) -> None:
        """Remove vhosts and databases; for stories and tests, which clean up what they made."""
        await asyncio.gather(*(drop(self.places[site], settings) for site, settings in self.settings.items()))


async def provision_city(
    organisation: Organisation,
    organisation_file: Path,
    servers: Mapping[SiteId, Servers],
    folder: Path,
    prefix: str,
    *,
    heartbeat_seconds: float = 1.0,
    silent_seconds: float = 8.0,
    through: Mapping[SiteId, tuple[str, int]] | None = None,
) -> City:
    """Provision every site of the organisation and link each to the one above.

    ``servers``: per site; several sites may share servers, as vhosts and databases called ``prefix-site``.
    ``through``: per lower site, the host and port at which it reaches the broker above (a proxy's).
    """
    sites = [site.id for site in organisation.sites]
    ports = dict(zip(sites, free_ports(len(sites)), strict=True))
    places = {
        site: Place(
            site,
            servers[site],
            folder / site,
            f"{prefix}-{site}",
            organisation_file,
            ports[site],
            heartbeat_seconds=heartbeat_seconds,
            silent_seconds=silent_seconds,
        )
        for site in sites
    }
    made = await asyncio.gather(*(provision(place, organisation) for place in places.values()))
    settings = dict(zip(sites, made, strict=True))
    exchange_public_keys({site: place.folder / "keys" for site, place in places.items()})
    for site in sites:
        upper = organisation.site(site).upper
        if upper is not None:
            settings[site] = await connect_upward(
                places[site], settings[site], places[upper], through=(through or {}).get(site)
            )
    return City(organisation, places, settings)
