"""What an appointment has to do, gathered from the services that it may ask."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.desk import Desk
from services.portal.formats import instant, status
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamAway, UpstreamRefused
from services.portal.wording import TEXTS
from shared.access.actions import Action
from shared.access.matrix import MATRIX
from shared.contracts.vocabulary import Service


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line of the workbench. ``clock``: the clock it is bound by, as the deadline service shows it."""

    kind: str
    status: str
    title: str
    source: str
    address: str
    since: str
    clock: dict[str, Any] | None = None
    note: str = ""

    @property
    def order(self) -> tuple[bool, float]:
        """First what is late first; then what has waited longest."""
        at = self.clock["late_from"] if self.clock else self.since
        return self.clock is None, instant(at).timestamp()


Gather = Callable[[Desk, Visit, datetime], Awaitable[list[ToDo]]]


async def todos_of(desk: Desk, visit: Visit, now: datetime) -> tuple[list[ToDo], list[str]]:
    """Return what is to be done, first late instant first, and the names of what could not be read."""
    sources = [(name, gather) for action, name, gather in _SOURCES if visit.actor.role in MATRIX[action]]
    answers = await asyncio.gather(*(_tolerant(gather, desk, visit, now) for _, gather in sources))
    found = [todo for answer in answers if answer is not None for todo in answer]
    away = [str(TEXTS.menu[name]) for (name, _), answer in zip(sources, answers, strict=True) if answer is None]
    return sorted(found, key=lambda todo: todo.order), away


async def _tolerant(gather: Gather, desk: Desk, visit: Visit, now: datetime) -> list[ToDo] | None:
    """Return what one service says; nothing when it refuses this appointment, None when it is away."""
    try:
        return await gather(desk, visit, now)
    except UpstreamRefused:
        return []
    except UpstreamAway:
        return None


async def _cases(desk: Desk, visit: Visit, now: datetime) -> list[ToDo]:
    page = await desk.upstream.get(visit, Service.REVIEW, "queue", limit=50)
    return [
        ToDo(
            kind=case["state"].lower(),
            status="held" if case["hold"] else "normal",
            title=case["title"],
            source=case["from_name"],
            address=f"/review?case={case['case_id']}",
            since=case["received_at"],
            note=f"{case['number']} · {TEXTS.urgency[case['urgency']]}",
        )
        for case in page["cases"]
    ]


async def _returned(desk: Desk, visit: Visit, now: datetime) -> list[ToDo]:
    page = await desk.upstream.get(visit, Service.INTAKE, "reports", state="RETURNED", limit=50)
    return [
        ToDo(
            kind="returned",
            status="info",
            title=report["title"],
            source=str(TEXTS.menu.own),
            address=f"/reports/{report['report_id']}",
            since=report["state_since"],
            note=report["number"],
        )
        for report in page["items"]
    ]


async def _clocks(desk: Desk, visit: Visit, now: datetime) -> list[ToDo]:
    page = await desk.upstream.get(visit, Service.DEADLINE, "clocks", limit=50)
    unit = desk.context.organisation.unit_of(visit.actor.office)
    return [
        ToDo(
            kind="clock",
            status=status(clock["late_from"], clock["percent"], now, clock["stopped_at"]),
            title=clock["title"],
            source=clock["recipient_name"],
            address="/tickets" if clock["leg"] == "TICKET_REPLY" else "/duty",
            since=clock["basis_time"],
            clock=clock,
            note=str(TEXTS.leg[clock["leg"]]),
        )
        for clock in page["clocks"]
        if clock["unit"] == unit
    ]


async def _tickets(desk: Desk, visit: Visit, now: datetime) -> list[ToDo]:
    page = await desk.upstream.get(visit, Service.SUPERVISION, "tickets", box="addressed", limit=50)
    issued = await desk.upstream.get(visit, Service.SUPERVISION, "tickets", box="issued", limit=50)
    open_here = [each for each in page["tickets"] if each["state"] in ("ASSIGNED", "IN_PROGRESS")]
    waiting = [each for each in issued["tickets"] if each["state"] == "REPLIED"]
    return [
        ToDo(
            kind="ticket",
            status="normal",
            title=each["title"],
            source=each["issuer"]["name"],
            address=f"/tickets/{each['ticket_id']}",
            since=each["registered_at"],
            note=f"{each['number']} · {each['state_text']}",
        )
        for each in (*open_here, *waiting)
    ]


async def _drafts(desk: Desk, visit: Visit, now: datetime) -> list[ToDo]:
    page = await desk.upstream.get(visit, Service.INTAKE, "drafts", limit=20)
    return [
        ToDo(
            kind="draft",
            status="normal",
            title=draft["title"] or str(TEXTS.own.untitled),
            source=str(TEXTS.menu.own),
            address=f"/reports/{draft['draft_id']}/edit",
            since=draft["saved_at"],
        )
        for draft in page["items"]
    ]


_SOURCES: tuple[tuple[Action, str, Gather], ...] = (
    (Action.VIEW_QUEUE, "review", _cases),
    (Action.SUBMIT_REPORT, "own", _returned),
    (Action.VIEW_CLOCKS, "duty", _clocks),
    (Action.VIEW_TICKETS, "tickets", _tickets),
    (Action.DRAFT_REPORT, "own", _drafts),
)
