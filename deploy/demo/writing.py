"""What was written on the day of the demo, as ``reports.yaml`` states it."""

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import LeaderRank, Nature, ReportType, ReturnReason, Severity

HERE = Path(__file__).resolve().parent
REPORTS = HERE / "reports.yaml"
Sources = dict[str, str]
"""Figure, as it stands in the text -> where it comes from."""

Ends = Literal[
    "origin-waits", "county-waits", "county-adopted", "county-kept", "city-waits", "city-adopted", "city-kept"
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Sent(_Part):
    """One return and the wording that followed it. ``by``: the origin's own reviewer, or the desk of the county."""

    by: Literal["origin", "county"]
    reason: ReturnReason
    text: str
    body: str
    sources: Sources


class Written(_Part):
    """One routine report. ``ends``: how far it came that day and what became of it there."""

    id: str
    office: OfficeId = Field(alias="from")
    at: str
    ends: Ends
    title: str
    body: str
    type: ReportType
    nature: Nature
    occurred: str
    facts: dict[str, Any]
    sources: Sources
    publication: str | None = None
    returns: tuple[Sent, ...] = ()


class UrgentlyWritten(_Part):
    """One urgent report of an incident. ``desk``: a duty desk wrote it itself. Times left out are the quick ones."""

    id: str
    office: OfficeId = Field(alias="from")
    learned: str
    kind: str
    place: str
    ends: Literal["city-adopted"]
    title: str
    body: str
    occurred: str
    measures: str
    gist: str
    sources: Sources
    how: str = "群众来电"
    injured: int | None = None
    severity: Severity | None = None
    desk: bool = False
    submitted: str | None = None
    signed: str | None = None
    finalised: str | None = None


class AgencyStated(_Part):
    """An incident event that an agency published at a site, and that no office reported."""

    at: str
    agency: str
    name: str
    site: SiteId
    event: dict[str, Any]


class TicketGiven(_Part):
    """A leader's instruction on an adopted report, and the way of its ticket."""

    report: str
    name: str
    instructed: str
    leader: str
    rank: LeaderRank
    text: str
    lead: OfficeId
    co: tuple[OfficeId, ...]
    limit_code: str
    signed_for: str
    signed_for_by: str
    replied: str
    replied_by: str
    reply: str
    closed: str
    outcome: str
    lessons: str


class Day(_Part):
    """All that was written on one day."""

    story: str
    source: str
    begins: datetime
    reports: tuple[Written, ...]
    urgent: tuple[UrgentlyWritten, ...]
    agency: AgencyStated
    ticket: TicketGiven


def load_day(path: Path = REPORTS) -> Day:
    """Return the day in a YAML file. Raises pydantic's ValidationError naming the field that does not fit."""
    return Day.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
