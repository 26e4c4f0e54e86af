"""The chain's bus: what no version can read is parked with its cause; what is too new waits; the rest goes on."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aio_pika.exceptions import AMQPError

from shared.contracts.addresses import EVENTS_EXCHANGE, routing_key
from shared.contracts.envelope import MAX_BODY_BYTES, Delivery
from shared.contracts.identifiers import OfficeId, ReportId
from shared.contracts.outcomes import ReportAdopted
from shared.contracts.people import AppointmentGranted
from shared.contracts.reports import ReportArrived, ReportReturned, ReportSubmitted
from shared.contracts.vocabulary import Lane, Service
from shared.store.operating import Operating
from tests.building import submitted
from tests.doors.town import SHIQIAO, Town, publish
from tests.probe import delivery, eventually
from tests.towns import QINGSHAN

KEY = routing_key(ReportSubmitted, Lane.ROUTINE)
AT = datetime(2025, 2, 17, tzinfo=UTC)
CASES = "SELECT count(*) FROM review.review_case WHERE report_id = $1"
APPLIED = "SELECT applied FROM review.subject_progress WHERE subject = $1"
WAITING = "SELECT count(*) FROM review.stash WHERE subject = $1"


def report(report_id: ReportId | None = None, number: int = 1, origin: OfficeId = SHIQIAO) -> Delivery:
    """Return a submitted report as intake states it, the ``number``-th fact about it."""
    return delivery(submitted(report_id=report_id or ReportId(uuid4()), origin=origin), number, reader=Service.REVIEW)


def changed(body: bytes, **attributes: Any) -> bytes:
    """Return a message's body with other attributes of the envelope; ``data`` is merged."""
    stated = json.loads(body)
    stated["data"] |= attributes.pop("data", {})
    return json.dumps({**stated, **attributes}).encode()


async def state(town: Town, message: Delivery, *, body: bytes | None = None, **headers: Any) -> None:
    """Publish with intake's own account, as nobody but intake could; headers given as None are left out."""
    sent = {**message.headers, **{f"x-shangda-{name}": value for name, value in headers.items()}}
    kept = {name: value for name, value in sent.items() if value is not None}
    await publish(town.account(Service.INTAKE), EVENTS_EXCHANGE, KEY, body or message.raw, kept)


