"""Accepting a complete report and submitting it to the own office's review, in the caller's transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from services.intake.bodies import hash_of
from services.intake.errors import (
    HeadChanged,
    Incomplete,
    KeyUsed,
    NotFound,
    NotReturned,
    SecrecyMarked,
    TooManyAuthors,
)
from services.intake.reports import queries
from services.intake.reports.decisions import HeadDiffers, compare_head, incident_of, series_findings
from services.intake.reports.model import (
    STATE_ZH,
    KeptAnswer,
    NextOffice,
    ReportAccepted,
    ReportRequest,
    ReportState,
    Told,
)
from services.intake.reports.numbering import number_prefix
from services.intake.reports.stored import Acceptance, Accepted, StoredReport, Submission
from services.intake.writing.check import Checked
from shared.access.actor import Actor
from shared.contracts.identifiers import IncidentId, OfficeId, PersonId, ReportId
from shared.contracts.reports import ReportHead, ReportSubmitted, ReportVersion, content_hash
from shared.contracts.vocabulary import Urgency
from shared.organisation.organisation import Organisation
from shared.store.unit import Unit
from shared.timekeeping.civil import civil_date

MOST_AUTHORS = 20  # as many as report.submitted.v1 names


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submission in hand: who, what, and what the checks found."""

    actor: Actor
    request: ReportRequest
    key: str
    checked: Checked
    offered_by: tuple[PersonId, ...] = ()  # whose text it was before the actor took it up (供稿)

    @property
    def authors(self) -> tuple[PersonId, ...]:
        """The actor first, then who wrote it together with the actor or offered it; each once."""
        return tuple(dict.fromkeys((self.actor.person, *self.request.co_authors, *self.offered_by)))


