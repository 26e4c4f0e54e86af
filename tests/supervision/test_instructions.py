"""Leaders' instructions: recorded verbatim, once per click, by whom it is open to (LI-01, LI-03, LI-07)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared.contracts.identifiers import AdoptionId, ReportId
from shared.contracts.outcomes import InstructionRecorded, TicketAssigned
from shared.contracts.vocabulary import CarrierKind, Disposition, LeaderRank, Mode, Role
from shared.timekeeping.clocks import ManualClock
from tests.probe import stated
from tests.supervision.site import REPORT, Supervision, adopted, at, instruction, to_read

KEY = {"Idempotency-Key": "form-1"}


async def test_li_01_an_instruction_keeps_text_leader_level_date_and_addressees(city: Supervision) -> None:
    await city.hear(adopted())
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        answer = await http.post("/supervision/instructions", json=instruction(), headers=KEY)

    recorded, assigned = await stated(city.store)
    assert answer.status_code == 201
    assert answer.json()["receipt"] == "批示已登记，督办件 DB-2025-0410-001 已交办临江市交通运输局"
    assert isinstance(recorded, InstructionRecorded)
    assert (recorded.text, recorded.rank, recorded.given_at) == (
        "请交通局会同公安局一周内报结果。",
        LeaderRank.CITY_PRINCIPAL,
        at("04-10 09:30"),
    )
    assert {"pinghu", "pinghu-huxi", "pinghu-gov-info", "linjiang-jiaotong", "linjiang-gongan"} <= set(
        recorded.concerns
    )
    assert isinstance(assigned, TicketAssigned)
    assert (assigned.lead, assigned.co, assigned.limit_code) == ("linjiang-jiaotong", ("linjiang-gongan",), "ORDINARY")
    assert (assigned.concerns, assigned.registered_at) == (
        ("linjiang-jiaotong", "linjiang-gongan"),
        at("04-10 10:00"),
    )


@pytest.mark.parametrize("disposition", [each for each in Disposition if each is not Disposition.ACT])
async def test_only_an_instruction_to_act_opens_a_ticket(city: Supervision, disposition: Disposition) -> None:
    await city.hear(adopted())
    async with await city.appoint("linjiang-gov-info", Role.EDITOR) as http:
        order = to_read(disposition=disposition)
        answer = await http.post("/supervision/instructions", json=order, headers=KEY)
        issued = await http.get("/supervision/tickets", params={"box": "issued"})

    assert (answer.status_code, answer.json()["instruction"]["ticket_id"]) == (201, None)
    assert issued.json()["tickets"] == []
    assert [type(event) for event in await stated(city.store)] == [InstructionRecorded]


async def test_a_second_click_records_nothing_more(city: Supervision) -> None:
    await city.hear(adopted())
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        first = await http.post("/supervision/instructions", json=instruction(), headers=KEY)
        second = await http.post("/supervision/instructions", json=instruction(), headers=KEY)
        other = await http.post("/supervision/instructions", json=instruction(text="另一条。"), headers=KEY)

    assert second.json() == first.json()
    assert (other.status_code, other.json()["field"]) == (409, "Idempotency-Key")
    assert len(await stated(city.store)) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"lead": "linjiang-gongan", "co": []},
        {"co": []},
        {"limit_code": "DIFFICULT"},
        {"rank": "CITY_DEPUTY"},
        {"given_at": "2025-04-10T09:29:00+08:00"},
    ],
)
async def test_a_key_answers_for_one_order_only(city: Supervision, other: dict[str, object]) -> None:
    """A receipt that names a lead the ticket never had would leave its office waiting for nobody."""
    await city.hear(adopted())
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        await http.post("/supervision/instructions", json=instruction(), headers=KEY)
        answer = await http.post("/supervision/instructions", json=instruction(**other), headers=KEY)

    assert (answer.status_code, answer.json()["field"]) == (409, "Idempotency-Key"), answer.text


async def test_li_03_li_07_one_item_is_instructed_on_again_and_again(city: Supervision) -> None:
    await city.hear(adopted())
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        for key, rank in (("a", "CITY_DEPUTY"), ("b", "CITY_PRINCIPAL"), ("c", "PROVINCE")):
            headers = {"Idempotency-Key": key}
            await http.post("/supervision/instructions", json=to_read(rank=rank), headers=headers)
        listed = (await http.get("/supervision/instructions", params={"report_id": str(REPORT)})).json()
        page = (await http.get("/supervision/instructions", params={"limit": 2})).json()
        rest = (await http.get("/supervision/instructions", params={"before": page["before"]})).json()
        reports = (await http.get("/supervision/reports")).json()

    assert [each["rank"] for each in listed["instructions"]] == ["PROVINCE", "CITY_PRINCIPAL", "CITY_DEPUTY"]
    assert (len(page["instructions"]), len(rest["instructions"]), rest["before"]) == (2, 1, None)
    assert [(each["number"], each["instructions"]) for each in reports["reports"]] == [("SQ-2025-0408-001", 3)]


async def test_an_editor_records_but_does_not_assign_work(city: Supervision) -> None:
    await city.hear(adopted())
    async with await city.appoint("linjiang-gov-info", Role.EDITOR) as http:
        answer = await http.post("/supervision/instructions", json=instruction(), headers=KEY)

    assert answer.status_code == 403
    assert "督办员" in answer.json()["detail"]


async def test_only_what_the_own_unit_adopted_can_be_instructed_on(city: Supervision) -> None:
    await city.hear(adopted(office="pinghu-gov-info"))
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        answer = await http.post("/supervision/instructions", json=instruction(), headers=KEY)
        reports = await http.get("/supervision/reports")

    assert (answer.status_code, reports.json()["reports"]) == (404, [])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"lead": None}, "主办单位"),
        ({"co": ["linjiang-jiaotong"]}, "只能列一次"),
        ({"disposition": "READ"}, "只有要求办理"),
        ({"lead": "nowhere"}, "没有单位"),
        ({"given_at": at("04-10 10:01").isoformat()}, "批示时间晚于现在"),
        ({"due_on_request": at("04-10 10:00").isoformat()}, "要求时间已过"),
    ],
)
async def test_a_mistake_names_the_field_and_the_remedy(city: Supervision, wrong: dict[str, object], says: str) -> None:
    await city.hear(adopted())
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        answer = await http.post("/supervision/instructions", json=instruction(**wrong), headers=KEY)

    assert answer.status_code == 422
    assert says in answer.text
    assert await stated(city.store) == []


@pytest.mark.parametrize(
    ("lead", "co", "says"),
    [
        (
            "pinghu-gov-duty",
            ["linjiang-gongan", "pinghu-party-duty"],
            "“中共平湖县委办公室值班室”与“平湖县人民政府总值班室”同属“平湖县”",
        ),
        ("pinghu", ["pinghu-gov-duty"], "“平湖县人民政府总值班室”与“平湖县”同属“平湖县”"),
        (
            "linjiang-jiaotong",
            ["pinghu-gov-duty", "pinghu-party-duty"],
            "“中共平湖县委办公室值班室”与“平湖县人民政府总值班室”同属“平湖县”",
        ),
    ],
)
async def test_one_unit_is_addressed_once_whichever_of_its_desks_are_named(
    city: Supervision, lead: str, co: list[str], says: str
) -> None:
    """A unit answers as one: with two of its desks on a ticket, nobody could tell whose answer is whose."""
    await city.hear(adopted())
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        answer = await http.post("/supervision/instructions", json=instruction(lead=lead, co=co), headers=KEY)

    assert answer.status_code == 422
    assert (answer.json()["field"], answer.json()["detail"]) == ("co", says)
    assert answer.json()["remedy"] == "同一单位只列一次，请只保留其中一个"
    assert await stated(city.store) == []


async def test_a_named_limit_crosses_and_numbers_count_per_day(city: Supervision, clock: ManualClock) -> None:
    await city.hear(adopted())
    due = at("04-17 16:00")
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        order = instruction(due_on_request=due.isoformat())
        first = await http.post("/supervision/instructions", json=order, headers={"Idempotency-Key": "1"})
        second = await http.post("/supervision/instructions", json=order, headers={"Idempotency-Key": "2"})
        clock.advance(timedelta(days=1))
        third = await http.post("/supervision/instructions", json=order, headers={"Idempotency-Key": "3"})

    numbers = [answer.json()["ticket_number"] for answer in (first, second, third)]
    assert numbers == ["DB-2025-0410-001", "DB-2025-0410-002", "DB-2025-0411-001"]
    tickets = [event for event in await stated(city.store) if isinstance(event, TicketAssigned)]
    assert {event.due_on_request for event in tickets} == {due}


async def test_adoptions_in_any_order_leave_the_newest_carrier(city: Supervision) -> None:
    await city.hear(adopted(when="04-09 14:00"), adopted(when="04-09 08:00", carrier=CarrierKind.BRIEF))
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        (report,) = (await http.get("/supervision/reports")).json()["reports"]

    assert report["adopted_at"].startswith("2025-04-09T06:00")


async def test_what_follows_from_a_drill_is_a_drill(city: Supervision) -> None:
    await city.hear(adopted(), mode=Mode.DRILL)
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        drill = await http.post("/supervision/instructions", json=instruction(), headers=KEY)

    assert drill.json()["ticket_number"] == "DRILL-DB-2025-0410-001"
    async with city.store.reading() as connection:
        modes = await connection.fetch("SELECT DISTINCT mode FROM event_log")
    assert [row["mode"] for row in modes] == ["DRILL"]


async def test_a_drill_takes_no_actual_ticket_number(city: Supervision) -> None:
    """B8: actual numbers are those of a run without the drill."""
    drilled = adopted().model_copy(update={"report_id": ReportId(uuid4()), "adoption_id": AdoptionId(uuid4())})
    await city.hear(drilled, mode=Mode.DRILL)
    await city.hear(adopted())
    async with await city.appoint("linjiang-gov-info", Role.SUPERVISION) as http:
        drill = instruction() | {"report_id": str(drilled.report_id)}
        await http.post("/supervision/instructions", json=drill, headers={"Idempotency-Key": "1"})
        actual = await http.post("/supervision/instructions", json=instruction(), headers={"Idempotency-Key": "2"})

    assert actual.json()["ticket_number"] == "DB-2025-0410-001"
