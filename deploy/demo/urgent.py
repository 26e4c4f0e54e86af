"""The steps of an urgent report: telephone first, then the written report, then each duty desk above."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from deploy.demo.writing import UrgentlyWritten
from shared.timekeeping.civil import SHANGHAI

CITY = "linjiang"
_PUBLICATION = "linjiang-zhiban-kuaibao"
Step = dict[str, Any]


def urgent_steps(urgent: UrgentlyWritten, day: date) -> Iterator[Step]:
    """Yield every step from 获知 to the city's desk, in the order of time."""
    county = urgent.office.split("-")[0]
    yield _learned(urgent)
    submitted = urgent.submitted or _later(urgent.learned, 10)
    yield from _phoned(urgent, submitted, urgent.office, CITY if urgent.desk else county, 1)
    yield _submitted(urgent, day, submitted)
    on = {"report": urgent.id}
    roles = ("DUTY_OFFICER 2", "DUTY_LEAD") if urgent.desk else ("INFO_SECTION", "DEPUTY_SIGNER")
    signed = urgent.signed or _later(submitted, 20)
    yield {"at": _later(submitted, 10), "who": f"{urgent.office} {roles[0]}", "do": "pass", **on}
    yield {"at": signed, "who": f"{urgent.office} {roles[1]}", "do": "sign", **on}
    if not urgent.desk:
        desk, at = f"{county}-gov-duty", _later(signed, 10)
        yield from _phoned(urgent, at, desk, CITY, 2)
        yield {"at": at, "who": f"{desk} DUTY_OFFICER", "do": "pass", **on}
        yield {"at": _later(at, 20), "who": f"{desk} DUTY_LEAD", "do": "sign", **on}
        yield {"at": _later(at, 40), "who": f"{county}-party-duty EDITOR", "do": "reference", **on}
        signed = _later(at, 20)
    yield from _at_the_city(urgent, signed)


def _at_the_city(urgent: UrgentlyWritten, signed: str) -> Iterator[Step]:
    desk, on = f"{CITY}-gov-duty", {"report": urgent.id}
    read = f"{round_up(signed):%H:%M}"
    yield {"at": _later(read, 20), "who": f"{desk} EDITOR", "do": "adopt", **on, "publication": _PUBLICATION}
    yield {"at": _later(read, 40), "who": f"{desk} EDITOR", "do": "reference", **on}
    yield {"at": _later(read, 40), "who": f"{CITY}-party-duty EDITOR", "do": "reference", **on}
    if urgent.finalised:
        verdict = {"incident": urgent.id, "unit": urgent.office.split("-")[0]}
        yield {
            "at": _later(read, 20),
            "do": "expect_verdict",
            **verdict,
            "leg": "WRITTEN",
            "owed_to": desk,
            "type": "LATE",
            "minutes_late": 3,
            "arithmetic": "获知 14:05 + 60 分 = 截止 15:05（含）；接收 15:08；迟 3 分",
        }
        yield {"at": urgent.finalised, "who": f"{desk} DUTY_HEAD", "do": "finalise", **verdict}


def _learned(urgent: UrgentlyWritten) -> Step:
    step: Step = {"at": urgent.learned, "who": f"{urgent.office} DUTY_OFFICER", "do": "learn", "incident": urgent.id}
    step |= {"kind": urgent.kind, "place": urgent.place, "how": urgent.how, "gist": urgent.gist}
    if urgent.severity is not None:
        step["severity"] = urgent.severity.value
    return step | ({} if urgent.injured is None else {"injured": urgent.injured})


def _phoned(urgent: UrgentlyWritten, at: str, office: str, unit: str, leg: int) -> Iterator[Step]:
    """Both desks of the unit above are called: a call answers the side that was called."""
    for side, mark in (("gov", ""), ("party", "-W")):
        number = f"DH-0318-{at.replace(':', '')}-{leg}{mark}"
        said = {"incident": urgent.id, "to": f"{unit}-{side}-duty", "ack": number, "gist": urgent.gist}
        yield {"at": at, "who": f"{office} DUTY_OFFICER", "do": "phone", **said}


def _submitted(urgent: UrgentlyWritten, day: date, at: str) -> Step:
    occurred = datetime.strptime(f"{day.year}-{urgent.occurred}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    facts: dict[str, Any] = {"occurred_at": occurred.isoformat(), "place": urgent.place, "kind": urgent.kind}
    facts |= {"measures": urgent.measures} | ({} if urgent.injured is None else {"injured": urgent.injured})
    step: Step = {"at": at, "who": f"{urgent.office} {'DUTY_OFFICER' if urgent.desk else 'REPORTER'}", "do": "submit"}
    step |= {"report": urgent.id, "incident": urgent.id, "incident_kind": "INITIAL"}
    step |= {"title": urgent.title, "body": urgent.body, "type": "URGENT", "nature": "NEUTRAL", "urgency": "URGENT"}
    step |= {"expected_at": "20:00", "facts": facts}
    step["citations"] = [{"figure": figure, "source": source} for figure, source in urgent.sources.items()]
    return step


def _later(at: str, minutes: int) -> str:
    return f"{_time(at) + timedelta(minutes=minutes):%H:%M}"


def round_up(at: str) -> datetime:
    """Return the next full twenty minutes, at which the desks above look again."""
    time = _time(at)
    return time + timedelta(minutes=-time.minute % 20)


def _time(at: str) -> datetime:
    return datetime.strptime(at, "%H:%M")  # noqa: DTZ007 - a time of day
