"""Who owes whom, read off the organisation, and which of it this site watches."""

from datetime import date

from services.deadline.facts import Recipient
from services.deadline.rules import hop_to
from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import Nature, Urgency
from shared.organisation.organisation import Organisation


def recipients_of(organisation: Organisation, site: SiteId, unit: OfficeId, on: date) -> tuple[Recipient, ...]:
    """Return the offices that a unit owes its urgent reports on a civil day, as far as this site watches them.

    They are the primary recipients of the routing rules: the duty desks of both sides of the unit above (UR-03,
    DR-03), or of the higher unit that a direct-reporting point writes to (DR-01). A recipient of this site is
    owed a binding clock; one of another site is watched by a warning copy at the owing unit's site, and nowhere else.
    """
    found: list[Recipient] = []
    for office in organisation.route(unit, Urgency.URGENT, Nature.NEUTRAL, on).primary:
        hop = hop_to(organisation.office(organisation.unit_of(office)).level)
        if hop is not None and watches(organisation, site, office, unit):
            found.append(Recipient(office, hop, binding=organisation.site_of(office) == site))
    return tuple(found)


def watches(organisation: Organisation, site: SiteId, owed: OfficeId, owing: OfficeId) -> bool:
    """Tell whether a site keeps a clock of this duty: it hosts the office owed, or the one that owes."""
    return site in (organisation.site_of(owed), organisation.site_of(owing))


def learns_by_receipt(organisation: Organisation, site: SiteId, owed: OfficeId, owing: OfficeId) -> bool:
    """Tell whether a site learns of an arrival only from the receiver's receipt: it hosts just the sender."""
    return organisation.site_of(owing) == site != organisation.site_of(owed)


def judged_offices(organisation: Organisation, unit: OfficeId) -> frozenset[OfficeId]:
    """Return the unit that a verdict judges, with all desks that speak for it: they must not decide it."""
    return frozenset({unit, *organisation.desks_of(unit)})


def units_below(organisation: Organisation, unit: OfficeId) -> tuple[OfficeId, ...]:
    """Return a unit and every unit under it: whose signals its desks may see."""
    return tuple(
        each.id for each in organisation.offices if each.answers_itself and unit in organisation.chain(each.id)
    )


def leads_its_site(organisation: Organisation, unit: OfficeId) -> bool:
    """Tell whether a unit is the highest on its site: signals of no known territory are for its desks."""
    upper = organisation.upper_unit(unit)
    return upper is None or organisation.site_of(upper) != organisation.site_of(unit)


def addressees_of(organisation: Organisation, unit: OfficeId) -> tuple[OfficeId, ...]:
    """Return who learns of a final verdict: the unit and all desks that speak for it."""
    return (unit, *organisation.desks_of(unit))
