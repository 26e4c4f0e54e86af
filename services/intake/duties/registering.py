"""Registering what a unit knew and whom it called, in the caller's transaction."""

from services.intake.bodies import hash_of
from services.intake.duties import queries
from services.intake.duties.decisions import (
    BelowCasualties,
    Implausible,
    TellsNothing,
    concerned_by,
    grade,
    judge_call,
    judge_times,
    what_arrival_tells,
)
from services.intake.duties.model import (
    AwarenessOrigin,
    AwarenessRequest,
    AwarenessView,
    PhoneReportRequest,
    PhoneReportView,
)
from services.intake.duties.queries import Entry
from services.intake.duties.severity import losses_in, proposed_severity
from services.intake.errors import GradeTooLow, KeyUsed, Misdated, NotFound
from services.intake.rules import Rulebook
from shared.access.actor import Actor
from shared.contracts.duties import AwarenessRecorded, PhoneReportRecorded
from shared.contracts.identifiers import AwarenessId, IncidentId, PhoneReportId
from shared.contracts.reports import ReportArrived
from shared.contracts.vocabulary import Severity
from shared.organisation.failures import UnknownOffice
from shared.organisation.organisation import Organisation
from shared.store.unit import Unit
from shared.timekeeping.civil import civil_date

SEVERITY_ZH = {
    Severity.I: "特别重大",
    Severity.II: "重大",
    Severity.III: "较大",
    Severity.IV: "一般",
    Severity.UNCLASSIFIED: "未定级",
}
_NOT_KNOWN = "待核实"