class Acceptor:
    """Accepts submissions. ``codes`` gives each office's code for business numbers."""

    def __init__(self, organisation: Organisation, codes: Mapping[OfficeId, str]) -> None:
        self._organisation = organisation
        self._codes = codes

    async def accept(self, unit: Unit, submitted: Submitted) -> ReportAccepted:
        """Return the receipt of a submission; a repeat gets the receipt it got before.

        Raises SecrecyMarked, Incomplete, KeyUsed, and for a new version NotFound, NotReturned, HeadChanged.
        """
        if submitted.checked.marks:
            raise SecrecyMarked(submitted.checked.marks)
        problems = (*submitted.checked.problems, *series_findings(submitted.request))
        if problems:
            return await self._repeated(unit, submitted, Incomplete(problems))
        if submitted.request.report_id is None:
            return await self._first_version(unit, submitted)
        return await self._next_version(unit, submitted, submitted.request.report_id)

    async def _first_version(self, unit: Unit, submitted: Submitted) -> ReportAccepted:
        request, office = submitted.request, submitted.actor.office
        head = ReportHead(
            report_id=ReportId(unit.new_id()),
            number="",
            origin_office=office,
            type=request.type,
            nature=request.nature,
            urgency=request.urgency,
            form=request.form,
            # A pseudonym made anew for each report: two reports of one author cannot be linked above (AS-07).
            author_mark=f"A-{secrets.token_hex(6)}",
            incident_id=incident_of(request, IncidentId(unit.new_id())),
            incident_kind=request.incident_kind,
            expected_at=request.expected_at,
            commission_task=request.commission_task,
        )
        submission = self._submission(unit, submitted, head)
        prefix = number_prefix(self._codes[office], civil_date(unit.now), unit.mode)
        accepted = await queries.accept_report(unit.connection, submission, head, prefix, unit.mode)
        if accepted is None:
            return await self._repeated(unit, submitted, KeyUsed())
        return _announce(unit, submission, head, accepted)

    async def _next_version(self, unit: Unit, submitted: Submitted, report_id: ReportId) -> ReportAccepted:
        report = await queries.find_report(unit.connection, report_id, submitted.actor.office)
        if report is None:
            raise NotFound("本单位没有这份稿件。", field="report_id", remedy="请核对编号，或另写一份新稿。")
        not_returned = NotReturned(report.head.number, STATE_ZH[report.state], report.state_since, unit.now)
        if report.state is not ReportState.RETURNED:
            return await self._repeated(unit, submitted, not_returned)
        compared = compare_head(submitted.request, report.head)
        if isinstance(compared, HeadDiffers):
            raise HeadChanged(compared.field, compared.label)
        unit.mode = report.mode
        head = report.head.model_copy(update={"expected_at": submitted.request.expected_at})
        submission = self._submission(unit, submitted, head, before=report)
        accepted = await queries.accept_again(unit.connection, submission, report.content_hash, head.expected_at)
        if accepted is None:
            return await self._repeated(unit, submitted, not_returned)
        return _announce(unit, submission, head, accepted)

    def _submission(
        self, unit: Unit, submitted: Submitted, head: ReportHead, *, before: StoredReport | None = None
    ) -> Submission:
        request = submitted.request
        content = ReportVersion(
            version=1 if before is None else before.last_version + 1,
            by_office=head.origin_office,
            title=request.title,
            body=request.body,
            facts=request.facts,
            citations=request.citations,
            content_hash=content_hash(request.title, request.body, request.facts, request.citations),
            derived_from=None if before is None else before.content_hash,
            written_at=unit.now,
        )
        earlier = () if before is None else before.authors
        authors = tuple(dict.fromkeys((*earlier, *submitted.authors)))
        if len(authors) > MOST_AUTHORS:
            raise TooManyAuthors(len(authors))
        return Submission(
            report_id=head.report_id,
            office=head.origin_office,
            key=submitted.key,
            request_hash=hash_of(request),
            content=content,
            written_by=submitted.actor.person,
            authors=authors,
            answer=KeptAnswer(
                incident_id=head.incident_id,
                next_office=self._next_office(head.origin_office, head.urgency),
                unverified=submitted.checked.unverified,
                warnings=tuple(Told(code=w.code, field=w.field, text=w.text) for w in submitted.checked.warnings),
            ),
            draft_id=request.draft_id,
        )

    def _next_office(self, office: OfficeId, urgency: Urgency) -> NextOffice:
        step = self._organisation.flow_for(office, urgency).steps[0]
        name = self._organisation.office(office).called
        return NextOffice(id=office, name=name, stage=step.stage, roles=tuple(sorted(step.roles)))

    async def _repeated(self, unit: Unit, submitted: Submitted, otherwise: Exception) -> ReportAccepted:
        """Return the receipt that this very submission got before. Raises KeyUsed, or ``otherwise`` when it is new."""
        before = await queries.find_acceptance(unit.connection, submitted.actor.office, submitted.key)
        if before is None:
            raise otherwise
        if before.request_hash != hash_of(submitted.request):
            raise KeyUsed
        return _receipt(before)


def _announce(unit: Unit, submission: Submission, head: ReportHead, accepted: Accepted) -> ReportAccepted:
    numbered = head.model_copy(update={"number": accepted.number})
    content = submission.content
    if content.version != accepted.version:
        content = content.model_copy(update={"version": accepted.version})
    unit.announce(
        ReportSubmitted(
            report_id=head.report_id,
            urgency=head.urgency,
            head=numbered,
            content=content,
            authors=submission.authors,
            submitted_at=unit.now,
        ),
        office=head.origin_office,
    )
    receipt = Acceptance(
        submission.request_hash, head.report_id, accepted.number, accepted.version, unit.now, submission.answer
    )
    return _receipt(receipt)


def _receipt(acceptance: Acceptance) -> ReportAccepted:
    return ReportAccepted(
        report_id=acceptance.report_id,
        number=acceptance.number,
        version=acceptance.version,
        state=ReportState.SUBMITTED,
        submitted_at=acceptance.submitted_at,
        incident_id=acceptance.answer.incident_id,
        next_office=acceptance.answer.next_office,
        unverified=acceptance.answer.unverified,
        warnings=acceptance.answer.warnings,
    )
