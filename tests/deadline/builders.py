"""Facts for the tests of deadline, with defaults from scenario F2: an incident of grade III in 平湖县."""

from datetime import datetime
from uuid import UUID, uuid4

from prometheus_client import CollectorRegistry

from services.deadline.handlers import DeadlineHandlers
from services.deadline.metrics import DeadlineMetrics
from services.deadline.rule_book import RuleBook, publish
from services.deadline.rule_files import SHIPPED, load_rules
from services.deadline.rules import RuleSet
from services.deadline.scanner import BATCH, Scanner
from shared.contracts.duties import AwarenessRecorded, PhoneReportRecorded
from shared.contracts.identifiers import (
    AwarenessId,
    IncidentId,
    InstructionId,
    OfficeId,
    PhoneReportId,
    ReportId,
    SiteId,
    SubmissionId,
    TicketId,
)
from shared.contracts.outcomes import TicketAssigned, TicketClosed, TicketReplyReceived, TicketReplyRefused
from shared.contracts.reports import (
    CustodyHop,
    FactSheet,
    ReportArrived,
    ReportHead,
    ReportVersion,
    SubmissionAcknowledged,
    content_hash,
)
from shared.contracts.vocabulary import Nature, ReportType, Severity, Side, Urgency
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.timekeeping.civil import SHANGHAI
from shared.timekeeping.workcalendar import PACKAGED_OVERRIDES, load_calendar

INCIDENT = IncidentId(UUID("00000000-0000-0000-0000-0000000000f2"))
REPORT = ReportId(UUID("00000000-0000-0000-0000-0000000000a2"))
TICKET = TicketId(UUID("00000000-0000-0000-0000-0000000000f9"))
PINGHU, CITY = OfficeId("pinghu"), OfficeId("linjiang")
PINGHU_DUTY = OfficeId("pinghu-gov-duty")
CITY_DUTY, PARTY_DUTY, CITY_INFO = (
    OfficeId("linjiang-gov-duty"),
    OfficeId("linjiang-party-duty"),
    OfficeId("linjiang-gov-info"),
)
DESKS = (CITY_DUTY, PARTY_DUTY)


def at(clock: str, day: str = "2025-03-12") -> datetime:
    """Return an instant from Shanghai's wall time: ``at("15:05:59")``."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)


def awareness(
    known_at: datetime, *, unit: OfficeId = PINGHU, severity: Severity = Severity.III, **more: object
) -> AwarenessRecorded:
    """Return that a unit knew."""
    fields: dict[str, object] = {
        "awareness_id": AwarenessId(uuid4()),
        "incident_id": INCIDENT,
        "unit": unit,
        "office": unit,
        "known_at": known_at,
        "recorded_at": known_at,
        "how": "值班电话",
        "evidence": "值班日志 14:05",
        "kind": "仓库火灾",
        "place": "东风路",
        "severity": severity,
        "concerns": DESKS,
    }
    return AwarenessRecorded.model_validate(fields | more)


def phone(when: datetime, to: OfficeId = CITY_DUTY, *, unit: OfficeId = PINGHU) -> PhoneReportRecorded:
    """Return a telephone report."""
    return PhoneReportRecorded(
        phone_report_id=PhoneReportId(uuid4()),
        incident_id=INCIDENT,
        unit=unit,
        from_office=PINGHU_DUTY,
        to_office=to,
        caller="李某某",
        callee="张某某",
        at=when,
        acknowledgement="12",
        gist="仓库火灾",
    )


def arrived(
    received_at: datetime, to: OfficeId = CITY_DUTY, *, sender: OfficeId = PINGHU_DUTY, is_copy: bool = False
) -> ReportArrived:
    """Return a written report that reached an office."""
    title, body = "仓库火灾", "东风路仓库起火。"
    digest = content_hash(title, body, FactSheet(), ())
    version = ReportVersion(
        version=1, by_office=sender, title=title, body=body, content_hash=digest, written_at=received_at
    )
    hop = CustodyHop(
        office=sender,
        site=SiteId("pinghu"),
        action="SIGNED",
        appointment="a1",
        at=received_at,
        version_hash=digest,
        head_hash="0" * 64,
        previous="",
        key_id="k1",
        algorithm="Ed25519",
        signature="s",
    )
    return ReportArrived(
        submission_id=SubmissionId(uuid4()),
        report_id=REPORT,
        urgency=Urgency.URGENT,
        head=_head(sender),
        from_office=sender,
        to_office=to,
        side=Side.GOVERNMENT,
        is_copy=is_copy,
        versions=(version,),
        custody=(hop,),
        signed_at=received_at,
        queued_at=received_at,
        received_at=received_at,
    )


def acknowledged(received_at: datetime, to: OfficeId = CITY_DUTY) -> SubmissionAcknowledged:
    """Return the receiver's receipt of a written report."""
    return SubmissionAcknowledged(
        submission_id=SubmissionId(uuid4()),
        report_id=REPORT,
        urgency=Urgency.URGENT,
        incident_id=INCIDENT,
        from_office=PINGHU_DUTY,
        to_office=to,
        signed_at=received_at,
        queued_at=received_at,
        received_at=received_at,
        version_hash="0" * 64,
    )


