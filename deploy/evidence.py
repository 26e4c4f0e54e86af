"""Copies of a site's logs to be verified, read from its database, and the public keys to verify them with."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from psycopg.rows import dict_row

from deploy.verifying import LogCopy, Recorded, SealedFact
from services.forwarding.signatures import ED25519, Keyring, SiteKey, key_id
from services.forwarding.statements import Witness
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.store.merkle import Seal

DsnOf = Callable[[Service], str]
Row = dict[str, Any]

# {0} is a schema: a name from the Service enumeration, never from outside.
_SEALS = "SELECT epoch, batch, first_position, last_position, root, previous, head FROM {0}.seal ORDER BY batch"
_EPOCHS = "SELECT epoch, reason FROM {0}.database_epoch ORDER BY epoch"
_UNSEALED = """
SELECT count(*) AS facts
  FROM {0}.event_log AS l
 WHERE NOT EXISTS (SELECT FROM {0}.sealed_fact AS s WHERE s.event_id = l.event_id)
"""
# The last seal stands for its epoch: a restored database seals everything anew before it has a horizon again.
_LATE = """
SELECT l.event_id
  FROM {0}.event_log AS l
 WHERE l.recorded_by < (SELECT horizon FROM {0}.seal ORDER BY batch DESC LIMIT 1)
   AND NOT EXISTS (SELECT FROM {0}.sealed_fact AS s WHERE s.event_id = l.event_id)
 ORDER BY l.recorded_by, l.event_id
"""
_FACTS = """
SELECT s.position, s.event_id, s.batch, s.leaf, l.salt, l.body, l.type, l.subject, l.office, l.mode, l.occurred_at
  FROM {0}.sealed_fact AS s
  LEFT JOIN {0}.event_log AS l ON l.event_id = s.event_id
 ORDER BY s.position
"""
_STATEMENTS = "SELECT statement FROM forwarding.head_statement ORDER BY stated_at"
_WITNESSES = """
SELECT encode(digest, 'hex') AS digest, by_site, at, key_id, algorithm, signature
  FROM forwarding.witness
 ORDER BY at
"""


class NotEvidence(Exception):
    """A file is no bundle, or a folder holds no public keys; says which and what was wanted."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A site's logs and what sites signed of them. ``logs`` is read once, each log whole before the next."""

    site: SiteId
    statements: list[str]
    witnesses: list[Witness]
    logs: Iterable[LogCopy]


def public_keys(folder: Path) -> Keyring:
    """Return the keys in ``<site>.pub.pem`` and, after a rotation, ``<site>.<word>.pub.pem``. Raises NotEvidence."""
    keys: dict[str, SiteKey] = {}
    for file in sorted(folder.glob("*.pub.pem")):
        public = load_pem_public_key(file.read_bytes())
        if not isinstance(public, Ed25519PublicKey):
            raise NotEvidence(f"{file} is no Ed25519 public key")
        site, raw = SiteId(file.name.partition(".")[0]), public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        name = key_id(site, raw)
        keys[name] = SiteKey(name, site, ED25519, raw, datetime.min.replace(tzinfo=UTC), None)
    if not keys:
        raise NotEvidence(f"{folder} holds no public keys; wanted files <site>.pub.pem")
    return Keyring(keys)


def from_database(site: SiteId, dsn_of: DsnOf) -> Evidence:
    """Return the evidence in a site's database. Statements are read before the logs, so that no log lags behind."""
    with closing(_connect(dsn_of(Service.FORWARDING))) as connection:
        statements = [row["statement"] for row in connection.execute(_STATEMENTS)]
        witnesses = [Witness.model_validate(row) for row in connection.execute(_WITNESSES)]
    logs = (log for service in Service for log in _log(site, service, dsn_of(service)))
    return Evidence(site, statements, witnesses, logs)


def _connect(dsn: str) -> psycopg.Connection[Row]:
    connection = psycopg.connect(dsn, row_factory=dict_row)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def _log(site: SiteId, service: Service, dsn: str) -> Iterator[LogCopy]:
    """Yield one log; its facts are streamed while the caller goes through them."""
    with closing(_connect(dsn)) as connection:

        def rows(statement: str) -> list[Row]:
            return connection.execute(statement.format(service)).fetchall()

        seals = [_seal(site, service, row) for row in rows(_SEALS)]
        late = [row["event_id"] for row in rows(_LATE)]
        epochs = {row["epoch"]: row["reason"] for row in rows(_EPOCHS)}
        unsealed = rows(_UNSEALED)[0]["facts"]
        with connection.cursor(name="facts") as cursor:
            cursor.execute(_FACTS.format(service))
            yield LogCopy(service, seals, (_fact(row) for row in cursor), unsealed, late, epochs)


def _seal(site: SiteId, service: Service, row: Row) -> Seal:
    return Seal(
        site,
        service,
        row["epoch"],
        row["batch"],
        row["first_position"],
        row["last_position"],
        root=row["root"],
        previous=row["previous"],
        head=row["head"],
    )


def _fact(row: Row) -> SealedFact:
    recorded = None
    if row["body"] is not None:
        recorded = Recorded(row["salt"], hashlib.sha256(row["body"]).digest(), agrees(row))
    return SealedFact(row["position"], row["event_id"], row["batch"], row["leaf"], recorded)


def agrees(row: Row) -> bool:
    """Return whether the columns of a fact, by which people search and services read, say what its body says."""
    try:
        told = json.loads(row["body"])
        said = (told["id"], told["type"], told["subject"], told.get("office"), told["mode"])
        at = datetime.fromisoformat(told["time"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    wanted = (str(row["event_id"]), row["type"], row["subject"], row["office"], row["mode"])
    return said == wanted and at == row["occurred_at"]
