"""Tokens for calls to the services: made for one session and appointment, used for at most four minutes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.portal.sessions import Visit
from shared.access.actor import Actor
from shared.access.tokens import TokenIssuer
from shared.contracts.identifiers import AppointmentId
from shared.timekeeping.clocks import Clock

USED_FOR = timedelta(minutes=4)
MOST_HELD = 5_000  # tokens in memory; the ones that are over go first


@dataclass(slots=True)
class Purse:
    """The tokens in use. ``machine``: tokens live in machine time."""

    issuer: TokenIssuer
    machine: Clock
    _held: dict[tuple[bytes, AppointmentId], tuple[str, datetime]] = field(default_factory=dict)

    def token(self, visit: Visit) -> str:
        """Return a token for a visitor's calls, good for a minute at least."""
        now, key = self.machine.now(), (visit.key, visit.appointment.id)
        held = self._held.get(key)
        if held is not None and now < held[1]:
            return held[0]
        if len(self._held) >= MOST_HELD:
            self._held = {each: kept for each, kept in self._held.items() if now < kept[1]}
        token = self.issuer.issue(visit.actor, now)
        self._held[key] = (token, now + USED_FOR)
        return token

    def issued(self, actor: Actor) -> str:
        """Return a token for one act of somebody who confirms it and has no session."""
        return self.issuer.issue(actor, self.machine.now())
