"""What editors do: use a report, record that it was used above, forward it. One transaction each.

All raise UseRefused or shared.access' ActDenied; then nothing is changed. A repeat changes nothing and is answered
with what was recorded before.
"""

from dataclasses import dataclass
from datetime import date, datetime

from services.review.publication import decisions, issues, queries
from services.review.publication.decisions import Candidate, IssueOfDay, Item, NotCandidates, NotOurPublication, Share
from services.review.publication.errors import UseRefused
from services.review.publication.publications import Publication, Publications
from services.review.publication.queries import Adoption
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import require
from shared.contracts.identifiers import AdoptionId, OfficeId, ReportId
from shared.contracts.outcomes import ReportAdopted, ReportForwarded
from shared.contracts.vocabulary import CarrierKind, Level, Side
from shared.organisation.organisation import Organisation
from shared.store.unit import Unit
from shared.timekeeping.civil import civil_date


@dataclass(frozen=True, slots=True)
class Recorded:
    """The adoption was recorded by this act."""

    adoption: Adoption


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    """The report was in that publication before; nothing was added."""

    adoption: Adoption


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """An adoption by an office outside the system. ``evidence``: what proves it, for example the number of a scan."""

    report_id: ReportId
    publication_name: str
    level: Level
    side: Side
    carrier: CarrierKind
    issue_number: str
    evidence: str
    adopted_at: datetime


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A report was forwarded, now or before."""

    report_id: ReportId
    to_level: Level
    carrier: CarrierKind
    forwarded_at: datetime


async def adopt_report(
    unit: Unit,
    publications: Publications,
    actor: Actor,
    report_id: ReportId,
    publication_id: str,
    shares: tuple[Share, ...] = (),
) -> Recorded | AlreadyRecorded:
    """Use a report in the publication's issue of today (采用), once per report and publication."""
    editor = await _require(unit, actor, Action.ADOPT_REPORT)
    day = civil_date(unit.now)
    publication = decisions.choose_publication(publication_id, publications.of(editor.office, day))
    if isinstance(publication, NotOurPublication):
        raise UseRefused(publication)
    wanted = {report_id, *(share.report_id for share in shares)}
    candidates = await queries.read_candidates(unit.connection, editor.office, tuple(wanted))
    item = decisions.make_item(report_id, shares, candidates)
    if not isinstance(item, Item):
        raise UseRefused(item)
    unit.mode = item.lead.mode
    await issues.lock_counter(unit.connection, publication.id, unit.mode, day.year)
    known = await queries.find_adoption(unit.connection, report_id, publication.level, editor.office, publication.id)
    if known is not None:
        return AlreadyRecorded(known)
    if returned := decisions.usable(candidates[report] for report in item.reports):
        raise UseRefused(returned)
    issue = await _issue_of(unit, publication, day)
    adoption = Adoption(
        adoption_id=AdoptionId(unit.new_id()),
        report_id=report_id,
        office=editor.office,
        level=publication.level,
        publication=publication.id,
        carrier=publication.carrier,
        issue_id=issue.issue_id,
        issue_number=decisions.issue_number(day, issue.ordinal, unit.mode),
        title=item.lead.title,
        contributors=item.contributors,
        on_behalf=False,
        evidence="",
        adopted_at=unit.now,
        adopted_by=editor.name,
    )
    return await _record(unit, editor, adoption, item, publication.name, publication.side)


async def adopt_on_behalf(
    unit: Unit, organisation: Organisation, actor: Actor, asked: OnBehalf
) -> Recorded | AlreadyRecorded:
    """Record that an office outside the system used a report (代录采用), once per report, level and publication."""
    editor = await _require(unit, actor, Action.ADOPT_REPORT)
    own, above = _levels(organisation, editor.office)
    if refused := decisions.check_on_behalf(asked.level, own, above, asked.adopted_at, unit.now):
        raise UseRefused(refused)
    candidate = await _candidate(unit, editor.office, asked.report_id)
    item = decisions.make_item(asked.report_id, (), {asked.report_id: candidate})
    if not isinstance(item, Item):
        raise UseRefused(item)
    unit.mode = candidate.mode
    adoption = Adoption(
        adoption_id=AdoptionId(unit.new_id()),
        report_id=asked.report_id,
        office=editor.office,
        level=asked.level,
        publication=asked.publication_name,
        carrier=asked.carrier,
        issue_id=None,
        issue_number=asked.issue_number,
        title=candidate.title,
        contributors=item.contributors,
        on_behalf=True,
        evidence=asked.evidence,
        adopted_at=asked.adopted_at,
        adopted_by=editor.name,
    )
    return await _record(unit, editor, adoption, item, asked.publication_name, asked.side)


