"""The incidents that an office may go on with: those its unit registered, and those it has reported on."""

import asyncio
from typing import Any

from services.portal.desk import Desk
from services.portal.formats import moment
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamRefused
from services.portal.wording import TEXTS
from shared.contracts.vocabulary import Service

Choice = tuple[str, str]


async def registered(desk: Desk, visit: Visit, named: str = "") -> list[dict[str, Any]]:
    """Return what the unit knew, one entry per incident, newest first; ``named`` is among it however old it is."""
    items = await _read(desk, visit, "awareness")
    if named and all(each["incident_id"] != named for each in items):
        items += await _read(desk, visit, "awareness", incident_id=named)
    # A unit may learn more of the same incident; the first word on it says what it is.
    return list({each["incident_id"]: each for each in reversed(items)}.values())[::-1]


async def incidents(desk: Desk, visit: Visit, named: str = "") -> list[Choice]:
    """Return (incident, what it is) as choices for a report, newest first; ``named`` is always among them."""
    now = desk.context.clock.now()
    known, reports = await asyncio.gather(registered(desk, visit, named), _read(desk, visit, "reports"))
    choices = {
        each["incident_id"]: f"{each['kind']} · {each['place']} · {moment(each['known_at'], now)}" for each in known
    }
    for each in reports:
        if each["incident_id"]:
            choices.setdefault(each["incident_id"], f"{each['title']} · {each['number']}")
    if named:
        choices.setdefault(named, str(TEXTS.write.incident_named))
    return list(choices.items())


async def _read(desk: Desk, visit: Visit, path: str, **asked: str) -> list[dict[str, Any]]:
    """Return the latest of a list; nothing for an appointment that may not see it."""
    try:
        page = await desk.upstream.get(visit, Service.INTAKE, path, limit=50, **asked)
    except UpstreamRefused:
        return []
    return list(page["items"])
