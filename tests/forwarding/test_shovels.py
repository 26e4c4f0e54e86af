"""The keeper of a link's shovels, on a real broker whose line hangs: it declares, removes, and restarts."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.city import City, provision_city
from deploy.provision.site import Servers
from services.forwarding.shovels import ShovelKeeper, wanted
from shared.broker.management import Management
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane
from shared.organisation.organisation import Organisation
from shared.process.settings import SiteSettings
from tests.conftest import ORGANISATION_FILE
from tests.probe import eventually
from tests.proxy import Proxy
from tests.towns import PINGHU

OURS = {f"{a}-to-{b}-{lane}" for a, b in (("pinghu", "linjiang"), ("linjiang", "pinghu")) for lane in Lane}


@pytest.fixture
async def line(servers: Servers) -> AsyncIterator[Proxy]:
    """The line between the county and the city."""
    async with Proxy("127.0.0.1", servers.amqp_port) as proxy:
        yield proxy


@pytest.fixture
async def pinghu(
    servers: Servers, organisation: Organisation, tmp_path: Path, line: Proxy
) -> AsyncIterator[SiteSettings]:
    """A county at which nothing runs but what a test starts."""
    sites = {site.id: servers for site in organisation.sites}
    prefix = f"shovels{os.getpid()}"
    city: City = await provision_city(
        organisation, ORGANISATION_FILE, sites, tmp_path, prefix, through={PINGHU: ("127.0.0.1", line.port)}
    )
    yield city.settings[PINGHU]
    await city.drop()


class Silence:
    """What the keeper is told of silent lanes."""

    def __init__(self) -> None:
        self.lanes: list[Lane] = []

    async def __call__(self, peer: SiteId) -> list[Lane]:
        """Return the lanes set last."""
        return self.lanes


async def test_the_keeper_declares_what_is_missing_and_removes_what_nobody_wants(
    servers: Servers, pinghu: SiteSettings
) -> None:
    """Architecture 8: shovels follow the organisation; whoever else uses the broker keeps theirs."""
    assert pinghu.upper is not None
    keeper = ShovelKeeper(PINGHU, pinghu.broker, pinghu.upper, Silence(), pause_seconds=60)
    async with _administrator(servers) as management:
        value = next(iter(wanted(PINGHU, pinghu.broker, pinghu.upper).values()))
        for name in ("pinghu-to-elsewhere-urgent", "a-neighbour's own"):
            await management.put_shovel(pinghu.broker.vhost, name, value)

        await keeper.keep()

        declared = await management.shovels(pinghu.broker.vhost)
        await management.delete_shovel(pinghu.broker.vhost, "a-neighbour's own")
    assert declared.keys() == OURS | {"a-neighbour's own"}


async def test_a_silent_lane_is_restarted_both_ways_and_given_time_to_show_its_worth(
    pinghu: SiteSettings, caplog: pytest.LogCaptureFixture
) -> None:
    """The lane that is heard of keeps its connection; the silent one is not torn down again at every beat."""
    assert pinghu.upper is not None
    silence = Silence()
    keeper = ShovelKeeper(PINGHU, pinghu.broker, pinghu.upper, silence, pause_seconds=60)
    await keeper.keep()
    silence.lanes = [Lane.URGENT]

    await keeper.keep()
    await keeper.keep()

    assert sorted(_told(caplog, "restarted")) == ["linjiang-to-pinghu-urgent", "pinghu-to-linjiang-urgent"]


async def test_shovels_that_hang_hold_up_neither_each_other_nor_the_next_look(
    servers: Servers, pinghu: SiteSettings, line: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    """A shovel whose connection hangs ends slowly; each is tried, and all stand again after the next looks."""
    assert pinghu.upper is not None
    silence = Silence()
    keeper = ShovelKeeper(PINGHU, pinghu.broker, pinghu.upper, silence, pause_seconds=60)
    await keeper.keep()
    async with _administrator(servers) as management:

        async def running() -> bool:
            states = await management.call("GET", f"/api/shovels/{pinghu.broker.vhost}")
            return [each["state"] for each in states] == ["running"] * len(OURS)

        await eventually(running, seconds=20, what="all shovels running")
        await line.strand()
        silence.lanes = [Lane.ROUTINE, Lane.URGENT]

        await keeper.keep()

        assert {*_told(caplog, "restarted"), *_told(caplog, "not restarted yet")} == OURS

        async def standing() -> bool:
            await keeper.keep()
            return (await management.shovels(pinghu.broker.vhost)).keys() == OURS

        await eventually(standing, seconds=40, what="all shovels declared again")


def _administrator(servers: Servers) -> Management:
    return Management(servers.management_url, servers.management_user, servers.management_password)


def _told(caplog: pytest.LogCaptureFixture, what: str) -> list[str]:
    """Return the shovels that the log says this of."""
    return [vars(each)["shovel"] for each in caplog.records if each.getMessage() == f"silent link: shovel {what}"]
