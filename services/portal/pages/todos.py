"""What an appointment has to do, gathered from the services that it may ask."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.desk import Desk
from services.portal.formats import instant, status
from services.portal.pages.duty import FIRST_EXPIRED
from services.portal.pages.following import everything
from services.portal.pages.pressing import by_headroom, pressing
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamAway, UpstreamRefused
from services.portal.wording import TEXTS
from shared.access.actions import Action
from shared.access.matrix import MATRIX
from shared.contracts.vocabulary import Service, Urgency


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line of the workbench. ``clock``: the clock it is bound by, as the deadline service shows it.

    ``stale``: its limit ran out, and others did so since.
    """

    kind: str
    status: str
    title: str
    source: str
    address: str
    since: str
    clock: dict[str, Any] | None = None
    note: str = ""
    urgent: bool = False
    stale: bool = False

    @property
    def order(self) -> tuple[int, bool, float]:
        """First what is late first; then what is urgent; then what has waited longest; what is long late at last."""
        rank = 2 if self.stale else 1 if self.clock is None else 0
        at = self.clock["late_from"] if self.clock else self.since
        return rank, rank == 1 and not self.urgent, instant(at).timestamp()


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
    waiting = await everything(desk, visit, Service.REVIEW, "queue", "cases", "after")
    return [
        ToDo(
            kind=case["state"].lower(),
            status="held" if case["hold"] else _status(case["clock"], now),
            title=case["title"],
            source=case["from_name"],
            address=f"/review?case={case['case_id']}",
            since=case["received_at"],
            clock=case["clock"],
            note=f"{case['number']} · {TEXTS.urgency[case['urgency']]}",
            urgent=case["urgency"] != Urgency.ROUTINE,
        )
        for case in by_headroom(waiting, await pressing(desk, visit, waiting))
    ]


async def _returned(desk: Desk, visit: Visit, now: datetime) -> list[ToDo]:
    return [
        ToDo(
            kind="returned",
            status="info",
            title=report["title"],
            source=str(TEXTS.menu.own),
            address=f"/reports/{report['report_id']}",
            since=report["state_since"],
            note=f"{report['number']} · {TEXTS.urgency[report['urgency']]}",
            urgent=report["urgency"] != Urgency.ROUTINE,
        )
        for report in await everything(desk, visit, Service.INTAKE, "reports", "items", state="RETURNED")
    ]


async def _clocks(desk: Desk, visit: Visit, now: datetime) -> list[ToDo]:
    """Return the unit's clocks: what runs, and what ran out, of which the latest stand at the head."""
    running, expired = await asyncio.gather(
        *(
            everything(desk, visit, Service.DEADLINE, "clocks", "clocks", "after", state=state, whose="OWN")
            for state in ("OPEN", "EXPIRED")
        )
    )
    stale = {clock["clock_id"] for clock in expired[FIRST_EXPIRED:]}
    return [
        ToDo(
            kind="clock",
            status=_status(clock, now),
            title=clock["title"],
            source=clock["recipient_name"],
            address=f"/tickets/{clock['matter']}" if clock["leg"] == "TICKET_REPLY" else "/duty",
            since=clock["basis_time"],
            clock=clock,
            note=str(TEXTS.leg[clock["leg"]]),
            stale=clock["clock_id"] in stale,
        )
        for clock in (*expired, *running)
    ]


def _status(clock: dict[str, Any] | None, now: datetime) -> str:
    if clock is None:
        return "normal"
    return status(clock["late_from"], clock["percent"], now, clock["stopped_at"])


async def _tickets(desk: Desk, visit: Visit, now: datetime) -> list[ToDo]:
    """Return what the office has to sign for or answer, and the answers that it has to judge."""
    boxes = (("addressed", "ASSIGNED"), ("addressed", "IN_PROGRESS"), ("issued", "REPLIED"))
    found = await asyncio.gather(
        *(
            everything(desk, visit, Service.SUPERVISION, "tickets", "tickets", box=box, state=state)
            for box, state in boxes
        )
    )
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
        for tickets in found
        for each in tickets
    ]


async def _drafts(desk: Desk, visit: Visit, now: datetime) -> list[ToDo]:
    return [
        ToDo(
            kind="draft",
            status="normal",
            title=draft["title"] or str(TEXTS.own.untitled),
            source=str(TEXTS.menu.own),
            address=f"/reports/{draft['draft_id']}/edit",
            since=draft["saved_at"],
        )
        for draft in await everything(desk, visit, Service.INTAKE, "drafts", "items")
        if not draft.get("offered_at")
    ]


async def _offers(desk: Desk, visit: Visit, now: datetime) -> list[ToDo]:
    return [
        ToDo(
            kind="offer",
            status="normal",
            title=offer["title"] or str(TEXTS.own.untitled),
            source=offer["offered_name"],
            address=f"/reports/offered/{offer['draft_id']}",
            since=offer["offered_at"],
        )
        for offer in await everything(desk, visit, Service.INTAKE, "drafts/offered", "items")
    ]


_SOURCES: tuple[tuple[Action, str, Gather], ...] = (
    (Action.VIEW_QUEUE, "review", _cases),
    (Action.SUBMIT_REPORT, "own", _returned),
    (Action.VIEW_CLOCKS, "duty", _clocks),
    (Action.VIEW_TICKETS, "tickets", _tickets),
    (Action.OFFER_DRAFT, "own", _drafts),
    (Action.DRAFT_REPORT, "own", _offers),
)
