"""Whose ticket is it: which addressed offices are here, and for which of them a person acts."""

from services.supervision.states import Party
from shared.contracts.identifiers import OfficeId, SiteId
from shared.organisation.organisation import Organisation


def parties_here(
    organisation: Organisation, site: SiteId, lead: OfficeId, co: tuple[OfficeId, ...]
) -> tuple[tuple[OfficeId, Party], ...]:
    """Return the addressed offices that this site hosts, with what each is on the ticket."""
    addressed = ((lead, Party.LEAD), *((office, Party.CO) for office in co))
    return tuple((office, party) for office, party in addressed if organisation.site_of(office) == site)


def acted_for(organisation: Organisation, office: OfficeId) -> tuple[OfficeId, ...]:
    """Return whom a person at ``office`` answers for: the office, and the unit that it speaks for."""
    return tuple(dict.fromkeys((office, organisation.unit_of(office))))


def adopted_by(organisation: Organisation, site: SiteId, office: OfficeId) -> tuple[OfficeId, ...]:
    """Return the unit that adopted a report, when this site hosts it: others' adoptions are not instructed on here."""
    return (organisation.unit_of(office),) if organisation.site_of(office) == site else ()
