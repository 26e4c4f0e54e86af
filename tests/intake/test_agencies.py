"""The agencies' door: valid events become signals once; the rest is kept apart, counted and answered."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from services.intake.agencies.model import RefusalCause, agency_event_schema
from services.intake.agencies.reading import Refused, Stated, read_message
from shared.broker.names import AGENCY_QUEUE
from shared.contracts.duties import SignalReceived
from shared.contracts.vocabulary import Lane, Mode, SignalSource
from tests.intake.site import NEIGHBOUR, OFFICER, SECTION, WRITER, Intake, at

KEY = "agency.xiaofang"
LIMIT = 65_536


def event(**changes: Any) -> dict[str, Any]:
    stated = {
        "event_id": "F-0217-1",
        "agency": "xiaofang",
        "source": "EMERGENCY_110_119_120",
        "occurred_at": at("07:40"),
        "place": "青山县东风路",
        "territory": "qingshan-shiqiao",
        "kind": "仓库火灾",
        "figures": {"missing": 1},
        "gist": "仓库起火",
        **changes,
    }
    return {name: value for name, value in stated.items() if value is not None}


def body(**changes: Any) -> bytes:
    return json.dumps(event(**changes), ensure_ascii=False).encode()


def cap(**changes: str) -> bytes:
    told = {"sender": "xiaofang@qingshan", "status": "Actual", "msgType": "Alert", "event": "矿井透水", **changes}
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>CAP-1</identifier><sender>{told["sender"]}</sender><sent>2025-02-17T07:41:00+08:00</sent>
  <status>{told["status"]}</status><msgType>{told["msgType"]}</msgType><scope>Private</scope>
  <info>
    <category>Fire</category><event>{told["event"]}</event><urgency>Immediate</urgency>
    <severity>Severe</severity><certainty>Observed</certainty><onset>2025-02-17T02:20:00+08:00</onset>
    <description>青山镇煤矿透水</description>
    <parameter><valueName>missing</valueName><value>4</value></parameter>
    <area><areaDesc>青山镇</areaDesc>
      <geocode><valueName>shangda:territory</valueName><value>qingshan</value></geocode></area>
  </info>
</alert>""".encode()


async def take(intake: Intake, *messages: tuple[bytes, str]) -> None:
    (queue,) = intake.parts.raw_queues
    await queue.read([(raw, {}, key) for raw, key in messages])


async def outcomes(intake: Intake) -> list[tuple[str, str | None]]:
    rows = await intake.rows("SELECT outcome, cause FROM agency_answer ORDER BY answer_id")
    return [(row["outcome"], row["cause"]) for row in rows]


async def test_the_door_reads_the_agencies_queue_in_the_urgent_lane(intake: Intake) -> None:
    (queue,) = intake.parts.raw_queues
    assert (queue.queue, queue.lane) == (AGENCY_QUEUE, Lane.URGENT)


async def test_a_json_event_becomes_a_signal(intake: Intake) -> None:
    await take(intake, (body(), KEY))
    (signal,) = await intake.stated(SignalReceived)
    assert (signal.agency, signal.agency_event_id, signal.source) == (
        "xiaofang",
        "F-0217-1",
        SignalSource.EMERGENCY_110_119_120,
    )
    assert (signal.territory, signal.missing, signal.dead) == ("qingshan-shiqiao", 1, None)
    assert await outcomes(intake) == [("ACCEPTED", None)]


async def test_a_cap_alert_becomes_a_signal(intake: Intake) -> None:
    await take(intake, (cap(), KEY))
    (signal,) = await intake.stated(SignalReceived)
    assert (signal.kind, signal.place, signal.territory, signal.missing) == ("矿井透水", "青山镇", "qingshan", 4)
    assert (signal.at.hour, signal.at.minute) == (23, 41)


async def test_the_same_event_counts_once_within_a_set_and_after_it(intake: Intake) -> None:
    await take(intake, (body(), KEY), (body(), KEY), (body(event_id="F-2"), KEY))
    await take(intake, (body(gist="改了说法"), KEY))
    signals = await intake.stated(SignalReceived)
    assert {signal.agency_event_id for signal in signals} == {"F-0217-1", "F-2"}
    assert [outcome for outcome, _ in await outcomes(intake)] == ["ACCEPTED", "DUPLICATE", "ACCEPTED", "DUPLICATE"]
    assert (await intake.rows("SELECT gist FROM signal WHERE agency_event_id = 'F-0217-1'"))[0]["gist"] == "仓库起火"


async def test_an_event_counts_once_in_each_mode(intake: Intake) -> None:
    """An agency that rehearses a number and then needs it must reach the duty desk."""
    modes = [Mode.TEST, Mode.DRILL, Mode.ACTUAL]
    for mode in modes:
        await take(intake, (body(mode=mode), KEY))
    await take(intake, *((body(mode=mode), KEY) for mode in modes))
    await take(intake, *((body(mode=mode, event_id="F-2"), KEY) for mode in modes))
    stated = await intake.rows("SELECT mode FROM event_log ORDER BY event_id")
    assert [row["mode"] for row in stated] == modes * 2
    found = [outcome for outcome, _ in await outcomes(intake)]
    assert found == ["ACCEPTED"] * 3 + ["DUPLICATE"] * 3 + ["ACCEPTED"] * 3
    shown = (await intake.get("/signals", by=OFFICER)).json()["items"]
    assert [each["mode"] for each in shown if each["agency_event_id"] == "F-0217-1"] == modes[::-1]


