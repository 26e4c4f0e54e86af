"""What must be known about the object of an act to decide whether a person may do it."""

from dataclasses import dataclass

from shared.contracts.identifiers import OfficeId, PersonId
from shared.contracts.vocabulary import Urgency


@dataclass(frozen=True, slots=True)
class Context:
    """Facts about the object, gathered by the service from its own tables. What is left out counts against the act.

    ``office``: whose desk the object lies on; for what is published to many offices, the one it was published to;
    None only for the site's machinery.
    ``authors``: who wrote what the act judges: the text, the rule draft, the request, the proposed or appealed
    verdict. ``reviewer``, ``signer``: who reviewed and signed the version at hand. ``editor``: who adopted it.
    ``received``: the object came from another office and its receipt is recorded.
    ``judged_units``: the office a verdict judges, with its desks and sections.
    ``reason_given``, ``second_person``: what a weighty act needs beside the actor.
    ``own_level``: the version was signed at, or received by, this office.
    ``direct_point``: this office is a direct-reporting point and the matter is in its scope.
    ``first_receiver``: first office above the origin.
    ``panel``: members who have written their opinion. ``approvers``: who approved that the author be shown.
    ``concerned``: the person an appointment is about.
    """

    office: OfficeId | None
    urgency: Urgency = Urgency.ROUTINE
    authors: frozenset[PersonId] = frozenset()
    reviewer: PersonId | None = None
    signer: PersonId | None = None
    editor: PersonId | None = None
    received: bool = False
    judged_units: frozenset[OfficeId] = frozenset()
    reason_given: bool = False
    second_person: PersonId | None = None
    own_level: bool = False
    direct_point: bool = False
    first_receiver: OfficeId | None = None
    panel: frozenset[PersonId] = frozenset()
    approvers: frozenset[PersonId] = frozenset()
    concerned: PersonId | None = None

    @property
    def urgent(self) -> bool:
        """Whether the object is 急件 or 特急."""
        return self.urgency is not Urgency.ROUTINE
