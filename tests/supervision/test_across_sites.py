"""A ticket owned at the city and addressed to a county: each site knows its side, through events alone."""

from uuid import UUID

import pytest

from services.supervision.contract import READS
from services.supervision.handlers import SupervisionHandlers
from shared.contracts.event import Event
from shared.contracts.identifiers import InstructionId, OfficeId, ReportId, TicketId
from shared.contracts.outcomes import (
    TicketAssigned,
    TicketClosed,
    TicketReplied,
    TicketReplyReceived,
    TicketReplyRefused,
    TicketSignedFor,
)
from shared.contracts.vocabulary import Role, Urgency
from shared.organisation.organisation import Organisation
from tests.probe import stated
from tests.supervision.site import Supervision, adopted, at, instruction

TICKET = TicketId(UUID(int=7))
QINGSHAN, JIAOTONG, CITY = OfficeId("qingshan"), OfficeId("linjiang-jiaotong"), OfficeId("linjiang-gov-info")


def assigned(lead: OfficeId = QINGSHAN, co: tuple[OfficeId, ...] = (JIAOTONG,)) -> TicketAssigned:
    return TicketAssigned(
        ticket_id=TICKET,
        instruction_id=InstructionId(UUID(int=8)),
        report_id=ReportId(UUID(int=9)),
        urgency=Urgency.ROUTINE,
        number="DB-2025-0410-001",
        title="某路段塌方隐患",
        issuer=CITY,
        lead=lead,
        co=co,
        leader="某市长",
        text="请一周内报结果。",
        registered_at=at("04-10 10:00"),
        limit_code="ORDINARY",
        concerns=(lead, *co),
    )


def received() -> TicketReplyReceived:
    return TicketReplyReceived(
        ticket_id=TICKET,
        urgency=Urgency.ROUTINE,
        issuer=CITY,
        office=QINGSHAN,
        received_at=at("04-10 11:00"),
        concerns=(QINGSHAN,),
    )


def refused() -> TicketReplyRefused:
    return TicketReplyRefused(
        ticket_id=TICKET,
        urgency=Urgency.ROUTINE,
        issuer=CITY,
        lead=QINGSHAN,
        reason="请补充数据来源",
        refused_by="李某某",
        refused_at=at("04-10 11:30"),
        concerns=(QINGSHAN,),
    )


def closed() -> TicketClosed:
    return TicketClosed(
        ticket_id=TICKET,
        urgency=Urgency.ROUTINE,
        issuer=CITY,
        lead=QINGSHAN,
        outcome="隐患已消除",
        lessons="汛前逐段排查",
        closed_by="李某某",
        closed_at=at("04-10 12:00"),
        concerns=(QINGSHAN, JIAOTONG),
    )


async def test_the_countys_desks_answer_for_the_county(county: Supervision) -> None:
    await county.hear(assigned(), site="linjiang")
    desk = await county.appoint("qingshan-gov-info", Role.INFO_SECTION)
    other = await county.appoint("qingshan-jiaotong", Role.INFO_SECTION)

    signed = await desk.post(f"/supervision/tickets/{TICKET}/sign-for", json={"revision": 1})
    replied = await desk.post(
        f"/supervision/tickets/{TICKET}/reply", json={"revision": 2, "text": "已排险。", "co_signed": [JIAOTONG]}
    )

    assert (signed.json()["ticket"]["state_text"], replied.json()["ticket"]["confirmation_text"]) == (
        "办理中",
        "已发出，待确认",
    )
    assert (await other.get("/supervision/tickets")).json()["tickets"] == []
    sign, reply = await stated(county.store)
    assert isinstance(sign, TicketSignedFor)
    assert isinstance(reply, TicketReplied)
    assert {sign.concerns, reply.concerns} == {(CITY,)}
    assert {sign.office, reply.office} == {QINGSHAN}
    assert await county.settle(sign, reply) == [sign, reply]


