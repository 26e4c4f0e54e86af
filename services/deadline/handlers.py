"""What deadline does with each fact it hears."""

from services.deadline import queries
from services.deadline.facts import Answer, Channel, DutyKey, Terms
from services.deadline.owing import learns_by_receipt, recipients_of, watches
from services.deadline.rule_book import RuleBook
from services.deadline.settling import decided, given, owed, sent_back
from services.deadline.terms import Known, reportable, strictest, terms_of
from services.deadline.tickets import ticket_terms
from shared.access.following import AppointmentFollower
from shared.contracts.duties import AwarenessRecorded, PhoneReportRecorded, SignalReceived, VerdictFinalised
from shared.contracts.outcomes import TicketAssigned, TicketClosed, TicketReplyReceived, TicketReplyRefused
from shared.contracts.people import LinkCameUp, LinkWentDown
from shared.contracts.reports import ReportArrived, SubmissionAcknowledged
from shared.organisation.organisation import Organisation
from shared.store.handlers import on
from shared.store.unit import Unit
from shared.timekeeping.civil import civil_date
from shared.timekeeping.workcalendar import WorkCalendar


class DeadlineHandlers(AppointmentFollower):
    """Opens clocks on knowledge and tickets, stops them on receipts, keeps signals and outages as facts."""

    def __init__(self, organisation: Organisation, calendar: WorkCalendar, rules: RuleBook) -> None:
        self._organisation = organisation
        self._calendar = calendar
        self._rules = rules

    @on(AwarenessRecorded)
    async def on_awareness_recorded(self, event: AwarenessRecorded, unit: Unit) -> None:
        """Open the phone and written clocks, or recompute them when what was known was due earlier (B3.8)."""
        duty = DutyKey(str(event.incident_id), event.unit)
        facts = await queries.remember_awareness(unit.connection, duty, event, unit.mode)
        known = reportable(await queries.read_awareness(unit.connection, duty, unit.mode))
        if known:
            terms = [each for what in known for each in await self._terms_of(what, duty, unit)]
            await owed(unit, duty, facts, strictest(terms))

    async def _terms_of(self, known: Known, duty: DutyKey, unit: Unit) -> tuple[Terms, ...]:
        """Return what one knowledge lays upon a duty: to whom it was owed that day, by the rules of that instant."""
        awareness, evidence = known
        recipients = recipients_of(self._organisation, unit.site, duty.unit, civil_date(awareness.known_at))
        rules = (await self._rules.in_force(unit.connection, awareness.known_at)).rules
        return terms_of(awareness, evidence, recipients, rules)

    @on(PhoneReportRecorded)
    async def on_phone_report_recorded(self, event: PhoneReportRecorded, unit: Unit) -> None:
        """Stop the phone clock owed to the office that was called, and to no other."""
        what = Answer(
            answer_id=f"phone/{event.phone_report_id}",
            channel=Channel.PHONE,
            recipient=event.to_office,
            at=event.at,
            report_id=None,
            evidence=f"电话报告：回执 {event.acknowledgement}",
        )
        await given(unit, DutyKey(str(event.incident_id), event.unit), what)

    @on(ReportArrived)
    async def on_report_arrived(self, event: ReportArrived, unit: Unit) -> None:
        """Stop the clocks of the unit below at the receiver's time. Copies answer no duty."""
        if event.is_copy or event.head.incident_id is None:
            return
        what = Answer(
            answer_id=f"hop/{event.submission_id}",
            channel=Channel.WRITTEN,
            recipient=event.to_office,
            at=event.received_at,
            report_id=event.report_id,
            evidence=f"书面报告：{event.head.number}",
        )
        owing = self._organisation.unit_of(event.from_office)
        await given(unit, DutyKey(str(event.head.incident_id), owing), what)

    @on(SubmissionAcknowledged)
    async def on_submission_acknowledged(self, event: SubmissionAcknowledged, unit: Unit) -> None:
        """Stop the warning copies at the sender's site when the receiver on another site says that it has it."""
        here = learns_by_receipt(self._organisation, unit.site, event.to_office, event.from_office)
        if event.is_copy or event.incident_id is None or not here:
            return
        what = Answer(
            answer_id=f"hop/{event.submission_id}",
            channel=Channel.WRITTEN,
            recipient=event.to_office,
            at=event.received_at,
            report_id=event.report_id,
            evidence="书面报告：上级回执",
        )
        owing = self._organisation.unit_of(event.from_office)
        await given(unit, DutyKey(str(event.incident_id), owing), what)

    @on(TicketAssigned)
    async def on_ticket_assigned(self, event: TicketAssigned, unit: Unit) -> None:
        """Open the clock of the lead's reply, owed to the issuer."""
        if not watches(self._organisation, unit.site, event.issuer, event.lead):
            return
        duty = DutyKey(str(event.ticket_id), self._organisation.unit_of(event.lead))
        facts = await queries.lock_duty(unit.connection, duty)
        rules = (await self._rules.in_force(unit.connection, event.registered_at)).rules
        binding = self._organisation.site_of(event.issuer) == unit.site
        await owed(unit, duty, facts, (ticket_terms(event, rules, self._calendar, binding=binding),))

    @on(TicketReplyReceived)
    async def on_ticket_reply_received(self, event: TicketReplyReceived, unit: Unit) -> None:
        """Stop the lead's clock. The reply of an office that only assists is kept and stops nothing, be it of another
        unit or a desk of the lead's own."""
        what = Answer(
            answer_id=f"reply/{event.ticket_id}/{event.office}/{event.received_at.isoformat()}",
            channel=Channel.REPLY,
            recipient=event.issuer,
            at=event.received_at,
            report_id=None,
            evidence="督办反馈：已收到",
            given_by=event.office,
        )
        await given(unit, DutyKey(str(event.ticket_id), self._organisation.unit_of(event.office)), what)

    @on(TicketReplyRefused)
    async def on_ticket_reply_refused(self, event: TicketReplyRefused, unit: Unit) -> None:
        """Let the lead's clock run on when its reply was sent back. An act that was not taken stopped nothing."""
        if event.sent_back:
            duty = DutyKey(str(event.ticket_id), self._organisation.unit_of(event.lead))
            await sent_back(unit, duty, event.issuer, event.refused_at)

    @on(TicketClosed)
    async def on_ticket_closed(self, event: TicketClosed, unit: Unit) -> None:
        """Stop the lead's clock when the ticket ends without a reply on record."""
        what = Answer(
            answer_id=f"closed/{event.ticket_id}",
            channel=Channel.REPLY,
            recipient=event.issuer,
            at=event.closed_at,
            report_id=None,
            evidence="督办件办结",
        )
        await given(unit, DutyKey(str(event.ticket_id), self._organisation.unit_of(event.lead)), what)

    @on(VerdictFinalised)
    async def on_verdict_finalised(self, event: VerdictFinalised, unit: Unit) -> None:
        """End the warning copies here; the binding clocks were ended by the decision itself."""
        if self._organisation.site_of(event.owed_to) != unit.site:
            await decided(unit, DutyKey(event.matter, event.unit), event)

    @on(SignalReceived)
    async def on_signal_received(self, event: SignalReceived, unit: Unit) -> None:
        """Keep an agency's signal for the duty desk."""
        await queries.remember_signal(unit.connection, event, unit.mode)

    @on(LinkWentDown)
    async def on_link_went_down(self, event: LinkWentDown, unit: Unit) -> None:
        """Keep since when a link is silent: evidence for certifying an outage."""
        await queries.remember_link_fact(
            unit.connection, unit.new_id(), event.peer, event.lane, "DOWN", event.last_heard_at, event.declared_at
        )

    @on(LinkCameUp)
    async def on_link_came_up(self, event: LinkCameUp, unit: Unit) -> None:
        """Keep until when a link was silent."""
        await queries.remember_link_fact(
            unit.connection, unit.new_id(), event.peer, event.lane, "UP", event.silent_since, event.came_up_at
        )
