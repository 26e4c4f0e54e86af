"""The day in numbers and facts, and what in them is not as it must be."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from deploy.city import City
from deploy.demo.asking import Asking, Followed, Judged, Ranked, TicketChain, Unreported
from deploy.demo.writing import Day
from deploy.play.acting import Acting
from deploy.play.quiet import Quiet
from shared.contracts.identifiers import OfficeId


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages of all sites. ``parked``: waiting for an operator."""

    applied: int
    repeated: int
    parked: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of the day. ``seconds``: machine time for the day itself, without preparing the servers."""

    reports: int
    acts: int
    followed: Followed
    returned: Followed
    verdicts: tuple[Judged, ...]
    ranking: tuple[Ranked, ...]
    unreported: Unreported
    ticket: TicketChain
    messages: Messages
    seconds: float

    @property
    def faults(self) -> tuple[str, ...]:
        """What is not as it must be, in Chinese; empty when all is."""
        found = [
            f"{row.unit} 排名分 {row.score} 与明细合计 {row.lines_total} 不符"
            for row in self.ranking
            if not row.adds_up
        ]
        if self.messages.parked:
            found.append(f"滞留消息 {self.messages.parked} 条")
        if not self.verdicts:
            found.append("没有认定")
        if not self.ranking:
            found.append("排名没有内容")
        return tuple(found)


async def sum_up(city: City, acting: Acting, quiet: Quiet, day: Day, *, acts: int, seconds: float) -> Summary:
    """Ask for everything that the summary shows. Raises StepFailed."""
    asking = Asking(city, acting, day)
    late = next(each for each in day.urgent if each.finalised)
    returned = next(each for each in day.reports if each.returns)
    unit, owed_to = city.organisation.unit_of(late.office), OfficeId("linjiang-gov-duty")
    followed, sent_back, verdicts, ranking, unreported, ticket = await asyncio.gather(
        asking.followed(day.ticket.report),
        asking.followed(returned.id),
        asking.judged(late.id, unit, owed_to),
        asking.ranked(),
        asking.unreported(),
        asking.chain(),
    )
    return Summary(
        reports=len(acting.reports),
        acts=acts,
        followed=followed,
        returned=sent_back,
        verdicts=verdicts,
        ranking=ranking,
        unreported=unreported,
        ticket=ticket,
        messages=await _messages(city, quiet),
        seconds=seconds,
    )


async def _messages(city: City, quiet: Quiet) -> Messages:
    registries = [process.registry for process in city.running.values()]
    unrest = await quiet.look()
    return Messages(
        applied=_total(registries, "shangda_messages_applied_total"),
        repeated=_total(registries, "shangda_messages_repeated_total"),
        parked=sum("PARKED" in each for each in unrest.held),
    )


def _total(registries: Iterable[CollectorRegistry], name: str) -> int:
    """Return a counter's sum over all labels and sites."""
    return sum(
        int(sample.value)
        for registry in registries
        for metric in registry.restricted_registry([name]).collect()
        for sample in metric.samples
        if sample.name == name
    )
