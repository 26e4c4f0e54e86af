"""Sites' signatures (Ed25519). The algorithm is named in each, so that another can be configured (SM2/SM3)."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from shared.contracts.identifiers import SiteId

ED25519 = "Ed25519"


@dataclass(frozen=True, slots=True)
class SiteKey:
    """A public key of a site and when it may be believed. ``revoked_at`` is exclusive."""

    key_id: str
    site: SiteId
    algorithm: str
    public_key: bytes
    valid_from: datetime
    revoked_at: datetime | None


class SignatureRefused(Exception):
    """A signature cannot be believed; says which key and why."""


class UnknownKey(SignatureRefused):
    """The key that is named is not registered here: newer than what this site knows, or a forgery."""


class NotInForce(SignatureRefused):
    """The key that is named is registered here, but not to be believed at that time."""


@dataclass(frozen=True, slots=True)
class Signer:
    """This site's private key."""

    site: SiteId
    key_id: str
    private: Ed25519PrivateKey
    algorithm: str = ED25519

    def sign(self, statement: bytes) -> str:
        """Return the signature of ``statement``, base64."""
        return base64.b64encode(self.private.sign(statement)).decode()


def signer_of(site: SiteId, private_pem: bytes) -> Signer:
    """Return the signer made from a PEM private key. Raises TypeError when it is no Ed25519 key."""
    private = load_pem_private_key(private_pem, None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError(f"the key of site {site} is no Ed25519 key")
    return Signer(site, key_id(site, public_bytes(private)), private)


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    """Return the 32 raw bytes of the public half."""
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(site: SiteId, public_key: bytes) -> str:
    """Return the name of a key: the site and the first 16 hex digits of the key's SHA-256."""
    return f"{site}:{hashlib.sha256(public_key).hexdigest()[:16]}"


class Keyring:
    """The public keys this site believes."""

    def __init__(self, keys: Mapping[str, SiteKey]) -> None:
        self._keys = dict(keys)
        self._loaded: dict[str, Ed25519PublicKey] = {}

    def verify(self, site: SiteId, name: str, algorithm: str, statement: bytes, signature: str, at: datetime) -> None:
        """Return when ``signature`` is that of ``site`` at ``at``. Raises SignatureRefused with the reason.

        ``at``: the reader's own clock wherever the statement is made anew when its key is replaced; the signer's word,
        which the holder of a stolen key would choose, only for what stays for ever, such as a hop of custody.
        """
        key = self._keys.get(name)
        if key is None:
            raise UnknownKey(f"key {name[:120]} is not registered here")
        if key.site != site:
            raise SignatureRefused(f"key {name} belongs to {key.site}, not to {site}")
        if key.algorithm != algorithm or algorithm != ED25519:
            raise SignatureRefused(f"key {name} is {key.algorithm}, the signature says {algorithm}")
        if key.revoked_at is not None and at >= key.revoked_at:
            raise NotInForce(f"key {name} was revoked at {key.revoked_at.isoformat()}")
        if at < key.valid_from:
            raise NotInForce(f"key {name} is believed only from {key.valid_from.isoformat()} on")
        public = self._loaded.get(name)
        if public is None:
            public = self._loaded[name] = Ed25519PublicKey.from_public_bytes(key.public_key)
        try:
            public.verify(base64.b64decode(signature, validate=True), statement)
        except (InvalidSignature, ValueError) as error:
            raise SignatureRefused(f"the signature does not fit key {name}") from error
