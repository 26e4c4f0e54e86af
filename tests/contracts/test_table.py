"""The chain's table is honest: every event is in it once, and what the services say of themselves is what it says."""

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

import shared.contracts
from shared.contracts.addresses import bindings, lanes_of, queue_name, routing_key, writable_keys
from shared.contracts.drawing import COMMAND, chain_as_markdown
from shared.contracts.event import Event
from shared.contracts.routes import ROUTES, read_by, route_of, sent
from shared.contracts.vocabulary import Lane, Service

ROOT = Path(__file__).resolve().parents[2]


def event_classes() -> list[type[Event]]:
    """Return every event class that a module of contracts defines."""
    found = []
    for each in pkgutil.iter_modules(shared.contracts.__path__, "shared.contracts."):
        module = importlib.import_module(each.name)
        found += [
            value
            for value in vars(module).values()
            if inspect.isclass(value)
            and issubclass(value, Event)
            and value is not Event
            and value.__module__ == each.name
        ]
    return found


def contract_of(service: Service) -> ModuleType:
    """Return a service's contract module; fails the test with a sentence when there is none."""
    name = "services.review.publication.contract" if service is Service.PUBLICATION else f"services.{service}.contract"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        pytest.fail(f"{service} is in the chain's table but has no {name}: {error}")


@pytest.mark.parametrize("event", event_classes(), ids=lambda event: event.__name__)
def test_every_event_class_has_exactly_one_route(event: type[Event]) -> None:
    assert [route.event for route in ROUTES].count(event) == 1


def test_every_name_is_used_once_and_well_formed() -> None:
    names = Counter(route.event.name for route in ROUTES)

    assert [name for name, uses in names.items() if uses > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z_]+\.[a-z_]+\.v[0-9]+", name)] == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.event.name)
def test_an_event_is_documented_and_has_its_subject(route) -> None:
    assert route.event.__doc__
    assert route.event.subject_field in route.event.model_fields
    assert len(set(route.heard_in(Lane.URGENT))) == len(route.heard_in(Lane.URGENT)), "a reader is named twice"


@pytest.mark.parametrize("route", [route for route in ROUTES if route.crosses], ids=lambda route: route.event.name)
def test_an_event_that_crosses_says_whom_it_concerns(route) -> None:
    assert "concerns" in route.event.model_fields


@pytest.mark.parametrize("service", Service)
def test_a_service_reads_what_the_table_says(service: Service) -> None:
    assert set(contract_of(service).READS) == {route.event for route in read_by(service)}


@pytest.mark.parametrize("service", Service)
def test_a_service_sends_what_the_table_says(service: Service) -> None:
    contract = contract_of(service)

    assert contract.SERVICE is service
    assert set(contract.SENDS) == {route.event for route in sent(service)}


def test_every_key_that_may_be_written_is_bound_or_read_by_nobody() -> None:
    bound = {key for service in Service for lane in lanes_of(service) for key in bindings(service, lane)}
    for route in ROUTES:
        for lane in route.lanes:
            key = routing_key(route.event, lane)
            assert (key in bound) == bool(route.heard_in(lane)), key
            assert re.fullmatch(writable_keys(route.sender), key)
            assert not any(re.fullmatch(writable_keys(other), key) for other in Service if other is not route.sender)


def test_only_forwarding_may_restate() -> None:
    key = routing_key(route_of("report.adopted.v1").event, Lane.ROUTINE, carried=True)

    assert [service for service in Service if re.fullmatch(writable_keys(service), key)] == [Service.FORWARDING]


def test_queue_names_are_told_apart() -> None:
    names = [queue_name(service, lane) for service in Service for lane in Lane]

    assert len(set(names)) == len(names)


def test_the_drawing_in_the_docs_is_current() -> None:
    drawn = (ROOT / "docs/chain.md").read_text(encoding="utf-8")

    assert drawn == chain_as_markdown(), f"docs/chain.md is stale; run: {COMMAND}"
