"""Who is assessed by whom, in which league (考核组): read from the organisation once, then plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.contracts.identifiers import OfficeId, SiteId
from shared.organisation.offices import League
from shared.organisation.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Member:
    """A unit that an assessor scores."""

    unit: OfficeId
    name: str
    league: str


@dataclass(frozen=True, slots=True)
class Assessor:
    """An office that keeps a ledger, and the units it scores. ``leagues``: code -> name."""

    office: OfficeId
    name: str
    leagues: Mapping[str, str]
    members: Mapping[OfficeId, Member]

    def league(self, code: str) -> tuple[Member, ...]:
        """Return the members of a league in the organisation's order; empty when there is no such league."""
        return tuple(member for member in self.members.values() if member.league == code)


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every assessor hosted on this site. ``parents``: unit -> unit above; ``unit_of``: office -> its unit."""

    assessors: Mapping[OfficeId, Assessor]
    parents: Mapping[OfficeId, OfficeId] = field(default_factory=dict)
    unit_of: Mapping[OfficeId, OfficeId] = field(default_factory=dict)

    def scored_on_the_way(self, assessor: Assessor, units: Sequence[OfficeId]) -> OfficeId | None:
        """Return the unit on a report's way (origin first) that this assessor scores: the one nearest to it.

        A township that reported past its county is scored as a direct point; through its county, the county is.
        None when nobody on the way, nor above its origin, is this assessor's.
        """
        for unit in reversed(units):
            if unit in assessor.members:
                return unit
        above = self.parents.get(units[0])
        while above is not None:
            if above in assessor.members:
                return above
            above = self.parents.get(above)
        return None


def assessment_at(site: SiteId, organisation: Organisation, ruled: frozenset[OfficeId]) -> Assessment:
    """Return the assessors hosted on ``site`` that have leagues in the organisation and rules in ``ruled``."""
    leagues = [organisation.league(code) for code in organisation.leagues]
    assessors = {
        office.id: Assessor(
            office=office.id,
            name=office.official_name,
            leagues={league.id: league.name for league in leagues if league.assessor == office.id},
            members=_members(office.id, leagues, organisation),
        )
        for office in organisation.offices_of(site)
        if office.id in ruled and any(league.assessor == office.id for league in leagues)
    }
    chains = {office.id: organisation.chain(office.id) for office in organisation.offices}
    return Assessment(
        assessors=assessors,
        parents={office: chain[1] for office, chain in chains.items() if len(chain) > 1},
        unit_of={office: chain[0] for office, chain in chains.items()},
    )


def _members(assessor: OfficeId, leagues: Sequence[League], organisation: Organisation) -> dict[OfficeId, Member]:
    """Return the ranked units in the organisation's order; a unit in two of the leagues is ranked in the first."""
    found: dict[OfficeId, Member] = {}
    for league in leagues:
        if league.assessor == assessor:
            for unit in organisation.leagues[league.id]:
                found.setdefault(unit, Member(unit, organisation.office(unit).official_name, league.id))
    return found
