"""Having this site's logs witnessed by its neighbours, and witnessing theirs. See docs/decisions/seal-heads.md."""

import asyncio
import logging
import ssl
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import asyncpg
import httpx
from prometheus_client import CollectorRegistry, Gauge
from pydantic import TypeAdapter, ValidationError

from services.forwarding.frames import HeartbeatFrame
from services.forwarding.keys import Keys
from services.forwarding.signatures import SignatureRefused
from services.forwarding.statements import Stated, Statement, Witness, check, contradiction, digest_of, merged, sign
from shared.contracts.identifiers import SiteId
from shared.process.heads import HEADS_PATH, Head
from shared.process.settings import SiteSettings
from shared.store.statements import load_statements
from shared.store.store import Store
from shared.store.unit import Connection, Unit

SQL = load_statements(__package__)
ANSWER_SECONDS = 3.0
BEATS_PER_STATEMENT = 6  # a statement must travel and be answered before the next one makes it old
REMEMBERED = timedelta(days=7)
_HEADS: TypeAdapter[list[Head]] = TypeAdapter(list[Head])
_log = logging.getLogger(__name__)


@cache
def _tls() -> ssl.SSLContext:
    """Reading the authorities takes longer than the question, which is asked every few seconds."""
    return httpx.create_ssl_context(trust_env=False)


def base_urls(settings: SiteSettings) -> tuple[str, ...]:
    """Return the addresses of this site's processes: this one, and those that host the other services."""
    own = f"http://{settings.http_host}:{settings.http_port}"
    return tuple(dict.fromkeys((own, *(url.rstrip("/") for url in settings.service_urls.values()))))


class Witnessing:
    """One site's side. ``urls``: the processes that host its services."""

    def __init__(self, store: Store, keys: Keys, urls: Sequence[str]) -> None:
        self._store, self._keys, self._urls = store, keys, tuple(urls)

    async def state(self) -> bool:
        """Ask every process here for its heads; sign a new statement when one has changed. Always returns False."""
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False, verify=_tls()) as client:
            answers = await asyncio.gather(*(_heads(client, url) for url in self._urls))
        found = [head for answer in answers for head in answer if head.site == self._store.site]
        async with self._store.unit() as unit:
            row = await _newest(unit.connection, self._store.site, self._store.site)
            known = Statement.model_validate_json(row["statement"]).heads if row is not None else ()
            heads = merged(known, found)
            if heads != known:
                at = self._store.machine.now()
                text = Statement(site=self._store.site, stated_at=at, heads=heads).model_dump_json()
                await _keep(unit.connection, text)
                await _add(unit.connection, sign(self._keys.signer, text, at))
        return False

    async def hear(self, unit: Unit, frame: HeartbeatFrame) -> None:
        """Countersign what the neighbour states of its logs, and keep its signatures under what we stated."""
        if frame.stated is not None:
            await self._countersign(unit.connection, frame.source, frame.stated)
        if frame.witnessed is not None:
            await self._keep_countersignature(unit.connection, frame.source, frame.witnessed)

    async def _countersign(self, connection: Connection, peer: SiteId, stated: Stated) -> None:
        if not self._believed(stated.witness, peer, stated.text):
            return
        try:
            statement = Statement.model_validate_json(stated.text)
        except ValidationError:
            _log.warning("statement of heads not understood", extra={"peer": peer})
            return
        row = await _newest(connection, peer, self._store.site)
        before = Statement.model_validate_json(row["statement"]) if row is not None else None
        if before is not None and before.stated_at >= statement.stated_at:
            return  # known, or overtaken on the way
        # Kept with its maker's signature even when we do not sign: two statements that deny each other convict it.
        await _keep(connection, stated.text)
        await _add(connection, stated.witness)
        wrong = "it speaks for another site" if statement.site != peer else None
        wrong = wrong or (contradiction(before, statement) if before is not None else None)
        if wrong is not None:
            _log.error("a neighbour's log denies what was witnessed", extra={"peer": peer, "why": wrong})
            return
        await _add(connection, sign(self._keys.signer, stated.text, self._store.machine.now()))

    async def _keep_countersignature(self, connection: Connection, peer: SiteId, witness: Witness) -> None:
        ours = await connection.fetchval(SQL["find_statement"], bytes.fromhex(witness.digest), self._store.site)
        if ours and self._believed(witness, peer, None):
            await _add(connection, witness)

    def _believed(self, witness: Witness, peer: SiteId, text: str | None) -> bool:
        try:
            if witness.by_site != peer or (text is not None and digest_of(text) != witness.digest):
                raise SignatureRefused("it is not the neighbour's signature under this statement")
            check(self._keys.ring, witness)
        except SignatureRefused as error:
            _log.error("signature under seal heads refused", extra={"peer": peer, "why": str(error)})
            return False
        return True


