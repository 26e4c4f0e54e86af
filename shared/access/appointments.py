"""A service's own copy of the appointments at its site, kept by ``appointment.*`` events.

One typed function per statement. All of them run in the caller's transaction.
"""

from collections.abc import Iterable
from datetime import datetime

import asyncpg

from shared.access.actor import Appointment
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId
from shared.contracts.vocabulary import Role
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


async def remember_appointment(connection: Connection, appointment: Appointment, revision: int) -> bool:
    """Store an appointment as of the sender's ``revision``. Return False, changing nothing, when it is not newer."""
    stored = await connection.fetchval(
        SQL["remember_appointment"],
        appointment.id,
        revision,
        appointment.person,
        appointment.person_name,
        appointment.office,
        appointment.role,
        appointment.valid_from,
        appointment.valid_to,
        appointment.delegated_by,
    )
    return stored is not None


async def revoke_appointment(
    connection: Connection, appointment: AppointmentId, valid_to: datetime, revision: int
) -> bool:
    """End an appointment at ``valid_to``, exclusive. Return False when it is unknown or ``revision`` is not newer.

    Grant and end of one appointment come from one sender in order, so an unknown one is a fault, not a race.
    """
    return await connection.fetchval(SQL["revoke_appointment"], appointment, valid_to, revision) is not None


async def find_appointment(connection: Connection, appointment: AppointmentId) -> Appointment | None:
    """Return an appointment, in force or ended; None when this service has not heard of it."""
    row = await connection.fetchrow(SQL["find_appointment"], appointment)
    return None if row is None else _appointment(row)


async def serves_any_of(connection: Connection, person: PersonId, offices: Iterable[OfficeId], at: datetime) -> bool:
    """Tell whether a person holds, at the instant ``at``, any appointment known here at one of the offices."""
    return bool(await connection.fetchval(SQL["serves_any_of"], person, list(offices), at))


def _appointment(row: asyncpg.Record) -> Appointment:
    return Appointment(
        id=AppointmentId(row["appointment_id"]),
        person=PersonId(row["person"]),
        person_name=row["person_name"],
        office=OfficeId(row["office"]),
        role=Role(row["role"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        delegated_by=None if row["delegated_by"] is None else AppointmentId(row["delegated_by"]),
    )
