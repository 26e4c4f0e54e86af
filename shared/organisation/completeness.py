"""Checks that the register leaves no question open: a desk for every territory, a rule for every report."""

from collections.abc import Iterator
from itertools import product

from shared.contracts.vocabulary import Level, Nature, OfficeKind, Side, Urgency
from shared.organisation.offices import DESKS, rank
from shared.organisation.register import Register
from shared.organisation.routing import Matter, first_that_holds
from shared.organisation.sources import Problem, Source, Spot


def completeness_problems(register: Register, source: Source) -> Iterator[Problem]:
    """Yield what is missing or said twice in a register whose ids are all known."""
    yield from _desks(register, source)
    yield from _direct_points(register, source)
    yield from _leagues(register, source)
    yield from _routing(register, source)
    yield from _usual_flows(register, source)


def _desks(register: Register, source: Source) -> Iterator[Problem]:
    """Exactly one duty desk and one information section per territory and side from the county up (B1)."""
    held: dict[tuple[str, OfficeKind, Side], list[str]] = {}
    for at, office in enumerate(register.offices):
        if office.kind in DESKS:
            others = held.setdefault((office.unit, office.kind, office.side), [])
            if others:
                wrong = f"{office.unit} has the {office.kind} {others[0]} on the {office.side} side already"
                yield source.problem(("offices", at, "kind"), wrong, "keep one of the two")
            others.append(office.id)
    for at, office in enumerate(register.offices):
        if office.kind is not OfficeKind.TERRITORY or rank(office.level) < rank(Level.COUNTY):
            continue
        for kind, side in product(sorted(DESKS), Side):
            if (office.id, kind, side) not in held:
                wrong = f"the territory has no {kind} on the {side} side"
                yield source.problem(
                    ("offices", at, "id"), wrong, f"add an office of this kind with parent '{office.id}'"
                )


def _direct_points(register: Register, source: Source) -> Iterator[Problem]:
    units = {office.id: office for office in register.offices}
    for at, point in enumerate(register.direct_points):
        here: Spot = ("direct_points", at)
        chain = []
        step = units[point.office].parent
        while step is not None:
            chain.append(step)
            step = units[step].parent
        if not units[point.office].answers_itself:
            wrong = f"a desk of {units[point.office].unit} is no direct-reporting point"
            yield source.problem((*here, "office"), wrong, f"write '{units[point.office].unit}'")
        elif point.of_office not in chain[1:]:
            wrong = f"not above the unit over {point.office}"
            yield source.problem(
                (*here, "of_office"), wrong, f"name one of {', '.join(chain[1:]) or 'none: it has none'}"
            )
        for place, scope in enumerate(point.scope):
            if scope not in register.direct_scopes:
                yield source.problem((*here, "scope", place), "this scope is not defined", "define it in direct_scopes")
        if point.valid_to is not None and point.valid_to < point.valid_from:
            yield source.problem((*here, "valid_to"), "lies before valid_from", "state a later day or leave it out")


def _leagues(register: Register, source: Source) -> Iterator[Problem]:
    parents = {office.id: office.parent for office in register.offices}
    assessors = {league.id: league.assessor for league in register.leagues}
    members = [(("offices", at), office.league, office.id) for at, office in enumerate(register.offices)]
    members += [(("direct_points", at), point.league, point.office) for at, point in enumerate(register.direct_points)]
    for spot, league, member in members:
        if league is None:
            continue
        step = parents[member]
        while step is not None and step != assessors[league]:
            step = parents[step]
        if step is None:
            wrong = f"its assessor {assessors[league]} does not stand above {member}"
            yield source.problem((*spot, "league"), wrong, "name a league of a unit above")


def _routing(register: Register, source: Source) -> Iterator[Problem]:
    """Every report of every office finds a rule, and every rule decides some report."""
    senders = dict.fromkeys((office.side, office.level) for office in register.offices)
    deciding: set[str] = set()
    undecided: list[Matter] = []
    for urgency, nature, side in product(Urgency, Nature, Side):
        for level in Level:
            matter = Matter(urgency, nature, side, level)
            rule = first_that_holds(register.routing, matter)
            if rule is not None:
                deciding.add(rule.id)
            elif (side, level) in senders:
                undecided.append(matter)
    if undecided:
        first = undecided[0]
        which = f"{first.urgency} {first.nature} from {first.level} on the {first.side} side"
        wrong = f"no rule for {len(undecided)} kinds of reports, among them {which}"
        yield source.problem(("routing",), wrong, "end the list with a rule without 'when'")
    for at, rule in enumerate(register.routing):
        if rule.id not in deciding:
            wrong = "this rule never decides: those before it take everything"
            yield source.problem(("routing", at, "id"), wrong, "move it up, narrow the others, or drop it")


def _usual_flows(register: Register, source: Source) -> Iterator[Problem]:
    for kind, urgency in product(OfficeKind, Urgency):
        if not any(usual.fits(kind, urgency) for usual in register.usual_flows):
            wrong = f"no flow for {urgency} reports of a {kind}"
            remedy = "end the list with a flow without conditions"
            yield source.problem(("usual_flows",), wrong, remedy)
            return
