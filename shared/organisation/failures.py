"""What can go wrong when one asks about the organisation."""

from difflib import get_close_matches

from shared.contracts.identifiers import OfficeId, SiteId
from shared.organisation.sources import SourceInvalid


class OrganisationInvalid(SourceInvalid):
    """The organisation's file cannot be put in force. ``problems`` holds all that was found; nothing was loaded."""


class OrganisationBehind(LookupError):
    """What is asked for is not in the organisation in force; who asks may know a newer one."""


class UnknownOffice(OrganisationBehind):
    """No office has this id in the organisation in force.

    Either the id is misspelt, or it comes from a newer version than the one here: publish that version first.
    """

    def __init__(self, office: OfficeId, version: int, known: tuple[OfficeId, ...]) -> None:
        self.office, self.version = office, version
        self.nearest = next(iter(get_close_matches(office, known, n=1)), None)
        meant = f"did you mean '{self.nearest}'? Otherwise " if self.nearest else ""
        super().__init__(
            f"no office '{office}' in the organisation, version {version}: {meant}publish the version that has it"
        )


class UnknownSite(OrganisationBehind):
    """No site has this id in the organisation in force. Publish the version that has it to every site."""

    def __init__(self, site: SiteId, version: int, known: tuple[SiteId, ...]) -> None:
        self.site, self.version, self.known = site, version, known
        super().__init__(
            f"no site '{site}' in the organisation, version {version}: use one of {', '.join(known)}, "
            f"or publish the version that has it"
        )


class UnknownLeague(LookupError):
    """No league has this id in the organisation in force."""

    def __init__(self, league: str, known: tuple[str, ...]) -> None:
        self.league, self.known = league, known
        super().__init__(f"no league '{league}': use one of {', '.join(known)}, or publish a version that has it")


class UnknownFlow(LookupError):
    """No review flow has this name in the organisation in force."""

    def __init__(self, flow: str, known: tuple[str, ...]) -> None:
        self.flow, self.known = flow, known
        super().__init__(f"no review flow '{flow}': use one of {', '.join(known)}, or publish a version that has it")
