"""What stands at the end of the day, asked from the same APIs that people use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from deploy.city import City
from deploy.demo.writing import Day
from deploy.play.acting import Acting, StepFailed
from shared.contracts.identifiers import OfficeId
from shared.timekeeping.civil import SHANGHAI

LEAGUE, ASSESSOR = "A", OfficeId("linjiang")
_SCORER = "linjiang-gov-info SCORER"


@dataclass(frozen=True, slots=True)
class Passed:
    """One receipt on a report's way."""

    office: str
    word: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class SentBack:
    """One return."""

    office: str
    reason: str
    text: str
    version: int


@dataclass(frozen=True, slots=True)
class Followed:
    """A report seen from its origin. ``versions``: how many wordings its writer submitted."""

    number: str
    title: str
    versions: int
    way: tuple[Passed, ...]
    returns: tuple[SentBack, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict: proposed by the rules, made final by a person."""

    unit: str
    type: str
    state: str
    minutes_late: int
    arithmetic: str
    finalised_by: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row of the ranking, and the sum of the ledger lines under its number."""

    rank: int
    unit: str
    score: Decimal
    deductions: Decimal
    lines: int
    lines_total: Decimal

    @property
    def adds_up(self) -> bool:
        """Whether the number of the ranking is the sum of its lines."""
        return self.score == self.lines_total


@dataclass(frozen=True, slots=True)
class Unreported:
    """An agency's event at a duty desk. ``reports``: urgent reports of that territory on the same kind of event."""

    agency: str
    at: datetime
    place: str
    kind: str
    gist: str
    desk: str
    reports: int


@dataclass(frozen=True, slots=True)
class TicketStep:
    """One act on a ticket."""

    at: datetime
    office: str
    by: str
    act: str
    text: str


@dataclass(frozen=True, slots=True)
class TicketChain:
    """报告 → 批示 → 结果."""

    number: str
    report: str
    instruction: str
    lead: str
    steps: tuple[TicketStep, ...]
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks as the people whose business it is. Raises StepFailed when an answer is refused."""

    city: City
    acting: Acting
    day: Day

    async def followed(self, report: str) -> Followed:
        """Return a report with every receipt, from its origin."""
        origin = next(each.office for each in self.day.reports if each.id == report)
        shown = await self.acting.get(f"{origin} REPORTER", f"/intake/reports/{self._id(report)}")
        way = [
            Passed(office["name"], step["word"], _at(step["at"]), step["text"])
            for office in shown["way"]
            for step in office["steps"]
        ]
        returns = (SentBack(each["name"], each["reason"], each["text"], each["version"]) for each in shown["returns"])
        ordered = tuple(sorted(way, key=lambda each: each.at))
        return Followed(shown["number"], shown["title"], len(shown["versions"]), ordered, tuple(returns))

    async def judged(self, incident: str, unit: OfficeId, owed_to: str) -> tuple[Judged, ...]:
        """Return what the office owed says about a unit in an incident, the written leg, as long as it stands."""
        listed = await self.acting.get(f"{owed_to} DUTY_HEAD", "/deadline/verdicts?limit=50")
        matter = self.acting.incidents[incident]
        return tuple(
            Judged(
                each["unit_name"],
                each["type"],
                each["state"],
                each["minutes_late"],
                each["arithmetic"],
                each["finalised_by_name"] or "",
            )
            for each in listed["verdicts"]
            if (each["matter"], each["unit"], each["leg"], each["owed_to"]) == (matter, unit, "WRITTEN", owed_to)
            and each["withdrawn_at"] is None
        )

    async def ranked(self) -> tuple[Ranked, ...]:
        """Return league A with the sum of the lines under each number."""
        period = f"{self.day.begins.astimezone(SHANGHAI):%Y-%m}"
        ranking = await self.acting.get(_SCORER, f"/scoring/rankings?league={LEAGUE}&period={period}")
        rows = []
        for row in ranking["rows"]:
            lines = [line async for line in self._lines(row["unit"], period)]
            total = sum((Decimal(line["points"]) for line in lines), Decimal(0))
            score, deductions = Decimal(row["score"]), Decimal(row["deductions"])
            rows.append(Ranked(row["rank"], row["name"], score, deductions, len(lines), total))
        return tuple(rows)

    async def _lines(self, unit: str, period: str) -> Any:
        path = f"/scoring/ledger?assessor={ASSESSOR}&unit={unit}&period={period}"
        page = await self.acting.get(_SCORER, path)
        while True:
            for line in page["lines"]:
                yield line
            if page["before"] is None:
                return
            page = await self.acting.get(_SCORER, f"{path}&before={page['before']}")

    async def unreported(self) -> Unreported:
        """Return the agency's event as the county's duty desk sees it."""
        stated = self.day.agency
        desk = OfficeId(f"{stated.site}-gov-duty")
        listed = await self.acting.get(f"{desk} DUTY_OFFICER", "/deadline/signals")
        for each in listed["signals"]:
            if each["agency"] == stated.agency:
                called = self.city.organisation.office(desk).called
                same = self._urgent_reports(each["territory"], each["kind"])
                return Unreported(stated.name, _at(each["at"]), each["place"], each["kind"], each["gist"], called, same)
        raise StepFailed(f"值班台没有看到机构 {stated.agency} 的事件")

    def _urgent_reports(self, territory: str, kind: str) -> int:
        return sum(each.office == territory and kind in each.kind for each in self.day.urgent)

    async def chain(self) -> TicketChain:
        """Return the ticket's chain as its issuer sees it."""
        ticket = self.acting.tickets[self.day.ticket.name]
        shown = await self.acting.get("linjiang-gov-info SUPERVISION", f"/supervision/tickets/{ticket}")
        head, instruction = shown["ticket"], shown["instruction"]
        return TicketChain(
            head["number"],
            head["title"],
            f"{instruction['leader']}：{instruction['text']}",
            head["lead"]["name"],
            tuple(_ticket_steps(shown["steps"])),
            head["state_text"],
            head["outcome"],
        )

    def _id(self, report: str) -> str:
        return str(self.acting.reports[report]["report_id"])


def _ticket_steps(steps: Iterable[dict[str, Any]]) -> Iterable[TicketStep]:
    for step in steps:
        yield TicketStep(_at(step["at"]), step["office_name"], step["by_name"], step["act_text"], step["text"])


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
