"""Which limit presses on a case: the unit's own running clocks, by the incident that a report belongs to."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.portal.desk import Desk
from services.portal.formats import instant
from services.portal.pages.following import everything
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamAway, UpstreamRefused
from shared.contracts.vocabulary import Service, Urgency

Clocks = Mapping[str, dict[str, Any]]


async def pressing(desk: Desk, visit: Visit, cases: Iterable[Mapping[str, Any]]) -> Clocks:
    """Return, per incident of these cases, the clock of the unit's written report that runs out first.

    One that ran out counts only where none runs. Without the deadline service a list is shown without headroom.
    """
    incidents = {case["incident_id"] for case in cases if case["incident_id"]}
    if not incidents:
        return {}
    try:
        running, expired = [await _own(desk, visit, state) for state in ("OPEN", "EXPIRED")]
    except (UpstreamRefused, UpstreamAway):
        return {}
    found: dict[str, dict[str, Any]] = {}
    for clock in (*running, *sorted(expired, key=lambda each: instant(each["late_from"]))):
        if clock["leg"] == "WRITTEN" and clock["matter"] in incidents:
            found.setdefault(clock["matter"], clock)
    return found


async def _own(desk: Desk, visit: Visit, state: str) -> list[Any]:
    return await everything(desk, visit, Service.DEADLINE, "clocks", "clocks", "after", state=state, whose="OWN")


def by_headroom(cases: Iterable[dict[str, Any]], clocks: Clocks) -> list[dict[str, Any]]:
    """Return cases, each with its ``clock``, in the order in which they must go (portal.md 3.4).

    First what has a limit, by the first late instant; then what is urgent; then what came first.
    """
    shown = [{**case, "clock": clocks.get(case["incident_id"] or "")} for case in cases]
    return sorted(shown, key=_order)


def _order(case: dict[str, Any]) -> tuple[bool, bool, float]:
    clock = case["clock"]
    since = clock["late_from"] if clock else case["received_at"]
    return clock is None, case["urgency"] == Urgency.ROUTINE, instant(since).timestamp()
