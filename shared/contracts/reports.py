"""Events of a report (信息稿件) on its way: submitted, reviewed, returned, signed, sent, arrived, acknowledged."""

import hashlib
import json
from datetime import UTC
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.event import Event, Part
from shared.contracts.identifiers import CaseId, IncidentId, OfficeId, PersonId, ReportId, SiteId, SubmissionId
from shared.contracts.vocabulary import (
    Form,
    IncidentReportKind,
    Nature,
    ReportType,
    ReturnReason,
    Side,
    Stage,
    Urgency,
)

Count = Annotated[int, Field(ge=0, le=10_000_000)]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Body = Annotated[str, Field(min_length=1, max_length=20_000)]


class FactSheet(Part):
    """Typed facts (要素). ``None`` means not known yet (待核实), which is never 0.

    ``direct_loss_yuan`` is in yuan.
    """

    occurred_at: AwareDatetime | None = None
    place: str | None = Field(default=None, max_length=200)
    kind: str | None = Field(default=None, max_length=60)
    dead: Count | None = None
    missing: Count | None = None
    severely_injured: Count | None = None
    injured: Count | None = None
    evacuated: Count | None = None
    # Beyond any disaster, and exact in every JSON reader.
    direct_loss_yuan: int | None = Field(default=None, ge=0, le=10**15)
    scope: str | None = Field(default=None, max_length=500)
    trend: str | None = Field(default=None, max_length=500)
    measures: str | None = Field(default=None, max_length=2_000)
    needs: str | None = Field(default=None, max_length=2_000)
    verified: str | None = Field(default=None, max_length=500)


class Citation(Part):
    """Where one figure of the text comes from (数据出处), QU-01."""

    figure: str = Field(min_length=1, max_length=60)
    source: str = Field(min_length=1, max_length=200)
    page: str | None = Field(default=None, max_length=200)
    checked_by: str | None = Field(default=None, max_length=60)


class ReportVersion(Part):
    """One office's wording of a report. Never edited: a rewrite is the next version, derived from this one."""

    version: int = Field(ge=1)
    by_office: OfficeId
    title: Title
    body: Body
    facts: FactSheet = FactSheet()
    citations: tuple[Citation, ...] = Field(default=(), max_length=100)
    content_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    derived_from: str | None = None
    written_at: AwareDatetime