@pytest.mark.parametrize(
    ("message", "key", "cause"),
    [
        (b"\xff\xfe\x00 not json", KEY, RefusalCause.NOT_READABLE),
        (b"<alert/>", KEY, RefusalCause.NOT_READABLE),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', KEY, RefusalCause.NOT_READABLE),
        (body(place=None), KEY, RefusalCause.WRONG_FIELDS),
        (body(kind="火\x00灾"), KEY, RefusalCause.WRONG_FIELDS),
        (body(occurred_at="2025-02-17T07:40:00"), KEY, RefusalCause.WRONG_FIELDS),
        (body(), "agency.gongan", RefusalCause.SOURCE_MISMATCH),
        (body(), "urgent.report.signed.v1", RefusalCause.UNKNOWN_SENDER),
        (body(), f"{KEY}\n", RefusalCause.UNKNOWN_SENDER),
        (body(), "agency.消防", RefusalCause.UNKNOWN_SENDER),
        (cap(status="Draft"), KEY, RefusalCause.NOT_AN_ALERT),
        (cap(msgType="Cancel"), KEY, RefusalCause.NOT_AN_ALERT),
        (cap(sender="gongan"), KEY, RefusalCause.SOURCE_MISMATCH),
        (body(gist="长" * 30_000), KEY, RefusalCause.OVERSIZED),
        (body(gist="秘密★"), KEY, RefusalCause.SECRECY_MARK),
        (json.dumps(event(gist="机密★")).encode(), KEY, RefusalCause.SECRECY_MARK),
        (cap(event="&#31192;&#23494;★"), KEY, RefusalCause.SECRECY_MARK),
        ("{坏的 绝密★".encode(), KEY, RefusalCause.SECRECY_MARK),
    ],
)
def test_what_is_refused_and_why(message: bytes, key: str, cause: RefusalCause) -> None:
    read = read_message(message, key, LIMIT)
    assert isinstance(read, Refused)
    assert read.cause is cause
    assert (read.kept is None) == (cause in (RefusalCause.OVERSIZED, RefusalCause.SECRECY_MARK))


async def test_a_refused_message_is_kept_counted_and_answered_and_the_others_pass(intake: Intake) -> None:
    await take(intake, (b"no json", KEY), (body(), KEY), (b"no json", KEY), (body(gist="秘密★", event_id="M"), KEY))
    await take(intake, (b"no json", KEY))
    rows = await intake.rows("SELECT cause, times, body FROM refused_agency_message ORDER BY cause")
    assert [(row["cause"], row["times"], row["body"]) for row in rows] == [
        ("NOT_READABLE", 3, b"no json"),
        ("SECRECY_MARK", 1, None),
    ]
    assert len(await intake.stated(SignalReceived)) == 1
    for table in ("event_log", "agency_answer"):
        (found,) = await intake.rows(
            f"SELECT count(*) AS n FROM {table} WHERE position($1 IN body) > 0", "秘密".encode()
        )
        assert found["n"] == (1 if table == "agency_answer" else 0), "the answer names the mark and nothing else"


async def test_every_message_is_answered_to_its_agency_by_the_outbox(intake: Intake) -> None:
    await take(intake, (body(), KEY), (b"not json", KEY))
    rows = await intake.rows(
        "SELECT exchange, routing_key, body FROM outbox_pending WHERE event_id IS NULL ORDER BY seq"
    )
    answers = [json.loads(bytes(row["body"])) for row in rows]
    assert {(row["exchange"], row["routing_key"]) for row in rows} == {("shangda.agency.replies", KEY)}
    assert sorted(answer["outcome"] for answer in answers) == ["ACCEPTED", "REFUSED"]


async def test_a_drill_of_an_agency_stays_a_drill(intake: Intake) -> None:
    await take(intake, (body(mode="DRILL"), KEY), (body(event_id="F-2"), KEY))
    rows = await intake.rows("SELECT mode FROM event_log ORDER BY event_id")
    assert [row["mode"] for row in rows] == [Mode.DRILL, Mode.ACTUAL]


async def test_duty_desks_see_signals_of_their_territory_alone(intake: Intake) -> None:
    await take(
        intake,
        (body(), KEY),
        (body(event_id="F-2", territory="qingshan-yunling"), KEY),
        (body(event_id="F-3", territory=None), KEY),
    )
    county = (await intake.get("/signals", by=OFFICER)).json()["items"]
    assert [item["agency_event_id"] for item in county] == ["F-3", "F-2", "F-0217-1"]
    township = (await intake.get("/signals", by=SECTION)).json()["items"]
    assert [item["agency_event_id"] for item in township] == ["F-0217-1"]
    for other in (WRITER, NEIGHBOUR):
        assert (await intake.get("/signals", by=other)).status_code == 403


async def test_the_schema_is_published_and_fits_the_events(intake: Intake) -> None:
    schema = (await intake.http.get("/intake/agency-event.schema.json")).json()
    assert schema == agency_event_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(event())


@given(st.binary(max_size=300), st.sampled_from([KEY, "agency.", "x", ""]))
def test_no_bytes_break_the_reader(raw: bytes, key: str) -> None:
    assert isinstance(read_message(raw, key, LIMIT), Refused | Stated)
    assert isinstance(read_message(b"<" + raw, key, LIMIT), Refused)
