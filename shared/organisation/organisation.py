"""The organisation in force, joined up: who stands above whom, which desk answers, what goes where."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType

from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import Nature, OfficeKind, Side, Urgency
from shared.organisation.failures import UnknownFlow, UnknownLeague, UnknownOffice, UnknownSite
from shared.organisation.flows import ReviewFlow
from shared.organisation.offices import DESKS, DirectReportingPoint, League, Office, Site
from shared.organisation.readiness import Gap, gaps_of
from shared.organisation.register import Register
from shared.organisation.routing import Matter, Recipient, Route, deduplicated, first_that_holds


class Organisation:
    """One version of the organisation. Made by ``loader.load``, which checked the register; never changes.

    Everything that takes an office raises UnknownOffice, everything that takes a site UnknownSite.
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._offices = {office.id: office for office in register.offices}
        self._sites = {site.id: site for site in register.sites}
        self._desks = {
            (office.unit, office.kind, office.side): office.id for office in register.offices if office.kind in DESKS
        }
        self._chains = {office: self._climb(office) for office in self._offices}

    @property
    def name(self) -> str:
        """Return the name of the whole, for headings."""
        return self._register.name

    @property
    def version(self) -> int:
        """Return the number of this version; it grows with each publication."""
        return self._register.version

    @property
    def effective_from(self) -> date:
        """Return the civil day on which this version took effect."""
        return self._register.effective_from

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the content in hexadecimal; comments and layout do not count."""
        return self._register.digest()

    @property
    def offices(self) -> tuple[Office, ...]:
        """Return all offices in the order of the file."""
        return self._register.offices

    @property
    def sites(self) -> tuple[Site, ...]:
        """Return all sites in the order of the file."""
        return self._register.sites

    @property
    def direct_points(self) -> tuple[DirectReportingPoint, ...]:
        """Return all direct-reporting points, valid or not."""
        return self._register.direct_points

    def office(self, office: OfficeId) -> Office:
        """Return the office with this id."""
        try:
            return self._offices[office]
        except KeyError:
            raise UnknownOffice(office, self.version, tuple(self._offices)) from None

    def site(self, site: SiteId) -> Site:
        """Return the site with this id."""
        try:
            return self._sites[site]
        except KeyError:
            raise UnknownSite(site, self.version, tuple(self._sites)) from None

    def site_of(self, office: OfficeId) -> SiteId:
        """Return the site that hosts an office."""
        return self.office(office).site

    def offices_of(self, site: SiteId) -> tuple[Office, ...]:
        """Return the offices that a site hosts, in the order of the file."""
        hosted = self.site(site).id
        return tuple(office for office in self.offices if office.site == hosted)

    def lower_sites(self, site: SiteId) -> tuple[SiteId, ...]:
        """Return the sites directly below, in the order of the file."""
        upper = self.site(site).id
        return tuple(each.id for each in self.sites if each.upper == upper)

    def neighbours(self, site: SiteId) -> tuple[SiteId, ...]:
        """Return the sites that a site has a link with: the upper one first, then the lower ones."""
        upper = self.site(site).upper
        return (*((upper,) if upper else ()), *self.lower_sites(site))

    def next_site(self, own: SiteId, destination: SiteId) -> SiteId:
        """Return the neighbour of ``own`` on the way to ``destination``; ``own`` itself when it is already there."""
        if self.site(own).id == self.site(destination).id:
            return own
        below, step = destination, self.site(destination).upper
        while step is not None and step != own:
            below, step = step, self.site(step).upper
        upper = self.site(own).upper
        return below if step == own or upper is None else upper

    def lies_within(self, site: SiteId, top: SiteId) -> bool:
        """Return whether ``site`` is ``top`` or lies somewhere below it."""
        step: SiteId | None = self.site(site).id
        while step is not None and step != top:
            step = self.site(step).upper
        return step == top

    def unit_of(self, office: OfficeId) -> OfficeId:
        """Return the answerable unit that an office speaks for."""
        return self.office(office).unit

    def upper_unit(self, office: OfficeId) -> OfficeId | None:
        """Return the answerable unit above the office's own; None at the top of the system."""
        return next(iter(self.chain(office)[1:]), None)

    def chain(self, office: OfficeId) -> tuple[OfficeId, ...]:
        """Return the answerable units from the office's own, first, to the top of the system, last."""
        return self._chains[self.office(office).id]

    def desks_of(self, unit: OfficeId) -> tuple[OfficeId, ...]:
        """Return the duty desks and information sections that speak for a unit, in the order of the file."""
        answerable = self.office(unit).id
        return tuple(desk for (speaks_for, _, _), desk in self._desks.items() if speaks_for == answerable)

    def duty_desk(self, unit: OfficeId, side: Side) -> OfficeId:
        """Return the general duty desk of a unit on a side; the unit itself where it has none (townships)."""
        return self._desks.get((unit, OfficeKind.DUTY_DESK, side), self.office(unit).id)

    def territory_at(self, code: str) -> OfficeId | None:
        """Return the smallest territory that a place code of 12, 9 or 6 digits lies in; None when none does."""
        codes = {each.territory_code: each.id for each in self.offices if each.kind is OfficeKind.TERRITORY}
        tries = (code[:length] for length in (12, 9, 6) if len(code) >= length)
        return next((codes[each] for each in tries if each in codes), None)

    @cached_property
    def leagues(self) -> Mapping[str, tuple[OfficeId, ...]]:
        """Return the members of each league, in the order of the file; direct points come after the others."""
        members: dict[str, tuple[OfficeId, ...]] = {}
        points = [(point.league, point.office) for point in self.direct_points]
        for league in self._register.leagues:
            stated = [(office.league, office.id) for office in self.offices] + points
            members[league.id] = tuple(dict.fromkeys(member for name, member in stated if name == league.id))
        return MappingProxyType(members)

    def league(self, league: str) -> League:
        """Return a league's name and assessor. Raises UnknownLeague."""
        for each in self._register.leagues:
            if each.id == league:
                return each
        raise UnknownLeague(league, tuple(self.leagues))

    def flow(self, name: str) -> ReviewFlow:
        """Return the review flow with this name. Raises UnknownFlow."""
        for each in self._register.flows:
            if each.name == name:
                return each
        raise UnknownFlow(name, tuple(each.name for each in self._register.flows))

    def flow_for(self, office: OfficeId, urgency: Urgency) -> ReviewFlow:
        """Return the steps that a report of this urgency takes at an office: its own flow, else the usual one."""
        stated = self.office(office)
        own = stated.flow if urgency is Urgency.ROUTINE else stated.urgent_flow or stated.flow
        usual = (each.flow for each in self._register.usual_flows if each.fits(stated.kind, urgency))
        return self.flow(own or next(usual))

    def route(self, from_office: OfficeId, urgency: Urgency, nature: Nature, on: date) -> Route:
        """Return who receives what an office sends up, and who gets a copy at the same instant.

        ``on``: civil day for which direct-reporting points must be valid. A direct point writes to the higher unit,
        and each skipped unit gets a copy at every desk that the same rule would have named there (DR-01). The route
        is empty at the top.
        """
        sender, chain = self.office(from_office), self.chain(from_office)
        matter = Matter(urgency, nature, sender.side, sender.level)
        rule = first_that_holds(self._register.routing, matter)
        if len(chain) == 1 or rule is None:
            return Route()
        targets = self._direct_targets(sender.unit, matter, on) or {chain[1]}
        highest = max(chain.index(target) for target in targets)
        primary: list[OfficeId] = []
        copies: list[OfficeId] = []
        for unit in reversed(chain[1 : highest + 1]):
            (primary if unit in targets else copies).extend(self._found(rule.primary, unit, sender.side))
            copies.extend(self._found(rule.copies, unit, sender.side))
        return deduplicated(primary, copies, sender.id)

    def gaps(self) -> tuple[Gap, ...]:
        """Return what offices have not provided (NW-03 to NW-05, NW-15), in the order of the file."""
        return tuple(gap for office in self.offices for gap in gaps_of(office, self._register.readiness_rules))

    def _climb(self, office: OfficeId) -> tuple[OfficeId, ...]:
        units = [self._offices[office].unit]
        while (parent := self._offices[units[-1]].parent) is not None:
            units.append(self._offices[parent].unit)
        return tuple(units)

    def _direct_targets(self, unit: OfficeId, matter: Matter, day: date) -> set[OfficeId]:
        scopes = self._register.direct_scopes
        return {
            point.of_office
            for point in self.direct_points
            if point.office == unit and point.valid_on(day) and any(scopes[each].holds(matter) for each in point.scope)
        }

    def _found(self, recipients: tuple[Recipient, ...], unit: OfficeId, senders: Side) -> list[OfficeId]:
        return [
            self._desks.get((unit, each.desk, side), unit) for each in recipients for side in each.side.sides(senders)
        ]