def content_hash(title: str, body: str, facts: FactSheet, citations: tuple[Citation, ...]) -> str:
    """Return the SHA-256 (hex) of a version's content in canonical JSON: what signatures and diffs refer to."""
    content = {
        "title": title,
        "body": body,
        "facts": facts.model_dump(mode="json", exclude_none=True),
        "citations": [citation.model_dump(mode="json", exclude_none=True) for citation in citations],
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class ReportHead(Part):
    """What stays the same on the whole way of a report, whoever rewrites it.

    ``number`` is the business number people use, for example SQ-2025-0217-003.
    ``author_mark`` is a pseudonym of the authors: above the origin nobody sees who wrote it (AS-07).
    """

    report_id: ReportId
    number: str = Field(max_length=40)
    origin_office: OfficeId
    type: ReportType
    nature: Nature
    urgency: Urgency
    form: Form = Form.SINGLE
    author_mark: str = Field(max_length=40)
    incident_id: IncidentId | None = None
    incident_kind: IncidentReportKind | None = None
    expected_at: AwareDatetime | None = Field(
        default=None, description="when what is still unknown is expected, 预计补报"
    )
    commission_task: str | None = Field(default=None, max_length=60)


def head_hash(head: ReportHead) -> str:
    """Return the SHA-256 (hex) of a head's fields in canonical JSON; instants count, however their zone is written."""
    fields = head.model_dump(mode="json", exclude_none=True)
    if head.expected_at is not None and head.expected_at.tzinfo is not None:
        fields["expected_at"] = head.expected_at.astimezone(UTC).isoformat()
    canonical = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class ReportSubmitted(Event):
    """A writer submitted a complete version to the own office's review (提交审核). Repeats with each new version.

    ``authors`` never leave the origin's site; review needs them to keep author and reviewer apart.
    """

    name: ClassVar[str] = "report.submitted.v1"
    subject_field: ClassVar[str] = "report_id"

    report_id: ReportId
    urgency: Urgency
    head: ReportHead
    content: ReportVersion
    authors: tuple[PersonId, ...] = Field(min_length=1, max_length=20)
    submitted_at: AwareDatetime


class ReportReviewed(Event):
    """A section passed a report to sign-off (审核通过). May repeat when the report comes back changed."""

    name: ClassVar[str] = "report.reviewed.v1"
    subject_field: ClassVar[str] = "report_id"

    report_id: ReportId
    urgency: Urgency
    number: str
    title: str
    office: OfficeId
    case_id: CaseId
    stage: Stage
    reviewed_at: AwareDatetime


class ReportReturned(Event):
    """An office returned a report (退回) to the office below, or to its own writer. Repeats with each return."""

    name: ClassVar[str] = "report.returned.v1"
    subject_field: ClassVar[str] = "report_id"
    owner_field: ClassVar[str] = "office"
    about_fields: ClassVar[tuple[str, ...]] = ("to_office",)

    report_id: ReportId
    urgency: Urgency
    number: str
    title: str
    office: OfficeId
    to_office: OfficeId
    stage: Stage
    reason: ReturnReason
    text: str = Field(min_length=1, max_length=2_000)
    version: int
    returned_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class ReportFiled(Event):
    """An office keeps a report for reference (备查): it goes no further from there. It stops no limit.

    Once per office, unless the report comes there again.
    """

    name: ClassVar[str] = "report.filed.v1"
    subject_field: ClassVar[str] = "report_id"
    owner_field: ClassVar[str] = "office"

    report_id: ReportId
    urgency: Urgency
    number: str
    title: str
    office: OfficeId
    version: int
    filed_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = ()


class SignedBy(Part):
    """Whose signature stands under an act: the appointment used, not only the person."""

    appointment: str
    person_name: str
    role: str


class CustodyHop(Part):
    """One act in the chain of custody (流转链). ``signature`` covers the canonical bytes of the other fields.

    ``previous`` is the SHA-256 of the previous hop's canonical bytes with its signature, empty at the origin.
    ``head_hash`` is that of the report's head: nobody on the way can change its number, urgency, incident or origin.
    """

    office: OfficeId
    site: SiteId
    action: str
    appointment: str
    at: AwareDatetime
    version_hash: str
    head_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    previous: str
    key_id: str
    algorithm: str
    signature: str


class ReportSigned(Event):
    """A signer released a report from one office (签发). Once per office, unless it was returned from above.

    ``versions``: every signed wording so far, the original first, this office's last.
    ``custody``: the hops before this office; forwarding adds this one.
    """

    name: ClassVar[str] = "report.signed.v1"
    subject_field: ClassVar[str] = "report_id"

    report_id: ReportId
    urgency: Urgency
    head: ReportHead
    office: OfficeId
    case_id: CaseId
    versions: tuple[ReportVersion, ...] = Field(min_length=1, max_length=50)
    custody: tuple[CustodyHop, ...] = Field(default=(), max_length=50)
    signed_by: SignedBy
    signed_at: AwareDatetime


class SubmissionSent(Event):
    """One hop: a signed report leaves an office for one receiving office (报送). Once per version and receiver."""

    name: ClassVar[str] = "submission.sent.v1"
    subject_field: ClassVar[str] = "report_id"
    owner_field: ClassVar[str] = "from_office"

    submission_id: SubmissionId
    report_id: ReportId
    urgency: Urgency
    head: ReportHead
    from_office: OfficeId
    to_office: OfficeId
    is_copy: bool = Field(default=False, description="抄送: for information, opens no duty")
    versions: tuple[ReportVersion, ...] = Field(min_length=1, max_length=50)
    custody: tuple[CustodyHop, ...] = Field(min_length=1, max_length=50)
    signed_at: AwareDatetime
    queued_at: AwareDatetime
    concerns: tuple[OfficeId, ...] = Field(min_length=1)


class ReportArrived(Event):
    """A hop was received and its custody verified (接收). ``received_at`` is the receiver's clock. Once per hop."""

    name: ClassVar[str] = "report.arrived.v1"
    subject_field: ClassVar[str] = "report_id"

    submission_id: SubmissionId
    report_id: ReportId
    urgency: Urgency
    head: ReportHead
    from_office: OfficeId
    to_office: OfficeId
    side: Side
    is_copy: bool = False
    versions: tuple[ReportVersion, ...] = Field(min_length=1, max_length=50)
    custody: tuple[CustodyHop, ...] = Field(min_length=1, max_length=50)
    signed_at: AwareDatetime
    queued_at: AwareDatetime
    received_at: AwareDatetime


class SubmissionAcknowledged(Event):
    """The receiver's receipt (回执) of one hop. It goes back to every office the report has passed. Once per hop."""

    name: ClassVar[str] = "submission.acknowledged.v1"
    subject_field: ClassVar[str] = "report_id"
    owner_field: ClassVar[str] = "to_office"

    submission_id: SubmissionId
    report_id: ReportId
    urgency: Urgency
    incident_id: IncidentId | None = None
    from_office: OfficeId
    to_office: OfficeId
    is_copy: bool = False
    signed_at: AwareDatetime
    queued_at: AwareDatetime
    received_at: AwareDatetime
    version_hash: str
    concerns: tuple[OfficeId, ...] = ()
