"""Checking a site's logs with nothing but a copy of them and public keys. Reads no clock and no server."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from pydantic import ValidationError

from services.forwarding.signatures import Keyring, SignatureRefused
from services.forwarding.statements import Statement, Witness, check, digest_of
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.process.heads import Head
from shared.store import merkle
from shared.store.merkle import Seal


class Break(StrEnum):
    """Why a log does not hold together."""

    FACT_ALTERED = "FACT_ALTERED"  # 内容被改
    FACT_MISSING = "FACT_MISSING"  # 被删
    FACT_ADDED = "FACT_ADDED"  # 事后插入
    COLUMNS_ALTERED = "COLUMNS_ALTERED"  # 索引列与原文不符
    BATCH_ALTERED = "BATCH_ALTERED"  # 批次内容或次序被改
    SEAL_ALTERED = "SEAL_ALTERED"  # 封印被改
    SEAL_MISSING = "SEAL_MISSING"  # 封印缺失
    CHAIN_BROKEN = "CHAIN_BROKEN"  # 封印链断裂
    WITNESS_CONTRADICTS = "WITNESS_CONTRADICTS"  # 与外站见证不符
    WITNESS_NOT_BELIEVED = "WITNESS_NOT_BELIEVED"  # 见证签名无效


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the log holds of a fact. ``agrees``: its columns say what its body says; None where no body was at hand."""

    salt: bytes
    digest: bytes
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class SealedFact:
    """One position of a log. ``recorded`` is None when the log has no such row."""

    position: int
    event_id: UUID
    batch: int
    leaf: bytes
    recorded: Recorded | None


@dataclass(frozen=True, slots=True)
class LogCopy:
    """One service's log. ``facts`` in order of position, read once. ``late``: facts without a position that were
    recorded before the last seal was closed. ``epochs``: epoch -> why it began."""

    service: Service
    seals: Sequence[Seal]
    facts: Iterable[SealedFact]
    unsealed: int = 0
    late: Sequence[UUID] = ()
    epochs: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a log does not hold. ``before`` and ``after`` name the facts beside it."""

    service: Service
    kind: Break
    position: int
    batch: int
    detail: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class LogReport:
    """What was found of one log. ``witnessed``: last position that another site's signature covers."""

    service: Service
    sealed: int
    witnessed: int
    unsealed: int
    witnesses: tuple[SiteId, ...]
    findings: tuple[Finding, ...]

    @property
    def tail(self) -> int:
        """How many facts no other site has witnessed."""
        return self.sealed - self.witnessed + self.unsealed


def verify_log(site: SiteId, copy: LogCopy, signed: Sequence[tuple[Head, SiteId]]) -> LogReport:
    """Recompute one log and compare it with the heads that sites signed, which are believed (see ``believed``)."""
    findings: list[Finding] = []
    facts = _Reader(copy.facts)
    before: Seal | None = None
    for seal in copy.seals:
        findings += _seal_findings(site, copy.service, before, seal)
        findings += _batch_findings(copy.service, seal, facts)
        before = seal
    last = before.last if before is not None else 0
    for fact in facts.up_to(None):
        findings.append(_at(copy.service, Break.FACT_ADDED, fact, f"{fact.event_id} has a position and no seal"))
    for event_id in copy.late:
        detail = f"{event_id} says it was recorded before the last seal, which does not know it"
        findings.append(Finding(copy.service, Break.FACT_ADDED, last + 1, 0, detail, before=facts.last_id))
    denied, witnessed, witnesses = _compare(copy, signed)
    findings = sorted([*findings, *denied], key=lambda found: found.position)
    return LogReport(copy.service, last, witnessed, copy.unsealed, witnesses, tuple(findings))


def believed(
    keys: Keyring, statements: Sequence[str], witnesses: Sequence[Witness], site: SiteId
) -> tuple[list[tuple[Head, SiteId]], list[Finding]]:
    """Return the heads of ``site`` with who signed them, and the signatures that cannot be believed."""
    texts = {digest_of(text): _read(text) for text in statements}
    signed: list[tuple[Head, SiteId]] = []
    refused: list[Finding] = []
    for witness in witnesses:
        statement = texts.get(witness.digest)
        if statement is not None and statement.site != site:
            continue
        try:
            if statement is None:
                raise SignatureRefused("the statement it signs is not here, or was altered")
            check(keys, witness)
        except SignatureRefused as error:
            detail = f"signature of {witness.by_site} at {witness.at.isoformat()}: {error}"
            refused.append(Finding(Service.FORWARDING, Break.WITNESS_NOT_BELIEVED, 0, 0, detail))
            continue
        signed += [(head, witness.by_site) for head in statement.heads if head.site == site]
    return signed, refused


def _read(text: str) -> Statement | None:
    try:
        return Statement.model_validate_json(text)
    except ValidationError:
        return None


