"""The door of a link: what waits behind it for a version, an office or a key, and what the sender hears of it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typer.testing import CliRunner

from deploy.cli.app import app
from services.forwarding.frames import seal
from services.forwarding.keys import register
from services.forwarding.signatures import Signer
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Service
from shared.store.operating import Operating
from tests.building import MORNING
from tests.doors.link import (
    ARRIVED,
    body_of,
    crossing,
    expect_receipt,
    flows,
    hand_over,
    heartbeat,
    held_at_the_city,
    kept,
    receipted,
    refusals,
    refused,
    resealed,
    sent,
    signed_text,
    signer,
    stranger,
    told,
)
from tests.doors.town import SHIQIAO, Town
from tests.probe import eventually
from tests.towns import LINJIANG, PINGHU, QINGSHAN

HELD = "SELECT count(*) FROM forwarding.held_message WHERE body = $1 AND settled_at IS NULL"


@pytest.mark.parametrize(
    ("change", "cause", "state"),
    [
        ({"type": "report.returned.v9"}, "UNKNOWN_TYPE", "DEFERRED"),
        ({"type": "report.burnt.v1"}, "UNKNOWN_TYPE", "DEFERRED"),
        ({"type": "report.returned.v1"}, "DATA_DOES_NOT_FIT", "PARKED"),
        ({"subject": "another"}, "SUBJECT_MISMATCH", "PARKED"),
        ({"specversion": "2.0"}, "NOT_AN_ENVELOPE", "PARKED"),
    ],
    ids=str,
)
async def test_what_this_version_cannot_read_is_held_and_receipted(
    town: Town, change: dict[str, str], cause: str, state: str
) -> None:
    """Promise 3 over a link: the sender is not late because the receiver has not been upgraded."""
    own = signer(town)
    event = sent(own)
    body = json.dumps({**json.loads(body_of(event, uuid4())), **change}).encode()
    newer = crossing(event, body)

    await expect_receipt(town, newer.event_id)
    await hand_over(town, seal(own, newer.frame))
    await receipted(town, newer.event_id)
    await flows(town)

    assert await held_at_the_city(town, body) == (cause, state)


async def test_what_waited_here_for_an_earlier_one_was_received_when_it_came(town: Town) -> None:
    """Architecture 7: the receiver's first commit is the time of receipt, not the moment when the way was free."""
    own = signer(town)
    event = sent(own)
    second, first = crossing(event, number=2), crossing(event.model_copy(update={"submission_id": uuid4()}))
    await expect_receipt(town, second.event_id)
    await hand_over(town, seal(own, second.frame))
    await receipted(town, second.event_id)
    came = datetime.now(UTC)

    await hand_over(town, seal(own, first.frame))

    received = "SELECT received_at FROM forwarding.submission WHERE submission_id = $1 AND direction = 'IN'"
    assert await town.until(received, event.submission_id, site=LINJIANG, what="the second is applied") <= came


async def test_what_names_an_office_unknown_here_is_deferred_and_receipted(town: Town) -> None:
    """Architecture 8: an organisation that is newer at the sender's makes nobody late and blocks nothing."""
    own = signer(town)
    newer = sent(own).model_copy(update={"to_office": "linjiang-new", "concerns": (OfficeId("linjiang-new"),)})
    event = crossing(newer)

    await expect_receipt(town, event.event_id)
    await hand_over(town, seal(own, event.frame))
    await receipted(town, event.event_id)
    await flows(town)

    body = event.frame.body.encode()
    assert await held_at_the_city(town, body) == ("UnknownOffice", "DEFERRED")
    await _replay(town, body)
    assert await held_at_the_city(town, body) == ("UnknownOffice", "DEFERRED")


async def test_a_key_that_is_registered_later_makes_good_what_waited_for_it(town: Town) -> None:
    """Architecture 8 for keys, and UnreceiptedOld: register the key, then replay. The frame goes through the door."""
    new = stranger()
    event = crossing(sent(signer(town)))
    frame, beat = seal(new, event.frame), signed_text(new, heartbeat(town))
    before = await refusals(town, "UNKNOWN_KEY", "HEARTBEAT")

    await expect_receipt(town, event.event_id)
    await hand_over(town, beat)
    await hand_over(town, frame)
    await receipted(town, event.event_id)
    assert await held_at_the_city(town, frame) == ("UNKNOWN_KEY", "DEFERRED")
    await told(town, event.event_id, "DEFERRED")
    assert await kept(town, beat) == 0
    assert await refusals(town, "UNKNOWN_KEY", "HEARTBEAT") == before + 1
    assert await town.one(ARRIVED, event.report_id, site=LINJIANG) == 0

    await _register(town, new)
    await _replay(town, frame)

    await town.until(ARRIVED, event.report_id, site=LINJIANG, what="it arrives after all")
    await told(town, event.event_id, "ENDED")
    assert await town.one(HELD, frame, site=LINJIANG) == 0


