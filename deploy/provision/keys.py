"""A site's keys: one pair for what the site states, one for its portal's tokens."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def make_pair(folder: Path, name: str) -> bytes:
    """Make ``name.pem`` (mode 0600) and ``name.pub.pem`` unless they exist; return the public half."""
    private_file, public_file = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    if not private_file.exists():
        private = Ed25519PrivateKey.generate()
        _write_private(private_file, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public_file.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return public_file.read_bytes()


def _write_private(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)


def exchange_public_keys(folders: dict[str, Path]) -> None:
    """Lay every site's public key into every site's ``peers`` folder: what operators do by hand between sites."""
    for folder in folders.values():
        peers = folder / "peers"
        peers.mkdir(parents=True, exist_ok=True)
        for site, other in folders.items():
            (peers / f"{site}.pub.pem").write_bytes((other / "site.pub.pem").read_bytes())
