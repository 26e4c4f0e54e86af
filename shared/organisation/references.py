"""Checks that every id named in the register exists, once, and that sites and offices form trees."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import OfficeKind
from shared.organisation.explanations import nearest
from shared.organisation.offices import DESKS, Office, rank
from shared.organisation.register import Register
from shared.organisation.sources import Problem, Source, Spot

Named = TypeVar("Named")


def reference_problems(register: Register, source: Source, stated: Source) -> Iterator[Problem]:
    """Yield unknown and doubled ids, cycles, and offices on the wrong site.

    ``source`` is what ``register`` was read from; ``stated`` also has the entries that could not be read,
    whose ids are known all the same.
    """
    yield from _doubled(source, "sites", "id")
    yield from _doubled(source, "offices", "id")
    yield from _doubled(source, "offices", "official_name")
    yield from _doubled(source, "leagues", "id")
    yield from _doubled(source, "flows", "name")
    yield from _doubled_territories(register, source)
    yield from _unknown(register, source, stated)
    yield from _loops(source, "sites", {site.id: site.upper for site in register.sites}, "upper")
    yield from _loops(source, "offices", {office.id: office.parent for office in register.offices}, "parent")
    yield from _site_tree(register, source)
    yield from _office_places(register, source)


def _doubled(source: Source, section: str, field: str) -> Iterator[Problem]:
    first: dict[object, int] = {}
    for at, _ in enumerate(source.content.get(section, ())):
        spot: Spot = (section, at, field)
        value = source.value(spot)
        if value in first:
            line = source.line((section, first[value], field))
            yield source.problem(spot, f"line {line} has it already", "give each its own")
        first.setdefault(value, at)


def _doubled_territories(register: Register, source: Source) -> Iterator[Problem]:
    first: dict[str, OfficeId] = {}
    for at, office in enumerate(register.offices):
        if office.answers_itself and office.kind is OfficeKind.TERRITORY:
            holder = first.setdefault(office.territory_code, office.id)
            if holder != office.id:
                spot: Spot = ("offices", at, "territory_code")
                yield source.problem(spot, f"territory {holder} has this code already", "give each territory its own")


def _unknown(register: Register, source: Source, stated: Source) -> Iterator[Problem]:
    def ids(section: str, field: str = "id") -> list[str]:
        entries = stated.content.get(section, ())
        return [str(entry[field]) for entry in entries if isinstance(entry, dict) and field in entry]

    sites, offices, leagues, flows = ids("sites"), ids("offices"), ids("leagues"), ids("flows", "name")
    asked: list[tuple[str, Iterable[object], tuple[str, ...], list[str], str]] = [
        ("sites", register.sites, ("upper",), sites, "site"),
        ("offices", register.offices, ("parent", "unit"), offices, "office"),
        ("offices", register.offices, ("site",), sites, "site"),
        ("offices", register.offices, ("league",), leagues, "league"),
        ("offices", register.offices, ("flow", "urgent_flow"), flows, "flow"),
        ("leagues", register.leagues, ("assessor",), offices, "office"),
        ("direct_points", register.direct_points, ("office", "of_office"), offices, "office"),
        ("direct_points", register.direct_points, ("league",), leagues, "league"),
        ("usual_flows", register.usual_flows, ("flow",), flows, "flow"),
    ]
    for section, entries, fields, known, what in asked:
        for at, entry in enumerate(entries):
            for field in fields:
                value = getattr(entry, field)
                # A unit left out of the file repeats a parent, which is reported by itself.
                if value is None or value in known or source.value((section, at, field)) == "(missing)":
                    continue
                yield source.problem((section, at, field), f"no {what} has this id", nearest(value, known))


def _loops(source: Source, section: str, above: dict[Named, Named | None], field: str) -> Iterator[Problem]:
    for at, start in enumerate(above):
        seen, step = [start], above[start]
        while step is not None and step not in seen:
            seen.append(step)
            step = above.get(step)
        # Said once for each loop, at its member that stands first in the file.
        if step == start and start == min(seen, key=list(above).index):
            way = " → ".join(str(each) for each in [*seen, start])
            yield source.problem((section, at, field), f"goes round in a circle: {way}", "let one of them end the way")


def _site_tree(register: Register, source: Source) -> Iterator[Problem]:
    sites = {site.id: site for site in register.sites}
    tops = [at for at, site in enumerate(register.sites) if site.upper is None]
    for at in tops[1:]:
        wrong = f"{register.sites[tops[0]].id} is the top site already"
        yield source.problem(("sites", at, "id"), wrong, "state 'upper' for all sites but one")
    for at, site in enumerate(register.sites):
        upper = sites.get(site.upper) if site.upper else None
        if upper and rank(upper.level) <= rank(site.level):
            wrong = f"{upper.id} is not of a higher level than {site.id}"
            yield source.problem(("sites", at, "upper"), wrong, "name a site of a higher level")


def _office_places(register: Register, source: Source) -> Iterator[Problem]:
    offices = {office.id: office for office in register.offices}
    above = {site.id: site.upper for site in register.sites}
    tests: tuple[Callable[[Office, Office | None], tuple[str, str, str] | None], ...] = (
        _wrong_unit,
        lambda office, parent: _wrong_site(office, parent, above.get(office.site)),
        _wrong_level,
    )
    for at, office in enumerate(register.offices):
        parent = offices.get(office.parent) if office.parent else None
        if (office.parent and parent is None) or office.site not in above:
            continue
        for test in tests:
            if found := test(office, parent):
                field, wrong, remedy = found
                yield source.problem(("offices", at, field), wrong, remedy)
    tops = [at for at, office in enumerate(register.offices) if office.parent is None]
    for at in tops[1:]:
        wrong = f"{register.offices[tops[0]].id} is the top office already"
        yield source.problem(("offices", at, "id"), wrong, "state 'parent' for all offices but one")


def _wrong_unit(office: Office, parent: Office | None) -> tuple[str, str, str] | None:
    if office.kind not in DESKS:
        wrong = f"a {office.kind} answers for itself"
        return None if office.answers_itself else ("unit", wrong, "leave 'unit' out")
    if parent is None or office.unit != parent.id:
        return "unit", "a desk speaks for its parent", "leave 'unit' out and state 'parent'"
    if not parent.answers_itself:
        return "parent", f"{parent.id} is a desk itself", "name the unit that the desk speaks for"
    return None


def _wrong_site(office: Office, parent: Office | None, upper_site: object) -> tuple[str, str, str] | None:
    if parent is None or office.site == parent.site:
        return None
    if not office.answers_itself:
        return "site", f"a desk stands on the site of its unit, {parent.site}", f"write '{parent.site}'"
    if parent.site == upper_site:
        return None
    wrong = f"its upper office {parent.id} stands on {parent.site}, which is not the site above {office.site}"
    return "site", wrong, f"host it on {parent.site} or on a site right below"


def _wrong_level(office: Office, parent: Office | None) -> tuple[str, str, str] | None:
    if parent is None or rank(parent.level) >= rank(office.level):
        return None
    return (
        "level",
        f"its parent {parent.id} is of the lower level {parent.level}",
        "state the parent's level or a lower one",
    )
