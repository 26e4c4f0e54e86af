"""A ticket's life: signed for, answered, returned, answered again, closed (F9, FU-02, FU-07)."""

from typing import Any

import httpx
import pytest

from shared.contracts.event import Event
from shared.contracts.outcomes import (
    TicketClosed,
    TicketReplied,
    TicketReplyReceived,
    TicketReplyRefused,
    TicketSignedFor,
)
from shared.contracts.vocabulary import Role
from shared.timekeeping.clocks import ManualClock
from tests.probe import stated
from tests.supervision.site import Supervision, adopted, at, instruction

KEY = {"Idempotency-Key": "form-1"}
LEAD, CO = "linjiang-jiaotong", "linjiang-gongan"


class Played:
    """F9 at one site: the city issues, its transport department leads, its police co-operates."""

    def __init__(self, city: Supervision, clock: ManualClock) -> None:
        self.city, self.clock = city, clock
        self._seen = 0

    async def assigned(self, **more: Any) -> str:
        """Record the mayor's instruction and let the offices receive their copies; return the ticket's id."""
        await self.city.hear(adopted())
        self.owner = await self.city.appoint("linjiang-gov-info", Role.SUPERVISION)
        self.lead = await self.city.appoint(LEAD, Role.INFO_SECTION)
        self.co = await self.city.appoint(CO, Role.INFO_SECTION)
        answer = await self.owner.post("/supervision/instructions", json=instruction(**more), headers=KEY)
        await self.settle()
        return str(answer.json()["instruction"]["ticket_id"])

    async def settle(self) -> list[Event]:
        """Let the site hear what it stated since; return it."""
        fresh = (await stated(self.city.store))[self._seen :]
        heard = await self.city.settle(*fresh)
        self._seen = len(await stated(self.city.store))
        return heard

    async def act(self, who: httpx.AsyncClient, ticket: str, act: str, **body: Any) -> httpx.Response:
        """Do an act with the revision that the page shows, and let it be heard."""
        shown = (await who.get(f"/supervision/tickets/{ticket}")).json()["ticket"]
        answer = await who.post(f"/supervision/tickets/{ticket}/{act}", json={"revision": shown["revision"], **body})
        self.heard = await self.settle()
        return answer

    async def ticket(self, who: httpx.AsyncClient, ticket: str) -> dict[str, Any]:
        """Return the ticket as somebody sees it."""
        shown: dict[str, Any] = (await who.get(f"/supervision/tickets/{ticket}")).json()
        return shown


@pytest.fixture
def played(city: Supervision, clock: ManualClock) -> Played:
    return Played(city, clock)


async def test_f9_from_the_instruction_to_the_lessons_fu_07(played: Played) -> None:
    ticket = await played.assigned()
    await played.act(played.lead, ticket, "sign-for")
    await played.act(played.co, ticket, "sign-for")
    await played.act(played.co, ticket, "reply", text="我局已增派警力疏导。")
    played.clock.set(at("04-17 16:00"))
    await played.act(played.lead, ticket, "reply", text="已完成排险。")
    assert [(event.reason, event.sent_back) for event in played.heard if isinstance(event, TicketReplyRefused)] == [
        ("协办单位没有全部会签，请补齐会签后再报", False)
    ]
    assert (await played.ticket(played.lead, ticket))["ticket"]["state_text"] == "办理中"

    played.clock.set(at("04-18 10:00"))
    await played.act(played.lead, ticket, "reply", text="已完成排险。", co_signed=[CO])
    (received,) = [event for event in played.heard if isinstance(event, TicketReplyReceived)]
    assert (received.office, received.received_at) == (LEAD, at("04-18 10:00"))
    await played.act(played.owner, ticket, "return", reason="继续跟踪")
    assert [event.sent_back for event in played.heard if isinstance(event, TicketReplyRefused)] == [True]
    await played.act(played.lead, ticket, "reply", text="全线已加固。", co_signed=[CO])
    await played.act(played.owner, ticket, "close", outcome="隐患已消除", lessons="汛前逐段排查")

    shown = await played.ticket(played.owner, ticket)
    assert (shown["report"]["number"], shown["instruction"]["leader"]) == ("SQ-2025-0408-001", "某市长")
    assert (shown["ticket"]["state_text"], shown["ticket"]["outcome"], shown["ticket"]["lessons"]) == (
        "已办结",
        "隐患已消除",
        "汛前逐段排查",
    )
    assert [step["act_text"] for step in shown["steps"]] == [
        *("登记", "交办", "签收", "签收", "反馈", "未予接受", "反馈", "退回", "反馈", "采纳", "办结")
    ]
    lead = await played.ticket(played.lead, ticket)
    assert (lead["ticket"]["state_text"], lead["ticket"]["lessons"]) == ("已办结", "汛前逐段排查")
    assert isinstance(played.heard[0], TicketClosed)


