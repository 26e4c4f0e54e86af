"""Deadline's HTTP side: clocks and verdicts of the actor's office, the decision on proposals, the rules in force."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from services.deadline import verdict_queries
from services.deadline.facts import ClockState, DutyKey, VerdictState
from services.deadline.finalisation import Decision, StillRunning
from services.deadline.finalising import (
    DecidedAlready,
    Done,
    NoSuchDuty,
    Result,
    SeenOtherwise,
    finalise_matter,
)
from services.deadline.metrics import DeadlineMetrics
from services.deadline.owing import judged_offices, leads_its_site, units_below
from services.deadline.rule_book import RuleBook
from services.deadline.verdict_queries import Wanted, cursor_of, read_cursor
from services.deadline.views import (
    ClockList,
    FinaliseReceipt,
    FinaliseRequest,
    RulesView,
    SignalList,
    SignalView,
    VerdictDetail,
    VerdictList,
    Whose,
    clock_view,
    verdict_view,
    verdict_views,
)
from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.authorise import authorise
from shared.access.context import Context
from shared.access.decisions import Allowed, decide, require
from shared.access.http import bearer, problem, unmarked
from shared.contracts.identifiers import ClockId, OfficeId, SignalId, VerdictId
from shared.contracts.vocabulary import Leg
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext
from shared.store.unit import Connection
from shared.timekeeping.civil import written_deadline, written_time

PAGE = 50
Limit = Annotated[int, Query(ge=1, le=PAGE)]


def router(context: ServiceContext, rules: RuleBook, metrics: DeadlineMetrics) -> APIRouter:
    """Return the routes under /deadline."""
    actor_of = bearer(context.verifier, context.machine)
    routes = APIRouter(prefix="/deadline", tags=["deadline"], dependencies=[Depends(actor_of), Depends(unmarked)])
    _add_clocks(routes, context, actor_of)
    _add_verdicts(routes, context, actor_of)
    _add_finalise(routes, context, metrics, actor_of)
    _add_facts(routes, context, rules, actor_of)
    return routes


ActorOf = Callable[..., object]


def _add_clocks(routes: APIRouter, context: ServiceContext, actor_of: ActorOf) -> None:
    people = context.organisation

    @routes.get("/clocks", response_model=ClockList)
    async def clocks(
        actor: Annotated[Actor, Depends(actor_of)],
        matter: Annotated[str | None, Query(max_length=80)] = None,
        state: Annotated[Literal[ClockState.OPEN, ClockState.EXPIRED] | None, Query()] = None,
        whose: Whose | None = None,
        after: Annotated[str | None, Query(max_length=100)] = None,
        limit: Limit = PAGE,
    ) -> ClockList | JSONResponse:
        """Clocks that my unit owes or that are owed to my office, by first late instant.

        Without ``matter``: those that run, ``state`` EXPIRED alone the latest one first. With it: all of that matter,
        stopped and superseded ones too.
        """
        try:
            cursor = None if after is None else read_cursor(after)
        except ValueError:
            return _bad_cursor("after")
        spot = None if cursor is None else (cursor[0], ClockId(cursor[1]))
        unit, now = people.unit_of(actor.office), context.clock.now()
        async with context.store.reading() as connection:
            await _let(connection, actor, Action.VIEW_CLOCKS, now)
            wanted = _wanted(state, whose)
            total = None
            if matter is None:
                total = await verdict_queries.count_running_clocks(connection, unit, actor.office, wanted)
            found = (
                await verdict_queries.list_running_clocks(connection, unit, actor.office, spot, limit, wanted)
                if matter is None
                else await verdict_queries.list_matter_clocks(connection, unit, actor.office, matter, spot, limit)
            )
        last = found[-1] if len(found) == limit else None
        further = None if last is None else cursor_of(last.terms.late_from, last.clock_id)
        shown = [clock_view(each, people, now) for each in found]
        return ClockList(now=now, clocks=shown, next=further, total=total)


def _add_verdicts(routes: APIRouter, context: ServiceContext, actor_of: ActorOf) -> None:
    people = context.organisation

    @routes.get("/verdicts")
    async def verdicts(
        actor: Annotated[Actor, Depends(actor_of)],
        state: Annotated[Literal[VerdictState.PROPOSED, VerdictState.FINAL] | None, Query()] = None,
        whose: Whose | None = None,
        before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
        limit: Limit = PAGE,
    ) -> VerdictList:
        """Proposals and final verdicts about my unit or owed to its offices, newest first."""
        unit, now = people.unit_of(actor.office), context.clock.now()
        async with context.store.reading() as connection:
            await _let(connection, actor, Action.VIEW_VERDICTS, now)
            offices = judged_offices(people, unit)
            wanted = _wanted(state, whose)
            rows = await verdict_queries.list_verdicts(connection, unit, offices, wanted, before, limit)
            total = await verdict_queries.count_verdicts(connection, unit, offices, wanted)
        further = rows[-1]["seq"] if len(rows) == limit else None
        return VerdictList(now=now, verdicts=verdict_views(rows, people), next=further, total=total)

    @routes.get("/verdicts/{verdict_id}", response_model=VerdictDetail)
    async def verdict(verdict_id: UUID, actor: Annotated[Actor, Depends(actor_of)]) -> VerdictDetail | JSONResponse:
        """One verdict: its sum, evidence and history, and what the reader may decide."""
        unit, now = people.unit_of(actor.office), context.clock.now()
        async with context.store.reading() as connection:
            await _let(connection, actor, Action.VIEW_VERDICTS, now)
            row = await verdict_queries.find_verdict(connection, VerdictId(verdict_id))
            if row is None or unit not in (row["unit"], people.unit_of(OfficeId(row["owed_to"]))):
                return problem(404, "没有这件认定", "没有找到这件认定，或它不归本单位办理。", code="no_such_verdict")
            duty = DutyKey(row["matter"], OfficeId(row["unit"]))
            history = await verdict_queries.list_history(connection, duty, OfficeId(row["owed_to"]), Leg(row["leg"]))
            revision = await verdict_queries.measure_verdicts(connection, duty)
        waits = row["state"] == VerdictState.PROPOSED
        return VerdictDetail(
            now=now,
            verdict=verdict_view(row, people),
            evidence=list(row["evidence"]),
            history=verdict_views(history, people),
            revision=revision,
            decisions=list(Decision) if waits and _may_finalise(people, actor, duty, row["owed_to"]) else [],
        )


def _add_finalise(routes: APIRouter, context: ServiceContext, metrics: DeadlineMetrics, actor_of: ActorOf) -> None:
    @routes.post("/matters/{matter}/units/{unit_id}/finalise", response_model=FinaliseReceipt)
    async def finalise(
        matter: str, unit_id: str, asked: FinaliseRequest, actor: Annotated[Actor, Depends(actor_of)]
    ) -> FinaliseReceipt | JSONResponse:
        """Decide all proposals of one unit in one matter: by the head of the duty office owed, never the unit's own."""
        if asked.decision is not Decision.AS_PROPOSED and not asked.reason.strip():
            return problem(
                422,
                "没有写明理由",
                "理由没有填：按时豁免和不予认定须写明理由。",
                "reason",
                "写明理由后再提交。",
                code="reason_missing",
            )
        duty = DutyKey(matter, OfficeId(unit_id))
        async with context.store.unit() as unit:
            result = await finalise_matter(unit, context.organisation, actor, duty, asked)
        if isinstance(result, Done):
            metrics.finalised(result.new)
        return _answer(result, duty, context.organisation, context.clock.now())