class _Reader:
    """Facts in order, one ahead, so that the neighbours of a place can be named."""

    def __init__(self, facts: Iterable[SealedFact]) -> None:
        self._facts: Iterator[SealedFact] = iter(facts)
        self.next: SealedFact | None = next(self._facts, None)
        self.last_id = ""

    def up_to(self, position: int | None) -> Iterator[SealedFact]:
        """Yield the facts up to a position, or all; ``next`` is then the one behind."""
        while self.next is not None and (position is None or self.next.position <= position):
            fact = self.next
            self.next = next(self._facts, None)
            yield fact
            self.last_id = f"{fact.position}: {fact.event_id}"

    @property
    def next_id(self) -> str:
        return f"{self.next.position}: {self.next.event_id}" if self.next is not None else ""


def _at(service: Service, kind: Break, fact: SealedFact, detail: str, reader: _Reader | None = None) -> Finding:
    before, after = (reader.last_id, reader.next_id) if reader is not None else ("", "")
    return Finding(service, kind, fact.position, fact.batch, detail, before, after)


def _seal_findings(site: SiteId, service: Service, before: Seal | None, seal: Seal) -> Iterator[Finding]:
    def found(kind: Break, detail: str) -> Finding:
        return Finding(service, kind, seal.first, seal.batch, detail)

    batch, last, head = (before.batch, before.last, before.head) if before is not None else (0, 0, merkle.BEGINNING)
    if seal.batch != batch + 1 or seal.first != last + 1:
        yield found(Break.SEAL_MISSING, f"batch {batch} ends at {last}; the next is {seal.batch}, from {seal.first}")
    elif seal.previous != head:
        yield found(Break.CHAIN_BROKEN, f"batch {seal.batch} is not chained to the head of batch {batch}")
    again = merkle.close(
        site, service, seal.epoch, seal.batch, seal.first, seal.last, root=seal.root, previous=seal.previous
    )
    if again.head != seal.head:
        yield found(Break.SEAL_ALTERED, f"the head of batch {seal.batch} is not the hash of what it seals")


def _batch_findings(service: Service, seal: Seal, reader: _Reader) -> Iterator[Finding]:
    leaves: list[bytes] = []
    expected, whole = seal.first, True
    for fact in reader.up_to(seal.last):
        if fact.position != expected:
            whole = False
            detail = f"positions {expected} to {fact.position - 1} are gone"
            after = f"{fact.position}: {fact.event_id}"
            yield Finding(service, Break.FACT_MISSING, expected, seal.batch, detail, reader.last_id, after)
        expected = fact.position + 1
        leaves.append(fact.leaf)
        problem = _problem(fact)
        if problem is not None:
            whole = whole and problem[0] is Break.COLUMNS_ALTERED
            yield _at(service, problem[0], fact, problem[1], reader)
    if expected <= seal.last:
        whole = False
        detail = f"positions {expected} to {seal.last} are gone"
        yield Finding(service, Break.FACT_MISSING, expected, seal.batch, detail, reader.last_id, reader.next_id)
    if whole and merkle.root(leaves) != seal.root:
        detail = f"positions {seal.first} to {seal.last} are not what was sealed, or not in this order"
        yield Finding(service, Break.BATCH_ALTERED, seal.first, seal.batch, detail, after=reader.next_id)


def _problem(fact: SealedFact) -> tuple[Break, str] | None:
    recorded = fact.recorded
    if recorded is None:
        return Break.FACT_MISSING, f"{fact.event_id} was sealed and is gone from the log"
    if merkle.leaf(recorded.salt, fact.event_id, recorded.digest) != fact.leaf:
        return Break.FACT_ALTERED, f"{fact.event_id} does not have the hash with which it was sealed"
    if recorded.agrees is False:
        return Break.COLUMNS_ALTERED, f"the columns of {fact.event_id} do not say what its body says"
    return None


def _compare(copy: LogCopy, signed: Sequence[tuple[Head, SiteId]]) -> tuple[list[Finding], int, tuple[SiteId, ...]]:
    """Return what signed heads deny, the last position another site vouches for, and the sites that do."""
    seals = {(seal.epoch, seal.batch): seal for seal in copy.seals}
    last = copy.seals[-1].last if copy.seals else 0
    denied: dict[tuple[int, int], Finding] = {}
    witnessed, witnesses = 0, set[SiteId]()
    for head, by_site in signed:
        if head.service is not copy.service:
            continue
        key = (head.epoch, head.batch)
        seal = seals.get(key)
        if seal is not None and (seal.head.hex(), seal.last) == (head.head, head.position):
            if by_site != head.site:
                witnessed = max(witnessed, head.position)
                witnesses.add(by_site)
            continue
        if seal is None:
            restored = "; ".join(f"epoch {each}: {why}" for each, why in copy.epochs.items() if each > head.epoch)
            detail = f"{by_site} signed batch {head.batch} of epoch {head.epoch}, up to position {head.position}: gone"
            detail += f" (a restored database was declared: {restored})" if restored else ""
            denied[key] = Finding(copy.service, Break.SEAL_MISSING, min(head.position, last + 1), head.batch, detail)
        else:
            detail = f"{by_site} signed another head of batch {head.batch}: it or one before it was made anew"
            denied[key] = Finding(copy.service, Break.WITNESS_CONTRADICTS, seal.first, head.batch, detail)
    return list(denied.values()), witnessed, tuple(sorted(witnesses))
