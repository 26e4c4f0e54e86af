"""The database of one service: its pool, its units of work, and the bell that wakes its relays."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import asyncpg

from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane, Mode, Service
from shared.store.appending import Author, append, append_messages
from shared.store.statements import load_statements
from shared.store.unit import Connection, FollowTrace, Unit, join
from shared.timekeeping.clocks import Clock

SQL = load_statements(__package__)
TraceNow = Callable[[], str | None]


@dataclass(slots=True)
class Bell:
    """Wakes the relays of this process; those of other processes are woken by NOTIFY, which names ``process``."""

    process: str = field(default_factory=lambda: uuid4().hex)
    lanes: dict[Lane, asyncio.Event] = field(default_factory=lambda: {lane: asyncio.Event() for lane in Lane})

    def ring(self, lane: Lane | None = None) -> None:
        """Wake the relay of one lane, or of all."""
        for each in Lane if lane is None else (lane,):
            self.lanes[each].set()


@dataclass(slots=True)
class Store:
    """One service's schema on one site.

    ``clock`` is business time; ``machine`` serves retries only. ``trace_now`` returns the current trace context,
    ``follow_trace`` notes the current act in another one.
    """

    site: SiteId
    service: Service
    pool: asyncpg.Pool
    clock: Clock
    machine: Clock
    epoch: int
    trace_now: TraceNow = lambda: None
    bell: Bell = field(default_factory=Bell)
    follow_trace: FollowTrace = join

    @property
    def author(self) -> Author:
        """Who writes into this store's log."""
        return Author(self.site, self.service, self.epoch, self.bell.process)

    @asynccontextmanager
    async def unit(self, *, mode: Mode = Mode.ACTUAL) -> AsyncIterator[Unit]:
        """Open a transaction for a person's act or a timer's pass; log and send what it announced, if it commits."""
        async with self.pool.acquire() as connection:
            async with connection.transaction():
                unit = Unit(
                    connection,
                    self.site,
                    self.clock.now(),
                    mode=mode,
                    traceparent=self.trace_now(),
                    follow_trace=self.follow_trace,
                )
                yield unit
                lanes = await append(connection, self.author, unit.announced)
                await append_messages(connection, self.author, unit.messages)
            for lane in lanes | {message.lane for message in unit.messages}:
                self.bell.ring(lane)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Lend a connection for queries outside a transaction."""
        async with self.pool.acquire() as connection:
            yield connection


async def open_pool(dsn: str, service: Service, *, size: int = 8) -> asyncpg.Pool:
    """Return a pool of up to ``size`` connections whose search path is the service's schema."""
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        # Nothing of a session is ever changed here, so a connection that comes back needs no round trip to reset it.
        reset=_keep,
        command_timeout=60,  # an unreachable server; see statement_timeout
        server_settings={
            "search_path": str(service),
            "application_name": f"shangda-{service}",
            "timezone": "UTC",
            "jit": "off",
            # Below the client's own time-out: a slow statement is then told apart from a server out of reach.
            "statement_timeout": "50s",
        },
    )


async def _keep(_: asyncpg.Connection) -> None:
    """Leave a connection as it is."""


async def open_store(
    dsn: str,
    site: SiteId,
    service: Service,
    *,
    clock: Clock,
    machine: Clock,
    trace_now: TraceNow = lambda: None,
    follow_trace: FollowTrace = join,
    size: int = 8,
) -> Store:
    """Return a service's store with its pool open. Raises asyncpg's errors when the database is not as provisioned."""
    pool = await open_pool(dsn, service, size=size)
    async with pool.acquire() as connection:
        epoch = await connection.fetchval(SQL["current_epoch"])
    return Store(site, service, pool, clock, machine, epoch, trace_now, follow_trace=follow_trace)