def ticket(registered_at: datetime, *, code: str = "FAST", due_on_request: datetime | None = None) -> TicketAssigned:
    """Return a ticket of the city to 市交通局, which 市公安局 assists."""
    return TicketAssigned(
        ticket_id=TICKET,
        instruction_id=InstructionId(uuid4()),
        report_id=REPORT,
        urgency=Urgency.URGENT,
        number="DB-2025-012",
        title="水库溢洪道堵塞",
        issuer=CITY_INFO,
        lead=OfficeId("linjiang-jiaotong"),
        co=(OfficeId("linjiang-gongan"),),
        leader="市长",
        text="一周内报结果",
        registered_at=registered_at,
        limit_code=code,
        due_on_request=due_on_request,
    )


def replied(received_at: datetime, office: str = "linjiang-jiaotong") -> TicketReplyReceived:
    """Return that the issuer holds an answer."""
    return TicketReplyReceived(
        ticket_id=TICKET, urgency=Urgency.URGENT, issuer=CITY_INFO, office=OfficeId(office), received_at=received_at
    )


def sent_back(refused_at: datetime, *, received: bool = True) -> TicketReplyRefused:
    """Return that the issuer sent the lead's answer back, or did not take an act at all."""
    return TicketReplyRefused(
        ticket_id=TICKET,
        urgency=Urgency.URGENT,
        issuer=CITY_INFO,
        lead=OfficeId("linjiang-jiaotong"),
        reason="协办单位未会签",
        sent_back=received,
        refused_by="督办员",
        refused_at=refused_at,
    )


def closed(closed_at: datetime) -> TicketClosed:
    """Return that a ticket ended."""
    return TicketClosed(
        ticket_id=TICKET,
        urgency=Urgency.URGENT,
        issuer=CITY_INFO,
        lead=OfficeId("linjiang-jiaotong"),
        outcome="已办结",
        closed_by="督办员",
        closed_at=closed_at,
    )


async def at_work(
    store: Store, organisation: Organisation, rules: RuleSet | None = None, *, batch: int = BATCH
) -> tuple[DeadlineHandlers, Scanner]:
    """Return handlers and scanner of a store in which a rule set is published, the shipped one unless given."""
    published = rules or load_rules(SHIPPED)
    async with store.unit() as unit:
        await publish(unit.connection, published, published.effective_from, unit.now)
    handlers = DeadlineHandlers(organisation, load_calendar(PACKAGED_OVERRIDES), RuleBook())
    return handlers, Scanner(store, DeadlineMetrics(CollectorRegistry()), batch=batch)


def _head(origin: OfficeId) -> ReportHead:
    return ReportHead(
        report_id=REPORT,
        number="PH-2025-0312-001",
        origin_office=origin,
        type=ReportType.URGENT,
        nature=Nature.NEUTRAL,
        urgency=Urgency.URGENT,
        author_mark="m1",
        incident_id=INCIDENT,
    )