class Registrar:
    """Keeps the proof of when units knew (获知) and whom they called."""

    def __init__(self, organisation: Organisation, rules: Rulebook) -> None:
        self._organisation = organisation
        self._rules = rules

    async def register_awareness(self, unit: Unit, actor: Actor, request: AwarenessRequest, key: str) -> AwarenessView:
        """Store and announce a person's word on when the unit knew; a repeat gets what was stored before.

        Announced only when what was on file is later or less grave, or need not be reported.
        Raises Misdated, GradeTooLow, KeyUsed.
        """
        before = await queries.find_awareness_by_key(unit.connection, actor.office, key)
        if before is None:
            fact = self._fact(unit, actor, request)
            entry = Entry(key, hash_of(request), actor.person)
            announced = await queries.register_awareness(unit.connection, fact, request.losses, entry, unit.mode)
            if announced is not None:
                if announced:
                    unit.announce(fact, office=actor.office)
                return _view(fact, request, unit, announced=announced)
            before = await queries.find_awareness_by_key(unit.connection, actor.office, key)
        if before is None or before.request_hash != hash_of(request):
            raise KeyUsed
        return before.view

    def _fact(self, unit: Unit, actor: Actor, request: AwarenessRequest) -> AwarenessRecorded:
        times = judge_times(request.known_at, request.occurred_at, unit.now, self._rules.door)
        if isinstance(times, Implausible):
            raise Misdated(times.what, field=times.field, remedy=times.remedy)
        graded = grade(request.severity, request.losses, self._rules.severity)
        if isinstance(graded, BelowCasualties):
            raise GradeTooLow(
                f"按伤亡和损失应为“{SEVERITY_ZH[graded.reached]}”以上（含），填的是“{SEVERITY_ZH[graded.stated]}”。",
                field="severity",
                remedy="请改选等级；降级须在事件页说明理由并由第二人确认。",
            )
        return AwarenessRecorded(
            awareness_id=AwarenessId(unit.new_id()),
            incident_id=request.incident_id or IncidentId(unit.new_id()),
            unit=self._organisation.unit_of(actor.office),
            office=actor.office,
            known_at=request.known_at,
            occurred_at=request.occurred_at,
            recorded_at=unit.now,
            how=request.how,
            evidence=request.evidence,
            kind=request.kind,
            place=request.place,
            severity=graded.severity,
            sensitive=request.sensitive,
            must_report=request.must_report,
            gist=request.gist,
            concerns=concerned_by(actor.office, self._organisation, civil_date(unit.now)),
        )

    async def register_phone_report(
        self, unit: Unit, actor: Actor, request: PhoneReportRequest, key: str
    ) -> PhoneReportView:
        """Store and announce a telephone report; a repeat gets what was stored before.

        Raises Misdated, NotFound for an unknown callee, KeyUsed.
        """
        before = await queries.find_phone_report_by_key(unit.connection, actor.office, key)
        if before is None:
            report = self._call(unit, actor, request)
            entry = Entry(key, hash_of(request), actor.person)
            if await queries.register_phone_report(unit.connection, report, entry, unit.mode):
                self._announce_call(unit, actor, report)
                return report
            before = await queries.find_phone_report_by_key(unit.connection, actor.office, key)
        if before is None or before.request_hash != hash_of(request):
            raise KeyUsed
        return before.view

    def _call(self, unit: Unit, actor: Actor, request: PhoneReportRequest) -> PhoneReportView:
        times = judge_call(request.at, unit.now, self._rules.door)
        if isinstance(times, Implausible):
            raise Misdated(times.what, field=times.field, remedy=times.remedy)
        try:
            self._organisation.office(request.to_office)
        except UnknownOffice:
            raise NotFound("没有这个受话单位。", field="to_office", remedy="请从单位名录中选。") from None
        return PhoneReportView(
            phone_report_id=PhoneReportId(unit.new_id()),
            incident_id=request.incident_id,
            unit=self._organisation.unit_of(actor.office),
            from_office=actor.office,
            to_office=request.to_office,
            caller=request.caller,
            callee=request.callee,
            at=request.at,
            acknowledgement=request.acknowledgement,
            gist=request.gist,
            recorded_at=unit.now,
        )

    def _announce_call(self, unit: Unit, actor: Actor, report: PhoneReportView) -> None:
        above = concerned_by(actor.office, self._organisation, civil_date(unit.now))
        fact = PhoneReportRecorded(
            phone_report_id=report.phone_report_id,
            incident_id=report.incident_id,
            unit=report.unit,
            from_office=report.from_office,
            to_office=report.to_office,
            caller=report.caller,
            callee=report.callee,
            at=report.at,
            acknowledgement=report.acknowledgement,
            gist=report.gist,
            concerns=tuple(dict.fromkeys((*above, report.to_office))),
        )
        unit.announce(fact, office=actor.office)

    async def learn_from_arrival(self, unit: Unit, event: ReportArrived) -> None:
        """Record that the receiving unit knows by this report, once per grade; its own duty upward starts from here."""
        told = what_arrival_tells(event, self._organisation, unit.site, civil_date(unit.now))
        if isinstance(told, TellsNothing) or event.head.incident_id is None:
            return
        content, losses = event.versions[-1], losses_in(event.versions[-1].facts)
        fact = AwarenessRecorded(
            awareness_id=AwarenessId(unit.new_id()),
            incident_id=event.head.incident_id,
            unit=told.unit,
            office=event.to_office,
            known_at=event.received_at,
            occurred_at=content.facts.occurred_at,
            recorded_at=unit.now,
            how="接到报告",
            evidence=event.head.number,
            kind=content.facts.kind or _NOT_KNOWN,
            place=content.facts.place or _NOT_KNOWN,
            severity=proposed_severity(losses, self._rules.severity),
            gist=content.title,
            concerns=told.concerns,
        )
        announced = bool(told.concerns)
        stored = await queries.record_arrival(unit.connection, fact, losses, unit.mode, announced=announced)
        if stored and announced:
            unit.announce(fact, office=event.to_office)


def _view(fact: AwarenessRecorded, request: AwarenessRequest, unit: Unit, *, announced: bool) -> AwarenessView:
    losses = request.losses
    return AwarenessView(
        awareness_id=fact.awareness_id,
        incident_id=fact.incident_id,
        unit=fact.unit,
        office=fact.office,
        origin=AwarenessOrigin.REGISTERED,
        known_at=fact.known_at,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        how=fact.how,
        evidence=fact.evidence,
        kind=fact.kind,
        place=fact.place,
        gist=fact.gist,
        dead=losses.dead,
        missing=losses.missing,
        severely_injured=losses.severely_injured,
        injured=losses.injured,
        direct_loss_yuan=losses.direct_loss_yuan,
        severity=fact.severity,
        sensitive=fact.sensitive,
        must_report=fact.must_report,
        mode=unit.mode,
        announced=announced,
    )
