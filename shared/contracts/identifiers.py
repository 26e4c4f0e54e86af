"""Identifiers. Each is a NewType, so that a report's id is never passed where an office's is wanted."""

from typing import NewType
from uuid import UUID

EventId = NewType("EventId", UUID)
ReportId = NewType("ReportId", UUID)
SubmissionId = NewType("SubmissionId", UUID)
CaseId = NewType("CaseId", UUID)
IncidentId = NewType("IncidentId", UUID)
AwarenessId = NewType("AwarenessId", UUID)
SignalId = NewType("SignalId", UUID)
PhoneReportId = NewType("PhoneReportId", UUID)
ClockId = NewType("ClockId", UUID)
VerdictId = NewType("VerdictId", UUID)
AdoptionId = NewType("AdoptionId", UUID)
InstructionId = NewType("InstructionId", UUID)
TicketId = NewType("TicketId", UUID)
EntryId = NewType("EntryId", UUID)
PersonId = NewType("PersonId", str)
AppointmentId = NewType("AppointmentId", str)

# The form of what people choose as an identifier: no room for a text.
WORD = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"

# Written by people in the organisation's data, so they are words: "qingshan", "qingshan-duty".
SiteId = NewType("SiteId", str)
OfficeId = NewType("OfficeId", str)
