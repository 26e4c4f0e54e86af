"""Which steps of one instant may be done together: those that touch nothing in common. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from deploy.play import story as verbs
from deploy.play.story import AnyStep

Names = frozenset[str]
_NONE: Names = frozenset()


def beats(steps: Sequence[AnyStep]) -> Iterator[tuple[str, list[list[AnyStep]]]]:
    """Yield each instant with its waves; a wave waits until what the wave before it did has come to rest."""
    for at, together in groupby(steps, key=lambda step: step.at):
        yield at, waves(together)


def waves(steps: Iterable[AnyStep]) -> list[list[AnyStep]]:
    """Return steps of one instant in as few waves as keep the order of steps that touch the same thing."""
    found: list[list[AnyStep]] = []
    last_touch: dict[str, int] = {}
    last_change: dict[str, int] = {}
    for step in steps:
        changes, reads = touched(step)
        earlier = [last_touch[name] for name in changes if name in last_touch]
        earlier += [last_change[name] for name in reads if name in last_change]
        number = len(found) if _looks(step) else max(earlier, default=-1) + 1
        if number >= len(found):
            found.append([])
        found[number].append(step)
        for name in changes | reads:
            last_touch[name] = max(number, last_touch.get(name, 0))
        for name in changes:
            last_change[name] = number
    return found


def touched(step: AnyStep) -> tuple[Names, Names]:
    """Return the names of what a step changes, and of what it only needs to stand already."""
    match step:
        case verbs.Learn(incident=incident):
            return frozenset({f"incident {incident}"}), _NONE
        case verbs.Phone(incident=incident):
            return _NONE, frozenset({f"incident {incident}"})
        case verbs.Submit(report=report, incident=incident):
            return frozenset({f"report {report}"}), frozenset({f"incident {incident}"} if incident else ())
        case verbs.Instruct(report=report, ticket=ticket):
            return frozenset({f"report {report}", f"ticket {ticket}"}), _NONE
        case verbs.OnTicket(ticket=ticket):
            return frozenset({f"ticket {ticket}"}), _NONE
        case verbs.Finalise(incident=incident):
            return frozenset({f"incident {incident}"}), _NONE
        case verbs.AgencyEvent(agency=agency, site=site):
            return frozenset({f"agency {agency} at {site}"}), _NONE
        case _:
            named = getattr(step, "report", None)
            return (frozenset({f"report {named}"}) if named else _NONE), _NONE


def _looks(step: AnyStep) -> bool:
    """Tell whether a step only looks: it then comes after everything before it."""
    return step.do.startswith("expect_")
