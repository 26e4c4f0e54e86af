"""The chain of custody (流转链) of a report: who did what with which wording, each act signed over the one before."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from services.forwarding.signatures import Keyring, SignatureRefused, Signer, UnknownKey
from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.reports import CustodyHop, ReportHead, SubmissionSent, content_hash, head_hash
from shared.store.handlers import PoisonMessage, TooNew

SIGNED = "SIGNED"  # 签发
RECEIVED = "RECEIVED"  # 接收


class CustodyBroken(PoisonMessage):
    """A report's chain of custody does not hold: a wording was changed on the way or a signature is not believed.

    It is parked and alarmed; nothing of it is shown to anybody as received.
    """


class CustodyKeyUnknown(TooNew):
    """A hop is signed with a key that is not registered here yet. Nothing of it is shown until the key is."""


def canonical(hop: CustodyHop) -> bytes:
    """Return the bytes a hop's signature covers: its other fields as canonical JSON."""
    fields = hop.model_dump(mode="json", exclude={"signature"})
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(hop: CustodyHop) -> str:
    """Return the SHA-256 (hex) of a hop with its signature: what the next hop is chained to."""
    return hashlib.sha256(canonical(hop) + hop.signature.encode()).hexdigest()


def add_hop(
    signer: Signer,
    before: Sequence[CustodyHop],
    head: ReportHead,
    *,
    office: OfficeId,
    action: str,
    appointment: str,
    at: datetime,
    version_hash: str,
) -> tuple[CustodyHop, ...]:
    """Return the chain with this site's statement at its end."""
    hop = CustodyHop(
        office=office,
        site=signer.site,
        action=action,
        appointment=appointment,
        at=at,
        version_hash=version_hash,
        head_hash=head_hash(head),
        previous=fingerprint(before[-1]) if before else "",
        key_id=signer.key_id,
        algorithm=signer.algorithm,
        signature="",
    )
    return (*before, hop.model_copy(update={"signature": signer.sign(canonical(hop))}))


def verify(
    keys: Keyring,
    site_of: Callable[[OfficeId], SiteId],
    sent: SubmissionSent,
) -> None:
    """Return when every signature, link and hash of a hop holds, from its head's origin to its sender.

    Raises CustodyBroken naming the hop and the reason, CustodyKeyUnknown when a key must be registered first.
    ``site_of``: the site that an office works on; no other site may sign for it.
    """
    custody, versions = sent.custody, sent.versions
    _check_head(sent)
    stated = head_hash(sent.head)
    for version in versions:
        if version.content_hash != content_hash(version.title, version.body, version.facts, version.citations):
            raise CustodyBroken(f"wording {version.version} of {version.by_office} does not have its hash")
    known = {version.content_hash for version in versions}
    previous = ""
    for number, hop in enumerate(custody, 1):
        if hop.previous != previous:
            raise CustodyBroken(f"hop {number} of {hop.office} is not chained to the one before it")
        if hop.version_hash not in known:
            raise CustodyBroken(f"hop {number} of {hop.office} names a wording that is not here")
        if hop.head_hash != stated:
            raise CustodyBroken(f"hop {number} of {hop.office} signed another head than the one that came")
        if site_of(hop.office) != hop.site:
            raise CustodyBroken(f"hop {number} of {hop.office} is signed by {hop.site}, which is not its site")
        try:
            keys.verify(hop.site, hop.key_id, hop.algorithm, canonical(hop), hop.signature, hop.at)
        except UnknownKey as error:
            raise CustodyKeyUnknown(f"hop {number} of {hop.office}: {error}") from error
        except SignatureRefused as error:
            raise CustodyBroken(f"hop {number} of {hop.office}: {error}") from error
        previous = fingerprint(hop)
    last = custody[-1]
    if (last.office, last.action, last.version_hash) != (sent.from_office, SIGNED, versions[-1].content_hash):
        raise CustodyBroken(f"the last hop is not {sent.from_office} signing the last wording")
    if last.at != sent.signed_at:
        raise CustodyBroken(f"the last hop is of {last.at.isoformat()}, not of {sent.signed_at.isoformat()}")


def _check_head(sent: SubmissionSent) -> None:
    """Return when the hop says what its head says, and the chain begins where the head says that it does."""
    head, first = sent.head, sent.custody[0]
    if (sent.report_id, sent.urgency) != (head.report_id, head.urgency):
        raise CustodyBroken(f"the hop is of {sent.report_id} {sent.urgency}, its head {head.report_id} {head.urgency}")
    if (first.office, first.action) != (head.origin_office, SIGNED):
        raise CustodyBroken(f"the first hop is {first.office} {first.action}, not {head.origin_office} signing")
