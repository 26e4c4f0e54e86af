"""The compose project really comes up, and a report crosses from a township's container to the city's."""

import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.city import City
from deploy.play.cast import Cast
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role
from shared.organisation.organisation import Organisation
from shared.process.settings import SiteSettings
from tests.deploy.composed import FILE, ROOT, compose, composer, hosted
from tests.deploy.standing_in import daemon, make_images, run
from tests.probe import eventually
from tests.seeing.conftest import CITY as CITY_DESK
from tests.seeing.conftest import COUNTY, REPORT, TOWNSHIP
from tests.towns import LINJIANG, QINGSHAN

pytestmark = pytest.mark.slow
# There is no stand-in for Grafana; its dashboards are proven on Prometheus alone (tests/seeing).
LEFT_OUT = {"grafana"}
CONTAINERS = {name: each for name, each in compose()["services"].items() if name not in LEFT_OUT}
PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Project:
    """The compose project, up. ``environment``: what docker needs to be found."""

    environment: Mapping[str, str]

    def compose(self, *arguments: str) -> str:
        """Return what a command of docker compose prints."""
        return run(*composer(), "-f", str(FILE), *arguments, environment=self.environment, within=ROOT)

    def states(self) -> dict[str, str]:
        """Return container -> health, or state where there is no health check."""
        ids = self.compose("ps", "-a", "-q", *CONTAINERS).split()
        found = json.loads(run("docker", "inspect", *ids, environment=self.environment))
        return {
            each["Config"]["Labels"]["com.docker.compose.service"]: each["State"].get("Health", {}).get("Status")
            or f"{each['State']['Status']} {each['State']['ExitCode']}"
            for each in found
        }

    def address(self, container: str) -> str:
        """Return a container's address in the network of its site."""
        (found,) = json.loads(
            run("docker", "inspect", self.compose("ps", "-q", container).strip(), environment=self.environment)
        )
        return str(next(iter(found["NetworkSettings"]["Networks"].values()))["IPAddress"])

    def settings(self, container: str, folder: Path) -> SiteSettings:
        """Return the settings of a container's site, reachable from here, its token key in ``folder``."""
        stated: dict[str, Any] = json.loads(self.compose("exec", "-T", container, "cat", "/etc/shangda/site.json"))
        key = self.compose("exec", "-T", container, "cat", "/etc/shangda/keys/tokens.pem")
        folder.mkdir()
        (folder / "tokens.pem").write_text(key, encoding="utf-8")
        return SiteSettings.model_validate(stated | {"http_host": self.address(container), "keys": folder})


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    """The project with every container but Grafana, its people enrolled; taken down with its volumes in the end."""
    with daemon() as environment:
        images = sorted({each["image"] for each in CONTAINERS.values()} - {"shangda:0.1.0"})
        make_images(["python:3.11.13-slim-bookworm", *images], environment)
        run(
            *("docker", "build", "-q", "--network", "host", "-f", "deploy/Dockerfile", "-t", "shangda:0.1.0", "."),
            environment=environment,
            within=ROOT,
        )
        up = Project(
            {**environment, "COMPOSE_PROJECT_NAME": f"shangda-try-{os.getpid()}", "COMPOSE_HTTP_TIMEOUT": "300"}
        )
        try:
            up.compose("up", "-d", "--no-build", *CONTAINERS)
            for portal in ("linjiang-portal", "qingshan"):
                load = (
                    "python",
                    "-m",
                    "deploy.cli",
                    "accounts",
                    "load",
                    "--invented",
                    "--site-file=/etc/shangda/site.json",
                )
                up.compose("exec", "-T", "-e", "SHANGDA_ACCOUNTS_PASSWORD=linjiang-2025", portal, *load)
            yield up
        finally:
            up.compose("down", "--volumes", "--timeout", "20")


@pytest.fixture
async def cast(project: Project, organisation: Organisation, tmp_path: Path) -> AsyncIterator[Cast]:
    """The people of the county's site, and of the city's review."""
    settings = {
        QINGSHAN: project.settings("qingshan", tmp_path / "qingshan"),
        LINJIANG: project.settings("linjiang-review", tmp_path / "linjiang"),
    }
    found = Cast(City(organisation, {}, settings))
    await found.open()
    yield found
    await found.close()


async def test_every_container_gets_healthy_and_every_job_ends_well(project: Project) -> None:
    wanted = {name: "exited 0" if each.get("restart") == "no" else "healthy" for name, each in CONTAINERS.items()}

    async def as_wanted() -> bool:
        return project.states() == wanted

    await eventually(as_wanted, seconds=PATIENCE, what="healthy containers")


async def test_prometheus_sees_every_process_and_every_broker(project: Project) -> None:
    targets = len([name for name, each in CONTAINERS.items() if hosted(name, each)]) + 3

    async def seen() -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get("http://127.0.0.1:9090/api/v1/query", params={"query": "sum(up)"})
        found = answer.json()["data"]["result"]
        return bool(found) and float(found[0]["value"][1]) == targets

    await eventually(seen, seconds=120, what=f"{targets} targets up")


async def test_a_report_goes_from_the_township_to_the_city(project: Project, cast: Cast) -> None:
    async def submitted() -> Any:
        answer = await cast.call(
            TOWNSHIP, Role.REPORTER, "POST", "/intake/reports", dict(REPORT), Idempotency_Key="compose-0001"
        )
        return answer.json().get("report_id") if answer.is_success else None

    async def act(office: OfficeId, role: Role, what: str) -> None:
        case = await eventually(lambda: _case(cast, office, role, report), seconds=120, what=f"case at {office}")
        answer = await cast.call(
            office, role, "POST", f"/review/cases/{case['case_id']}/{what}", {"revision": case["revision"]}
        )
        assert answer.is_success, answer.text

    report = await eventually(submitted, seconds=PATIENCE, what="the reporter's appointment known to intake")
    for office in (TOWNSHIP, COUNTY):
        await act(office, Role.INFO_SECTION, "pass")
        await act(office, Role.DEPUTY_SIGNER, "sign")

    arrived = await eventually(
        lambda: _case(cast, CITY_DESK, Role.INFO_SECTION, report), seconds=120, what="case at the city"
    )
    assert arrived["title"] == REPORT["title"]


async def _case(cast: Cast, office: OfficeId, role: Role, report: str) -> Any:
    answer = await cast.call(office, role, "GET", f"/review/reports/{report}/case")
    return answer.json() if answer.is_success else None
