"""The door of a link: what the neighbour did not sign is not believed; what it signed is receipted in any case."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from aio_pika.exceptions import AMQPError

from services.forwarding import custody
from services.forwarding.frames import MAX_FRAME_BYTES, seal, unseal
from services.forwarding.signatures import Keyring, Signer, SiteKey, public_bytes
from services.forwarding.statements import digest_of, sign
from shared.broker.names import LINKS_EXCHANGE, arrival_key, arrival_queue
from shared.contracts.envelope import MAX_BODY_BYTES, read
from shared.contracts.exampling import FOLDER
from shared.contracts.identifiers import AppointmentId, PersonId
from shared.contracts.people import AppointmentGranted
from shared.contracts.reports import CustodyHop, SubmissionSent
from shared.contracts.vocabulary import Lane, Role, Service, Urgency
from shared.timekeeping.clocks import SystemClock
from tests.building import MORNING
from tests.doors.link import (
    ARRIVED,
    CITY,
    accounts,
    crossing,
    expect_receipt,
    flows,
    hand_over,
    heartbeat,
    held_at_the_city,
    kept,
    parked_count,
    receipted,
    refusals,
    refused,
    resealed,
    sent,
    signed_text,
    signer,
    stranger,
)
from tests.doors.town import SHIQIAO, Town, publish
from tests.probe import eventually
from tests.towns import LINJIANG, PINGHU, QINGSHAN

RECEIVED = "SELECT count(*) FROM forwarding.event_log WHERE type = 'report.arrived.v1' AND subject = $1"


async def test_what_is_no_frame_is_parked_and_the_frame_behind_it_flows(town: Town) -> None:
    """Promise 3 over a link; nesting without end once stopped the lane."""
    wrong = [b"no json", b"\x00\xff", b"[]", b'"x"', b"{}", b"[" * 200_000, b"9" * 100_000]

    await refused(town, dict.fromkeys(wrong, "NOT_A_FRAME"))


async def test_a_frame_without_the_neighbours_signature_is_not_believed(town: Town) -> None:
    own = signer(town)
    event = crossing(sent(own))
    true = seal(own, event.frame)
    text = json.loads(true)["frame"]
    forged = {
        "unsigned": (resealed(true, signature=None), "NOT_A_FRAME"),
        "cut off": (true[:-40], "NOT_A_FRAME"),
        "an empty signature": (resealed(true, signature=""), "FORGED_SIGNATURE"),
        "no signature at all": (resealed(true, signature="签名"), "FORGED_SIGNATURE"),
        "no algorithm": (resealed(true, algorithm="none"), "FORGED_SIGNATURE"),
        "another algorithm": (resealed(true, algorithm="SM2"), "FORGED_SIGNATURE"),
        "changed after signing": (resealed(true, frame=text.replace("淤堵", "畅通")), "FORGED_SIGNATURE"),
        "a stranger under our key's name": (
            resealed(seal(stranger(), event.frame), key=own.key_id),
            "FORGED_SIGNATURE",
        ),
        "the other county's key": (seal(signer(town, PINGHU), event.frame), "FORGED_SIGNATURE"),
        "the city's own key": (seal(signer(town, LINJIANG), event.frame), "FORGED_SIGNATURE"),
    }

    await refused(town, dict(forged.values()))

    assert await town.one(ARRIVED, event.report_id, site=LINJIANG) == 0
    assert await town.one(RECEIVED, str(event.report_id), site=LINJIANG) == 0


async def test_a_frame_for_another_link_is_not_believed_though_it_is_signed(town: Town) -> None:
    own = signer(town)
    events = [
        crossing(sent(own), **ends) for ends in ({"destination": PINGHU}, {"source": PINGHU}, {"source": LINJIANG})
    ]

    await refused(town, {seal(own, event.frame): "WRONG_LINK" for event in events})

    for event in events:
        assert await town.one(ARRIVED, event.report_id, site=LINJIANG) == 0


async def test_a_frame_that_says_other_than_it_carries_is_parked_and_receipted(town: Town) -> None:
    """Receipts and resending go by the frame, effects by what is inside: they must be one and the same fact."""
    own = signer(town)
    other = sent(own)
    carried = [
        (crossing(sent(own), event_id=uuid4()), "ANOTHER_INSIDE"),
        (crossing(sent(own), subject=other.subject), "ANOTHER_INSIDE"),
        (crossing(sent(own), lane=Lane.URGENT), "WRONG_LANE"),
    ]
    before = {cause: await parked_count(town, cause) for _, cause in carried}

    for event, _ in carried:
        await expect_receipt(town, event.frame.event_id)
        await hand_over(town, seal(own, event.frame))
    await flows(town)

    for event, cause in carried:
        assert await held_at_the_city(town, seal(own, event.frame)) == (cause, "PARKED")
        assert await town.one(ARRIVED, event.report_id, site=LINJIANG) == 0
        await receipted(town, event.frame.event_id)
    assert {cause: await parked_count(town, cause) - before[cause] for cause in before} == {
        "ANOTHER_INSIDE": 2,
        "WRONG_LANE": 1,
    }


async def test_a_heartbeat_of_another_lane_is_not_heard(town: Town) -> None:
    """Each lane's heartbeats say whether that lane lives."""
    own, before = signer(town), await refusals(town, "WRONG_LANE", "HEARTBEAT")
    beat = {**heartbeat(town), "beat": 20_000}

    await hand_over(town, signed_text(own, beat), Lane.URGENT)

    await eventually(lambda: _grown(town, "WRONG_LANE", "HEARTBEAT", before), what="it is counted")
    heard = "SELECT max(heard_beat) FROM forwarding.link WHERE peer = 'qingshan'"
    assert await town.one(heard, site=LINJIANG) < 20_000


