"""Events of people's appointments (任职) and of the links between sites."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.event import Event
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId
from shared.contracts.vocabulary import Role


class AppointmentGranted(Event):
    """A person was appointed, or the appointment changed (任职). ``revision`` grows with each change."""

    name: ClassVar[str] = "appointment.granted.v1"
    subject_field: ClassVar[str] = "appointment_id"

    appointment_id: AppointmentId
    revision: int = Field(ge=1)
    person: PersonId
    person_name: str = Field(max_length=60)
    office: OfficeId
    role: Role
    valid_from: AwareDatetime
    valid_to: AwareDatetime | None = None
    delegated_by: AppointmentId | None = None


class AppointmentEnded(Event):
    """An appointment ended (免职) at ``valid_to``, exclusive."""

    name: ClassVar[str] = "appointment.ended.v1"
    subject_field: ClassVar[str] = "appointment_id"

    appointment_id: AppointmentId
    revision: int = Field(ge=1)
    valid_to: AwareDatetime


class LinkWentDown(Event):
    """A link between two sites fell silent (链路中断). ``last_heard_at`` is the last heartbeat, our machine clock."""

    name: ClassVar[str] = "link.went_down.v1"
    subject_field: ClassVar[str] = "peer"

    peer: SiteId
    lane: str
    last_heard_at: AwareDatetime
    declared_at: AwareDatetime


class LinkCameUp(Event):
    """A silent link answers again (链路恢复)."""

    name: ClassVar[str] = "link.came_up.v1"
    subject_field: ClassVar[str] = "peer"

    peer: SiteId
    lane: str
    silent_since: AwareDatetime
    came_up_at: AwareDatetime