REPORT = report()
RAW = REPORT.raw
BODIES = {
    "no JSON": (b"garbage", "NOT_JSON", "PARKED"),
    "no text": (b"\x00\xff\xfe", "NOT_JSON", "PARKED"),
    "deep": (b"[" * 200_000, "NOT_JSON", "PARKED"),
    "a list": (b"[]", "NOT_AN_ENVELOPE", "PARKED"),
    "a number of 100,000 digits": (
        changed(RAW).replace(b'"epoch": 1', b'"epoch": ' + b"9" * 100_000),
        "NOT_JSON",
        "PARKED",
    ),
    "too large a number": (changed(RAW, epoch=10**30, service="nobody"), "NOT_AN_ENVELOPE", "PARKED"),
    "another specification": (changed(RAW, specversion="0.3"), "NOT_AN_ENVELOPE", "PARKED"),
    "oversized": (changed(RAW, data={"more": "x" * MAX_BODY_BYTES}), "OVERSIZED", "PARKED"),
    "unknown type": (changed(RAW, type="report.burnt.v1"), "UNKNOWN_TYPE", "PARKED"),
    "newer version": (changed(RAW, type="report.submitted.v9"), "UNKNOWN_TYPE", "DEFERRED"),
    "data of another event": (changed(RAW, type="report.returned.v1"), "DATA_DOES_NOT_FIT", "PARKED"),
    "subject of another report": (changed(RAW, subject=str(uuid4())), "SUBJECT_MISMATCH", "PARKED"),
    "NUL in the subject": (changed(RAW, subject="a\x00"), "NOT_AN_ENVELOPE", "PARKED"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_cannot_be_read_is_held_with_its_cause_counted_and_blocks_nothing(
    town: Town, name: str
) -> None:
    """Promise 3: parked at once; what only a newer version understands is deferred, not blamed."""
    body, cause, fate = BODIES[name]
    counted = await town.measured("shangda_messages_held_total", service="review", cause=cause, state=fate)

    await state(town, report(), body=body)
    await _flows(town)

    held = {bytes(row["body"]): row for row in await town.held(Service.REVIEW, cause)}[body]
    assert (held["state"], held["queue"]) == (fate, "review.routine")
    now = await town.measured("shangda_messages_held_total", service="review", cause=cause, state=fate)
    assert now == counted + 1


@pytest.mark.parametrize(
    "headers",
    [
        {"sender": None},
        {"sender": "qingshan"},
        {"sender": "qingshan/nobody/1"},
        {"sender": "qingshan/intake/0"},
        {"numbers": None},
        {"numbers": "no json"},
        {"numbers": "[" * 30_000},
        {"numbers": '{"review": 0}'},
        {"numbers": '{"review": true}'},
        {"numbers": '{"review": 1e400}'},
        {"numbers": f'{{"review": {2**63}}}'},
        {"numbers": '{"deadline": 1}'},
    ],
    ids=str,
)
async def test_headers_that_cannot_be_read_are_held_and_block_nothing(town: Town, headers: dict[str, Any]) -> None:
    wrong = report()

    await state(town, wrong, **headers)
    await _flows(town)

    causes = {bytes(row["body"]): row["state"] for row in await town.held(Service.REVIEW, "BAD_HEADERS")}
    assert causes[wrong.raw] == "PARKED"
    assert await town.one(CASES, wrong.event.report_id) == 0


@pytest.mark.parametrize(
    ("exchange", "key"),
    [
        (EVENTS_EXCHANGE, routing_key(ReportAdopted, Lane.ROUTINE)),
        (EVENTS_EXCHANGE, routing_key(AppointmentGranted, Lane.URGENT)),
        (EVENTS_EXCHANGE, routing_key(ReportArrived, Lane.ROUTINE)),
        (EVENTS_EXCHANGE, routing_key(ReportReturned, Lane.ROUTINE, carried=True)),
        (EVENTS_EXCHANGE, "anything.at.all"),
        ("", "review.routine"),
        ("shangda.links", "to.linjiang.routine"),
        ("amq.topic", "x"),
    ],
)
async def test_a_service_cannot_state_what_is_not_its_own(town: Town, exchange: str, key: str) -> None:
    """Promise 10 on the bus: intake's account, taken over, cannot speak for another service or another site."""
    with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
        await publish(town.account(Service.INTAKE), exchange, key, RAW, REPORT.headers)


async def test_a_number_used_again_is_held_and_the_first_fact_stands(town: Town) -> None:
    first = report()
    await state(town, first)
    await town.until(CASES, first.event.report_id, what="the first")

    await state(town, report(first.event.report_id))
    held = await eventually(lambda: town.held(Service.REVIEW, "NumberReused"), what="the second is held")

    assert [(row["state"], row["subject"]) for row in held] == [("PARKED", str(first.event.report_id))]
    assert await town.one(APPLIED, str(first.event.report_id)) == 1
    await state(town, report(first.event.report_id, 2))
    await town.until(f"SELECT ({APPLIED}) = 2", str(first.event.report_id), what="its next fact")


async def test_discarding_what_cannot_be_read_frees_its_subject(town: Town) -> None:
    """Promise 3: an operator gives a message up; what waited for it goes on."""
    operating = Operating(town.service(Service.REVIEW).store)
    first, second = report(), None
    second = report(first.event.report_id, 2)
    broken = changed(first.raw, data={"submitted_at": "yesterday"})
    await state(town, first, body=broken)
    await state(town, second)
    await town.until(WAITING, str(first.event.report_id), what="the second waits")
    held = await _held(town, broken, "DATA_DOES_NOT_FIT")

    assert (await operating.look(held, actor="op-wang", at=AT)).waiting == 1
    again = await operating.replay([held], actor="op-wang", reason="试一次", at=AT)
    await eventually(lambda: _fate(operating, again, "PARKED"), what="it cannot be read this time either")
    await operating.discard(held, actor="op-wang", reason="内容已毁，原单位重报", at=AT)

    await town.until(CASES, first.event.report_id, what="what waited goes on")
    assert await town.one(WAITING, str(first.event.report_id)) == 0
    with pytest.raises(LookupError):
        await operating.discard(held, actor="op-wang", reason="再来一次", at=AT)


async def test_replaying_what_failed_once_the_cause_is_gone_frees_its_subject_in_order(town: Town) -> None:
    """Promise 3: a fault of the database's making, mended, then one frozen selection is replayed."""
    operating = Operating(town.service(Service.REVIEW).store)
    first = report()
    subject = str(first.event.report_id)
    await _refuse_rows(town.owners[QINGSHAN], first.event.report_id)
    await state(town, first)
    await state(town, report(first.event.report_id, 2))
    await town.until(WAITING, subject, what="the second waits")
    await town.until("SELECT count(*) FROM review.held_message WHERE subject = $1", subject)
    await _flows(town)

    await _mend(town.owners[QINGSHAN])
    held = await town.one("SELECT held_id FROM review.held_message WHERE subject = $1", subject)
    selection = await operating.replay([held], actor="op-wang", reason="已修复", at=AT)

    await eventually(lambda: _fate(operating, selection, "APPLIED"), what="the replay is applied")
    await town.until(f"SELECT ({APPLIED}) = 2", subject, what="and what waited for it")
    assert await town.one(CASES, first.event.report_id) == 1
    acts = await town.owners[QINGSHAN].fetch("SELECT act, actor FROM review.held_act WHERE held_id = $1", held)
    assert [(row["act"], row["actor"]) for row in acts] == [("REPLAY", "op-wang")]


async def test_after_all_of_it_the_queue_is_consumed_and_stumbled_over_nothing(town: Town) -> None:
    await _flows(town)

    assert await town.measured("shangda_consumer_faults", service=Service.REVIEW) == 0
    assert await town.measured("shangda_door_open", service="review", door="queue review.routine") == 1


async def _flows(town: Town) -> None:
    """A good report behind whatever came before is applied."""
    good = report()
    await state(town, good)
    await town.until(CASES, good.event.report_id, what="the good report behind flows")


async def _held(town: Town, body: bytes, cause: str) -> UUID:
    found: dict[bytes, UUID] = {}

    async def look() -> bool:
        found.update({bytes(row["body"]): row["held_id"] for row in await town.held(Service.REVIEW, cause)})
        return body in found

    await eventually(look, what=f"held for {cause}")
    return found[body]


async def _fate(operating: Operating, selection: UUID, state_: str) -> bool:
    await asyncio.sleep(0)
    return [fate.state for fate in await operating.outcomes(selection)] == [state_]


async def _refuse_rows(owner: asyncpg.Connection, report_id: UUID) -> None:
    await owner.execute(
        f"""CREATE FUNCTION review.refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN IF NEW.report_id = '{report_id}' THEN RAISE 'this row is refused'; END IF; RETURN NEW; END$$;
            CREATE TRIGGER refuse BEFORE INSERT ON review.review_case FOR EACH ROW EXECUTE FUNCTION review.refuse()"""
    )


async def _mend(owner: asyncpg.Connection) -> None:
    await owner.execute("DROP FUNCTION review.refuse() CASCADE")
