"""What scoring does with each event it hears: keep it, fold its item again, enter what is missing."""

from services.scoring import queries
from services.scoring.entries import announcement
from services.scoring.leagues import Assessment
from services.scoring.ledgers import to_enter
from services.scoring.reading import ContributorMissing, Earning, check, items_of
from services.scoring.rulebook import Rulebook
from shared.access.following import AppointmentFollower
from shared.contracts.duties import VerdictFinalised
from shared.contracts.envelope import Envelope
from shared.contracts.outcomes import InstructionRecorded, ReportAdopted, ReportForwarded
from shared.contracts.vocabulary import Mode
from shared.store.handlers import PoisonMessage, on
from shared.store.unit import Unit


class AdoptionUnclear(PoisonMessage):
    """An adoption that does not say whose part it is. It is parked; publication must state it again, corrected."""


class ScoringHandlers(AppointmentFollower):
    """Facts of different senders come in any order; the ledger says the same in the end."""

    def __init__(self, assessment: Assessment, rulebook: Rulebook) -> None:
        self._assessment = assessment
        self._rulebook = rulebook

    @on(ReportAdopted)
    async def on_report_adopted(self, event: ReportAdopted, unit: Unit) -> None:
        """Adoption points, the problem bonus."""
        await self._score(event, unit)

    @on(ReportForwarded)
    async def on_report_forwarded(self, event: ReportForwarded, unit: Unit) -> None:
        """Forwarding points; they stay when the report is adopted above."""
        await self._score(event, unit)

    @on(InstructionRecorded)
    async def on_instruction_recorded(self, event: InstructionRecorded, unit: Unit) -> None:
        """Instruction points, the highest per level."""
        await self._score(event, unit)

    @on(VerdictFinalised)
    async def on_verdict_finalised(self, event: VerdictFinalised, unit: Unit) -> None:
        """Deductions, and the half of a late report's adoption points."""
        await self._score(event, unit)

    async def _score(self, event: Earning, unit: Unit) -> None:
        match unit.cause:
            case Envelope(mode=Mode.ACTUAL) as cause if self._assessment.assessors:
                await self._enter(event, cause, unit)
            case _:
                """A drill or test is never scored, nor does a site without assessors keep a ledger."""

    async def _enter(self, event: Earning, cause: Envelope, unit: Unit) -> None:
        try:
            check(event)
        except ContributorMissing as error:
            raise AdoptionUnclear(str(error)) from error
        await queries.keep_fact(unit.connection, cause.id, event, unit.now)
        for item in items_of(event):
            facts = await queries.item_facts(unit.connection, item)
            standing = await queries.item_lines(unit.connection, item)
            lines = to_enter(self._assessment, self._rulebook, item, facts, standing, unit.new_id)
            await queries.enter_lines(unit.connection, lines, unit.now)
            for line in lines:
                unit.announce(announcement(line), office=line.assessor)
