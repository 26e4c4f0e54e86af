"""Reading a list of a service to its end, page after page, within bounds."""

from typing import Any

from services.portal.desk import Desk
from services.portal.sessions import Visit
from shared.contracts.vocabulary import Service

MOST_PAGES = 10  # of 50 each: more to-dos than that are no list that anybody reads


async def everything(
    desk: Desk, visit: Visit, service: Service, path: str, member: str, cursor: str = "before", **asked: str
) -> list[Any]:
    """Return what a list holds on all its pages. ``cursor``: the parameter that asks for the next page.

    Raises UpstreamRefused, UpstreamAway.
    """
    found: list[Any] = []
    spot: str | None = None
    for _ in range(MOST_PAGES):
        page = await desk.upstream.get(visit, service, path, **asked, **{cursor: spot}, limit=50)
        found += page[member]
        following = page.get("next", page.get("before"))
        if following is None:
            break
        spot = str(following)
    return found
