"""What an agency may publish, and what it is answered. The first is published as JSON Schema."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from shared.access.inputs import Instant
from shared.contracts.identifiers import SignalId
from shared.contracts.vocabulary import Mode, SignalSource

Count = Annotated[int, Field(ge=0, le=10_000_000)]


class AgencyFigures(BaseModel):
    """Casualties as the agency knows them. Null or absent is not known, never 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dead: Count | None = None
    missing: Count | None = None
    injured: Count | None = None


class AgencyEvent(BaseModel):
    """An incident as an agency states it (线索). Publish it as JSON with your own routing key ``agency.<code>``.

    ``event_id``: your number of the event; the same number again in the same ``mode`` changes nothing. ``agency``:
    your code, the one in your routing key. ``territory``: place code of 6, 9 or 12 digits, or the id of a unit.
    ``sent_at``: when you state it; left out, the time we receive it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: str = Field(min_length=1, max_length=100)
    agency: str = Field(min_length=1, max_length=60)
    source: SignalSource = SignalSource.LINE_DEPT
    occurred_at: Instant | None = None
    sent_at: Instant | None = None
    place: str = Field(min_length=1, max_length=200)
    territory: str | None = Field(default=None, max_length=60)
    kind: str = Field(min_length=1, max_length=60)
    figures: AgencyFigures = AgencyFigures()
    gist: str = Field(default="", max_length=2_000)
    mode: Mode = Mode.ACTUAL


def agency_event_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what an agency may publish as JSON."""
    schema = AgencyEvent.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:shangda:agency-event:v1",
        **schema,
    }


class RefusalCause(StrEnum):
    """Why a message was not taken; the label under which it is counted."""

    UNKNOWN_SENDER = "UNKNOWN_SENDER"
    OVERSIZED = "OVERSIZED"
    SECRECY_MARK = "SECRECY_MARK"
    NOT_READABLE = "NOT_READABLE"
    WRONG_FIELDS = "WRONG_FIELDS"
    NOT_AN_ALERT = "NOT_AN_ALERT"
    SOURCE_MISMATCH = "SOURCE_MISMATCH"
    UNPROCESSABLE = "UNPROCESSABLE"


class AnswerOutcome(StrEnum):
    """What became of a message."""

    ACCEPTED = "ACCEPTED"
    DUPLICATE = "DUPLICATE"  # the same event of the same agency came before, in the same mode
    REFUSED = "REFUSED"


class AgencyAnswer(BaseModel):
    """What lies in the agency's reply queue for each message. ``body_hash``: SHA-256 (hex) of the message."""

    model_config = ConfigDict(frozen=True)

    event_id: str | None
    outcome: AnswerOutcome
    cause: RefusalCause | None = None
    reason: str = ""
    signal_id: SignalId | None = None
    body_hash: str
    received_at: datetime


class SignalView(BaseModel):
    """One signal as the duty desk sees it."""

    model_config = ConfigDict(frozen=True)

    signal_id: SignalId
    agency: str
    agency_event_id: str
    source: SignalSource
    at: datetime
    occurred_at: datetime | None
    place: str
    territory: str | None
    kind: str
    dead: int | None
    missing: int | None
    injured: int | None
    gist: str
    received_at: datetime
    mode: Mode


class SignalPage(BaseModel):
    """Signals, received last first. ``next`` is the cursor of the following page, if there is one."""

    model_config = ConfigDict(frozen=True)

    items: tuple[SignalView, ...]
    next: SignalId | None
