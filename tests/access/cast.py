"""The cast of the access tests: one invented person at one invented office."""

from shared.access.actor import Actor
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId
from shared.contracts.vocabulary import Role

SITE = SiteId("qingshan")
OFFICE = OfficeId("shiqiao")


def zhao_in(role: Role) -> Actor:
    """Return 赵某某 at 石桥镇 in the role asked for."""
    appointment = AppointmentId(f"zhao-{role.lower()}")
    return Actor(PersonId("zhao"), "赵某某", appointment, OFFICE, "石桥镇", role, SITE)
