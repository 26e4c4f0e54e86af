"""What sites say of their logs: a statement lists the newest seal head of each service; sites sign its digest."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.forwarding.signatures import Keyring, Signer
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.process.heads import Head

# What a neighbour states is stored and compared: what no table takes, and a time without a zone, is refused here.
Place = Annotated[SiteId, Field(pattern=r"^[\w-]{1,60}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Statement(_Part):
    """The heads of one site at one instant of its machine clock, in the order of their services."""

    site: Place
    stated_at: AwareDatetime
    heads: tuple[Head, ...] = Field(max_length=100)


class Witness(_Part):
    """A site's signature under a statement, by its digest (hex). ``at``: the signing site's machine clock."""

    digest: str = Field(pattern="^[0-9a-f]{64}$")
    by_site: Place
    at: AwareDatetime
    key_id: str = Field(max_length=120)
    algorithm: str = Field(max_length=40)
    signature: str = Field(max_length=200)


class Stated(_Part):
    """A statement as it travels: the text that was signed, and its maker's signature."""

    text: str = Field(max_length=20_000)
    witness: Witness


def digest_of(text: str) -> str:
    """Return the digest (hex) of a statement's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _signed_bytes(digest: str, by_site: SiteId, at: datetime) -> bytes:
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"shangda-heads-1:{digest}/{by_site}/{instant}".encode()


def sign(signer: Signer, text: str, at: datetime) -> Witness:
    """Return this site's signature under a statement, its own or a neighbour's."""
    digest = digest_of(text)
    return Witness(
        digest=digest,
        by_site=signer.site,
        at=at,
        key_id=signer.key_id,
        algorithm=signer.algorithm,
        signature=signer.sign(_signed_bytes(digest, signer.site, at)),
    )


def check(keys: Keyring, witness: Witness) -> None:
    """Return when the signature is that of its site. Raises SignatureRefused with the reason."""
    content = _signed_bytes(witness.digest, witness.by_site, witness.at)
    keys.verify(witness.by_site, witness.key_id, witness.algorithm, content, witness.signature, witness.at)


def merged(known: Sequence[Head], found: Sequence[Head]) -> tuple[Head, ...]:
    """Return the newest head of each service: a service that did not answer keeps the head it had."""
    newest: dict[Service, Head] = {head.service: head for head in known}
    newest.update({head.service: head for head in found})
    return tuple(newest[service] for service in Service if service in newest)


def contradiction(before: Statement, after: Statement) -> str | None:
    """Return where a later statement denies an earlier one of its site: a seal gone or changed. None when nowhere."""
    later = {head.service: head for head in after.heads}
    for head in before.heads:
        now = later.get(head.service)
        if now is None:
            return f"{head.service}: its log is not mentioned any more"
        if (now.epoch, now.batch) < (head.epoch, head.batch):
            return f"{head.service}: went back from batch {head.batch} to {now.batch} of epoch {now.epoch}"
        if (now.epoch, now.batch) == (head.epoch, head.batch) and now != head:
            return f"{head.service}: batch {head.batch} of epoch {head.epoch} has another head"
    return None
