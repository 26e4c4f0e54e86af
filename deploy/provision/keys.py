"""A site's keys: one pair for what the site states, one for its portal's tokens."""

import os
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from shared.contracts.identifiers import SiteId

SUFFIX = ".pub.pem"


class KeyNotTaken(Exception):
    """A site's public key cannot be taken; the text says why and what to do. Nothing was changed."""


def make_pair(folder: Path, name: str) -> bytes:
    """Make ``name.pem`` (mode 0600) and ``name.pub.pem`` unless they exist; return the public half.

    A private key that is there is never overwritten; the public half is made of it.
    """
    private_file, public_file = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    if not private_file.exists():
        made = Ed25519PrivateKey.generate()
        _write_private(private_file, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    private = load_pem_private_key(private_file.read_bytes(), None)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public_file.write_bytes(public)
    return public


def _write_private(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)


def export_public_key(keys: Path, site: SiteId, folder: Path) -> Path:
    """Write this site's public key as ``<site>.pub.pem`` into ``folder`` and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{site}{SUFFIX}"
    file.write_bytes((keys / f"site{SUFFIX}").read_bytes())
    return file


def import_public_key(keys: Path, file: Path, *, replace: bool = False) -> str:
    """Believe the site whose key is in ``<site>.pub.pem``; return the key's fingerprint, to be compared by telephone.

    Raises KeyNotTaken for a file that is no such key, and for a key other than the one believed now unless ``replace``.
    """
    if not file.name.endswith(SUFFIX):
        raise KeyNotTaken(f"{file}: a public key's file is called <site>{SUFFIX}")
    content = file.read_bytes()
    named = fingerprint(content, file.name)
    known = keys / "peers" / file.name
    if known.exists() and known.read_bytes() != content and not replace:
        raise KeyNotTaken(
            f"{file.name}: another key of this site is believed now ({fingerprint(known.read_bytes(), known.name)}, "
            f"not {named}). Ask the other data centre by telephone; then import with --replace."
        )
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_bytes(content)
    return named


def fingerprint(public_pem: bytes, called: str) -> str:
    """Return a key's fingerprint as people read it aloud: SHA-256 of the raw key, in groups of four digits."""
    try:
        public = load_pem_public_key(public_pem)
    except ValueError as error:
        raise KeyNotTaken(f"{called}: no public key in PEM form") from error
    if not isinstance(public, Ed25519PublicKey):
        raise KeyNotTaken(f"{called}: no Ed25519 key")
    digest = sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def exchange_public_keys(folders: dict[str, Path]) -> None:
    """Lay every site's public key into every site's ``peers`` folder: what operators do by hand between sites."""
    for keys in folders.values():
        for site, other in folders.items():
            peers = keys / "peers"
            peers.mkdir(parents=True, exist_ok=True)
            export_public_key(other, SiteId(site), peers)
