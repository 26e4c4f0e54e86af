"""The compose file as the tests see it: parsed, with what it mounts and runs told apart."""

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from shared.contracts.vocabulary import Service

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "deploy/Dockerfile"
SITES = ("linjiang", "qingshan", "pinghu")
_VERSIONED = re.compile(r":v?\d+(\.\d+)+[a-z0-9.-]*$")


def composer() -> tuple[str, ...]:
    """Return the command that reads compose files: version 1 of Debian, else the plugin of Docker's own packages."""
    return ("docker-compose",) if shutil.which("docker-compose") else ("docker", "compose")


def compose() -> dict[str, Any]:
    """Return the compose file, anchors resolved."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def jobs(containers: dict[str, Any]) -> set[str]:
    """Return the containers that end by themselves."""
    return {name for name, each in containers.items() if each.get("restart") == "no"}


def hosted(name: str, container: dict[str, Any]) -> tuple[str, frozenset[Service]] | None:
    """Return the site and the services that a container serves; None when it serves none."""
    command = container.get("command", [])
    if command[:1] != ["serve"]:
        return None
    named = frozenset(Service(word) for word in command[1:] if not word.startswith("-"))
    site = next(site for site in SITES if name == site or name.startswith(f"{site}-"))
    return site, named or frozenset(Service)


def unpinned(images: dict[str, str]) -> list[str]:
    """Return the containers whose image's tag is no version of two parts at least."""
    return [name for name, image in images.items() if not _VERSIONED.search(image)]


def bare_waits(containers: dict[str, Any]) -> list[str]:
    """Return what sleeps, or waits for nothing but a start."""
    text = [name for name, each in containers.items() if "sleep" in str(each.get("command", ""))]
    return text + [
        name
        for name, each in containers.items()
        if isinstance(each.get("depends_on"), list)
        or any(wait.get("condition") == "service_started" for wait in (each.get("depends_on") or {}).values())
    ]