async def test_a_signed_frame_that_no_table_can_hold_stops_nothing(town: Town) -> None:
    """A neighbour's mistake is one frame parked; before frames were bounded it was a queue that stood still."""
    own = signer(town)
    event = json.loads(crossing(sent(own)).frame.model_dump_json())
    ends = {name: event[name] for name in ("source", "destination", "epoch", "lane", "sent_at")}
    beat = heartbeat(town)
    receipt = {"kind": "RECEIPT", **ends, "receipts": {str(uuid4()): "TAKEN"}}
    for good in (event, beat, receipt):
        raw = signed_text(own, good)
        assert unseal(_ring(town), raw, source=QINGSHAN, destination=LINJIANG, now=SystemClock().now())
    events = [
        {**event, "number": 0},
        {**event, "number": 2**63},
        {**event, "epoch": 10**12},
        {**event, "sent_at": "2025-02-17T08:00:00"},
        {**event, "lane": "express"},
        {**event, "event_id": "x"},
        {**event, "body": None},
        {**event, "kind": "LETTER"},
    ]
    repeated = [
        {**receipt, "receipts": {"no id": "TAKEN"}},
        {**receipt, "receipts": {str(uuid4()): "EATEN"}},
        {**beat, "beat": 2**63},
        {**beat, "echo": 2**63},
        {**beat, "business_now": "2025-02-17T08:00:00"},
    ]

    before = await refusals(town, "FRAME_DOES_NOT_FIT")

    for stated in repeated:
        await hand_over(town, signed_text(own, stated))
    await refused(town, {signed_text(own, stated): "FRAME_DOES_NOT_FIT" for stated in events})

    assert await refusals(town, "FRAME_DOES_NOT_FIT") == before + len(events) + len(repeated)
    assert [await kept(town, signed_text(own, stated)) for stated in repeated] == [0] * len(repeated)


async def test_a_heartbeat_that_cannot_be_heard_is_counted_and_the_link_lives_on(town: Town) -> None:
    """A neighbour's clock without a zone, or a word that PostgreSQL refuses, once stopped the lane for ever."""
    own = signer(town)
    good = sign(own, "x", MORNING)
    statement = {"site": QINGSHAN, "stated_at": MORNING.isoformat(), "heads": []}
    wrong_statements = [
        {**statement, "stated_at": "2099-02-17T08:00:00"},
        {**statement, "site": "qing\x00shan"},
        {**statement, "site": "long" * 2_000},
    ]
    texts = [json.dumps(each) for each in wrong_statements]
    said = [{"stated": {"text": text, "witness": sign(own, text, MORNING).model_dump(mode="json")}} for text in texts]
    naive = {"witnessed": {**good.model_dump(mode="json"), "at": "2025-02-17T08:00:00"}}
    # Before the first instant that UTC can name: only the one who hears it stumbles.
    first = {**good.model_dump(mode="json"), "at": "0001-01-01T00:00:00+14:00", "digest": digest_of(texts[0])}
    unheard = {"stated": {"text": texts[0], "witness": first}}
    before = {cause: await refusals(town, cause) for cause in ("FRAME_DOES_NOT_FIT", "OverflowError")}

    for number, more in enumerate((*said, naive, unheard)):
        await hand_over(town, signed_text(own, {**heartbeat(town), "beat": 10_000 + number, **more}))
        await flows(town)

    kept = "SELECT count(*) FROM forwarding.head_statement WHERE statement = ANY ($1)"
    assert await town.one(kept, texts, site=LINJIANG) == 0
    for cause, counted in before.items():
        assert await refusals(town, cause) == counted + 1
    assert await town.measured("shangda_consumer_faults", LINJIANG, service=Service.FORWARDING) == 0


