"""The verbs of a story: each is an action that exists in the API or on the bus under the same name."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from deploy.city import City
from deploy.play import story as verbs
from deploy.play.agencies import Agencies, NotTaken
from deploy.play.cast import Cast
from deploy.play.moments import moment
from deploy.play.quiet import Quiet
from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import Role


class StepFailed(Exception):
    """An action of a story was refused; carries the answer."""


@dataclass(slots=True)
class Acting:
    """Does steps. Names that a story gives to reports, incidents and tickets are kept here with their ids."""

    city: City
    cast: Cast
    quiet: Quiet
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    incidents: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    _steps: int = 0
    _agencies: Agencies = field(init=False)

    def __post_init__(self) -> None:
        self._agencies = Agencies(self.city, self.cast)

    async def act(self, step: verbs.AnyStep, at: datetime) -> str:
        """Do a step and return a sentence about it. Raises StepFailed."""
        self._steps += 1
        does: Callable[[Any, datetime], Awaitable[str]] = getattr(self, f"_{type(step).__name__.lower()}")
        return await does(step, at)

    async def get(self, who: str | None, path: str) -> Any:
        """Read something as somebody. Raises StepFailed when it is refused."""
        office, role, seat = self._person(who)
        return self._body(await self.cast.call(office, role, "GET", path, seat=seat))

    async def post(self, who: str | None, path: str, body: object, **headers: str) -> Any:
        """Do something as somebody. Raises StepFailed when it is refused."""
        office, role, seat = self._person(who)
        return self._body(await self.cast.call(office, role, "POST", path, body, seat=seat, **headers))

    async def _learn(self, step: verbs.Learn, at: datetime) -> str:
        known = moment(step.known_at, at) if step.known_at else at
        body = step.model_dump(
            mode="json",
            exclude_none=True,
            include={"kind", "place", "severity", "how", "evidence", "gist", "sensitive"},
        )
        body |= {
            name: getattr(step, name) for name in ("dead", "missing", "injured") if getattr(step, name) is not None
        }
        body["known_at"] = known.isoformat()
        if step.incident in self.incidents:
            body["incident_id"] = self.incidents[step.incident]
        answer = await self.post(step.who, "/intake/awareness", body, Idempotency_Key=self._key())
        self.incidents[step.incident] = answer["incident_id"]
        return f"登记获知：{step.kind}，{step.place}"

    async def _phone(self, step: verbs.Phone, at: datetime) -> str:
        called = moment(step.called_at, at) if step.called_at else at
        office, role, seat = self._person(step.who)
        body = {
            "incident_id": self.incidents[step.incident],
            "to_office": step.to,
            "caller": self.cast.actor(office, role, seat).name,
            "callee": step.callee,
            "at": called.isoformat(),
            "acknowledgement": step.ack,
            "gist": step.gist,
        }
        await self.post(step.who, "/intake/phone-reports", body, Idempotency_Key=self._key())
        return f"电话报告 {step.to}，编号 {step.ack}"

    async def _submit(self, step: verbs.Submit, at: datetime) -> str:
        body = step.model_dump(
            mode="json",
            exclude_none=True,
            include={"title", "body", "type", "nature", "urgency", "facts", "citations", "incident_kind"},
        )
        if step.incident:
            body["incident_id"] = self.incidents[step.incident]
        if step.expected_at:
            body["expected_at"] = moment(step.expected_at, at).isoformat()
        if step.again:
            body["report_id"] = self.reports[step.report]["report_id"]
        answer = await self.post(step.who, "/intake/reports", body, Idempotency_Key=self._key())
        self.reports[step.report] = answer
        if answer.get("incident_id") and step.incident is None:
            self.incidents[step.report] = answer["incident_id"]
        return f"提交审核 {answer['number']} {step.title}"

    async def _oncase(self, step: verbs.OnCase, at: datetime) -> str:
        receipt = await self._on_case(step.who, step.report, step.do, {})
        return f"{receipt['number']} {receipt['next']['text'] or receipt['state']}"

    async def _return(self, step: verbs.Return, at: datetime) -> str:
        receipt = await self._on_case(step.who, step.report, "return", {"reason": step.reason, "text": step.text})
        return f"退回 {receipt['number']}：{step.text}"

    async def _rewrite(self, step: verbs.Rewrite, at: datetime) -> str:
        body = step.model_dump(mode="json", exclude_none=True, include={"title", "body", "facts", "citations"})
        receipt = await self._on_case(step.who, step.report, "rewrite", body)
        return f"改稿 {receipt['number']} 第 {receipt['version']} 版"

    async def _hold(self, step: verbs.Hold, at: datetime) -> str:
        body = {"reason": step.reason, "until": moment(step.until, at).isoformat()}
        receipt = await self._on_case(step.who, step.report, "hold", body)
        return f"暂缓 {receipt['number']}：{step.reason}"

    async def _on_case(self, who: str | None, report: str, act: str, body: dict[str, Any]) -> Any:
        case = await self.get(who, f"/review/reports/{self.reports[report]['report_id']}/case")
        return await self.post(who, f"/review/cases/{case['case_id']}/{act}", {**body, "revision": case["revision"]})

    async def _adopt(self, step: verbs.Adopt, at: datetime) -> str:
        body = {"report_id": self.reports[step.report]["report_id"], "publication": step.publication}
        await self.post(step.who, "/publication/adoptions", body)
        return f"采用 {self.reports[step.report]['number']}：{step.publication}"

    async def _adoptonbehalf(self, step: verbs.AdoptOnBehalf, at: datetime) -> str:
        body = step.model_dump(mode="json", include={"publication_name", "carrier", "evidence", "level"})
        body["report_id"] = self.reports[step.report]["report_id"]
        await self.post(step.who, "/publication/adoptions/on-behalf", body)
        return f"代录采用 {step.publication_name}"

    async def _forward(self, step: verbs.Forward, at: datetime) -> str:
        body = {"report_id": self.reports[step.report]["report_id"], "carrier": step.carrier}
        await self.post(step.who, "/publication/forwardings", body)
        return "转报省级"

    async def _instruct(self, step: verbs.Instruct, at: datetime) -> str:
        body = step.model_dump(
            mode="json",
            exclude_none=True,
            include={"leader", "rank", "text", "disposition", "lead", "co", "limit_code"},
        )
        body |= {"report_id": self.reports[step.report]["report_id"], "given_at": at.isoformat()}
        answer = await self.post(step.who, "/supervision/instructions", body, Idempotency_Key=self._key())
        if step.ticket:
            self.tickets[step.ticket] = answer["instruction"]["ticket_id"]
        return f"批示：{step.leader}“{step.text}”"

    async def _onticket(self, step: verbs.OnTicket, at: datetime) -> str:
        ticket = self.tickets[step.ticket]
        shown = await self.get(step.who, f"/supervision/tickets/{ticket}")
        body: dict[str, Any] = {"revision": shown["ticket"]["revision"]}
        path = {"sign_for": "sign-for", "reply": "reply", "send_back": "return", "close": "close"}[step.do]
        if step.do == "reply":
            body |= {"text": step.text, "co_signed": step.co_signed}
        elif step.do == "send_back":
            body["reason"] = step.text
        elif step.do == "close":
            body |= {"outcome": step.text, "lessons": step.lessons}
        await self.post(step.who, f"/supervision/tickets/{ticket}/{path}", body)
        return f"督办件 {step.do}：{step.text}"

    async def _finalise(self, step: verbs.Finalise, at: datetime) -> str:
        matter = self.incidents[step.incident]
        listed = await self.get(step.who, "/deadline/verdicts")
        mine = [each for each in listed["verdicts"] if (each["matter"], each["unit"]) == (matter, step.unit)]
        if not mine:
            raise StepFailed(f"no verdict on {step.unit} in {step.incident}")
        detail = await self.get(step.who, f"/deadline/verdicts/{mine[0]['verdict_id']}")
        body = {"decision": step.decision, "reason": step.reason, "revision": detail["revision"]}
        answer = await self.post(step.who, f"/deadline/matters/{matter}/units/{step.unit}/finalise", body)
        return "认定：" + "；".join(dict.fromkeys(each["arithmetic"] for each in answer["verdicts"]))

    async def _agencyevent(self, step: verbs.AgencyEvent, at: datetime) -> str:
        try:
            await self._agencies.publish(SiteId(step.site), step.agency, step.event)
        except NotTaken as error:
            raise StepFailed(str(error)) from error
        return f"机构 {step.agency} 在总线上发布：{step.event.get('kind')}，{step.event.get('place')}"

    def _person(self, who: str | None) -> tuple[OfficeId, Role, int]:
        if who is None:
            raise StepFailed("the step does not say who acts")
        words = who.split()
        return OfficeId(words[0]), Role(words[1]), int(words[2]) if len(words) > 2 else 1

    def _key(self) -> str:
        return f"story-step-{self._steps:06}"

    @staticmethod
    def _body(answer: httpx.Response) -> Any:
        if answer.is_error:
            raise StepFailed(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
        return json.loads(answer.content) if answer.content else None
