"""Shovels between this site and the one above: declared from the organisation, and kept as declared."""

import logging
from asyncio import gather
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any
from urllib.parse import quote

from shared.broker.management import BrokerRefused, Management
from shared.broker.names import LINKS_EXCHANGE, arrival_key, departure_queue, shovel_name
from shared.contracts.identifiers import SiteId
from shared.contracts.sending import BrokerUnavailable
from shared.contracts.vocabulary import Lane
from shared.process.settings import BrokerSettings, UpperLink

PREFETCH = {Lane.URGENT: 100, Lane.ROUTINE: 500}
RECONNECT_SECONDS = 1
HEARTBEAT_SECONDS = 5  # a connection that hangs is given up by the shovel itself after two to three of them
_log = logging.getLogger(__name__)


def wanted(site: SiteId, broker: BrokerSettings, upper: UpperLink) -> dict[str, dict[str, Any]]:
    """Return the shovels of this site's link upward, both directions and lanes: name -> value."""
    login = broker.link_declarer
    here = (
        f"amqp://{quote(login.user)}:{quote(login.password)}@{broker.host}:{broker.port}/{quote(broker.vhost, safe='')}"
    )
    here, there = _beating(here), _beating(upper.amqp_url)
    shovels: dict[str, dict[str, Any]] = {}
    for lane in Lane:
        shovels[shovel_name(site, upper.site, lane)] = _shovel(
            here, departure_queue(upper.site, lane), there, arrival_key(site, lane), lane
        )
        shovels[shovel_name(upper.site, site, lane)] = _shovel(
            there, departure_queue(site, lane), here, arrival_key(upper.site, lane), lane
        )
    return shovels


def _beating(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}heartbeat={HEARTBEAT_SECONDS}"


def _shovel(source: str, queue: str, destination: str, key: str, lane: Lane) -> dict[str, Any]:
    return {
        "src-protocol": "amqp091",
        "src-uri": source,
        "src-queue": queue,
        "src-prefetch-count": PREFETCH[lane],
        "dest-protocol": "amqp091",
        "dest-uri": destination,
        "dest-exchange": LINKS_EXCHANGE,
        "dest-exchange-key": key,
        "dest-add-forward-headers": False,
        "ack-mode": "on-confirm",
        "reconnect-delay": RECONNECT_SECONDS,
        "src-delete-after": "never",
    }


class ShovelKeeper:
    """Declares what is missing or differs, removes ours that nobody wants, restarts those of a silent link.

    Run by a timer. ``silent``: the lanes of the link upward from which nothing was heard for so long that a restart
    is due; each is asked for again only after ``pause_seconds``, so that a new connection has time to come up.
    """

    def __init__(
        self,
        site: SiteId,
        broker: BrokerSettings,
        upper: UpperLink,
        silent: Callable[[SiteId], Awaitable[Sequence[Lane]]],
        *,
        pause_seconds: float,
    ) -> None:
        self._site, self._broker, self._upper, self._wanted = site, broker, upper.site, wanted(site, broker, upper)
        self._directions = ((site, upper.site), (upper.site, site))
        self._silent, self._pause = silent, pause_seconds
        self._restarted: dict[Lane, float] = {}

    async def keep(self) -> bool:
        """Compare and mend once. Always returns False. A broker that is away is looked at again at the next beat."""
        login = self._broker.link_declarer
        try:
            async with Management(self._broker.management_url, login.user, login.password) as management:
                declared = await management.shovels(self._broker.vhost)
                for name, value in self._wanted.items():
                    if declared.get(name) != value:
                        await management.put_shovel(self._broker.vhost, name, value)
                        _log.info("shovel declared", extra={"shovel": name})
                for name in set(declared) - set(self._wanted):
                    if self._is_ours(name):
                        await management.delete_shovel(self._broker.vhost, name)
                await gather(*(self._restart(management, name) for name in self._due(await self._silent(self._upper))))
        except (BrokerUnavailable, BrokerRefused) as error:
            _log.warning("shovels not looked at", extra={"why": str(error)})
        return False

    def _due(self, silent: Sequence[Lane]) -> list[str]:
        """Return the shovels to restart: both ways of each silent lane not restarted lately, urgent ones first."""
        now, never = monotonic(), -self._pause
        lanes = [lane for lane in Lane if lane in silent and now - self._restarted.get(lane, never) >= self._pause]
        self._restarted.update(dict.fromkeys(lanes, now))
        return [shovel_name(*ends, lane) for lane in lanes for ends in self._directions]

    async def _restart(self, management: Management, name: str) -> None:
        """Stop and start a shovel that says "running" and moves nothing.

        One whose connection hangs ends slowly, since it says goodbye to the far broker first. It must not hold up the
        asking for the others; when waiting for its end fails it is gone all the same, and declared at the next beat.
        """
        try:
            await management.delete_shovel(self._broker.vhost, name)
            await management.put_shovel(self._broker.vhost, name, self._wanted[name])
        except (BrokerUnavailable, BrokerRefused) as error:
            _log.warning("silent link: shovel not restarted yet", extra={"shovel": name, "why": str(error)})
        else:
            _log.warning("silent link: shovel restarted", extra={"shovel": name})

    def _is_ours(self, name: str) -> bool:
        """Whether a shovel is named as those of this site's links are; others are not ours to remove."""
        ends, _, lane = name.rpartition("-")
        return lane in set(Lane) and self._site in ends.split("-to-")