async def test_the_owners_answers_move_the_countys_copy(county: Supervision) -> None:
    await county.hear(assigned(), site="linjiang")
    desk = await county.appoint("qingshan-gov-info", Role.INFO_SECTION)
    await desk.post(f"/supervision/tickets/{TICKET}/sign-for", json={"revision": 1})
    await desk.post(f"/supervision/tickets/{TICKET}/reply", json={"revision": 2, "text": "已排险。"})

    seen: list[tuple[str, str]] = []
    answers: tuple[Event, ...] = (received(), refused(), closed())
    for answer in answers:
        await county.hear(answer, site="linjiang")
        ticket = (await desk.get(f"/supervision/tickets/{TICKET}")).json()["ticket"]
        seen.append((ticket["state_text"], ticket["confirmation_text"]))

    assert seen == [("待审", "对方已收到"), ("办理中", "已退回，请补正后再报"), ("已办结", "已退回，请补正后再报")]
    shown = (await desk.get(f"/supervision/tickets/{TICKET}")).json()
    assert [step["act"] for step in shown["steps"]] == [
        *("ASSIGNED", "SIGNED_FOR", "REPLIED", "RECEIVED", "REFUSED", "CLOSED")
    ]
    assert shown["ticket"]["lessons"] == "汛前逐段排查"


async def test_the_owner_judges_what_a_county_states(city: Supervision) -> None:
    await city.hear(adopted())
    owner = await city.appoint("linjiang-gov-info", Role.SUPERVISION)
    order = instruction(lead="qingshan", co=[])
    answer = await owner.post("/supervision/instructions", json=order, headers={"Idempotency-Key": "1"})
    ticket = TicketId(UUID(answer.json()["instruction"]["ticket_id"]))

    def reply(office: OfficeId) -> TicketReplied:
        return TicketReplied(
            ticket_id=ticket,
            urgency=Urgency.ROUTINE,
            office=office,
            text="已排险。",
            replied_by="王某某",
            replied_at=at("04-10 10:30"),
            concerns=(CITY,),
        )

    accepted = await city.hear(reply(QINGSHAN), site="qingshan")
    meddling = await city.hear(reply(OfficeId("pinghu")), site="pinghu")
    twice = await city.hear(reply(QINGSHAN), site="qingshan")

    assert isinstance(accepted[0], TicketReplyReceived)
    assert (accepted[0].received_at, accepted[0].concerns) == (at("04-10 10:00"), (QINGSHAN,))
    assert isinstance(meddling[0], TicketReplyRefused)
    assert (meddling[0].concerns, "主办、协办单位中没有" in meddling[0].reason) == (("pinghu",), True)
    assert isinstance(twice[0], TicketReplyRefused)
    shown = (await owner.get(f"/supervision/tickets/{ticket}")).json()
    assert shown["ticket"]["state_text"] == "待审"


@pytest.mark.parametrize("event", [received(), refused(), closed()], ids=["received", "refused", "closed"])
async def test_an_answer_about_a_ticket_nobody_here_holds_changes_nothing(county: Supervision, event: Event) -> None:
    assert await county.hear(event, site="linjiang") == []

    async with county.store.reading() as connection:
        assert await connection.fetchval("SELECT count(*) FROM ticket_step") == 0


def test_the_contract_names_what_is_handled(organisation: Organisation) -> None:
    assert set(SupervisionHandlers(organisation).table()) == set(READS)


@pytest.mark.parametrize("judgement", [received(), refused(), closed()], ids=lambda event: event.name)
async def test_only_the_issuer_judges_an_act_on_its_ticket(county: Supervision, judgement: Event) -> None:
    """A county that was asked ends no ticket of the city by stating so itself."""
    desk = await county.appoint("qingshan-gov-info", Role.INFO_SECTION)
    await county.hear(assigned(), site="linjiang")
    usurped = judgement.model_copy(update={"issuer": OfficeId("qingshan-gov-info")})

    with pytest.raises(AssertionError, match="NotTheOwner"):  # it is held
        await county.hear(usurped, site="linjiang")

    ticket = (await desk.get(f"/supervision/tickets/{TICKET}")).json()["ticket"]
    assert (ticket["state_text"], ticket["confirmation_text"]) == ("待签收", "")
