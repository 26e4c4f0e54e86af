"""Whose facts a neighbour may hand over: its signature proves that it sent them, and nothing about whose they are."""

from shared.contracts.event import Event
from shared.contracts.identifiers import SiteId
from shared.contracts.routes import route_of
from shared.organisation.organisation import Organisation


def why_not_theirs(event: Event, peer: SiteId, origin: SiteId, own: SiteId, sites: Organisation) -> str | None:
    """Return why ``peer`` cannot have a fact of ``origin`` to hand over to ``own``; None when it can.

    One owner per fact (architecture 3): it never comes from a site that does not lie behind the peer, and a site
    speaks for its own offices only, about those at or below it. Raises UnknownOffice, UnknownSite.
    """
    if not route_of(type(event)).crosses or event.owner is None:
        return f"{peer} handed over {event.name}, which never leaves its site"
    if sites.next_site(own, origin) != peer:
        return f"{peer} handed over {event.name} of {origin}, which does not lie behind it"
    if sites.site_of(event.owner) != origin:
        return f"{origin} stated {event.name} of {event.owner}, which is not an office of it"
    above = [office for office in event.laid_upon if not sites.lies_within(sites.site_of(office), origin)]
    return f"{origin} stated {event.name} about {above[0]}, which does not lie at or below it" if above else None
