"""The rules of using a report: whose way it came, whose share it is, which issue it goes into. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from services.review.publication.publications import Publication
from shared.contracts.identifiers import IncidentId, OfficeId, ReportId
from shared.contracts.outcomes import Contributor
from shared.contracts.reports import ReportArrived
from shared.contracts.vocabulary import Level, Mode, Nature, ReportType, Urgency

WHOLE = Decimal(1)
_MODE_ZH: Mapping[Mode, str] = MappingProxyType({Mode.ACTUAL: "", Mode.DRILL: "演练", Mode.TEST: "测试"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report that came to an office and may be used there.

    ``way``: the offices below that it passed, the origin first. ``units``: their answerable units, distinct.
    ``contributor``: the unit that submitted it to this office. ``received_at``: when its first version came.
    ``traceparent``: the trace it came with, which what is done with it belongs to. ``mode``: a drill's use is a drill.
    ``withdrawn``: it was returned to the office below and has not come again.
    """

    report_id: ReportId
    office: OfficeId
    number: str
    title: str
    body: str
    type: ReportType
    nature: Nature
    urgency: Urgency
    incident_id: IncidentId | None
    origin_office: OfficeId
    from_office: OfficeId
    contributor: OfficeId
    units: tuple[OfficeId, ...]
    way: tuple[OfficeId, ...]
    is_copy: bool
    received_at: datetime
    traceparent: str | None
    mode: Mode
    withdrawn: bool = False


def candidate_of(
    event: ReportArrived, unit_of: Callable[[OfficeId], OfficeId], mode: Mode, traceparent: str | None = None
) -> Candidate:
    """Return the candidate that an arrival makes here."""
    head, last = event.head, event.versions[-1]
    passed = (head.origin_office, *(hop.office for hop in event.custody), event.from_office)
    way = tuple(office for office in dict.fromkeys(passed) if office != event.to_office)
    return Candidate(
        report_id=event.report_id,
        office=event.to_office,
        number=head.number,
        title=last.title,
        body=last.body,
        type=head.type,
        nature=head.nature,
        urgency=head.urgency,
        incident_id=head.incident_id,
        origin_office=head.origin_office,
        from_office=event.from_office,
        contributor=unit_of(event.from_office),
        units=tuple(dict.fromkeys(unit_of(office) for office in way)),
        way=way,
        is_copy=event.is_copy,
        received_at=event.received_at,
        traceparent=traceparent,
        mode=mode,
    )


@dataclass(frozen=True, slots=True)
class Share:
    """A report's part in an item."""

    report_id: ReportId
    share: Decimal


@dataclass(frozen=True, slots=True)
class NotCandidates:
    """Reports that did not come to this office."""

    reports: tuple[ReportId, ...]


@dataclass(frozen=True, slots=True)
class SharesDoNotAddUp:
    """The shares of one item must add up to exactly 1."""

    total: Decimal


@dataclass(frozen=True, slots=True)
class ReportLeftOut:
    """The report under which the item is kept has no share, or a report is named twice."""


@dataclass(frozen=True, slots=True)
class ModesMixed:
    """Drills and actual reports make no item together."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Reports that were returned to the office below: they may be used when they come again."""

    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotOurPublication:
    """The office puts out no such publication today. ``ours``: those it does."""

    asked: str
    ours: tuple[Publication, ...]


@dataclass(frozen=True, slots=True)
class NotAbove:
    """An adoption on behalf is one by a level above; the office's own goes into its own publications."""

    level: Level
    own: Level


@dataclass(frozen=True, slots=True)
class RecordsItself:
    """The unit of that level above works here too: it states its own adoptions, nobody states them for it."""

    level: Level
    unit_name: str


@dataclass(frozen=True, slots=True)
class ForwardsAbove:
    """The next unit above works here too: what goes beyond it is forwarded by whoever stands highest."""

    unit_name: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """A fact is recorded after it happened."""

    at: datetime
    now: datetime