async def test_until_the_owner_answers_the_page_says_sent_and_waiting(played: Played) -> None:
    ticket = await played.assigned(co=[])
    await played.act(played.lead, ticket, "sign-for")
    revision = (await played.ticket(played.lead, ticket))["ticket"]["revision"]
    sent = await played.lead.post(
        f"/supervision/tickets/{ticket}/reply", json={"revision": revision, "text": "已完成。"}
    )
    again = await played.lead.post(
        f"/supervision/tickets/{ticket}/reply", json={"revision": revision + 1, "text": "已完成。"}
    )

    assert (sent.json()["ticket"]["state_text"], sent.json()["ticket"]["confirmation_text"]) == (
        "待审",
        "已发出，待确认",
    )
    assert (again.status_code, again.json()["code"]) == (409, "awaiting_confirmation")
    await played.settle()
    assert (await played.ticket(played.lead, ticket))["ticket"]["confirmation_text"] == "对方已收到"


async def test_a_ticket_closes_only_with_an_answer_fu_02(played: Played) -> None:
    ticket = await played.assigned()

    refused = await played.act(played.owner, ticket, "close", outcome="已知悉")

    assert (refused.status_code, refused.json()["code"]) == (409, "no_reply_to_judge")
    assert (await played.ticket(played.owner, ticket))["ticket"]["state_text"] == "待签收"


async def test_an_old_page_is_told_who_changed_the_ticket_and_when(played: Played) -> None:
    ticket = await played.assigned(co=[])
    await played.act(played.lead, ticket, "sign-for")

    stale = await played.lead.post(f"/supervision/tickets/{ticket}/reply", json={"revision": 1, "text": "已完成。"})

    assert (stale.status_code, stale.json()["code"]) == (409, "revision")
    assert stale.json()["detail"] == "此件已由王某某于 10:00 改动"


async def test_a_second_click_on_signing_or_closing_changes_nothing(played: Played) -> None:
    ticket = await played.assigned(co=[])
    for _ in range(2):
        assert (await played.act(played.lead, ticket, "sign-for")).status_code == 200
    await played.act(played.lead, ticket, "reply", text="已完成。")
    for _ in range(2):
        assert (await played.act(played.owner, ticket, "close", outcome="已办")).status_code == 200

    told = [type(event) for event in await stated(played.city.store)]
    assert (told.count(TicketSignedFor), told.count(TicketReplied), told.count(TicketClosed)) == (1, 1, 1)


async def test_lists_show_each_office_its_own(played: Played) -> None:
    ticket = await played.assigned()
    stranger = await played.city.appoint("linjiang-shangwu", Role.INFO_SECTION)

    issued = (await played.owner.get("/supervision/tickets", params={"box": "issued"})).json()["tickets"]
    at_lead = (await played.lead.get("/supervision/tickets", params={"state": "ASSIGNED"})).json()["tickets"]
    at_co = (await played.co.get("/supervision/tickets")).json()["tickets"]

    assert [each["ticket_id"] for each in (*issued, *at_lead, *at_co)] == [ticket] * 3
    assert [each["party_text"] for each in (*issued, *at_lead, *at_co)] == ["", "主办", "协办"]
    assert at_lead[0]["lead"] == {"office": LEAD, "name": "临江市交通运输局"}
    assert (await stranger.get("/supervision/tickets")).json()["tickets"] == []
    assert (await stranger.get(f"/supervision/tickets/{ticket}")).status_code == 404


async def test_only_supervision_at_the_issuing_office_closes(played: Played) -> None:
    ticket = await played.assigned()
    lead = await played.city.appoint(LEAD, Role.SUPERVISION)
    editor = await played.city.appoint("linjiang-gov-info", Role.EDITOR)

    for who in (lead, editor):
        answer = await who.post(f"/supervision/tickets/{ticket}/close", json={"revision": 1, "outcome": "已办"})
        assert answer.status_code == 403


async def test_a_co_signature_of_somebody_else_is_refused(played: Played) -> None:
    ticket = await played.assigned()
    await played.act(played.lead, ticket, "sign-for")

    answer = await played.act(played.lead, ticket, "reply", text="已完成。", co_signed=["linjiang-shangwu"])

    assert (answer.status_code, answer.json()["field"]) == (422, "co_signed")
