"""One city for all attacks of this folder: a door that an attack had broken would fail the tests behind it."""

from collections.abc import AsyncIterator

import pytest

from deploy.provision.site import Servers
from shared.organisation.organisation import Organisation
from tests.doors.town import Town, town_of


@pytest.fixture(scope="package")
async def town(
    servers: Servers, organisation: Organisation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """A city with every service."""
    async with town_of(servers, organisation, tmp_path_factory.mktemp("doors")) as started:
        yield started
