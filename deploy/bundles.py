"""Bundles of evidence: one gzip file of JSON lines that anybody can verify offline, without a server.

A bundle holds hashes, salts and ids, and no body: it shows that nothing was changed, and nothing of what was said.
First a line that names format and site, then statements and witnesses, then log by log: head line, seals, facts.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from deploy.evidence import Evidence, NotEvidence
from deploy.verifying import LogCopy, Recorded, SealedFact
from services.forwarding.statements import Witness
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.store.merkle import Seal

FORMAT = "shangda-evidence-1"
Line = dict[str, Any]


def write_bundle(evidence: Evidence, file: Path) -> int:
    """Write a bundle; return how many facts it holds."""
    facts = 0
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        _put(stream, format=FORMAT, site=evidence.site)
        for statement in evidence.statements:
            _put(stream, statement=statement)
        for witness in evidence.witnesses:
            _put(stream, witness=witness.model_dump(mode="json"))
        for log in evidence.logs:
            _put(
                stream,
                log=log.service,
                unsealed=log.unsealed,
                late=[str(each) for each in log.late],
                epochs=list(log.epochs.items()),
            )
            for seal in log.seals:
                _put(stream, seal=_seal_line(seal))
            for fact in log.facts:
                _put(stream, fact=_fact_line(fact))
                facts += 1
    return facts


def read_bundle(file: Path) -> Evidence:
    """Return the evidence in a bundle; its logs are read while they are gone through. Raises NotEvidence."""
    lines = _Lines(_lines(file))
    first = lines.take()
    if first is None or first.get("format") != FORMAT:
        raise NotEvidence(f"{file} does not begin with the format {FORMAT}")
    statements: list[str] = []
    witnesses: list[Witness] = []
    while lines.next is not None and "log" not in lines.next:
        line = lines.take() or {}
        if "statement" in line:
            statements.append(line["statement"])
        elif "witness" in line:
            witnesses.append(Witness.model_validate(line["witness"]))
    site = SiteId(first["site"])
    return Evidence(site, statements, witnesses, _logs(site, lines))


@dataclass(slots=True)
class _Lines:
    """Lines of a bundle, one ahead."""

    source: Iterator[Line]
    next: Line | None = None

    def __post_init__(self) -> None:
        self.next = next(self.source, None)

    def take(self) -> Line | None:
        taken, self.next = self.next, next(self.source, None)
        return taken


def _lines(file: Path) -> Iterator[Line]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            for text in stream:
                line = json.loads(text)
                if not isinstance(line, dict):
                    raise NotEvidence(f"{file} holds a line that is no object: {text[:80]!r}")
                yield line
    except (OSError, EOFError, ValueError) as error:
        raise NotEvidence(f"{file} is no whole bundle: {error}") from error


def _logs(site: SiteId, lines: _Lines) -> Iterator[LogCopy]:
    while (head := lines.take()) is not None:
        service = Service(head["log"])
        seals: list[Seal] = []
        while lines.next is not None and "seal" in lines.next:
            seals.append(_seal(site, service, (lines.take() or {})["seal"]))
        late = [UUID(each) for each in head["late"]]
        yield LogCopy(service, seals, _facts(lines), head["unsealed"], late, {key: why for key, why in head["epochs"]})


def _facts(lines: _Lines) -> Iterator[SealedFact]:
    while lines.next is not None and "fact" in lines.next:
        yield _fact((lines.take() or {})["fact"])


def _put(stream: TextIO, **line: object) -> None:
    stream.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def _seal_line(seal: Seal) -> list[object]:
    hashes = (seal.root.hex(), seal.previous.hex(), seal.head.hex())
    return [seal.epoch, seal.batch, seal.first, seal.last, *hashes]


def _seal(site: SiteId, service: Service, line: list[Any]) -> Seal:
    epoch, batch, first, last, root, previous, head = line
    return Seal(
        site,
        service,
        epoch,
        batch,
        first,
        last,
        root=bytes.fromhex(root),
        previous=bytes.fromhex(previous),
        head=bytes.fromhex(head),
    )


def _fact_line(fact: SealedFact) -> list[object]:
    line: list[object] = [fact.position, str(fact.event_id), fact.batch, fact.leaf.hex()]
    if fact.recorded is not None:
        line += [fact.recorded.salt.hex(), fact.recorded.digest.hex()]
    return line


def _fact(line: list[Any]) -> SealedFact:
    position, event_id, batch, leaf, *recorded = line
    kept = Recorded(bytes.fromhex(recorded[0]), bytes.fromhex(recorded[1])) if recorded else None
    return SealedFact(position, UUID(event_id), batch, bytes.fromhex(leaf), kept)
