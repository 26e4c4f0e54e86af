"""What the routes of publication answer: views for an office's editors, and acts in one unit each."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from fastapi import Response
from fastapi.responses import JSONResponse

from services.review.publication import issues, models, problems, queries
from services.review.publication.acts import AlreadyRecorded, Forwarded, Recorded
from services.review.publication.decisions import Candidate, issue_number
from services.review.publication.errors import UseRefused
from services.review.publication.issues import Issue
from services.review.publication.publications import PublicationId, Publications
from services.review.publication.queries import Adoption, Use
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import Allowed, require
from shared.access.inputs import in_utc
from shared.contracts.identifiers import OfficeId
from shared.contracts.outcomes import Contributor
from shared.contracts.vocabulary import Urgency
from shared.process.service import ServiceContext
from shared.store.unit import Connection, Unit
from shared.timekeeping.civil import civil_date

_FIRST = (datetime(9999, 12, 30, tzinfo=UTC), UUID(int=2**128 - 1))


class PublicationDoor:
    """What the routes need; one method per route."""

    def __init__(self, context: ServiceContext, publications: Publications) -> None:
        self._organisation, self._store, self._clock = context.organisation, context.store, context.clock
        self._publications = publications

    async def candidates(self, actor: Actor, before: str | None, limit: int) -> models.CandidatesShown | JSONResponse:
        """Return what came to the actor's office, newest first, and where it was used."""
        try:
            cursor = _cursor(before)
        except ValueError:
            return problems.bad_cursor(before or "")
        async with self._store.reading() as connection:
            urgent_only = await self._sees_urgent_only(connection, actor)
            found = await queries.list_candidates(connection, actor.office, cursor, limit, urgent_only=urgent_only)
            uses = await queries.read_uses(connection, actor.office, [each.report_id for each in found])
        last = found[-1] if len(found) == limit else None
        return models.CandidatesShown(
            candidates=tuple(self._candidate(each, uses) for each in found),
            next=_mark(last.received_at, last.report_id) if last else None,
            read_at=self._clock.now(),
        )

    async def publications(self, actor: Actor) -> list[models.PublicationShown]:
        """Return the publications that the actor's office puts out today."""
        async with self._store.reading() as connection:
            await self._sees_urgent_only(connection, actor)
        ours = self._publications.of(actor.office, civil_date(self._clock.now()))
        return [models.PublicationShown.model_validate(each) for each in ours]

    async def issues(self, actor: Actor, before: str | None, limit: int) -> models.IssuesShown | JSONResponse:
        """Return the issues of the actor's office, newest first."""
        try:
            cursor = _cursor(before)
        except ValueError:
            return problems.bad_cursor(before or "")
        async with self._store.reading() as connection:
            await self._sees_urgent_only(connection, actor)
            found = await issues.list_issues(connection, actor.office, cursor, limit)
        last = found[-1] if len(found) == limit else None
        return models.IssuesShown(
            issues=tuple(_issue(each) for each in found),
            next=_mark(last.opened_at, last.issue_id) if last else None,
            read_at=self._clock.now(),
        )

    async def issue(self, actor: Actor, issue_id: UUID) -> models.IssuePageShown | JSONResponse:
        """Return one issue of the actor's office with its items."""
        async with self._store.reading() as connection:
            await self._sees_urgent_only(connection, actor)
            found = await issues.read_issue(connection, issue_id, actor.office)
            if found is None:
                return problems.issue_unknown()
            items = await queries.read_issue_items(connection, issue_id)
        return models.IssuePageShown(issue=_issue(found), items=tuple(self._item(each) for each in items))

    async def adopt(
        self, do: Callable[[Unit], Awaitable[Recorded | AlreadyRecorded]], response: Response
    ) -> models.AdoptionShown | JSONResponse:
        """Do an adoption; 201 when recorded now, 200 when it had been before."""
        try:
            async with self._store.unit() as unit:
                outcome = await do(unit)
        except UseRefused as error:
            return problems.use_refused(error.refused)
        created = isinstance(outcome, Recorded)
        response.status_code = 201 if created else 200
        return self._adoption(outcome.adoption, created=created)

    async def forward(self, do: Callable[[Unit], Awaitable[Forwarded]]) -> models.ForwardingShown | JSONResponse:
        """Record a forwarding."""
        try:
            async with self._store.unit() as unit:
                return models.ForwardingShown.model_validate(await do(unit))
        except UseRefused as error:
            return problems.use_refused(error.refused)

    async def _sees_urgent_only(self, connection: Connection, actor: Actor) -> bool:
        """Tell whether the actor's view is of urgent reports only. Raises ActDenied when there is none at all."""
        now = self._clock.now()
        everything = await authorise(connection, actor, Action.VIEW_QUEUE, Context(office=actor.office), now)
        if isinstance(everything, Allowed):
            return False
        urgent = Context(office=actor.office, urgency=Urgency.URGENT)
        require(await authorise(connection, actor, Action.VIEW_QUEUE, urgent, now))
        return True

    def _called(self, office: OfficeId) -> str:
        return self._organisation.office(office).called

    def _named(self, publication: str) -> str:
        found = self._publications.named(PublicationId(publication))
        return found.name if found else publication

    def _candidate(self, candidate: Candidate, uses: Sequence[Use]) -> models.CandidateShown:
        return models.CandidateShown(
            report_id=candidate.report_id,
            number=candidate.number,
            title=candidate.title,
            body=candidate.body,
            type=candidate.type,
            nature=candidate.nature,
            urgency=candidate.urgency,
            incident_id=candidate.incident_id,
            origin_office=candidate.origin_office,
            origin_name=self._called(candidate.origin_office),
            from_office=candidate.from_office,
            from_name=self._called(candidate.from_office),
            contributor=candidate.contributor,
            contributor_name=self._called(candidate.contributor),
            units=candidate.units,
            is_copy=candidate.is_copy,
            mode=candidate.mode,
            withdrawn=candidate.withdrawn,
            received_at=candidate.received_at,
            uses=tuple(self._use(use) for use in uses if use.report_id == candidate.report_id),
        )

    def _use(self, use: Use) -> models.UseShown:
        return models.UseShown(
            adoption_id=use.adoption_id,
            publication=use.publication,
            publication_name=self._named(use.publication),
            issue_number=use.issue_number,
            level=use.level,
            carrier=use.carrier,
            adopted_at=use.adopted_at,
        )

    def _contributors(self, contributors: Sequence[Contributor]) -> tuple[models.ContributorShown, ...]:
        return tuple(
            models.ContributorShown(
                unit=each.unit, unit_name=self._called(each.unit), report_id=each.report_id, share=each.share
            )
            for each in contributors
        )

    def _item(self, adoption: Adoption) -> models.ItemShown:
        return models.ItemShown(
            adoption_id=adoption.adoption_id,
            report_id=adoption.report_id,
            title=adoption.title,
            contributors=self._contributors(adoption.contributors),
            adopted_at=adoption.adopted_at,
            adopted_by=adoption.adopted_by,
        )

    def _adoption(self, adoption: Adoption, *, created: bool) -> models.AdoptionShown:
        return models.AdoptionShown(
            adoption_id=adoption.adoption_id,
            report_id=adoption.report_id,
            title=adoption.title,
            publication=adoption.publication,
            publication_name=self._named(adoption.publication),
            level=adoption.level,
            carrier=adoption.carrier,
            issue_id=adoption.issue_id,
            issue_number=adoption.issue_number,
            contributors=self._contributors(adoption.contributors),
            on_behalf=adoption.on_behalf,
            evidence=adoption.evidence,
            adopted_at=adoption.adopted_at,
            adopted_by=adoption.adopted_by,
            created=created,
        )


def _issue(issue: Issue) -> models.IssueShown:
    return models.IssueShown(
        issue_id=issue.issue_id,
        publication=issue.publication,
        name=issue.name,
        issue_number=issue_number(issue.issue_date, issue.ordinal, issue.mode),
        mode=issue.mode,
        year=issue.year,
        ordinal=issue.ordinal,
        issue_date=issue.issue_date,
        opened_at=issue.opened_at,
        items=issue.items,
    )


def _cursor(text: str | None) -> tuple[datetime, UUID]:
    """Return the mark in ``text``; without one, that of the first page. Raises ValueError."""
    if text is None:
        return _FIRST
    at, last = text.split("~")
    instant = datetime.fromisoformat(at)
    if instant.tzinfo is None:
        raise ValueError(f"{at} has no zone")
    return in_utc(instant), UUID(last)


def _mark(at: datetime, last: UUID) -> str:
    """Without a plus sign, which an address would read as a space."""
    return f"{at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}~{last}"
