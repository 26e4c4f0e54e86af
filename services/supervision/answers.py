"""What supervision's HTTP door answers with."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.supervision.states import (
    ACT_ZH,
    CONFIRMATION_ZH,
    PARTY_ZH,
    STATE_ZH,
    Confirmation,
    LimitCode,
    Party,
    StepAct,
    TicketState,
)
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Disposition, LeaderRank, Mode, Nature, Urgency
from shared.organisation.organisation import Organisation


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class ReportShown(_Answer):
    """An adopted report that can be instructed on. ``row_no`` is the paging cursor."""

    row_no: int
    report_id: UUID
    mode: Mode
    number: str
    title: str
    nature: Nature
    urgency: Urgency
    origin_office: OfficeId
    origin_name: str
    publication: str
    issue_number: str
    adopted_at: datetime
    instructions: int

    @classmethod
    def of(cls, row: Any, organisation: Organisation) -> Self:
        """Return a report from a database row."""
        named = {"origin_name": organisation.office(row["origin_office"]).official_name}
        counted = {"instructions": row.get("instructions", 0)}
        return cls.model_validate({**dict(row.items()), **named, **counted})


class InstructionShown(_Answer):
    """An instruction as recorded."""

    instruction_id: UUID
    office: OfficeId
    report_id: UUID
    number: str
    title: str
    leader: str
    rank: LeaderRank
    text: str
    disposition: Disposition
    given_at: datetime
    recorded_at: datetime
    recorded_by: str
    ticket_id: UUID | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Return an instruction from a database row."""
        return cls.model_validate(dict(row.items()))


class OfficeNamed(_Answer):
    """An office with its name."""

    office: OfficeId
    name: str


class TicketSummary(_Answer):
    """A ticket as the actor's office sees it. ``box``: issued (by it) or addressed (to it).

    ``confirmation`` says whether the owner answered the office's last reply; empty words for the owner.
    """

    box: str
    ticket_id: UUID
    report_id: UUID
    mode: Mode
    number: str
    title: str
    issuer: OfficeNamed
    lead: OfficeNamed
    co: tuple[OfficeNamed, ...]
    party: Party | None
    party_text: str
    urgency: Urgency
    leader: str
    text: str
    limit_code: LimitCode
    due_on_request: datetime | None
    registered_at: datetime
    state: TicketState
    state_text: str
    confirmation: Confirmation
    confirmation_text: str
    outcome: str
    lessons: str
    revision: int
    changed_by: str
    changed_at: datetime

    @classmethod
    def issued(cls, row: Any, organisation: Organisation) -> Self:
        """Return a ticket as its owner sees it."""
        own = {"box": "issued", "party": None, "party_text": "", "confirmation": Confirmation.NOTHING_SENT}
        return cls._of(row, organisation, own)

    @classmethod
    def addressed(cls, row: Any, organisation: Organisation) -> Self:
        """Return a ticket as an addressed office sees it."""
        return cls._of(row, organisation, {"box": "addressed", "party_text": PARTY_ZH[Party(row["party"])]})

    @classmethod
    def _of(cls, row: Any, organisation: Organisation, more: Mapping[str, object]) -> Self:
        plain = {**dict(row.items()), **more}
        confirmation = Confirmation(str(plain["confirmation"]))
        named = {
            "issuer": _named(row["issuer"], organisation),
            "lead": _named(row["lead"], organisation),
            "co": tuple(_named(office, organisation) for office in row["co"]),
            "state_text": STATE_ZH[TicketState(row["state"])],
            "confirmation_text": CONFIRMATION_ZH[confirmation],
        }
        return cls.model_validate({**plain, **named})


class StepShown(_Answer):
    """One act in a ticket's history."""

    act: StepAct
    act_text: str
    office: OfficeId
    office_name: str
    by_name: str
    text: str
    co_signed: tuple[OfficeId, ...]
    at: datetime


class TicketShown(_Answer):
    """A ticket with the whole chain 报告 → 批示 → 结果 (FU-07).

    ``report`` and ``instruction`` stand at the owner's site; an addressed office reads them in ``ticket``.
    """

    ticket: TicketSummary
    report: ReportShown | None
    instruction: InstructionShown | None
    steps: tuple[StepShown, ...]


class Reports(_Answer):
    """A page of reports. ``before``: pass it on for the next page; None on the last."""

    reports: tuple[ReportShown, ...]
    before: int | None


class Instructions(_Answer):
    """A page of instructions."""

    instructions: tuple[InstructionShown, ...]
    before: UUID | None


class Tickets(_Answer):
    """A page of tickets."""

    tickets: tuple[TicketSummary, ...]
    before: UUID | None


class InstructionReceipt(_Answer):
    """The receipt of a recorded instruction. ``receipt`` is ready to show."""

    instruction: InstructionShown
    ticket_number: str | None
    receipt: str


def steps_shown(rows: Iterable[Any], organisation: Organisation) -> tuple[StepShown, ...]:
    """Return a history with names."""
    return tuple(
        StepShown(
            act=StepAct(row["act"]),
            act_text=ACT_ZH[StepAct(row["act"])],
            office=row["office"],
            office_name=_name(row["office"], organisation),
            by_name=row["by_name"],
            text=row["text"],
            co_signed=tuple(row["co_signed"]),
            at=row["at"],
        )
        for row in rows
    )


def last_id(rows: Sequence[Any], limit: int, column: str) -> UUID | None:
    """Return the cursor for the next page when more rows than ``limit`` were found."""
    return rows[limit - 1][column] if len(rows) > limit else None


def _named(office: str, organisation: Organisation) -> OfficeNamed:
    return OfficeNamed(office=OfficeId(office), name=_name(office, organisation))


def _name(office: str, organisation: Organisation) -> str:
    return organisation.office(OfficeId(office)).official_name
