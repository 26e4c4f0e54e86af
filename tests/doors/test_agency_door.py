"""The agencies' door on the bus: each message is answered on its agency's own queue, and the next good one passes."""

import asyncio
import json
import struct
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aio_pika
import aiormq
import pytest
from aio_pika.exceptions import AMQPError
from pamqp import encode

from deploy.provision.agency import Administrator, AgencyAccess, add_agency
from shared.broker.names import AGENCY_EXCHANGE, AGENCY_QUEUE, agency_key
from shared.contracts.addresses import EVENTS_EXCHANGE, routing_key
from shared.contracts.duties import SignalReceived
from shared.contracts.vocabulary import Lane, Service
from tests.doors.town import Town, publish
from tests.towns import QINGSHAN

ANSWERS_SECONDS = 30.0
COUNTED = "shangda_intake_agency_messages_total"
RAW = "raw"
_numbers = count(1)


def event(**changes: Any) -> dict[str, Any]:
    """Return an event of the fire brigade with a number of its own."""
    return {
        "event_id": f"F-{next(_numbers):04}",
        "agency": "xiaofang",
        "source": "EMERGENCY_110_119_120",
        "place": "青山县东风路",
        "territory": "qingshan-shiqiao",
        "kind": "仓库火灾",
        "gist": "仓库起火",
        **changes,
    }


def cap(event_name: str = "矿井透水", doctype: str = "", sender: str = "xiaofang") -> bytes:
    """Return a CAP 1.2 alert."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{doctype}
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>CAP-{next(_numbers)}</identifier><sender>{sender}</sender><sent>2025-02-17T07:41:00+08:00</sent>
  <status>Actual</status><msgType>Alert</msgType><scope>Private</scope>
  <info><category>Fire</category><event>{event_name}</event><description>青山镇煤矿透水</description>
    <area><areaDesc>青山镇</areaDesc></area></info>
</alert>""".encode()