def _add_facts(routes: APIRouter, context: ServiceContext, rules: RuleBook, actor_of: ActorOf) -> None:
    @routes.get("/rules")
    async def rules_in_force(actor: Annotated[Actor, Depends(actor_of)]) -> RulesView:
        """The rule set in force, with the source of every limit."""
        now = context.clock.now()
        async with context.store.reading() as connection:
            await _let(connection, actor, Action.VIEW_CLOCKS, now)
            found = await rules.in_force(connection, now)
        return RulesView(
            now=now,
            digest=found.rules.digest(),
            effective_from=found.effective_from,
            effective_to=found.effective_to,
            rules=found.rules,
        )

    @routes.get("/signals", response_model=SignalList)
    async def signals(
        actor: Annotated[Actor, Depends(actor_of)],
        before: Annotated[str | None, Query(max_length=100)] = None,
        limit: Limit = PAGE,
    ) -> SignalList | JSONResponse:
        """Agencies' signals about my unit and those under it, newest first."""
        try:
            cursor = None if before is None else read_cursor(before)
        except ValueError:
            return _bad_cursor("before")
        now, people = context.clock.now(), context.organisation
        unit = people.unit_of(actor.office)
        async with context.store.reading() as connection:
            await _let(connection, actor, Action.VIEW_SIGNALS, now)
            spot = None if cursor is None else (cursor[0], SignalId(cursor[1]))
            rows = await verdict_queries.list_signals(
                connection, units_below(people, unit), spot, limit, with_unplaced=leads_its_site(people, unit)
            )
        further = cursor_of(rows[-1]["received_at"], rows[-1]["signal_id"]) if len(rows) == limit else None
        return SignalList(now=now, signals=[SignalView(**dict(row)) for row in rows], next=further)


