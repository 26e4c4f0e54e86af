"""Statements that open and change cases: one typed function each."""

from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
from pydantic import TypeAdapter

from services.review.cases import Case, CaseState, Hold, WordingKey, state_at
from shared.contracts.identifiers import CaseId, OfficeId, PersonId, ReportId
from shared.contracts.outcomes import ReportAdopted
from shared.contracts.reports import (
    CustodyHop,
    ReportArrived,
    ReportHead,
    ReportReturned,
    ReportSubmitted,
    ReportVersion,
)
from shared.contracts.vocabulary import Mode
from shared.organisation.flows import ReviewFlow
from shared.store.statements import load_statements
from shared.store.unit import Connection, Unit

SQL = load_statements(__package__)
_CUSTODY = TypeAdapter(tuple[CustodyHop, ...])


class Locked(NamedTuple):
    """A case taken for an act, the custody that came with it, and the trace of what opened it."""

    case: Case
    custody: tuple[CustodyHop, ...]
    traceparent: str | None


async def open_own_case(unit: Unit, event: ReportSubmitted, flow: ReviewFlow) -> None:
    """Open, or open again, the origin office's case."""
    head, content = event.head, event.content
    await unit.connection.execute(
        SQL["open_own_case"],
        unit.new_id(),
        event.report_id,
        head.origin_office,
        _first(flow),
        head.number,
        content.title,
        head.urgency,
        head.nature,
        head.model_dump_json(),
        str(WordingKey.of(content)),
        list(event.authors),
        event.submitted_at,
        content.version,
        content.model_dump_json(),
        unit.traceparent,
        unit.mode,
        flow.model_dump_json(),
    )


def _first(flow: ReviewFlow) -> CaseState:
    return state_at(flow.steps[0].stage)


def _received(unit: Unit, event: ReportArrived, state: CaseState) -> tuple[Any, ...]:
    head, last = event.head, event.versions[-1]
    keys = [str(WordingKey.of(wording)) for wording in event.versions]
    return (
        unit.new_id(),
        event.report_id,
        event.to_office,
        state,
        head.number,
        last.title,
        head.urgency,
        head.nature,
        head.model_dump_json(),
        keys[-1],
        keys,
        _CUSTODY.dump_json(event.custody).decode(),
        event.from_office,
        event.submission_id,
        event.received_at,
        [wording.version for wording in event.versions],
        [wording.model_dump_json() for wording in event.versions],
        unit.traceparent,
        unit.mode,
    )


async def open_received_case(unit: Unit, event: ReportArrived, flow: ReviewFlow) -> None:
    """Open, or open again, the receiving office's case."""
    columns = _received(unit, event, _first(flow))
    await unit.connection.execute(SQL["open_received_case"], *columns, flow.model_dump_json())


async def keep_copy(unit: Unit, event: ReportArrived) -> None:
    """Keep a copy (抄送) for reading."""
    await unit.connection.execute(SQL["keep_copy"], *_received(unit, event, CaseState.REFERENCE))


async def take_back(connection: Connection, event: ReportReturned, flow: ReviewFlow) -> None:
    """Put the case of the office that signed at the beginning of a flow, unless it has moved on."""
    await connection.execute(
        SQL["take_back"],
        event.report_id,
        event.to_office,
        _first(flow),
        event.returned_at,
        str(event.version),
        event.office,
        event.reason,
        event.text,
        flow.model_dump_json(),
    )


async def remember_adoption(connection: Connection, event: ReportAdopted) -> None:
    """Note where a report was used."""
    await connection.execute(
        SQL["remember_adoption"],
        event.adoption_id,
        event.report_id,
        event.office,
        event.level,
        event.publication,
        event.issue_number,
        event.adopted_at,
    )


async def lock_case(connection: Connection, case_id: CaseId) -> Locked | None:
    """Lock a case until the transaction ends; return it with what came with it, None when unknown."""
    row = await connection.fetchrow(SQL["lock_case"], case_id)
    return None if row is None else Locked(case_of(row), custody_of(row["custody"]), row["traceparent"])


def case_of(row: asyncpg.Record) -> Case:
    """Return the case in a row of ``lock_case`` or ``read_case``."""
    hold = None
    if row["held_since"] is not None:
        hold = Hold(row["held_since"], row["held_until"], row["held_reason"])
    return Case(
        case_id=CaseId(row["case_id"]),
        report_id=ReportId(row["report_id"]),
        office=OfficeId(row["office"]),
        state=CaseState(row["state"]),
        step=row["step"],
        revision=row["revision"],
        head=ReportHead.model_validate_json(row["head"]),
        mode=Mode(row["mode"]),
        title=row["title"],
        current=WordingKey.read(row["current"]),
        came_as=WordingKey.read(row["came_as"]),
        highest_version=row["highest_version"],
        chain=tuple(WordingKey.read(key) for key in row["chain"]),
        from_office=row["from_office"],
        authors=tuple(PersonId(author) for author in row["authors"]),
        rewriters=tuple(PersonId(rewriter) for rewriter in row["rewriters"]),
        reviewers=tuple(PersonId(reviewer) for reviewer in row["reviewers"]),
        hold=hold,
        flow=None if row["flow"] is None else ReviewFlow.model_validate_json(row["flow"]),
    )


def custody_of(text: str) -> tuple[CustodyHop, ...]:
    """Return the custody hops stored as JSON."""
    return _CUSTODY.validate_json(text)


async def change_case(connection: Connection, case: Case, before: int, now: datetime) -> int:
    """Store ``case`` over revision ``before`` under the case's lock; return the new revision."""
    hold = case.hold
    revision: int = await connection.fetchval(
        SQL["change_case"],
        case.case_id,
        before,
        case.state,
        case.step,
        case.title,
        str(case.current),
        [str(key) for key in case.chain],
        list(case.reviewers),
        hold.since if hold else None,
        hold.until if hold else None,
        hold.reason if hold else None,
        now,
        list(case.rewriters),
    )
    return revision


async def write_wording(connection: Connection, case_id: CaseId, wording: ReportVersion) -> None:
    """Add this office's new wording."""
    await connection.execute(
        SQL["write_wording"], case_id, str(WordingKey.of(wording)), wording.version, wording.model_dump_json()
    )


async def read_wordings(connection: Connection, case_id: CaseId) -> dict[WordingKey, ReportVersion]:
    """Return every wording of a case, oldest first."""
    rows = await connection.fetch(SQL["read_wordings"], case_id)
    return {WordingKey.read(row["wording"]): ReportVersion.model_validate_json(row["content"]) for row in rows}


async def find_case(connection: Connection, report_id: ReportId, office: OfficeId) -> CaseId | None:
    """Return the id of an office's case on a report; None when it has none."""
    return await connection.fetchval(SQL["find_case"], report_id, office)  # type: ignore[no-any-return]