async def forward_report(
    unit: Unit,
    organisation: Organisation,
    actor: Actor,
    report_id: ReportId,
    carrier: CarrierKind,
    to_level: Level = Level.PROVINCE,
) -> Forwarded:
    """Record that a report was forwarded to a level outside the system (转报), once per level and carrier."""
    editor = await _require(unit, actor, Action.SETTLE_RECEIVED)
    _, above = _levels(organisation, editor.office)
    if refused := decisions.check_forwarding(above):
        raise UseRefused(refused)
    candidate = await _candidate(unit, editor.office, report_id)
    if returned := decisions.usable((candidate,)):
        raise UseRefused(returned)
    unit.mode = candidate.mode
    connection = unit.connection
    stored = await queries.add_forwarding(
        connection, report_id, editor.office, to_level, carrier, unit.now, editor.name, editor.appointment
    )
    if not stored:
        before = await queries.find_forwarding(connection, report_id, editor.office, to_level, carrier)
        return Forwarded(report_id, to_level, carrier, before or unit.now)
    unit.continue_trace(candidate.traceparent)
    unit.announce(
        ReportForwarded(
            report_id=report_id,
            number=candidate.number,
            title=candidate.title,
            nature=candidate.nature,
            origin_office=candidate.origin_office,
            units=candidate.units,
            office=editor.office,
            to_level=to_level,
            carrier=carrier,
            forwarded_at=unit.now,
            concerns=candidate.way,
        ),
        office=editor.office,
    )
    return Forwarded(report_id, to_level, carrier, unit.now)


def _levels(organisation: Organisation, office: OfficeId) -> tuple[Level, dict[Level, str]]:
    """Return an office's level, and the names of the units above it that work here, the nearest first."""
    chain = map(organisation.office, organisation.chain(office)[1:])
    return organisation.office(office).level, {each.level: each.called for each in chain}


async def _require(unit: Unit, actor: Actor, action: Action) -> Actor:
    """Whatever an editor touches here came to the own office: candidates are found by it."""
    context = Context(office=actor.office, received=True)
    return require(await authorise(unit.connection, actor, action, context, unit.now))


async def _candidate(unit: Unit, office: OfficeId, report_id: ReportId) -> Candidate:
    found = await queries.read_candidates(unit.connection, office, (report_id,))
    if report_id not in found:
        raise UseRefused(NotCandidates((report_id,)))
    return found[report_id]


async def _issue_of(unit: Unit, publication: Publication, day: date) -> IssueOfDay:
    today = await issues.find_issue_of_day(unit.connection, publication.id, unit.mode, day)
    chosen = decisions.choose_issue(publication, today)
    if isinstance(chosen, IssueOfDay):
        return chosen
    return await issues.open_issue(unit, publication, day)


async def _record(
    unit: Unit, editor: Actor, adoption: Adoption, item: Item, publication_name: str, side: Side
) -> Recorded | AlreadyRecorded:
    if not await queries.add_adoption(unit.connection, adoption, item.reports, editor.appointment):
        known = await queries.find_adoption(
            unit.connection, adoption.report_id, adoption.level, adoption.office, adoption.publication
        )
        return AlreadyRecorded(known or adoption)
    lead = item.lead
    unit.continue_trace(lead.traceparent)
    unit.announce(
        ReportAdopted(
            adoption_id=adoption.adoption_id,
            report_id=adoption.report_id,
            number=lead.number,
            title=lead.title,
            nature=lead.nature,
            urgency=lead.urgency,
            incident_id=lead.incident_id,
            origin_office=lead.origin_office,
            units=lead.units,
            office=adoption.office,
            level=adoption.level,
            side=side,
            publication=publication_name,
            carrier=adoption.carrier,
            issue_number=adoption.issue_number,
            contributors=adoption.contributors,
            on_behalf=adoption.on_behalf,
            evidence=adoption.evidence,
            received_at=lead.received_at,
            adopted_at=adoption.adopted_at,
            concerns=item.concerns,
        ),
        office=adoption.office,
    )
    return Recorded(adoption)
