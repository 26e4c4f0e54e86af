"""One owner per fact, across sites (promise 10): what a site states of others' offices is not believed."""

from typing import Any

import pytest

from services.forwarding.ownership import why_not_theirs
from shared.contracts.envelope import read
from shared.contracts.event import Event
from shared.contracts.exampling import FOLDER
from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.routes import ROUTES, Route, crossing
from shared.organisation.organisation import Organisation
from tests.towns import LINJIANG, PINGHU, QINGSHAN

OWN, BESIDE, ABOVE = OfficeId("qingshan-gov-info"), OfficeId("pinghu-gov-info"), OfficeId("linjiang-gov-info")
BELOW = OfficeId("qingshan-shiqiao")
SAYS_OF_OTHERS = [route for route in crossing() if route.event.about_fields]


def stated(route: Route, owner: OfficeId, about: OfficeId = BELOW) -> Event:
    """Return the example of an event as ``owner``'s fact about ``about``."""
    _, event = read((FOLDER / f"{route.event.name}.json").read_bytes())
    changes: dict[str, Any] = {route.event.owner_field: owner}
    for field in route.event.about_fields:
        changes[field] = about if isinstance(getattr(event, field), str) else (about,)
    return event.model_copy(update=changes)


def why(organisation: Organisation, event: Event, origin: SiteId = QINGSHAN, peer: SiteId = QINGSHAN) -> str | None:
    """Return what the city says of a fact that ``peer`` hands over."""
    return why_not_theirs(event, peer, origin, LINJIANG, organisation)


@pytest.mark.parametrize("route", crossing(), ids=lambda route: route.event.name)
def test_a_site_speaks_for_its_own_offices_only(route: Route, organisation: Organisation) -> None:
    assert why(organisation, stated(route, OWN)) is None
    for owner in (BESIDE, ABOVE):
        assert f"{route.event.name} of {owner}" in str(why(organisation, stated(route, owner)))


@pytest.mark.parametrize("route", SAYS_OF_OTHERS, ids=lambda route: route.event.name)
def test_a_site_says_nothing_about_offices_beside_or_above_it(route: Route, organisation: Organisation) -> None:
    """A county finalises no verdict on another, and makes no adoption count for it."""
    for about in (BESIDE, ABOVE):
        assert f"{route.event.name} about {about}" in str(why(organisation, stated(route, OWN, about)))


@pytest.mark.parametrize("route", SAYS_OF_OTHERS, ids=lambda route: route.event.name)
def test_the_city_speaks_about_its_counties(route: Route, organisation: Organisation) -> None:
    event = stated(route, ABOVE)

    assert why_not_theirs(event, LINJIANG, LINJIANG, QINGSHAN, organisation) is None


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.event.name)
def test_what_crosses_names_its_owner_and_nothing_else_does(route: Route) -> None:
    fields = set(route.event.model_fields)

    assert bool(route.event.owner_field) == route.crosses
    assert {route.event.owner_field, *route.event.about_fields} - {""} <= fields
    assert not route.event.about_fields or route.crosses


def test_a_fact_comes_only_from_where_its_site_lies(organisation: Organisation) -> None:
    event = stated(SAYS_OF_OTHERS[0], BESIDE, OfficeId("pinghu-huxi"))

    assert why(organisation, event, origin=PINGHU, peer=PINGHU) is None
    assert "does not lie behind it" in str(why(organisation, event, origin=PINGHU, peer=QINGSHAN))
