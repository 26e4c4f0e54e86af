"""Who acts: a person in one appointment (任职), and the appointment with its term."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId
from shared.contracts.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in the appointment used for this act, as a token states it.

    ``office_name`` is the official short name, for texts only. ``delegated_by`` names the appointment that
    delegated its right to sign, when there is one; ``acts_for`` is the role of who delegated, known once the
    delegation itself was checked (``authorise``).
    """

    person: PersonId
    name: str
    appointment: AppointmentId
    office: OfficeId
    office_name: str
    role: Role
    site: SiteId
    delegated_by: AppointmentId | None = None
    acts_for: Role | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person's role at one office during [``valid_from``, ``valid_to``); open-ended when ``valid_to`` is None.

    Both instants are aware, in business time. Raises ValueError when one of them is naive: a naive instant
    compared with an aware one would fail only at the moment of a signature.
    """

    id: AppointmentId
    person: PersonId
    person_name: str
    office: OfficeId
    role: Role
    valid_from: datetime
    valid_to: datetime | None = None
    delegated_by: AppointmentId | None = None

    def __post_init__(self) -> None:
        """Refuse naive instants."""
        if self.valid_from.tzinfo is None or (self.valid_to is not None and self.valid_to.tzinfo is None):
            raise ValueError(f"appointment {self.id}: valid_from and valid_to need a time zone")

    def valid_at(self, instant: datetime) -> bool:
        """Tell whether the appointment holds at ``instant`` (aware, business time); the end itself is outside."""
        return self.valid_from <= instant and (self.valid_to is None or instant < self.valid_to)