async def test_a_key_that_is_revoked_is_not_believed_whatever_time_a_frame_says(town: Town) -> None:
    """The thief of a key chooses the time at which he says that he signed; the receiver's clock decides."""
    stolen, later = stranger(), stranger()
    await _register(town, stolen)
    await _register(town, later, valid_from=datetime.now(UTC) + timedelta(hours=1))
    site_file = town.city.settings_file(LINJIANG)
    command = ("keys", "revoke", stolen.key_id, f"--site-file={site_file}")
    done = await asyncio.to_thread(CliRunner().invoke, app, command)
    assert done.exit_code == 0, done.output
    await _revocation_is_known(town, stolen)
    backdated = crossing(sent(signer(town)), sent_at=datetime.now(UTC) - timedelta(hours=1))
    early = crossing(sent(signer(town)), sent_at=datetime.now(UTC) + timedelta(hours=2))

    wrong = {seal(stolen, backdated.frame): "KEY_NOT_IN_FORCE", seal(later, early.frame): "KEY_NOT_IN_FORCE"}
    await refused(town, wrong)

    for event in (backdated, early):
        assert await town.one(ARRIVED, event.report_id, site=LINJIANG) == 0


async def test_revoking_a_key_that_is_not_known_says_which_are(town: Town) -> None:
    command = ("keys", "revoke", "qingshan:no", f"--site-file={town.city.settings_file(LINJIANG)}")

    done = await asyncio.to_thread(CliRunner().invoke, app, command)

    assert done.exit_code != 0
    assert signer(town).key_id in done.output


async def test_the_county_knows_what_became_of_what_it_sent_until_it_ends(town: Town) -> None:
    """The receipt's word was thrown away: a report parked at the city was settled for the county."""
    own = signer(town)
    broken = sent(own).model_copy(update={"custody": sent(signer(town, PINGHU)).custody})
    event = crossing(broken)
    await expect_receipt(town, event.event_id)
    await hand_over(town, seal(own, event.frame))
    await told(town, event.event_id, "PARKED")

    async def shown() -> bool:
        labels = {"peer": LINJIANG, "lane": "routine", "fate": "PARKED"}
        return await town.measured("shangda_link_held_there", QINGSHAN, **labels) >= 1

    await eventually(shown, what="the gauge shows it")
    held = await town.one(
        "SELECT held_id FROM forwarding.held_message WHERE event_id = $1", event.event_id, site=LINJIANG
    )
    operating = Operating(town.service(Service.FORWARDING, LINJIANG).store)
    await operating.discard(held, actor="operator", reason="test", at=MORNING)

    await told(town, event.event_id, "ENDED")


async def test_a_hop_that_the_city_holds_says_so_to_its_office(town: Town) -> None:
    event = sent(signer(town)).model_copy(update={"from_office": SHIQIAO})
    await town.owners[QINGSHAN].execute(
        """INSERT INTO forwarding.submission (submission_id, direction, report_id, from_office, to_office, is_copy,
                                              version_hash, signed_at, queued_at)
           VALUES ($1, 'OUT', $2, $3, $4, false, '', now(), now())""",
        event.submission_id,
        event.report_id,
        event.from_office,
        event.to_office,
    )
    await town.owners[QINGSHAN].execute(
        """INSERT INTO forwarding.crossing (peer, event_id, lane, frame, sent_after_beat, first_sent_at, last_sent_at,
                                            fate, submission_id)
           VALUES ('linjiang', $1, 'routine', '', 0, now(), now(), 'PARKED', $2)""",
        uuid4(),
        event.submission_id,
    )

    (hop,) = (await town.send(f"/forwarding/reports/{event.report_id}/hops", b"", method="GET")).json()

    assert (hop["fate"], hop["received_at"]) == ("PARKED", None)


async def test_what_waited_for_a_key_is_parked_when_the_key_did_not_sign_it(town: Town) -> None:
    new, other = stranger(), stranger()
    forged = resealed(seal(other, crossing(sent(signer(town))).frame), key=new.key_id)
    await hand_over(town, forged)
    assert await held_at_the_city(town, forged) == ("UNKNOWN_KEY", "DEFERRED")

    await _register(town, new)
    await _replay(town, forged)

    assert await held_at_the_city(town, forged) == ("FORGED_SIGNATURE", "PARKED")


async def _register(town: Town, signer: Signer, *, valid_from: datetime = MORNING) -> None:
    """Register a key of the county at the city, as ``shangda keys import`` and a start of forwarding do."""
    pem = signer.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    async with town.service(Service.FORWARDING, LINJIANG).store.unit() as unit:
        await register(unit.connection, QINGSHAN, pem, valid_from)


async def _revocation_is_known(town: Town, signer: Signer) -> None:
    """Return when the city's forwarding has read its keys again: a key unknown to it makes it read them."""
    asked = seal(stranger(), crossing(sent(signer)).frame)
    await hand_over(town, asked)
    await held_at_the_city(town, asked)


async def _replay(town: Town, body: bytes) -> None:
    """Let the city's operator replay what is held with this body; return when it was tried."""
    held = await town.one("SELECT held_id FROM forwarding.held_message WHERE body = $1", body, site=LINJIANG)
    operating = Operating(town.service(Service.FORWARDING, LINJIANG).store)
    selection = await operating.replay([held], actor="operator", reason="test", at=MORNING)

    async def tried() -> bool:
        (fate,) = await operating.outcomes(selection)
        return fate.state != "RETRYING"

    await eventually(tried, what="it was tried again")
