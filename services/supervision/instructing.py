"""Recording a leader's instruction (登记批示), and opening the ticket that it may ask for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.supervision import instruction_queries, queries
from services.supervision.answers import InstructionReceipt, InstructionShown
from services.supervision.errors import key_used, not_as_filled, unknown_report
from services.supervision.orders import InstructionOrder
from services.supervision.records import Instruction, NewTicket, Step, StepSide
from services.supervision.states import LimitCode, StepAct
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import require
from shared.contracts.identifiers import InstructionId, OfficeId, ReportId, TicketId
from shared.contracts.outcomes import InstructionRecorded, TicketAssigned
from shared.contracts.vocabulary import Disposition, Mode, Nature, Urgency
from shared.organisation.organisation import Organisation
from shared.store.store import Store
from shared.store.unit import Unit
from shared.timekeeping.civil import civil_date


@dataclass(frozen=True, slots=True)
class InstructionDesk:
    """Records instructions. One click or two: one instruction."""

    store: Store
    organisation: Organisation

    async def record(self, actor: Actor, key: str, order: InstructionOrder) -> InstructionReceipt:
        """Record an instruction and, when it asks for action, assign a ticket. ``key`` is the caller's, per office."""
        unit_id = self.organisation.unit_of(actor.office)
        async with self.store.unit() as unit:
            report = await instruction_queries.find_report(unit.connection, order.report_id, unit_id)
            urgency = Urgency(report["urgency"]) if report else Urgency.ROUTINE
            await self._authorise(unit, actor, order, urgency)
            if report is None:
                raise unknown_report(order.report_id)
            check(order, unit.now, self.organisation)
            unit.mode = Mode(report["mode"])
            instruction = _instruction(unit, actor, unit_id, key, order, report)
            if not await instruction_queries.record_instruction(unit.connection, instruction):
                return await self._recorded_before(unit, actor, key, order)
            unit.announce(_recorded(instruction, order, report), office=actor.office)
            number = await self._open_ticket(unit, actor, instruction, order)
            row = await instruction_queries.find_instruction(unit.connection, instruction.instruction_id)
        return InstructionReceipt(
            instruction=InstructionShown.of(row), ticket_number=number, receipt=self._receipt(number, order)
        )

    async def _authorise(self, unit: Unit, actor: Actor, order: InstructionOrder, urgency: Urgency) -> None:
        """Recording is open to several roles; assigning work to other offices is supervision's alone (B4)."""
        context = Context(office=actor.office, urgency=urgency)
        require(await authorise(unit.connection, actor, Action.RECORD_INSTRUCTION, context, unit.now))
        if order.disposition is Disposition.ACT:
            require(await authorise(unit.connection, actor, Action.ASSIGN_TICKET, context, unit.now))

    async def _recorded_before(self, unit: Unit, actor: Actor, key: str, order: InstructionOrder) -> InstructionReceipt:
        """Return the receipt that this very order got before. Raises NotDone when another one took the key."""
        row = await instruction_queries.find_instruction_by_key(unit.connection, actor.office, key)
        ticket = None
        if row is not None and row["ticket_id"] is not None:
            ticket = await queries.find_ticket(unit.connection, row["ticket_id"], actor.office)
        if row is None or _order_of(row, ticket) != order:
            raise key_used(key)
        number = ticket["number"] if ticket else None
        return InstructionReceipt(
            instruction=InstructionShown.of(row), ticket_number=number, receipt=self._receipt(number, order)
        )

    async def _open_ticket(
        self, unit: Unit, actor: Actor, instruction: Instruction, order: InstructionOrder
    ) -> str | None:
        if instruction.ticket_id is None or order.lead is None or order.limit_code is None:
            return None
        day = civil_date(unit.now)
        count = await queries.count_ticket(unit.connection, actor.office, day, unit.mode)
        # Drills count apart, so that they leave actual numbers alone.
        apart = "" if unit.mode is Mode.ACTUAL else f"{unit.mode}-"
        number = f"{apart}DB-{day:%Y-%m%d}-{count:03}"
        ticket = _ticket(instruction, order.lead, order.limit_code, number, order, unit.mode)
        await queries.open_ticket(unit.connection, ticket)
        step = Step((StepAct.REGISTERED, StepAct.ASSIGNED), actor.office, actor.name, unit.now, order.text)
        await queries.add_step(unit.connection, ticket.ticket_id, StepSide.OWNER, step)
        unit.announce(_assigned(ticket), office=actor.office)
        return ticket.number

    def _receipt(self, number: str | None, order: InstructionOrder) -> str:
        if number is None or order.lead is None:
            return "批示已登记"
        return f"批示已登记，督办件 {number} 已交办{self.organisation.office(order.lead).official_name}"


