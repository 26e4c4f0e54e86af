"""What a story or a test made on servers that others use too goes away with it, accounts and roles included."""

import os
from pathlib import Path

import asyncpg

from deploy.city import provision_city
from deploy.provision.agency import Administrator, add_agency
from deploy.provision.site import Servers
from shared.broker.management import Management
from shared.organisation.organisation import Organisation
from tests.conftest import ORGANISATION_FILE
from tests.towns import QINGSHAN

ROLES = "SELECT count(*) FROM pg_roles WHERE starts_with(rolname, $1)"
DATABASES = "SELECT count(*) FROM pg_database WHERE starts_with(datname, $1)"


async def test_a_dropped_city_leaves_no_account_and_no_role_behind(
    servers: Servers, organisation: Organisation, tmp_path: Path
) -> None:
    """Lower sites' and agencies' accounts are of the city's making as well."""
    prefix = f"dropped{os.getpid()}"
    sites = {site.id: servers for site in organisation.sites}
    city = await provision_city(organisation, ORGANISATION_FILE, sites, tmp_path, prefix)
    administrator = Administrator(servers.management_user, servers.management_password)
    await add_agency(city.settings[QINGSHAN].broker, administrator, "fire", "消防支队")
    async with Management(servers.management_url, servers.management_user, servers.management_password) as management:
        made = await _accounts(management, prefix)
        assert {f"{prefix}-qingshan-agency-fire", f"{prefix}-linjiang-from-qingshan"} <= made

        await city.drop()

        assert await _accounts(management, prefix) == set()
    owner = await asyncpg.connect(servers.admin_dsn)
    try:
        assert [await owner.fetchval(each, prefix) for each in (ROLES, DATABASES)] == [0, 0]
    finally:
        await owner.close()


async def _accounts(management: Management, prefix: str) -> set[str]:
    return {row["name"] for row in await management.call("GET", "/api/users") if row["name"].startswith(prefix)}
