"""This site's signer and the public keys it believes, read at the start and looked at again from time to time."""

from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from services.forwarding.signatures import ED25519, Keyring, SiteKey, key_id, signer_of
from shared.contracts.identifiers import SiteId
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection

SQL = load_statements(__package__)
PEERS = "peers"


class Keys:
    """``folder`` holds site.pem (this site's private key) and peers/<site>.pub.pem as provisioning laid them out."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._folder = store, folder
        self.signer = signer_of(store.site, (folder / "site.pem").read_bytes())
        self.ring = Keyring({})

    async def start(self) -> None:
        """Register the keys in the folder that are not registered yet, then read all."""
        async with self._store.unit() as unit:
            for file in sorted((self._folder / PEERS).glob("*.pub.pem")):
                site = SiteId(file.name.removesuffix(".pub.pem"))
                await register(unit.connection, site, file.read_bytes(), datetime.fromtimestamp(0, unit.now.tzinfo))
        await self.reload()

    async def reload(self) -> bool:
        """Read every key again, so that a rotation or revocation takes effect. Always returns False (a timer)."""
        async with self._store.reading() as connection:
            rows = await connection.fetch(SQL["list_keys"])
        self.ring = Keyring(
            {
                row["key_id"]: SiteKey(
                    row["key_id"],
                    row["site"],
                    row["algorithm"],
                    bytes(row["public_key"]),
                    row["valid_from"],
                    row["revoked_at"],
                )
                for row in rows
            }
        )
        return False


async def register(connection: Connection, site: SiteId, public_pem: bytes, valid_from: datetime) -> str:
    """Register a site's public key and return its name. Raises TypeError when it is no Ed25519 key."""
    public = load_pem_public_key(public_pem)
    if not isinstance(public, Ed25519PublicKey):
        raise TypeError(f"the key of site {site} is no Ed25519 key")
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    name = key_id(site, raw)
    await connection.execute(SQL["add_key"], name, site, ED25519, raw, valid_from)
    return name


async def revoke(connection: Connection, name: str, at: datetime) -> datetime | None:
    """Believe nothing that a key signed at or after ``at``; return since when. None when there is no such key.

    A key that is revoked already is revoked from the earlier of both instants on.
    """
    since: datetime | None = await connection.fetchval(SQL["revoke_key"], name, at)
    return since
