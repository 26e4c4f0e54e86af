"""What a step looks like in the terminal: when, from which office to which, which act, about what. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from deploy.play import story as verbs
from deploy.play.story import AnyStep
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Nature, Urgency
from shared.organisation.organisation import Organisation
from shared.timekeeping.civil import SHANGHAI

_ACTS = {
    "submit": "提交审核",
    "pass": "审核通过",
    "sign": "签发上报",
    "return": "退回修改",
    "reference": "备查",
    "adopt": "采用",
    "learn": "登记获知",
    "phone": "电话报告",
    "instruct": "批示",
    "sign_for": "签收督办件",
    "reply": "反馈",
    "close": "办结",
    "finalise": "认定",
    "agency_event": "发布事件",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that moved. ``target`` is empty when it stays where it is. ``urgent``: an urgent matter."""

    at: datetime
    office: str
    target: str
    act: str
    about: str
    urgent: bool = False

    @property
    def text(self) -> str:
        """The line as plain text."""
        way = f"{self.office} → {self.target}" if self.target else self.office
        return f"{self.at.astimezone(SHANGHAI):%H:%M}  {self.act}  {way}  {self.about}"


@dataclass(slots=True)
class Telling:
    """Makes lines; remembers the titles, which later steps do not repeat."""

    organisation: Organisation
    _reports: dict[str, verbs.Submit] = field(default_factory=dict)
    _incidents: dict[str, str] = field(default_factory=dict)
    _tickets: dict[str, tuple[str, str]] = field(default_factory=dict)

    def line(self, step: AnyStep, at: datetime, done: str) -> Line | None:
        """Return the line of a step that was done; None for one that only looked."""
        if step.do not in _ACTS:
            return None
        if isinstance(step, verbs.AgencyEvent):
            about = f"{step.event.get('kind', '')}，{step.event.get('place', '')}"
            return Line(at, f"机构 {step.agency}", f"{step.site} 总线", _ACTS[step.do], about, urgent=True)
        office = OfficeId((step.who or "").split()[0])
        target, about, urgent = self._about(step, office, at, done)
        return Line(at, self._called(office), target, _ACTS[step.do], about, urgent)

    def _about(self, step: AnyStep, office: OfficeId, at: datetime, done: str) -> tuple[str, str, bool]:
        match step:
            case verbs.Learn(incident=incident, kind=kind, place=place):
                self._incidents[incident] = f"{kind}，{place}"
                return "", self._incidents[incident], True
            case verbs.Phone(incident=incident, to=to):
                return self._called(OfficeId(to)), self._incidents.get(incident, incident), True
            case verbs.Finalise():
                return "", done.removeprefix("认定："), True
            case verbs.Instruct(report=report, lead=lead, ticket=ticket, leader=leader, text=text):
                target = self._called(OfficeId(lead)) if lead else ""
                if ticket:
                    self._tickets[ticket] = self._called(office), self._title(report)
                return target, f"{leader}：{text}", False
            case verbs.OnTicket(ticket=ticket):
                issuer, title = self._tickets.get(ticket, ("", ticket))
                return (issuer if step.do == "reply" else ""), step.text or title, False
            case verbs.Submit(report=report):
                self._reports[report] = step
        report = str(getattr(step, "report", ""))
        urgent = report in self._reports and self._reports[report].urgency is not Urgency.ROUTINE
        return self._target(step, office, report, at), self._title(report), urgent

    def _target(self, step: AnyStep, office: OfficeId, report: str, at: datetime) -> str:
        written = self._reports.get(report)
        if step.do == "return" and written is not None:
            return self._called(OfficeId((written.who or "").split()[0]))
        if step.do == "sign" and written is not None:
            nature = written.nature if written.nature is not None else Nature.NEUTRAL
            day = at.astimezone(SHANGHAI).date()
            primary = self.organisation.route(office, written.urgency, nature, day).primary
            return "、".join(self._called(each) for each in primary)
        return ""

    def _title(self, report: str) -> str:
        return self._reports[report].title if report in self._reports else report

    def _called(self, office: OfficeId) -> str:
        return self.organisation.office(office).called