def _wanted(state: str | None, whose: Whose | None) -> Wanted:
    return Wanted(state, None if whose is None else whose is Whose.OWN)


async def _let(connection: Connection, actor: Actor, action: Action, now: datetime) -> None:
    require(await authorise(connection, actor, action, Context(actor.office), now))


def _may_finalise(people: Organisation, actor: Actor, duty: DutyKey, owed_to: OfficeId) -> bool:
    office = actor.office if people.unit_of(actor.office) == people.unit_of(owed_to) else owed_to
    context = Context(office, judged_units=judged_offices(people, duty.unit))
    return isinstance(decide(actor, Action.FINALISE_LATE_VERDICT, context), Allowed)


def _answer(result: Result, duty: DutyKey, people: Organisation, now: datetime) -> FinaliseReceipt | JSONResponse:
    match result:
        case Done():
            return FinaliseReceipt(
                matter=duty.matter,
                unit=duty.unit,
                decision=result.decision,
                finalised_at=result.at,
                finalised_by=result.by,
                revision=result.revision,
                verdicts=verdict_views(result.rows, people),
            )
        case NoSuchDuty():
            return problem(404, "没有待认定的提议", "此单位在此事项中没有待本单位认定的提议。", code="no_such_proposal")
        case StillRunning():
            first = min(clock.terms.due_at for clock in result.clocks)
            detail = f"此单位还有 {len(result.clocks)} 项时限未结束，最早的{written_deadline(first, now)}。"
            remedy = "全部时限结束后一并认定。"
            return problem(409, "还有时限未结束", detail, remedy_zh=remedy, code="clocks_running")
        case SeenOtherwise():
            detail = "页面打开后提议有变化，本次意见尚未提交。"
            more = {"revision": result.revision}
            return problem(409, "提议已有变化", detail, "revision", "按新状态办理。", code="changed", more=more)
        case DecidedAlready():
            detail = f"{result.by} {written_time(result.at, now)} 已认定，本次意见尚未提交。"
            return problem(409, "已经认定", detail, remedy_zh="查看认定结果。", code="decided")
        case _:
            assert_never(result)


def _bad_cursor(field: str) -> JSONResponse:
    return problem(
        422, "翻页位置不对", f"{field} 不是本列表给出的位置。", field, "从第一页重新打开。", code="bad_cursor"
    )