async def test_a_frame_that_comes_twice_has_one_effect_and_two_answers(town: Town) -> None:
    """Promise 2 over a link: a receipt that was lost is given again."""
    own = signer(town)
    event = crossing(sent(own))
    raw = seal(own, event.frame)

    for _ in range(2):
        await expect_receipt(town, event.event_id)
        await hand_over(town, raw)
        await receipted(town, event.event_id)

    await town.until(ARRIVED, event.report_id, site=LINJIANG)
    assert await town.one(ARRIVED, event.report_id, site=LINJIANG) == 1
    assert await town.one(RECEIVED, str(event.report_id), site=LINJIANG) == 1


async def test_a_report_whose_custody_does_not_hold_is_parked_and_shown_to_nobody(town: Town) -> None:
    """Promise 8 on the way: the neighbour's frame is true, what it carries was changed before."""
    own, true = signer(town), sent(signer(town))
    wording, (hop,), stated = true.versions[0], true.custody, true.head
    urgent, received = stated.model_copy(update={"urgency": Urgency.URGENT}), custody_of_another_origin(own, true)
    broken = {
        "another urgency": {"head": urgent, "urgency": Urgency.URGENT},
        "another urgency than its head's": {"urgency": Urgency.URGENT},
        "another number": {"head": stated.model_copy(update={"number": "SQ-2025-0217-999"})},
        "another incident": {"head": stated.model_copy(update={"incident_id": uuid4()})},
        "another origin": {"head": stated.model_copy(update={"origin_office": SHIQIAO})},
        "a chain that does not begin at the origin": {"custody": received},
        "signed at another time": {"signed_at": MORNING + timedelta(hours=-1)},
        "a changed text": {"versions": (wording.model_copy(update={"body": "三座水库溢洪道畅通。"}),)},
        "a changed figure": {"versions": (wording.model_copy(update={"citations": ()}),)},
        "a forged signature": {"custody": (hop.model_copy(update={"signature": "AAAA"}),)},
        "another signer": {"custody": (hop.model_copy(update={"appointment": "principal"}),)},
        "a stranger's key": {"custody": custody_by(stranger(), true)},
        "another site's key": {"custody": custody_by(signer(town, PINGHU), true)},
        "a hop left out": {"custody": (hop.model_copy(update={"previous": "0" * 64}),)},
    }

    events = [true.model_copy(update={**changed, "submission_id": uuid4()}) for changed in broken.values()]
    events.append(true.model_copy(update={"report_id": uuid4(), "submission_id": uuid4()}))
    broken["another report"] = {}
    frames = [crossing(event) for event in events]
    for carried in frames:
        await expect_receipt(town, carried.event_id)
        await hand_over(town, seal(own, carried.frame))
    await flows(town)

    for carried, how in zip(frames, broken, strict=True):
        await receipted(town, carried.event_id)
        # A key that is not registered here may be newer than what this site knows.
        wanted = ("CustodyKeyUnknown", "DEFERRED") if how == "a stranger's key" else ("CustodyBroken", "PARKED")
        assert await held_at_the_city(town, carried.frame.body.encode()) == wanted
        assert await town.one(RECEIVED, str(carried.report_id), site=LINJIANG) == 0
        assert await town.one(ARRIVED, carried.report_id, site=LINJIANG) == 0


def custody_by(by: Signer, true: SubmissionSent) -> tuple[CustodyHop, ...]:
    """Return the chain that the county would have signed, signed by another."""
    wording: dict[str, Any] = {"version_hash": true.versions[0].content_hash, "at": MORNING, "office": true.from_office}
    return custody.add_hop(by, (), true.head, action=custody.SIGNED, appointment="deputy", **wording)


def custody_of_another_origin(own: Signer, true: SubmissionSent) -> tuple[CustodyHop, ...]:
    """Return a chain of true signatures in which the county received before anybody had signed."""
    wording: dict[str, Any] = {"version_hash": true.versions[0].content_hash, "at": MORNING, "office": true.from_office}
    received = custody.add_hop(own, (), true.head, action=custody.RECEIVED, appointment="", **wording)
    return custody.add_hop(own, received, true.head, action=custody.SIGNED, appointment="deputy", **wording)


