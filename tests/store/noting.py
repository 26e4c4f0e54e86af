"""A service made for tests: it notes every event it applies in a table, and fails where it is told to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from shared.contracts.envelope import Delivery
from shared.contracts.identifiers import AppointmentId, OfficeId, ReportId
from shared.contracts.people import AppointmentEnded
from shared.contracts.reports import ReportReturned
from shared.contracts.vocabulary import ReturnReason, Service, Stage, Urgency
from shared.store.handlers import Handlers, on
from shared.store.inbox import Inbox
from shared.store.store import Store
from shared.store.unit import Connection, Unit
from shared.timekeeping.clocks import ManualClock
from tests import probe

EFFECT = (
    "CREATE TABLE review.effect (seq bigint GENERATED ALWAYS AS IDENTITY, sender text, subject text, number integer);"
    "CREATE TABLE review.resource (name text PRIMARY KEY, used integer);"
    "GRANT SELECT, INSERT ON review.effect TO PUBLIC; GRANT SELECT, INSERT, UPDATE ON review.resource TO PUBLIC"
)
NOTE = "INSERT INTO effect (sender, subject, number) VALUES ($1, $2, $3)"
READ = "SELECT sender, subject, number FROM effect ORDER BY seq"
WHEN = datetime(2025, 2, 17, 0, 0, tzinfo=UTC)


class Noting(Handlers):
    """Notes (sender, subject, number). ``before`` is called with subject and number first, and may raise."""

    def __init__(self) -> None:
        self.before: Callable[[str, int, Unit], Any] = lambda subject, number, unit: None
        self.at_end: Callable[[Sequence[Unit]], None] = lambda units: None
        self.calls: list[tuple[str, int]] = []

    @on(AppointmentEnded)
    async def on_ended(self, event: AppointmentEnded, unit: Unit) -> None:
        self.calls.append((event.subject, event.revision))
        waiting = self.before(event.subject, event.revision, unit)
        if waiting is not None:
            await waiting
        assert unit.cause is not None
        await unit.connection.execute(NOTE, f"{unit.cause.site}/{unit.cause.epoch}", event.subject, event.revision)
        unit.left.append((event.subject, event.revision))

    async def finish(self, connection: Connection, units: Sequence[Unit]) -> None:
        self.at_end(units)


def fail_on(*numbers: int, error: Callable[[], Exception] = lambda: ValueError("no")) -> Callable[..., None]:
    """Return a ``before`` that raises for these numbers, of whatever subject."""

    def before(_: str, number: int, __: Unit) -> None:
        if number in numbers:
            raise error()

    return before


def ended(subject: str, number: int, *, site: str = "qingshan", epoch: int = 1, **more: Any) -> Delivery:
    """Return the ``number``-th event about ``subject``, as review gets it."""
    event = AppointmentEnded(appointment_id=AppointmentId(subject), revision=max(number, 1), valid_to=WHEN)
    return probe.delivery(event, number, site=site, epoch=epoch, **more)


def returned(report: ReportId, *, urgency: Urgency = Urgency.ROUTINE) -> ReportReturned:
    """Return an event that review sends to three readers."""
    return ReportReturned(
        report_id=report,
        urgency=urgency,
        number="SQ-2025-0217-003",
        title="关于清水河水位上涨情况的报告",
        office=OfficeId("qingshan-info"),
        to_office=OfficeId("shiqiao"),
        stage=Stage.SECTION_REVIEW,
        reason=ReturnReason.FIGURE_UNSOURCED,
        text="请补充转移人数的出处。",
        version=1,
        returned_at=WHEN,
    )


@dataclass(slots=True)
class Desk:
    """A store on this test's database with its inbox, and the machine clock that retries go by."""

    store: Store
    machine: ManualClock
    admin: asyncpg.Connection
    handlers: Noting = field(default_factory=Noting)

    @property
    def business(self) -> ManualClock:
        """The business clock, which tests may move."""
        assert isinstance(self.store.clock, ManualClock)
        return self.store.clock

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.store, self.handlers)

    async def effects(self, subject: str | None = None) -> list[tuple[str, str, int]]:
        """Return what was applied, in order; of one subject when it is named."""
        async with self.store.reading() as connection:
            rows = await connection.fetch(READ)
        return [tuple(row) for row in rows if subject in (None, row["subject"])]

    async def numbers(self, subject: str) -> list[int]:
        """Return the numbers applied of one subject, in order."""
        return [number for _, _, number in await self.effects(subject)]

    async def held(self) -> list[asyncpg.Record]:
        """Return every held message, ended ones too, oldest first."""
        async with self.store.reading() as connection:
            return await connection.fetch("SELECT * FROM held_message ORDER BY first_failed_at, held_id")

    async def count(self, table: str) -> int:
        """Return how many rows a table of this service has."""
        async with self.store.reading() as connection:
            return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))

    async def retry(self, after: timedelta = timedelta(0)) -> int:
        """Move the machine clock on and run the retry beat until it finds nothing; return how often it found work."""
        self.machine.advance(after)
        found = 0
        while await self.inbox.retry_one():
            found += 1
        return found


READER = Service.REVIEW
