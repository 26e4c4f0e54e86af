"""What people send to supervision."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.supervision.states import LimitCode
from shared.access.inputs import Instant
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Disposition, LeaderRank

Words = StringConstraints(strip_whitespace=True, min_length=1)


class _Order(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InstructionOrder(_Order):
    """A leader's instruction to record (LI-01). Only disposition ACT has addressees and a limit."""

    report_id: UUID
    leader: Annotated[str, Words, Field(max_length=60)]
    rank: LeaderRank
    text: Annotated[str, Words, Field(max_length=2_000)]
    given_at: Instant
    disposition: Disposition
    lead: OfficeId | None = None
    co: tuple[OfficeId, ...] = Field(default=(), max_length=20)
    limit_code: LimitCode | None = None
    due_on_request: Instant | None = None

    @model_validator(mode="after")
    def _addressees_belong_to_action(self) -> Self:
        acts = self.disposition is Disposition.ACT
        if acts and (self.lead is None or self.limit_code is None):
            raise ValueError("要求办理的批示须写明主办单位和时限种类")
        if not acts and (self.lead or self.co or self.limit_code or self.due_on_request):
            raise ValueError("只有要求办理的批示才有主办、协办单位和时限，请改选“办理”或清空这几项")
        if self.lead in self.co or len(set(self.co)) != len(self.co):
            raise ValueError("同一单位只能列一次，主办单位不再列为协办")
        return self


class Acting(_Order):
    """An act on a ticket. ``revision``: of the ticket as the page showed it."""

    revision: int = Field(ge=1)


class ReplyOrder(Acting):
    """An answer (反馈). ``co_signed``: co-operating offices that signed it (会签)."""

    text: Annotated[str, Words, Field(max_length=4_000)]
    co_signed: tuple[OfficeId, ...] = Field(default=(), max_length=20)


class ReturnOrder(Acting):
    """An answer goes back (退回)."""

    reason: Annotated[str, Words, Field(max_length=2_000)]


class CloseOrder(Acting):
    """The ticket ends (办结). ``lessons``: what others can learn (举一反三)."""

    outcome: Annotated[str, Words, Field(max_length=2_000)]
    lessons: str = Field(default="", max_length=2_000)