LAUGHS = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 30))
BOMB = f'<!DOCTYPE alert [<!ENTITY a0 "哈">{LAUGHS}]>'
THIEF = '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@dataclass(slots=True)
class Agency:
    """An agency with its own account, and the answers it has read."""

    access: AgencyAccess
    answers: list[dict[str, Any]] = field(default_factory=list)

    async def publish(self, body: bytes | dict[str, Any]) -> None:
        """Publish with the own key, confirmed."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        await publish(self.access.url, AGENCY_EXCHANGE, self.access.routing_key, raw)

    async def ask(self, *bodies: bytes | dict[str, Any]) -> list[dict[str, Any]]:
        """Publish messages one after another and return the answer to each."""
        for body in bodies:
            await self.publish(body)
        return await self.read(len(bodies))

    async def read(self, number: int) -> list[dict[str, Any]]:
        """Read so many answers from the own reply queue."""
        found: list[dict[str, Any]] = []
        async with asyncio.timeout(ANSWERS_SECONDS), await aio_pika.connect(self.access.url) as connection:
            channel = await connection.channel()
            queue = await channel.get_queue(self.access.reply_queue, ensure=False)
            async with queue.iterator(no_ack=True) as messages:
                async for message in messages:
                    found.append(json.loads(message.body))
                    if len(found) == number:
                        break
        return found


async def _agency(town: Town, code: str, name: str) -> Agency:
    servers = town.city.places[QINGSHAN].servers
    administrator = Administrator(servers.management_user, servers.management_password)
    return Agency(await add_agency(town.city.settings[QINGSHAN].broker, administrator, code, name))


@pytest.fixture(scope="module")
async def fire(town: Town) -> Agency:
    """The fire brigade (消防)."""
    return await _agency(town, "xiaofang", "消防支队")


@pytest.fixture(scope="module")
async def police(town: Town) -> Agency:
    """The police (公安)."""
    return await _agency(town, "gongan", "公安局")


def _table(kind: bytes, value: bytes, *, key: bytes) -> bytes:
    """Return a field table with one entry, as it goes over the wire."""
    entry = bytes([len(key)]) + key + kind + value
    return struct.pack(">I", len(entry)) + entry


async def _publish_raw(agency: Agency, body: bytes, properties: dict[str, Any]) -> None:
    """Publish with properties that go to the wire as they are."""
    connection = await aiormq.connect(agency.access.url)
    channel = await connection.channel(publisher_confirms=True)
    sent = aiormq.spec.Basic.Properties()
    for name, value in properties.items():
        setattr(sent, name, value)
    await channel.basic_publish(
        body, exchange=AGENCY_EXCHANGE, routing_key=agency.access.routing_key, properties=sent, mandatory=True
    )
    await connection.close()


UNFIT = {
    "not JSON": (b"\x00\x01 no json", "NOT_READABLE"),
    "empty": (b"", "NOT_READABLE"),
    "deep": (b"[" * 30_000, "NOT_READABLE"),
    "a number of 60,000 digits": (b'{"event_id": ' + b"9" * 60_000 + b"}", "NOT_READABLE"),
    "a list": (b"[]", "WRONG_FIELDS"),
    "no place": (event(place=""), "WRONG_FIELDS"),
    "unknown field": (event(urgent=True), "WRONG_FIELDS"),
    "misspelt figure": (event(figures={"deaths": 3}), "WRONG_FIELDS"),
    "too large a figure": (event(figures={"dead": 10**30}), "WRONG_FIELDS"),
    "no zone": (event(occurred_at="2025-02-17T07:40:00"), "WRONG_FIELDS"),
    "before the year 1": (event(occurred_at="0001-01-01T00:00:00+14:00"), "WRONG_FIELDS"),
    "NUL": (event(gist="火\x00灾"), "WRONG_FIELDS"),
    "NUL in the name of a field": (event(**{"x\x00y": 1}), "WRONG_FIELDS"),
    "NUL in another's number": (event(agency="gongan", event_id="a\x00b"), "SOURCE_MISMATCH"),
    "half a surrogate pair": (b'{"event_id": "\\ud800"}', "NOT_READABLE"),
    "oversized": (event(gist="长" * 40_000), "OVERSIZED"),
    "another's name": (event(agency="gongan"), "SOURCE_MISMATCH"),
    "CAP of another": (cap(sender="gongan"), "SOURCE_MISMATCH"),
    "CAP that grows without end": (cap("&a29;", BOMB), "NOT_READABLE"),
    "CAP that reads our files": (cap("&x;", THIEF), "NOT_READABLE"),
    "XML that is no CAP": (b"<alert/>", "NOT_READABLE"),
    "marked": (event(gist="绝密★ 云雾崖储备库"), "SECRECY_MARK"),
    "marked and no JSON": ("{坏的 机密★ 云雾崖".encode(), "SECRECY_MARK"),
    "marked CAP": (cap("&#31192;&#23494;★云雾崖"), "SECRECY_MARK"),
}


@pytest.mark.parametrize("name", UNFIT)
async def test_what_is_no_event_is_answered_to_its_agency_and_counted(town: Town, fire: Agency, name: str) -> None:
    body, cause = UNFIT[name]
    before = await town.measured(COUNTED, outcome=cause)

    (answer,) = await fire.ask(body)

    assert (answer["outcome"], answer["cause"]) == ("REFUSED", cause), answer
    assert answer["reason"]
    assert await town.measured(COUNTED, outcome=cause) == before + 1


async def test_what_an_agency_worded_unstorably_holds_up_nobody(town: Town, fire: Agency, police: Agency) -> None:
    """Promise 3: the words of a refusal come from the message, and the door must not stand still over them."""
    await fire.publish(event(**{"x\x00y": 1}))
    await fire.publish(event(agency="gongan", event_id="a\x00b"))

    (answer,) = await police.ask(event(agency="gongan", event_id="behind them"))

    assert answer["outcome"] == "ACCEPTED"
    told = await fire.read(2)
    assert [each["outcome"] for each in told] == ["REFUSED"] * 2
    assert await town.measured("shangda_consumer_faults", service=Service.INTAKE) == 0


async def test_of_a_marked_message_nothing_is_kept_anywhere(town: Town, fire: Agency) -> None:
    """Not in a table, not in an answer."""
    (answer,) = await fire.ask(event(gist="密级：绝密。狮子沟油库", event_id="M-1"))

    assert answer["cause"] == "SECRECY_MARK"
    assert "狮子沟" not in json.dumps(answer, ensure_ascii=False)
    assert await town.traces_of("狮子沟") == []
    assert await town.traces_of("云雾崖") == []


async def test_a_good_event_behind_bad_ones_reaches_the_duty_clocks(town: Town, fire: Agency) -> None:
    good = event(figures={"missing": 1})

    answers = await fire.ask(b"no json", event(agency="gongan"), event(place=""), good)

    assert [each["outcome"] for each in answers] == ["REFUSED", "REFUSED", "REFUSED", "ACCEPTED"]
    signal = answers[-1]["signal_id"]
    await town.until("SELECT missing = 1 FROM deadline.signal WHERE signal_id = $1::text::uuid", signal)


def _raw(kind: str, raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the publisher of this test put raw bytes where a property of this kind goes."""
    usual = encode.METHODS[kind]
    monkeypatch.setitem(encode.METHODS, kind, lambda value: raw if value == RAW else usual(value))


NANOSECONDS = struct.pack(">Q", 1_739_750_400_000_000_000)
GBK = "消防".encode("gbk")