async def test_what_is_too_large_is_parked_and_the_frame_behind_it_flows(town: Town) -> None:
    own, large = signer(town), " " * (MAX_BODY_BYTES + 1)
    event = crossing(sent(own), large.encode())
    vast = seal(own, crossing(sent(own), b" " * MAX_FRAME_BYTES).frame)

    await expect_receipt(town, event.event_id)
    await hand_over(town, seal(own, event.frame))
    await receipted(town, event.event_id)
    await refused(town, {vast: "OVERSIZED"})

    assert await held_at_the_city(town, large.encode()) == ("OVERSIZED", "PARKED")


async def test_a_county_cannot_state_what_is_not_its_own(town: Town) -> None:
    """Promise 10 over a link: the county's key proves that the county sent it, and nothing about whose fact it is.

    Neither what another site stated comes this way, nor a fact that never leaves its site, nor what its own site
    states of others' offices: a verdict of the city on another county.
    """
    own = signer(town)
    granted = AppointmentGranted(
        appointment_id=AppointmentId("linjiang-gov-info.intruder"),
        revision=1,
        person=PersonId("intruder"),
        person_name="某某",
        office=CITY,
        role=Role.PRINCIPAL,
        valid_from=MORNING,
    )
    submissions = [crossing(sent(own), site=PINGHU), crossing(sent(own), site=LINJIANG), crossing(granted)]
    _, verdict = read((FOLDER / "verdict.finalised.v1.json").read_bytes())
    by_the_city = verdict.model_copy(update={"owed_to": CITY, "unit": "pinghu", "concerns": (CITY,)})
    of_another = by_the_city.model_copy(update={"owed_to": "qingshan-gov-duty"})
    verdicts = [crossing(each, lane=Lane.URGENT) for each in (by_the_city, of_another)]

    for event in submissions:
        await hand_over(town, seal(own, event.frame))
    for event in verdicts:
        await hand_over(town, seal(own, event.frame), Lane.URGENT)
    await flows(town)

    for event in verdicts:
        assert await held_at_the_city(town, event.frame.body.encode()) == ("NotTheirs", "PARKED")
    assert await town.one("SELECT count(*) FROM scoring.ledger_line WHERE unit = 'pinghu'", site=LINJIANG) == 0
    for event in submissions:
        assert await held_at_the_city(town, event.frame.body.encode()) == ("NotTheirs", "PARKED")
        assert await town.one(ARRIVED, event.report_id, site=LINJIANG) == 0
    for service in (Service.FORWARDING, Service.REVIEW):
        looked = f"SELECT count(*) FROM {service}.appointment WHERE person = 'intruder'"
        assert await town.one(looked, site=LINJIANG) == 0


async def test_nobody_else_may_lay_a_frame_into_the_queue(town: Town) -> None:
    own = signer(town)
    raw = seal(own, crossing(sent(own)).frame)
    upper = town.city.settings[QINGSHAN].upper
    assert upper is not None
    tries = [(url, LINKS_EXCHANGE, arrival_key(QINGSHAN, Lane.ROUTINE)) for url in accounts(town).values()]
    tries.append((upper.amqp_url, "", arrival_queue(QINGSHAN, Lane.ROUTINE)))
    tries.append((upper.amqp_url, LINKS_EXCHANGE, arrival_key(PINGHU, Lane.ROUTINE)))
    tries.append((upper.amqp_url, "shangda.events", "urgent.appointment.granted.v1"))

    for url, exchange, key in tries:
        with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
            await publish(url, exchange, key, raw)


async def test_after_all_of_it_the_link_works_and_stumbled_over_nothing(town: Town) -> None:
    await flows(town)

    assert await town.measured("shangda_consumer_faults", LINJIANG, service=Service.FORWARDING) == 0
    assert await town.measured("shangda_door_open", LINJIANG, door="queue link.from.qingshan.routine") == 1
    await town.until("SELECT count(*) = 0 FROM forwarding.outbox_pending WHERE attempts > 0", site=LINJIANG)


async def _grown(town: Town, cause: str, kind: str, before: float) -> bool:
    return await refusals(town, cause, kind) == before + 1


def _ring(town: Town) -> Keyring:
    """Return a keyring with the county's key alone."""
    own = signer(town)
    key = SiteKey(own.key_id, QINGSHAN, own.algorithm, public_bytes(own.private), MORNING, None)
    return Keyring({own.key_id: key})
