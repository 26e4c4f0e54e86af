"""滞留消息: what is stuck, why? Groups by cause, one message, replaying a frozen selection, discarding by two."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.desk import Desk
from services.portal.formats import instant, moment
from services.portal.forms import FormUnfit
from services.portal.receipts import Receipt
from services.portal.sessions import Visit
from services.portal.upstream import UpstreamAway
from services.portal.wording import TEXTS
from shared.access.actor import Actor
from shared.contracts.vocabulary import Service


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""
    _lists(routes, desk)
    _acts(routes, desk)

    @routes.get("/links")
    async def links(request: Request) -> Response:
        """Show the links of this site: last sign of life, what has no receipt, silences."""
        visit = await desk.visitor(request)
        found, outages = await asyncio.gather(
            desk.upstream.get(visit, Service.FORWARDING, "links"),
            desk.upstream.get(visit, Service.FORWARDING, "outages"),
        )
        names = {each["peer"]: each["peer_name"] for each in found}
        shown = {"links": found, "outages": outages, "names": names, "topics": "links"}
        alone = "HX-Request" in request.headers
        return desk.page(request, visit, "parked/link_list.html" if alone else "parked/links.html", **shown)


def _lists(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/parked")
    async def parked(request: Request) -> Response:
        """List what every service of the site holds, by cause."""
        visit = await desk.visitor(request)
        found = await asyncio.gather(*(_held(desk, visit, service) for service in Service))
        groups = [
            {**group, "service": service.value, "age": _age(group["oldest"], held["read_at"])}
            for service, held in zip(Service, found, strict=True)
            if held is not None
            for group in held["groups"]
        ]
        away = [service.value for service, held in zip(Service, found, strict=True) if held is None]
        return desk.page(request, visit, "parked/parked.html", groups=groups, away=away)

    @routes.get("/parked/{service}")
    async def group(request: Request, service: Service, state: str, cause: str) -> Response:
        """Show one group: the frozen selection that can be replayed. No body is shown."""
        visit = await desk.visitor(request)
        lines = await desk.upstream.get(visit, service, "held/messages", state=state, cause=cause)
        now = desk.context.machine.now().isoformat()
        shown = [{**line, "age": _age(line["first_failed_at"], now)} for line in lines]
        return desk.page(
            request,
            visit,
            "parked/group.html",
            service=service.value,
            state=state,
            cause=cause,
            lines=shown,
            read_at=desk.context.machine.now(),
        )

    @routes.get("/parked/{service}/selections/{selection}")
    async def outcomes(request: Request, service: Service, selection: UUID) -> Response:
        """Show what became of a replayed selection."""
        visit = await desk.visitor(request)
        fates = await desk.upstream.get(visit, service, f"held/selections/{selection}")
        counts: dict[str, int] = {}
        for fate in fates:
            counts[fate["state"]] = counts.get(fate["state"], 0) + 1
        alone = "HX-Request" in request.headers
        return desk.page(
            request,
            visit,
            "parked/outcome_list.html" if alone else "parked/outcomes.html",
            service=service.value,
            fates=fates,
            counts=counts,
            here=request.url.path,
        )


def _acts(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/parked/{service}/look/{held_id}")
    async def look(request: Request, service: Service, held_id: UUID) -> Response:
        """Show one message with its body; the service notes who looked."""
        visit, _ = await desk.sent(request)
        found = await desk.upstream.post(visit, service, f"held/messages/{held_id}/look", {})
        read_at = desk.context.machine.now()
        return desk.page(request, visit, "parked/message.html", service=service.value, message=found, read_at=read_at)

    @routes.post("/parked/{service}/replay")
    async def replay(request: Request, service: Service) -> Response:
        """Let the chosen messages be tried again."""
        visit, form = await desk.sent(request)
        chosen = form.lists.get("held_id", ())
        if not chosen or not form["reason"]:
            raise FormUnfit("reason", TEXTS.parked.replay_unfit)

        async def do() -> Receipt:
            body = {"held_ids": list(chosen), "reason": form["reason"]}
            answer = await desk.upstream.post(visit, service, "held/replay", body)
            return Receipt(
                title=TEXTS.parked.replayed,
                at=moment(desk.context.clock.now(), desk.context.clock.now()),
                lines=(
                    (TEXTS.parked.service, service.value),
                    (TEXTS.parked.chosen, TEXTS.common.items.format(n=len(chosen))),
                    (TEXTS.parked.reason, form["reason"]),
                ),
                notice=TEXTS.parked.replay_notice,
                links=(
                    (TEXTS.parked.outcomes, f"/parked/{service.value}/selections/{answer['selection']}"),
                    (TEXTS.menu.parked, "/parked"),
                ),
            )

        return await desk.once(visit, form, do)

    @routes.post("/parked/{service}/discard/{held_id}")
    async def discard(request: Request, service: Service, held_id: UUID) -> Response:
        """Give one message up for good: a reason, and a second operator with an account of their own."""
        visit, form = await desk.sent(request)
        if not form["reason"]:
            raise FormUnfit("reason", TEXTS.parked.discard_unfit)
        address = request.client.host if request.client else "?"
        second = await desk.sessions.witness(form["second"], form["second_password"], visit.actor.role, address)
        if not isinstance(second, Actor) or second.person == visit.actor.person:
            raise FormUnfit("second", TEXTS.parked.second_unfit)

        async def do() -> Receipt:
            path = f"held/messages/{held_id}/discard"
            await desk.upstream.post_confirmed(visit, second, service, path, {"reason": form["reason"]})
            return Receipt(
                title=TEXTS.parked.discarded,
                at=moment(desk.context.clock.now(), desk.context.clock.now()),
                lines=(
                    (TEXTS.common.number, str(held_id)),
                    (TEXTS.parked.reason, form["reason"]),
                    (TEXTS.parked.second, second.name),
                ),
                notice=TEXTS.parked.discard_notice,
                links=((TEXTS.menu.parked, "/parked"),),
            )

        return await desk.once(visit, form, do)


async def _held(desk: Desk, visit: Visit, service: Service) -> Any:
    """Return what a service holds; None when it does not answer. Raises UpstreamRefused: the page says who may."""
    try:
        return await desk.upstream.get(visit, service, "held")
    except UpstreamAway:
        return None


def _age(since: str, now: str) -> float:
    """Return how long ago something was, in seconds of machine time: both ends were read by the same service."""
    return max((instant(now) - instant(since)).total_seconds(), 0.0)
