"""Agencies' signals at the door of deadline: whose they are to see."""

from pathlib import Path
from uuid import uuid4

import pytest

from shared.contracts.duties import SignalReceived
from shared.contracts.identifiers import OfficeId, SignalId
from shared.contracts.vocabulary import Mode, Role, Service, SignalSource
from shared.organisation.organisation import Organisation
from tests.conftest import OpenStore
from tests.deadline.builders import CITY_INFO, at, at_work
from tests.deadline.test_finalising import Door
from tests.probe import hear


def signal(territory: str | None) -> SignalReceived:
    return SignalReceived(
        signal_id=SignalId(uuid4()),
        agency="xiaofang",
        agency_event_id=f"XF-{territory}",
        source=SignalSource.EMERGENCY_110_119_120,
        at=at("14:00"),
        place="东风路",
        territory=None if territory is None else OfficeId(territory),
        kind="仓库火灾",
        received_at=at("14:01"),
    )


@pytest.mark.parametrize(
    ("office", "seen"),
    [(CITY_INFO, {"XF-pinghu", "XF-pinghu-baiyun", "XF-None"}), (OfficeId("linjiang-jiaotong"), set())],
)
async def test_an_office_reads_the_signals_of_its_own_territory(
    open_store: OpenStore, organisation: Organisation, tmp_path: Path, office: OfficeId, seen: set[str]
) -> None:
    """B4: an information section elsewhere on the site learns nothing of them; a drill says what it is."""
    door = Door(await open_store(Service.DEADLINE, site="linjiang"), organisation, tmp_path)
    door.handlers, door.scanner = await at_work(door.store, organisation)
    for territory, mode in (("pinghu", Mode.ACTUAL), ("pinghu-baiyun", Mode.DRILL), (None, Mode.ACTUAL)):
        await hear(door.store, door.handlers, signal(territory), mode=mode)

    async with door.as_(await door.appoint(Role.INFO_SECTION, office)) as client:
        signals = (await client.get("/deadline/signals")).json()["signals"]

    told = {f"XF-{each['territory']}" for each in signals}
    assert told == seen
    assert {each["mode"] for each in signals if each["territory"] == "pinghu-baiyun"} <= {"DRILL"}