Refused = (
    NotCandidates
    | SharesDoNotAddUp
    | ReportLeftOut
    | ModesMixed
    | Withdrawn
    | NotOurPublication
    | NotAbove
    | RecordsItself
    | ForwardsAbove
    | NotYet
)


@dataclass(frozen=True, slots=True)
class Item:
    """What an item is made of. ``lead``: the report it is kept under. ``concerns``: all offices on their ways."""

    lead: Candidate
    reports: tuple[ReportId, ...]
    contributors: tuple[Contributor, ...]
    concerns: tuple[OfficeId, ...]


def make_item(report_id: ReportId, shares: Sequence[Share], candidates: Mapping[ReportId, Candidate]) -> Item | Refused:
    """Return the item made of one report, or of several with their shares (综合)."""
    wanted = tuple(shares) or (Share(report_id, WHOLE),)
    reports = tuple(share.report_id for share in wanted)
    if report_id not in reports or len(set(reports)) != len(reports):
        return ReportLeftOut()
    unknown = tuple(report for report in reports if report not in candidates)
    if unknown:
        return NotCandidates(unknown)
    total = sum((share.share for share in wanted), Decimal(0))
    if total != WHOLE:
        return SharesDoNotAddUp(total)
    used = [candidates[report] for report in reports]
    if len({candidate.mode for candidate in used}) > 1:
        return ModesMixed()
    received = sorted(zip(used, wanted, strict=True), key=lambda part: (part[0].received_at, str(part[0].report_id)))
    contributors = tuple(
        Contributor(
            unit=candidate.contributor,
            report_id=candidate.report_id,
            number=candidate.number,
            nature=candidate.nature,
            share=share.share,
        )
        for candidate, share in received
    )
    lead = candidates[report_id]
    ways = (lead, *(candidate for candidate in used if candidate is not lead))
    concerns = tuple(dict.fromkeys(office for candidate in ways for office in candidate.way))
    return Item(lead, reports, contributors, concerns)


def usable(candidates: Iterable[Candidate]) -> Withdrawn | None:
    """Return which of some reports may not be used now because they were returned; None when all may."""
    returned = tuple(candidate.title for candidate in candidates if candidate.withdrawn)
    return Withdrawn(returned) if returned else None


def choose_publication(asked: str, ours: tuple[Publication, ...]) -> Publication | NotOurPublication:
    """Return the publication asked for, if the office puts it out today."""
    return next((each for each in ours if each.id == asked), None) or NotOurPublication(asked, ours)


@dataclass(frozen=True, slots=True)
class IssueOfDay:
    """An issue that is open today."""

    issue_id: UUID
    ordinal: int


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """The next issue is to be opened."""


def choose_issue(publication: Publication, today: IssueOfDay | None) -> IssueOfDay | OpenIssue:
    """The first adoption of a day opens the day's issue; a 专报 is an issue by itself."""
    return OpenIssue() if publication.single or today is None else today


def issue_number(day: date, ordinal: int, mode: Mode) -> str:
    """Return an issue's number as people write it: 2025年第45期, continuous per publication and year (AD-03).

    A drill's issues count apart and say what they are: 演练2025年第1期.
    """
    return f"{_MODE_ZH[mode]}{day.year}年第{ordinal}期"


def check_on_behalf(
    level: Level, own: Level, above: Mapping[Level, str], adopted_at: datetime, now: datetime
) -> NotAbove | RecordsItself | NotYet | None:
    """Return why an adoption elsewhere cannot be recorded here; None when it can.

    ``above``: names of the units above the own one that the organisation knows, by level.
    """
    order = list(Level)
    if order.index(level) <= order.index(own):
        return NotAbove(level, own)
    if level in above:
        return RecordsItself(level, above[level])
    return NotYet(adopted_at, now) if adopted_at > now else None


def check_forwarding(above: Mapping[Level, str]) -> ForwardsAbove | None:
    """Return why a report cannot be forwarded out of the system from here (转报); None when it can.

    ``above``: names of the units above the own one that the organisation knows, by level, the nearest first.
    """
    return ForwardsAbove(next(iter(above.values()))) if above else None
