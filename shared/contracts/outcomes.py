"""Events of what became of a report: adoptions, forwarding to the province, instructions, tickets and points."""

from decimal import Decimal
from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.event import Event, Part
from shared.contracts.identifiers import (
    AdoptionId,
    EntryId,
    IncidentId,
    InstructionId,
    OfficeId,
    ReportId,
    TicketId,
)
from shared.contracts.vocabulary import CarrierKind, Disposition, LeaderRank, Level, Nature, Side, Urgency


class Contributor(Part):
    """A unit's part in an item; shares of one item add up to 1.

    ``number`` and ``nature`` of its own report; None from who does not say yet, where those of the item's report stand
    in.
    """

    unit: OfficeId
    report_id: ReportId
    share: Decimal = Field(gt=0, le=1)
    number: str | None = None
    nature: Nature | None = None


class ReportAdopted(Event):
    """An item of a publication used a report (采用). Once per report, publication, office and level.

    ``on_behalf`` marks an adoption by an office that is not on the system, recorded here with evidence.
    ``units``: the answerable units on the report's way, the origin first; each level scores its own.
    ``contributors``: in the order in which their reports were received.
    """

    name: ClassVar[str] = "report.adopted.v1"
    subject_field: ClassVar[str] = "report_id"
    owner_field: ClassVar[str] = "office"
    about_fields: ClassVar[tuple[str, ...]] = ("units",)

    adoption_id: AdoptionId
    report_id: ReportId
    number: str
    title: str
    nature: Nature
    urgency: Urgency
    incident_id: IncidentId | None = None
    origin_office: OfficeId
    units: tuple[OfficeId, ...] = Field(min_length=1)
    office: OfficeId
    level: Level
    side: Side
    publication: str
    carrier: CarrierKind
    issue_number: str
    contributors: tuple[Contributor, ...] = Field(min_length=1)
    on_behalf: bool = False
    evidence: str = ""
    received_at: AwareDatetime | None = Field(default=None, description="when the report's first version arrived here")
    adopted_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class ReportForwarded(Event):
    """A report was forwarded to a level outside the system (转报), for example to the province."""

    name: ClassVar[str] = "report.forwarded.v1"
    subject_field: ClassVar[str] = "report_id"
    owner_field: ClassVar[str] = "office"
    about_fields: ClassVar[tuple[str, ...]] = ("units",)

    report_id: ReportId
    number: str
    title: str
    nature: Nature
    origin_office: OfficeId
    units: tuple[OfficeId, ...] = Field(min_length=1)
    office: OfficeId
    to_level: Level
    carrier: CarrierKind
    forwarded_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class InstructionRecorded(Event):
    """A leader's instruction (批示) on a report, verbatim."""

    name: ClassVar[str] = "instruction.recorded.v1"
    subject_field: ClassVar[str] = "report_id"
    owner_field: ClassVar[str] = "office"
    about_fields: ClassVar[tuple[str, ...]] = ("units",)

    instruction_id: InstructionId
    report_id: ReportId
    number: str
    title: str
    nature: Nature
    origin_office: OfficeId
    units: tuple[OfficeId, ...] = Field(min_length=1)
    office: OfficeId
    leader: str = Field(max_length=60)
    rank: LeaderRank
    text: str = Field(min_length=1, max_length=2_000)
    disposition: Disposition
    given_at: AwareDatetime
    recorded_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class TicketAssigned(Event):
    """An instruction to act became a ticket (督办件) addressed to an office. The issuer's site owns it."""

    name: ClassVar[str] = "ticket.assigned.v1"
    subject_field: ClassVar[str] = "ticket_id"
    owner_field: ClassVar[str] = "issuer"
    about_fields: ClassVar[tuple[str, ...]] = ("lead", "co")

    ticket_id: TicketId
    instruction_id: InstructionId
    report_id: ReportId
    urgency: Urgency
    number: str
    title: str
    issuer: OfficeId
    lead: OfficeId
    co: tuple[OfficeId, ...] = ()
    leader: str
    text: str
    registered_at: AwareDatetime
    limit_code: str = Field(description="which limit of the rule set applies: URGENT, FAST, ORDINARY, DIFFICULT")
    due_on_request: AwareDatetime | None = Field(
        default=None, description="a limit that the leader named (一周内), if any"
    )
    concerns: tuple[OfficeId, ...] = ()


class TicketSignedFor(Event):
    """The addressed office signed for a ticket (签收). Stated at the addressee's site, accepted by the owner."""

    name: ClassVar[str] = "ticket.signed_for.v1"
    subject_field: ClassVar[str] = "ticket_id"
    owner_field: ClassVar[str] = "office"

    ticket_id: TicketId
    urgency: Urgency
    office: OfficeId
    signed_for_by: str
    signed_for_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class TicketReplied(Event):
    """The addressed office answered a ticket (反馈). Repeats when the answer was sent back."""

    name: ClassVar[str] = "ticket.replied.v1"
    subject_field: ClassVar[str] = "ticket_id"
    owner_field: ClassVar[str] = "office"

    ticket_id: TicketId
    urgency: Urgency
    office: OfficeId
    text: str = Field(min_length=1, max_length=4_000)
    co_signed: tuple[OfficeId, ...] = ()
    replied_by: str
    replied_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class TicketReplyRefused(Event):
    """The owner of a ticket did not accept an act on it (退回反馈), with the reason.

    ``sent_back``: the act was the lead's answer, which had been received and is returned: its limit runs again. False
    when the act was not taken at all.
    """

    name: ClassVar[str] = "ticket.reply_refused.v1"
    subject_field: ClassVar[str] = "ticket_id"
    owner_field: ClassVar[str] = "issuer"
    about_fields: ClassVar[tuple[str, ...]] = ("lead",)

    ticket_id: TicketId
    urgency: Urgency
    issuer: OfficeId
    lead: OfficeId
    reason: str = Field(min_length=1, max_length=2_000)
    sent_back: bool = False
    refused_by: str
    refused_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class TicketReplyReceived(Event):
    """The owner's site holds an answer (反馈已收到). Its ``received_at`` stops the clock."""

    name: ClassVar[str] = "ticket.reply_received.v1"
    subject_field: ClassVar[str] = "ticket_id"
    owner_field: ClassVar[str] = "issuer"
    about_fields: ClassVar[tuple[str, ...]] = ("office",)

    ticket_id: TicketId
    urgency: Urgency
    issuer: OfficeId
    office: OfficeId
    received_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class TicketClosed(Event):
    """A ticket ended (办结): the answer was accepted. ``lessons`` is what others can learn (FU-07)."""

    name: ClassVar[str] = "ticket.closed.v1"
    subject_field: ClassVar[str] = "ticket_id"
    owner_field: ClassVar[str] = "issuer"
    about_fields: ClassVar[tuple[str, ...]] = ("lead",)

    ticket_id: TicketId
    urgency: Urgency
    issuer: OfficeId
    lead: OfficeId
    outcome: str = Field(min_length=1, max_length=2_000)
    lessons: str = ""
    closed_by: str
    closed_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class ScoreEntered(Event):
    """A line of a ledger (计分). ``reverses`` names the line that this one takes back."""

    name: ClassVar[str] = "score.entered.v1"
    subject_field: ClassVar[str] = "unit"

    entry_id: EntryId
    assessor: OfficeId
    unit: OfficeId
    rule_code: str
    rule_version: int
    points: Decimal
    reason: str
    report_id: ReportId | None = None
    earned_at: AwareDatetime
    reverses: EntryId | None = None
