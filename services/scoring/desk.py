"""Answers to what people ask of the ledgers on this site."""

from dataclasses import dataclass
from decimal import Decimal

from services.scoring import access, queries
from services.scoring.answers import (
    DifferenceShown,
    LeagueChoice,
    Ledger,
    LedgerEntry,
    Ranking,
    RankingRow,
    Recomputation,
    RuleSetShown,
    UnitChange,
)
from services.scoring.errors import unclear_period, unknown_assessor, unknown_league, unknown_rule_set, unknown_unit
from services.scoring.leagues import Assessment, Assessor
from services.scoring.periods import Months, PeriodUnclear, months
from services.scoring.ranking import UnitScore, rank
from services.scoring.recompute import Totals, at_all_times, differences, from_zero
from services.scoring.rulebook import Rulebook, Versions
from shared.access.actor import Actor
from shared.contracts.identifiers import OfficeId
from shared.store.store import Store
from shared.timekeeping.civil import civil_date

EXPORT_LINES = 100_000


@dataclass(frozen=True, slots=True)
class LedgerDesk:
    """Reads the ledgers for people. Each method checks first whether the actor may see what is asked."""

    store: Store
    assessment: Assessment
    rulebook: Rulebook

    async def ranking(self, actor: Actor, league: str | None, period: str) -> Ranking:
        """Return a league's ranking; without ``league``, the first that the actor's own unit is ranked in."""
        assessor, code = self._league(actor, league)
        asked = _months(period)
        async with self.store.reading() as connection:
            await access.require_ranking(connection, self.store.clock, actor, self.assessment, assessor)
            scores = await queries.unit_scores(connection, assessor.office, asked)
            earlier = await queries.unit_scores(connection, assessor.office, asked.before)
        members = assessor.league(code)
        before = {row.member.unit: row for row in rank(members, earlier)}
        return Ranking(
            league=code,
            name=assessor.leagues[code],
            assessor=assessor.office,
            period=period,
            as_of=self.store.clock.now(),
            rows=tuple(RankingRow.of(row, before[row.member.unit]) for row in rank(members, scores)),
            leagues=self._choices(),
        )

    async def ledger(
        self, actor: Actor, assessor_id: OfficeId, unit: OfficeId, period: str, *, before: int | None, limit: int
    ) -> Ledger:
        """Return a page of a unit's lines and the sums of the whole period."""
        assessor = self._assessor(assessor_id)
        asked = _months(period)
        if unit not in assessor.members:
            raise unknown_unit(unit, assessor.name)
        async with self.store.reading() as connection:
            await access.require_ledger(connection, self.store.clock, actor, self.assessment, assessor, unit)
            scores = await queries.unit_scores(connection, assessor.office, asked)
            rows = await queries.ledger_page(connection, assessor.office, unit, asked, before=before, limit=limit + 1)
        lines = tuple(LedgerEntry.of(row) for row in rows[:limit])
        score = scores.get(unit, UnitScore())
        return Ledger(
            assessor=assessor.office,
            unit=unit,
            name=assessor.members[unit].name,
            period=period,
            score=score.score,
            deductions=score.deductions,
            lines=lines,
            before=lines[-1].line_no if len(rows) > limit else None,
        )

    async def exported(
        self, actor: Actor, assessor_id: OfficeId, unit: OfficeId | None, period: str
    ) -> tuple[LedgerEntry, ...]:
        """Return a ledger's lines in the order entered: one unit's, or all of the assessor's."""
        assessor = self._assessor(assessor_id)
        asked = _months(period)
        async with self.store.reading() as connection:
            if unit is None:
                await access.require_whole_ledger(connection, self.store.clock, actor, self.assessment, assessor)
            else:
                await access.require_ledger(connection, self.store.clock, actor, self.assessment, assessor, unit)
            rows = await queries.ledger_export(connection, assessor.office, unit, asked, limit=EXPORT_LINES)
        return tuple(LedgerEntry.of(row) for row in rows)

    async def rules(self, actor: Actor) -> tuple[RuleSetShown, ...]:
        """Return every published version that applies here, newest first. Published rules are open (SC-20)."""
        async with self.store.reading() as connection:
            await access.require_published(connection, self.store.clock, actor)
        today = civil_date(self.store.clock.now())
        shown: dict[tuple[str, int], RuleSetShown] = {}
        for office in self.assessment.assessors:
            versions = self.rulebook.versions(office)
            in_force = versions.on(today)
            for each in versions.rule_sets:
                shown[each.name, each.version] = RuleSetShown.of(each, in_force=each == in_force)
        return tuple(shown[key] for key in sorted(shown, key=lambda key: (key[0], -key[1])))

    async def recomputation(
        self, actor: Actor, assessor_id: OfficeId, rule_set: str | None, version: int | None
    ) -> Recomputation:
        """Fold every fact again from zero and compare with the ledger. Changes nothing."""
        assessor = self._assessor(assessor_id)
        versions = self._versions(assessor.office, rule_set, version)
        async with self.store.reading() as connection:
            await access.require_dry_run(connection, self.store.clock, actor, self.assessment, assessor)
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                items = await queries.facts_by_item(connection)
                ledger = await queries.ledger_totals(connection, assessor.office)
        recomputed = from_zero(assessor, self.assessment, versions, items)
        return Recomputation(
            assessor=assessor.office,
            rule_set=rule_set,
            version=version,
            facts=len({kept.event_id for facts in items.values() for kept in facts}),
            units=_unit_changes(assessor, ledger, recomputed),
            differences=tuple(
                DifferenceShown.of(each, _name(assessor, each.unit)) for each in differences(ledger, recomputed)
            ),
        )

    def _league(self, actor: Actor, league: str | None) -> tuple[Assessor, str]:
        own = self.assessment.unit_of.get(actor.office, actor.office)
        for assessor in self.assessment.assessors.values():
            if league is None and own in assessor.members:
                return assessor, assessor.members[own].league
            if league is None and own == assessor.office:
                return assessor, next(iter(assessor.leagues))
            if league in assessor.leagues:
                return assessor, str(league)
        raise unknown_league(league or "本单位", tuple(choice.league for choice in self._choices()))

    def _choices(self) -> tuple[LeagueChoice, ...]:
        return tuple(
            LeagueChoice(league=code, name=name, assessor=assessor.office, assessor_name=assessor.name)
            for assessor in self.assessment.assessors.values()
            for code, name in assessor.leagues.items()
        )

    def _assessor(self, office: OfficeId) -> Assessor:
        found = self.assessment.assessors.get(office)
        if found is None:
            raise unknown_assessor(office, tuple(self.assessment.assessors))
        return found

    def _versions(self, assessor: OfficeId, rule_set: str | None, version: int | None) -> Versions:
        known = self.rulebook.versions(assessor)
        if rule_set is None or version is None:
            return known
        for each in known.rule_sets:
            if (each.name, each.version) == (rule_set, version):
                return at_all_times(each)
        raise unknown_rule_set(rule_set, version)


def _months(period: str) -> Months:
    try:
        return months(period)
    except PeriodUnclear as error:
        raise unclear_period(error) from error


def _unit_changes(assessor: Assessor, ledger: Totals, recomputed: Totals) -> tuple[UnitChange, ...]:
    units = sorted({unit for unit, _ in (*ledger, *recomputed)})
    return tuple(
        UnitChange(
            unit=unit, name=_name(assessor, unit), ledger=_sum_of(unit, ledger), recomputed=_sum_of(unit, recomputed)
        )
        for unit in units
    )


def _sum_of(unit: OfficeId, totals: Totals) -> Decimal:
    return sum((points for (whose, _), points in totals.items() if whose == unit), Decimal(0))


def _name(assessor: Assessor, unit: OfficeId) -> str:
    member = assessor.members.get(unit)
    return member.name if member else unit
