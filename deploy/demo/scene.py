"""What the terminal shows: the last things that moved, and how offices, clocks and links stand."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry

from deploy.city import City
from deploy.demo.lines import Line
from deploy.play.acting import Acting
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Service

SHOWN_LINES, SHOWN_OFFICES, SHOWN_CLOCKS = 12, 9, 7
_DESKS = ("linjiang-gov-duty", "qingshan-gov-duty", "pinghu-gov-duty")
BACKLOG_TIMER = "review-backlog"
_CASES, _AGE = "shangda_backlog_cases", "shangda_backlog_oldest_age_seconds"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one office, and how long the oldest has."""

    office: str
    cases: int
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class OpenClock:
    """A clock that runs."""

    title: str
    unit: str
    owed_to: str
    leg: str
    due_at: datetime
    late_from: datetime
    percent: int


@dataclass(frozen=True, slots=True)
class LinkState:
    """One lane of a link, seen from the city."""

    peer: str
    lane: str
    state: str
    unreceipted: int


@dataclass(slots=True)
class Scene:
    """The state of the display. ``total``: acts of the whole day; ``phase``: what is going on."""

    total: int = 0
    done: int = 0
    now: datetime | None = None
    phase: str = ""
    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=SHOWN_LINES))
    backlog: tuple[Backlog, ...] = ()
    clocks: tuple[OpenClock, ...] = ()
    links: tuple[LinkState, ...] = ()


async def look(scene: Scene, city: City, acting: Acting) -> None:
    """Bring the standing of offices, clocks and links in the scene up to date. Raises StepFailed."""
    scene.backlog = await _backlog(city)
    clocks: dict[str, OpenClock] = {}
    for desk in _DESKS:
        answer = await acting.get(f"{desk} DUTY_OFFICER", "/deadline/clocks")
        clocks |= {each["clock_id"]: _clock(each) for each in answer["clocks"] if each["binding"]}
    scene.clocks = tuple(sorted(clocks.values(), key=lambda each: each.late_from))[:SHOWN_CLOCKS]
    links = await acting.get("linjiang-gov-duty OPERATOR", "/forwarding/links")
    scene.links = tuple(
        LinkState(each["peer_name"], each["lane"], each["state"], each["unreceipted"]) for each in links
    )


async def _backlog(city: City) -> tuple[Backlog, ...]:
    """Read the gauges that operators watch, renewed at once: a day passes here between two of their beats."""
    found: list[Backlog] = []
    for process in city.running.values():
        for timer in process.hosted[Service.REVIEW].parts.timers:
            if timer.name == BACKLOG_TIMER:
                await timer.run()
        cases, ages = _by_office(process.registry, _CASES, sum), _by_office(process.registry, _AGE, max)
        for office, number in cases.items():
            if number:
                called = city.organisation.office(OfficeId(office)).called
                found.append(Backlog(called, int(number), timedelta(seconds=ages.get(office, 0.0))))
    return tuple(sorted(found, key=lambda each: each.oldest, reverse=True)[:SHOWN_OFFICES])


def _by_office(registry: CollectorRegistry, name: str, together: Callable[[list[float]], float]) -> Mapping[str, float]:
    values: dict[str, list[float]] = {}
    for metric in registry.restricted_registry([name]).collect():
        for sample in metric.samples:
            values.setdefault(sample.labels["office"], []).append(sample.value)
    return {office: together(each) for office, each in values.items()}


def _clock(shown: Mapping[str, object]) -> OpenClock:
    return OpenClock(
        title=str(shown["title"]),
        unit=str(shown["unit_name"]),
        owed_to=str(shown["recipient_name"]),
        leg=str(shown["leg"]),
        due_at=datetime.fromisoformat(str(shown["due_at"])),
        late_from=datetime.fromisoformat(str(shown["late_from"])),
        percent=int(str(shown["percent"])),
    )
