"""The portal's own rules, all about access to it: how long sessions last, how long a login waits, fit passwords."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.portal.queries import Failures, StoredSession
from shared.access.actor import Appointment
from shared.access.passwords import LONGEST_PASSWORD
from shared.contracts.identifiers import AppointmentId


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts, machine time: without use, and at all. A shift at a duty desk fits into the latter."""

    idle: timedelta = timedelta(minutes=45)
    longest: timedelta = timedelta(hours=13)
    noted_every: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LoginPace:
    """How logins are slowed: ``free`` failures cost nothing, each further one doubles ``first`` up to ``longest``."""

    free: int = 3
    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(minutes=5)
    forgotten_after: timedelta = timedelta(hours=1)


SHORTEST_PASSWORD = 8  # characters


class Unfit(StrEnum):
    """Why a new password cannot be taken; the values are names in the catalogue of texts."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    SAME = "same"
    NAMED = "named"
    DIFFERS = "differs"


def unfit(new: str, repeated: str, old: str, names: Iterable[str]) -> Unfit | None:
    """Return what keeps ``new`` from being a password; None when nothing does.

    ``names``: what anybody knows of the person, such as the login name; capitals do not make another word of it.
    """
    if len(new) < SHORTEST_PASSWORD:
        return Unfit.TOO_SHORT
    if len(new) > LONGEST_PASSWORD:
        return Unfit.TOO_LONG
    if new == old:
        return Unfit.SAME
    if new.casefold() in {name.casefold() for name in names}:
        return Unfit.NAMED
    return Unfit.DIFFERS if new != repeated else None


def still_good(session: StoredSession, limits: SessionLimits, now: datetime) -> bool:
    """Tell whether a session may be used at ``now``; both ends are outside."""
    return now < session.ends_at and now < session.seen_at + limits.idle


def may_try_from(failures: Iterable[Failures], pace: LoginPace) -> datetime | None:
    """Return from when on the next login is looked at; None: now."""
    waits = [each.last_at + _delay(each.count, pace) for each in failures if each.count > pace.free]
    return max(waits, default=None)


def _delay(count: int, pace: LoginPace) -> timedelta:
    factor = 1 << min(count - pace.free - 1, 16)
    return min(pace.first * factor, pace.longest)


def first_in_force(appointments: Iterable[Appointment], now: datetime) -> Appointment | None:
    """Return the appointment that a login begins with: the earliest in force at ``now``, business time."""
    return next((each for each in appointments if each.valid_at(now)), None)


def in_use(
    appointments: Iterable[Appointment], chosen: AppointmentId, now: datetime
) -> tuple[Appointment | None, tuple[Appointment, ...]]:
    """Return the chosen appointment (the first in force when it ended), and all that are in force at ``now``."""
    valid = tuple(each for each in appointments if each.valid_at(now))
    current = next((each for each in valid if each.id == chosen), None)
    return current or next(iter(valid), None), valid
