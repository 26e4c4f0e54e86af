"""Ports and passwords of a server, kept in its directory so that a later run finds the same ones."""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from deploy.local.ports import free_ports, is_free


def remember_ports(file: Path, names: Sequence[str]) -> dict[str, int]:
    """Return a port for each name: those in ``file`` while they are all free, else new ones, written there."""
    if file.exists():
        known: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))
        if set(known) == set(names) and all(is_free(port) for port in known.values()):
            return known
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    file.write_text(json.dumps(ports), encoding="utf-8")
    return ports


def remember_secret(file: Path) -> str:
    """Return the secret in ``file`` (mode 400); made at the first call, 48 hexadecimal digits."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(24), encoding="ascii")
        file.chmod(0o400)
    return file.read_text(encoding="ascii").strip()