def check(order: InstructionOrder, now: datetime, organisation: Organisation) -> None:
    """Raise NotDone when the order does not fit the time or the organisation."""
    if order.given_at > now:
        raise not_as_filled("given_at", "批示时间晚于现在", "请填写领导写下批示的时间")
    if order.due_on_request is not None and order.due_on_request <= now:
        raise not_as_filled("due_on_request", "要求时间已过", "请填写晚于现在的时间，或清空")
    known = {office.id for office in organisation.offices}
    for field, office in (("lead", order.lead), *(("co", each) for each in order.co)):
        if office is not None and office not in known:
            raise not_as_filled(field, f"没有单位“{office}”", "请从单位名录中选择")
    _check_units(order, organisation)


def _check_units(order: InstructionOrder, organisation: Organisation) -> None:
    """Raise NotDone when two addressees are one unit: it answers as one, and a desk would see one copy of the two."""
    addressed: dict[OfficeId, OfficeId] = {}
    for office in (order.lead, *order.co):
        if office is None:
            continue
        unit = organisation.unit_of(office)
        if unit in addressed:
            this, other, both = (organisation.office(each).official_name for each in (office, addressed[unit], unit))
            what = f"“{this}”与“{other}”同属“{both}”"
            raise not_as_filled("co", what, "同一单位只列一次，请只保留其中一个")
        addressed[unit] = office


def _instruction(
    unit: Unit, actor: Actor, unit_id: OfficeId, key: str, order: InstructionOrder, report: Any
) -> Instruction:
    acts = order.disposition is Disposition.ACT
    return Instruction(
        instruction_id=InstructionId(unit.new_id()),
        office=actor.office,
        unit=unit_id,
        idempotency_key=key,
        report_id=ReportId(report["report_id"]),
        number=report["number"],
        title=report["title"],
        leader=order.leader,
        rank=order.rank,
        text=order.text,
        disposition=order.disposition,
        given_at=order.given_at,
        recorded_at=unit.now,
        recorded_by=actor.name,
        ticket_id=TicketId(unit.new_id()) if acts else None,
    )


def _order_of(row: Any, ticket: Any) -> InstructionOrder:
    """Return the order that an instruction and its ticket, if it has one, were recorded from."""
    return InstructionOrder(
        report_id=row["report_id"],
        leader=row["leader"],
        rank=row["rank"],
        text=row["text"],
        given_at=row["given_at"],
        disposition=row["disposition"],
        lead=ticket["lead"] if ticket else None,
        co=tuple(ticket["co"]) if ticket else (),
        limit_code=ticket["limit_code"] if ticket else None,
        due_on_request=ticket["due_on_request"] if ticket else None,
    )


def _ticket(
    instruction: Instruction, lead: OfficeId, limit: LimitCode, number: str, order: InstructionOrder, mode: Mode
) -> NewTicket:
    return NewTicket(
        ticket_id=TicketId(UUID(str(instruction.ticket_id))),
        instruction_id=instruction.instruction_id,
        report_id=instruction.report_id,
        mode=mode,
        number=number,
        title=instruction.title,
        issuer=instruction.office,
        lead=lead,
        co=order.co,
        urgency=Urgency.URGENT if limit is LimitCode.URGENT else Urgency.ROUTINE,
        leader=instruction.leader,
        text=instruction.text,
        limit_code=limit,
        due_on_request=order.due_on_request,
        registered_at=instruction.recorded_at,
        registered_by=instruction.recorded_by,
    )


def _recorded(instruction: Instruction, order: InstructionOrder, report: Any) -> InstructionRecorded:
    """The offices on the report's way and the addressees must learn of it wherever they are."""
    addressees = (order.lead, *order.co) if order.lead is not None else order.co
    return InstructionRecorded(
        instruction_id=instruction.instruction_id,
        report_id=instruction.report_id,
        number=instruction.number,
        title=instruction.title,
        nature=Nature(report["nature"]),
        origin_office=OfficeId(report["origin_office"]),
        units=tuple(OfficeId(unit) for unit in report["units"]),
        office=instruction.office,
        leader=instruction.leader,
        rank=instruction.rank,
        text=instruction.text,
        disposition=instruction.disposition,
        given_at=instruction.given_at,
        recorded_at=instruction.recorded_at,
        concerns=tuple(dict.fromkeys((*(OfficeId(office) for office in report["offices"]), *addressees))),
    )


def _assigned(ticket: NewTicket) -> TicketAssigned:
    return TicketAssigned(
        ticket_id=ticket.ticket_id,
        instruction_id=ticket.instruction_id,
        report_id=ticket.report_id,
        urgency=ticket.urgency,
        number=ticket.number,
        title=ticket.title,
        issuer=ticket.issuer,
        lead=ticket.lead,
        co=ticket.co,
        leader=ticket.leader,
        text=ticket.text,
        registered_at=ticket.registered_at,
        limit_code=ticket.limit_code,
        due_on_request=ticket.due_on_request,
        concerns=(ticket.lead, *ticket.co),
    )
