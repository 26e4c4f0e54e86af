"""The compose file places every service, pins what it pulls, keeps the sites apart, and waits for health alone."""

import re
import subprocess

import pytest
import yaml

from shared.contracts.vocabulary import Service
from tests.deploy.composed import DOCKERFILE, FILE, ROOT, SITES, bare_waits, compose, composer, hosted, jobs, unpinned

COMPOSE = compose()
CONTAINERS = COMPOSE["services"]
LASTING = {name: each for name, each in CONTAINERS.items() if name not in jobs(CONTAINERS)}


@pytest.mark.parametrize("site", SITES)
def test_every_service_of_the_chain_has_its_place_once_at_each_site(site: str) -> None:
    placed = [
        service
        for name, each in CONTAINERS.items()
        if (at := hosted(name, each)) and at[0] == site
        for service in at[1]
    ]

    assert sorted(placed) == sorted(Service)


def test_docker_compose_accepts_the_file() -> None:
    done = subprocess.run([*composer(), "-f", str(FILE), "config", "-q"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_every_image_is_pinned_by_version() -> None:
    base = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    images = {name: each["image"] for name, each in CONTAINERS.items()} | {"base": base[0]}

    assert unpinned(images) == []


def test_a_floating_tag_is_noticed() -> None:
    assert unpinned({"a": "grafana:latest", "b": "postgres", "c": "postgres:15", "d": "x/y:v1.2.3"}) == ["a", "b", "c"]


def test_everything_that_lasts_has_a_health_check_and_comes_back_by_itself() -> None:
    assert [name for name, each in LASTING.items() if not each.get("healthcheck", {}).get("test")] == []
    assert [name for name, each in LASTING.items() if each.get("restart") != "unless-stopped"] == []


def test_our_containers_ask_readiness_with_what_the_image_has() -> None:
    checks = {name: " ".join(each["healthcheck"]["test"]) for name, each in LASTING.items() if hosted(name, each)}

    assert [name for name, check in checks.items() if "/readyz" not in check or "curl" in check] == []


def test_nothing_sleeps_and_every_wait_has_a_condition() -> None:
    assert bare_waits(CONTAINERS) == []
    assert bare_waits({"a": {"command": "sleep 5"}, "b": {"depends_on": ["a"]}}) == ["a", "b"]


def test_a_service_starts_after_its_servers_are_healthy_and_its_jobs_are_done() -> None:
    for name, each in LASTING.items():
        if (at := hosted(name, each)) is not None:
            waits = {what: wait["condition"] for what, wait in each["depends_on"].items()}
            assert waits == {
                f"{at[0]}-rabbitmq": "service_healthy",
                f"{at[0]}-postgres": "service_healthy",
                f"{at[0]}-migrate": "service_completed_successfully",
                f"{at[0]}-keys": "service_completed_successfully",
            }


def test_two_sites_share_a_network_only_where_their_brokers_meet() -> None:
    networks = {name: set(each.get("networks", ())) for name, each in CONTAINERS.items()}
    sites = {name: next((s for s in SITES if name == s or name.startswith(f"{s}-")), None) for name in CONTAINERS}
    shared = {
        tuple(sorted((one, other)))
        for one, first in sites.items()
        for other, second in sites.items()
        if first and second and first != second and networks[one] & networks[other]
    }

    assert {name for pair in shared for name in pair} == {f"{site}-rabbitmq" for site in SITES}
    assert COMPOSE["networks"]["links"]["internal"]


def test_private_keys_and_passwords_stay_in_the_volume_of_their_site() -> None:
    for name, each in CONTAINERS.items():
        mounted = {volume.split(":")[0] for volume in each.get("volumes", ()) if volume.split(":")[0] in SECRET}
        assert mounted <= {f"{name.split('-')[0]}-shangda"}


SECRET = {f"{site}-shangda" for site in SITES}


def test_no_password_stands_on_a_command_line() -> None:
    lines = {name: str(each.get("command", "")) for name, each in CONTAINERS.items()}

    assert [name for name, line in lines.items() if "PASSWORD" in line or re.search(r"://[^@/]*:[^@/]*@", line)] == []


def test_every_file_that_is_mounted_exists_and_every_volume_is_declared() -> None:
    for each in CONTAINERS.values():
        for volume in each.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], volume


def test_prometheus_scrapes_every_process_and_every_broker() -> None:
    shipped = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    scraped = {
        job["job_name"]: {
            (group["labels"]["site"], target) for group in job["static_configs"] for target in group["targets"]
        }
        for job in shipped["scrape_configs"]
    }

    served = {(at[0], f"{name}:8080") for name, each in CONTAINERS.items() if (at := hosted(name, each))}
    assert scraped == {"shangda": served, "rabbitmq": {(site, f"{site}-rabbitmq:15692") for site in SITES}}


def test_the_image_runs_as_nobody_in_particular_and_checks_readiness_without_curl() -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")
    last = text[text.rindex("\nFROM ") :]

    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "/readyz" in last[last.index("HEALTHCHECK") :]
    assert not re.search(r"\b(curl|apt-get|gcc|build-essential)\b", text)
    assert "--require-hashes" in text
    assert "--only-binary :all:" in text