async def carried(connection: Connection, site: SiteId, peer: SiteId) -> tuple[Stated | None, Witness | None]:
    """Return what a heartbeat to ``peer`` carries: our newest statement, and our signature under its newest."""
    own, theirs = await _newest(connection, site, site), await _newest(connection, peer, site)
    stated = Stated(text=own["statement"], witness=_witness(own)) if own is not None else None
    return stated, _witness(theirs) if theirs is not None else None


async def _heads(client: httpx.AsyncClient, url: str) -> list[Head]:
    """Return the heads of one process; none when it does not answer: its services keep the heads they had."""
    try:
        answer = await client.get(f"{url}{HEADS_PATH}")
        answer.raise_for_status()
        return _HEADS.validate_json(answer.content)
    except (httpx.HTTPError, ValidationError) as error:
        _log.warning("no seal heads", extra={"url": url, "why": repr(error)[:200]})
        return []


async def _newest(connection: Connection, site: SiteId, by_site: SiteId) -> asyncpg.Record | None:
    return await connection.fetchrow(SQL["newest_statement"], site, by_site)


async def _keep(connection: Connection, text: str) -> None:
    statement = Statement.model_validate_json(text)
    await connection.execute(
        SQL["add_statement"], bytes.fromhex(digest_of(text)), statement.site, statement.stated_at, text
    )


async def _add(connection: Connection, witness: Witness) -> None:
    await connection.execute(
        SQL["add_witness"],
        bytes.fromhex(witness.digest),
        witness.by_site,
        witness.at,
        witness.key_id,
        witness.algorithm,
        witness.signature,
    )


def _witness(row: asyncpg.Record) -> Witness:
    fields = ("by_site", "at", "key_id", "algorithm", "signature")
    return Witness(digest=row["digest"].hex(), **{name: row[name] for name in fields})


class WitnessMetrics:
    """Gauges per neighbour: how old the newest statement is that it countersigned, and what we refused to."""

    every_seconds = 15.0

    def __init__(self, store: Store, neighbours: Sequence[SiteId], registry: CollectorRegistry) -> None:
        self._store, self._neighbours = store, list(neighbours)
        self._behind = Gauge(
            "shangda_log_unwitnessed_seconds",
            "Age of the newest statement of our logs that the neighbour countersigned; 0 when there is no newer one.",
            ["peer"],
            registry=registry,
        )
        self._refused = Gauge(
            "shangda_log_statements_refused",
            "Statements of a neighbour in the last seven days that deny what it stated before; each is kept.",
            ["peer"],
            registry=registry,
        )

    async def look(self) -> bool:
        """Read once and set the gauges. Always returns False (a timer)."""
        now = self._store.machine.now()
        async with self._store.reading() as connection:
            rows = await connection.fetch(
                SQL["measure_witnessing"], self._store.site, self._neighbours, now - REMEMBERED
            )
        for row in rows:
            behind = 0.0
            if row["stated_at"] is not None and row["witnessed_at"] != row["stated_at"]:
                behind = (now - (row["witnessed_at"] or row["stated_at"])).total_seconds()
            self._behind.labels(row["peer"]).set(max(behind, 0.0))
            self._refused.labels(row["peer"]).set(row["refused"])
        return False
