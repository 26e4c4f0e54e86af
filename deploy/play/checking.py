"""What must be true at a moment of a story, asked from the same APIs that people use."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from deploy.city import City
from deploy.play import story as verbs
from deploy.play.acting import Acting, StepFailed
from deploy.play.cast import Cast, person_of
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role, VerdictType
from shared.timekeeping.civil import SHANGHAI


@dataclass(slots=True)
class Checking:
    """Checks expectations. Raises StepFailed that says what was expected and what is."""

    city: City
    cast: Cast
    acting: Acting

    async def check(self, step: verbs.AnyStep, at: datetime) -> str:
        """Check one expectation and return a sentence about it."""
        does: Callable[[Any, datetime], Awaitable[str]] = getattr(self, f"_{type(step).__name__.lower()}")
        return await does(step, at)

    async def _expectpoints(self, step: verbs.ExpectPoints, at: datetime) -> str:
        period = f"{at.astimezone(SHANGHAI):%Y-%m}"
        assessor = OfficeId(step.assessor)
        path = f"/scoring/ledger?assessor={step.assessor}&unit={step.unit}&period={period}"
        lines: list[dict[str, Any]] = []
        before: int | None = None
        while True:
            answer = await self.acting.get(f"{assessor} {Role.SCORER}", path + (f"&before={before}" if before else ""))
            lines += answer["lines"]
            if (before := answer["before"]) is None:
                break
        if step.report is not None:
            number = self.acting.reports[step.report]
            incident = number.get("incident_id")
            lines = [each for each in lines if _concerns(each, number["report_id"], incident)]
        total = sum((Decimal(each["points"]) for each in lines), Decimal(0))
        self._equal(f"points of {step.unit} in the ledger of {step.assessor}", step.points, total, lines)
        return f"{step.unit} 在 {step.assessor} 的积分为 {total}"

    async def _expectverdict(self, step: verbs.ExpectVerdict, at: datetime) -> str:
        if step.type is VerdictType.ON_TIME:
            return await self._on_time(step)
        matter = self.acting.incidents[step.incident]
        listed = await self.acting.get(f"{step.owed_to} {Role.DUTY_HEAD}", "/deadline/verdicts?limit=50")
        mine = [
            each
            for each in listed["verdicts"]
            if (each["matter"], each["unit"], each["leg"], each["owed_to"])
            == (matter, step.unit, step.leg, step.owed_to)
            and each["withdrawn_at"] is None
        ]
        if not mine:
            raise StepFailed(f"no verdict on {step.unit}, {step.leg}; listed: {len(listed['verdicts'])}")
        found = mine[0]
        self._equal("type", step.type, found["type"], found)
        self._equal("minutes late", step.minutes_late, found["minutes_late"], found)
        if step.scored is not None:
            self._equal("scored", step.scored, found["scored"], found)
        if step.arithmetic is not None and step.arithmetic not in found["arithmetic"]:
            raise StepFailed(f"arithmetic {found['arithmetic']!r} does not say {step.arithmetic!r}")
        return f"认定 {found['type']}：{found['arithmetic']}"

    async def _on_time(self, step: verbs.ExpectVerdict) -> str:
        """A duty met in time needs no person: its clock stopped before its first late instant."""
        matter = self.acting.incidents[step.incident]
        listed = await self.acting.get(f"{step.owed_to} {Role.DUTY_HEAD}", f"/deadline/clocks?matter={matter}")
        mine = [
            each
            for each in listed["clocks"]
            if (each["unit"], each["leg"], each["recipient"]) == (step.unit, step.leg, step.owed_to)
            and each["binding"]
            and each["state"] == "STOPPED"
        ]
        if not mine:
            raise StepFailed(f"no stopped clock of {step.unit}, {step.leg}: {listed['clocks']}")
        clock = mine[-1]
        stopped, late = datetime.fromisoformat(clock["stopped_at"]), datetime.fromisoformat(clock["late_from"])
        if stopped >= late:
            raise StepFailed(f"stopped at {stopped}, late from {late}: {clock['sum_text']}")
        return f"按时：{clock['sum_text']}"

    async def _expectway(self, step: verbs.ExpectWay, at: datetime) -> str:
        report = self.acting.reports[step.report]["report_id"]
        shown = await self.acting.get(step.who, f"/intake/reports/{report}")
        text, position = json.dumps(shown["way"], ensure_ascii=False), 0
        for word in step.words:
            position = text.find(word, position)
            if position < 0:
                raise StepFailed(f"{word!r} does not stand in the way, in this order: {text}")
        return "去向：" + " → ".join(step.words)

    async def _expectmasked(self, step: verbs.ExpectMasked, at: datetime) -> str:
        report = self.acting.reports[step.report]["report_id"]
        case = await self.acting.get(step.who, f"/review/reports/{report}/case")
        origin = OfficeId(case["head"]["origin_office"])
        person, _ = person_of(origin, Role.REPORTER)
        # Names of invented people repeat between offices; the person's id does not.
        if person in json.dumps(case, ensure_ascii=False):
            raise StepFailed(f"the author {person} can be seen")
        return "作者：受保护"

    async def _expectunchanged(self, step: verbs.ExpectUnchanged, at: datetime) -> str:
        report = self.acting.reports[step.report]["report_id"]
        case = await self.acting.get(step.who, f"/review/reports/{report}/case")
        if not case["differences"]:
            raise StepFailed("there is one wording only, and nothing to compare it with")
        changed = [each["facts"] for each in case["differences"] if each["facts"]]
        if changed:
            raise StepFailed(f"facts were changed: {changed}")
        return f"共 {len(case['differences']) + 1} 版，要素一致"

    async def _expecttickets(self, step: verbs.ExpectTickets, at: datetime) -> str:
        answer = await self.acting.get(step.who, "/supervision/tickets?box=issued")
        self._equal("tickets issued", step.number, len(answer["tickets"]), answer)
        return f"督办件 {step.number} 件"

    async def _expectrecomputed(self, step: verbs.ExpectRecomputed, at: datetime) -> str:
        answer = await self.acting.post(
            f"{step.assessor} {Role.SCORER}", "/scoring/recompute", {"assessor": step.assessor}
        )
        if answer["differences"]:
            raise StepFailed(f"recomputed totals differ: {answer['differences']}")
        return "重算一致"

    @staticmethod
    def _equal(what: str, expected: object, found: object, seen: object) -> None:
        if expected != found:
            raise StepFailed(
                f"{what}: expected {expected}, found {found}; {json.dumps(seen, ensure_ascii=False)[:1500]}"
            )


def _concerns(line: dict[str, Any], report_id: str, incident_id: str | None) -> bool:
    evidence = json.dumps(line["evidence"], ensure_ascii=False)
    return (
        line["report_id"] == report_id or report_id in evidence or (incident_id is not None and incident_id in evidence)
    )
