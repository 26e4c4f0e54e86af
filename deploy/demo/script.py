"""From what was written to a story: every step that takes each report where it went on that day.

``python -m deploy.demo.script`` writes day.yaml, which ``shangda demo`` and ``shangda play`` read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import yaml

from deploy.demo.urgent import urgent_steps
from deploy.demo.writing import HERE, Day, Sources, Written, load_day
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Level, Nature, Role, Stage, Urgency
from shared.organisation.loader import load
from shared.organisation.organisation import Organisation
from shared.timekeeping.civil import SHANGHAI

DAY = HERE / "day.yaml"
ORGANISATION = HERE.parents[1] / "shared/organisation/data/linjiang.yaml"
GAP, TRANSFER = 20, 40
"""Minutes between two acts in one office, and from a signature to the first act in the office above."""

Step = dict[str, Any]
_DOERS = (Role.INFO_SECTION, Role.DEPUTY_SIGNER, Role.PRINCIPAL)
PUBLICATIONS = {
    "linjiang-gov-info": "linjiang-meiri-yaoqing",
    "qingshan-gov-info": "qingshan-yaoqing-kuaibao",
    "pinghu-gov-info": "pinghu-yaoqing-kuaibao",
}


def later(at: str, minutes: int) -> str:
    """Return the time of day HH:MM that lies ``minutes`` after ``at``."""
    return f"{datetime.strptime(at, '%H:%M') + timedelta(minutes=minutes):%H:%M}"  # noqa: DTZ007 - a time of day


def occurred_at(day: date, text: str) -> str:
    """Return ``MM-DD HH:MM`` of the day's year as an instant with zone."""
    return datetime.strptime(f"{day.year}-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).isoformat()


def citations(sources: Sources) -> list[dict[str, str]]:
    """Return sources as a report cites them."""
    return [{"figure": figure, "source": source} for figure, source in sources.items()]


@dataclass(slots=True)
class _Course:
    """Writes down the acts on one report, one after the other. ``at``: when the next act is done."""

    organisation: Organisation
    day: date
    report: Written
    at: str

    def steps(self) -> Iterator[Step]:
        """Yield every step of the report."""
        report, office = self.report, self.report.office
        returns = list(report.returns)
        yield self._submit(report.body, report.sources, again=False)
        if report.ends == "origin-waits":
            return
        while returns and returns[0].by == "origin":
            yield from self._sent_back(office, returns.pop(0))
        yield from self._signed(office)
        desk = self._above(office)
        while returns:
            yield from self._sent_back(desk, returns.pop(0))
            yield from self._signed(office)
        reach, end = report.ends.split("-")
        while self.organisation.office(desk).level is not Level(reach.upper()):
            yield from self._signed(desk, adopting=True)
            desk = self._above(desk)
        yield from self._ended(desk, end)

    def _submit(self, body: str, sources: Sources, *, again: bool) -> Step:
        report = self.report
        place = self.organisation.office(report.office).official_name
        facts = {"occurred_at": occurred_at(self.day, report.occurred), "place": place, **report.facts}
        step = self._step(report.office, Role.REPORTER, "submit", title=report.title, body=body)
        step |= {"type": report.type.value, "nature": report.nature.value, "facts": facts}
        step["citations"] = citations(sources)
        return step | ({"again": True} if again else {})

    def _sent_back(self, office: OfficeId, sent: Any) -> Iterator[Step]:
        yield self._step(office, Role.INFO_SECTION, "return", reason=sent.reason.value, text=sent.text)
        yield self._submit(sent.body, sent.sources, again=True)

    def _signed(self, office: OfficeId, *, adopting: bool = False) -> Iterator[Step]:
        for number, step in enumerate(self.organisation.flow_for(office, Urgency.ROUTINE).steps):
            doer = next(role for role in _DOERS if role in step.roles and not (number == 2 and role is _DOERS[1]))
            if step.stage is Stage.SIGN_OFF and adopting and office in PUBLICATIONS:
                yield self._adopt(office, PUBLICATIONS[office])
                adopting = False
            yield self._step(office, doer, "pass" if step.stage is Stage.SECTION_REVIEW else "sign")
        self.at = later(self.at, TRANSFER - GAP)

    def _ended(self, desk: OfficeId, end: str) -> Iterator[Step]:
        if end == "adopted" and desk in PUBLICATIONS:
            city = self.organisation.office(desk).level is Level.CITY
            named = self.report.publication if city else None
            yield self._adopt(desk, named or PUBLICATIONS[desk])
        if end != "waits":
            yield self._step(desk, Role.EDITOR, "reference")

    def _adopt(self, office: OfficeId, publication: str) -> Step:
        return self._step(office, Role.EDITOR, "adopt", publication=publication)

    def _step(self, office: OfficeId, role: Role, do: str, **more: Any) -> Step:
        step = {"at": self.at, "who": f"{office} {role}", "do": do, "report": self.report.id, **more}
        self.at = later(self.at, GAP)
        return step

    def _above(self, office: OfficeId) -> OfficeId:
        nature = Nature(self.report.nature)
        return self.organisation.route(office, Urgency.ROUTINE, nature, self.day).primary[0]


def steps_of(day: Day, organisation: Organisation) -> list[Step]:
    """Return all steps of the day in the order of time; what one report needs keeps its order."""
    civil = day.begins.astimezone(SHANGHAI).date()
    found: list[Step] = []
    for report in day.reports:
        found += _Course(organisation, civil, report, report.at).steps()
    for urgent in day.urgent:
        found += urgent_steps(urgent, civil)
    found += [_agency_step(day), *_ticket_steps(day)]
    found.sort(key=lambda step: step["at"])
    return [*found, *_at_the_end(day)]


def _agency_step(day: Day) -> Step:
    stated = day.agency
    return {
        "at": stated.at,
        "do": "agency_event",
        **stated.model_dump(mode="json", include={"agency", "site", "event"}),
    }


def _ticket_steps(day: Day) -> Sequence[Step]:
    given = day.ticket
    owner, named = "linjiang-gov-info SUPERVISION", {"ticket": given.name}
    order = given.model_dump(mode="json", include={"report", "leader", "rank", "text", "lead", "co", "limit_code"})
    return (
        {"at": given.instructed, "who": owner, "do": "instruct", **order, "disposition": "ACT", **named},
        {"at": given.signed_for, "who": given.signed_for_by, "do": "sign_for", **named},
        {
            "at": given.replied,
            "who": given.replied_by,
            "do": "reply",
            **named,
            "text": given.reply,
            "co_signed": list(given.co),
        },
        {"at": given.closed, "who": owner, "do": "close", **named, "text": given.outcome, "lessons": given.lessons},
    )


def _at_the_end(day: Day) -> Sequence[Step]:
    return (
        {"at": "18:00", "do": "expect_recomputed_equal", "assessor": "linjiang"},
        {
            "at": "18:00",
            "who": f"{next(each.office for each in day.reports if each.id == day.ticket.report)} REPORTER",
            "do": "expect_way",
            "report": day.ticket.report,
            "words": ["石桥镇", "青山县", "要情快报", "市府办信息科", "专报信息", "批示"],
        },
    )


def story_of(day: Day, organisation: Organisation) -> str:
    """Return the day as a story file."""
    head = "# Made of reports.yaml by `python -m deploy.demo.script`; change that file, not this one.\n"
    content = {
        "story": day.story,
        "source": day.source,
        "begins": day.begins.isoformat(),
        "steps": steps_of(day, organisation),
    }
    return head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)


if __name__ == "__main__":
    DAY.write_text(story_of(load_day(), load(ORGANISATION)), encoding="utf-8")