@pytest.mark.parametrize(
    ("kind", "raw", "properties"),
    [
        ("timestamp", NANOSECONDS, {"timestamp": RAW}),
        ("shortstr", bytes([len(GBK)]) + GBK, {"app_id": RAW}),
        ("shortstr", bytes([len(GBK)]) + GBK, {"message_id": RAW}),
        ("table", _table(b"S", b"\x00\x00\x00\x02ok", key=GBK), {"headers": RAW}),
        ("table", _table(b"T", NANOSECONDS, key=b"at"), {"headers": RAW}),
    ],
)
async def test_properties_that_nobody_can_read_stop_nothing(
    town: Town, fire: Agency, monkeypatch: pytest.MonkeyPatch, kind: str, raw: bytes, properties: dict[str, str]
) -> None:
    """Promise 3: what the client library cannot read never reaches us, and comes again for ever."""
    strange, after = event(), event()
    with monkeypatch.context() as patched:
        _raw(kind, raw, patched)
        await _publish_raw(fire, json.dumps(strange).encode(), properties)

    await fire.publish(after)

    found = {each["event_id"]: each["outcome"] for each in await fire.read(2)}
    assert found == {strange["event_id"]: "ACCEPTED", after["event_id"]: "ACCEPTED"}


async def test_the_same_event_again_changes_nothing_and_is_answered_again(town: Town, fire: Agency) -> None:
    stated = event()

    first, again, other = await fire.ask(stated, stated, {**stated, "gist": "改了说法"})

    assert [each["outcome"] for each in (first, again, other)] == ["ACCEPTED", "DUPLICATE", "DUPLICATE"]
    await town.until("SELECT true FROM deadline.signal WHERE signal_id = $1::text::uuid", first["signal_id"])
    kept = await town.owners[QINGSHAN].fetch(
        "SELECT gist FROM intake.signal WHERE agency_event_id = $1", stated["event_id"]
    )
    assert [row["gist"] for row in kept] == ["仓库起火"]


async def test_an_unknown_territory_is_told_and_does_not_lose_the_event(town: Town, fire: Agency) -> None:
    for territory in ("nowhere", "999999999999"):
        (answer,) = await fire.ask(event(territory=territory))

        assert (answer["outcome"], answer.get("cause")) == ("ACCEPTED", None)
        assert "territory" in answer["reason"]
        placed = "SELECT territory IS NULL FROM deadline.signal WHERE signal_id = $1::text::uuid"
        await town.until(placed, answer["signal_id"])


async def test_an_agency_gets_its_own_answers_and_no_others(fire: Agency, police: Agency) -> None:
    (theirs,) = await police.ask(event(agency="gongan", event_id="P-1"))
    (ours,) = await fire.ask(event(event_id="OWN-1"))

    assert (theirs["event_id"], ours["event_id"]) == ("P-1", "OWN-1")
    with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
        await _consume(fire.access.url, police.access.reply_queue)
    with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
        await _consume(fire.access.url, AGENCY_QUEUE)


@pytest.mark.parametrize(
    ("exchange", "key"),
    [
        (AGENCY_EXCHANGE, agency_key("gongan")),
        (AGENCY_EXCHANGE, "agency.xiaofang.more"),
        (EVENTS_EXCHANGE, routing_key(SignalReceived, Lane.URGENT)),
        ("shangda.agency.replies", agency_key("gongan")),
        ("shangda.links", "from.pinghu.urgent"),
        ("", AGENCY_QUEUE),
        ("", "deadline.urgent"),
    ],
)
async def test_an_agency_that_speaks_as_somebody_else_is_refused_by_the_broker(
    town: Town, fire: Agency, exchange: str, key: str
) -> None:
    with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
        await publish(fire.access.url, exchange, key, json.dumps(event(agency="gongan")).encode())

    (answer,) = await fire.ask(event())
    assert answer["outcome"] == "ACCEPTED"


async def test_after_all_of_it_intake_holds_nothing_up(town: Town, fire: Agency) -> None:
    """What was refused is kept apart, with its cause; nothing was parked, and the queue's consumer never stumbled."""
    (answer,) = await fire.ask(cap())

    assert answer["outcome"] == "ACCEPTED"
    await town.until("SELECT true FROM deadline.signal WHERE signal_id = $1::text::uuid", answer["signal_id"])
    assert await town.measured("shangda_consumer_faults", service=Service.INTAKE) == 0
    assert await town.one("SELECT count(*) FROM intake.held_message") == 0
    assert await town.one("SELECT count(DISTINCT cause) >= 5 FROM intake.refused_agency_message")


async def _consume(url: str, queue: str) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        found = await channel.get_queue(queue, ensure=False)
        await found.consume(lambda message: None)
