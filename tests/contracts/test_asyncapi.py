"""docs/asyncapi.yaml says what the table says, is valid AsyncAPI 3, and its schemas take the shipped messages."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from deploy.cli.documents import COMMAND, DOCUMENTS, ROOT
from deploy.documents.asyncapi import document
from services.intake.agencies.model import AgencyEvent
from shared.contracts.addresses import bindings, queue_name, writable_keys
from shared.contracts.asyncapi import chain_document
from shared.contracts.exampling import FOLDER
from shared.contracts.routes import ROUTES
from shared.contracts.vocabulary import Lane, Service

DOCUMENT = document()
OFFICIAL = Draft7Validator(json.loads(Path(__file__).with_name("asyncapi-3.0.0.schema.json").read_text("utf-8")))


def problems(described: dict[str, Any]) -> list[str]:
    """Return what the specification's own schema finds wrong with a document."""
    return [error.message[:200] for error in OFFICIAL.iter_errors(described)]


def references(part: Any) -> Iterator[str]:
    """Yield every reference in a document, whatever it is in; examples hold none."""
    if isinstance(part, dict):
        yield from [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def dangling(described: dict[str, Any]) -> list[str]:
    """Return the references that lead nowhere in the document."""
    lost = []
    for reference in references(described):
        place: Any = described
        for step in reference.removeprefix("#/").split("/"):
            place = place.get(step) if isinstance(place, dict) else None
        if place is None or not reference.startswith("#/"):
            lost.append(reference)
    return lost


def faults(name: str, payload: Any) -> list[str]:
    """Return what the document's schema of a message finds wrong with a payload."""
    registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENT))
    schema = {"$ref": f"urn:document#/components/messages/{name}/payload"}
    return [error.message[:200] for error in Draft202012Validator(schema, registry=registry).iter_errors(payload)]


def keys_of(channel: dict[str, Any]) -> dict[str, str]:
    """Return lane -> routing key of a channel."""
    lanes = channel.get("parameters", {}).get("lane", {}).get("enum") or [channel["address"].partition(".")[0]]
    return {lane: channel["address"].replace("{lane}", lane) for lane in lanes}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_made_from_tables_is_current(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == DOCUMENTS[name](), f"{name} is stale; run: {COMMAND}"


def test_what_is_written_is_what_was_made() -> None:
    assert yaml.safe_load((ROOT / "docs/asyncapi.yaml").read_text("utf-8")) == json.loads(json.dumps(DOCUMENT))


def test_the_document_is_valid_asyncapi_and_its_references_lead_somewhere() -> None:
    assert problems(DOCUMENT) == []
    assert dangling(DOCUMENT) == []


def test_a_document_that_is_not_valid_is_noticed() -> None:
    broken = copy.deepcopy(DOCUMENT)
    broken["operations"]["review.sends.report.signed.v1"]["action"] = "publish"
    broken["channels"]["report.signed.v1"]["messages"] = {"x": {"$ref": "#/components/messages/gone"}}
    del broken["info"]["version"]

    assert len(problems(broken)) >= 2
    assert "#/components/messages/gone" in dangling(broken)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.event.name)
def test_the_golden_example_fits_the_schema_and_a_spoilt_one_does_not(route) -> None:
    shipped = json.loads((FOLDER / f"{route.event.name}.json").read_bytes())
    spoilt = {**shipped, "data": {**shipped["data"], route.event.subject_field: {"no": "subject"}}}

    assert faults(route.event.name, shipped) == []
    assert faults(route.event.name, spoilt)
    assert faults(route.event.name, {**shipped, "type": "other.event.v1"})


@pytest.mark.parametrize("service", Service)
def test_operations_are_what_the_broker_is_told(service: Service) -> None:
    heard: dict[str, set[str]] = {queue_name(service, lane): set() for lane in Lane}
    for name, operation in chain_document()["operations"].items():
        channel = DOCUMENT["channels"][operation["channel"]["$ref"].removeprefix("#/channels/")]
        if name.startswith(f"{service}.receives."):
            for lane, key in keys_of(channel).items():
                if queue_name(service, Lane(lane)) in operation["x-queues"]:
                    heard[queue_name(service, Lane(lane))].add(key)
        if name.startswith(f"{service}.sends."):
            pattern = writable_keys(service)
            assert [key for key in keys_of(channel).values() if not _matches(pattern, key)] == []

    assert heard == {queue_name(service, lane): set(bindings(service, lane)) for lane in Lane}


def test_every_sender_of_the_table_is_among_the_operations() -> None:
    sends = {name for name, operation in chain_document()["operations"].items() if operation["action"] == "send"}

    assert {f"{route.sender}.sends.{route.event.name}" for route in ROUTES} <= sends
    assert {name for name in sends if name.endswith(".carried")} == {
        f"{Service.FORWARDING}.sends.{route.event.name}.carried" for route in ROUTES if route.crosses
    }


def test_the_agencies_example_is_an_event_and_their_words_are_those_of_the_chain() -> None:
    (example,) = DOCUMENT["components"]["messages"]["agency.event.json"]["examples"]
    chain, whole = chain_document()["components"]["schemas"], DOCUMENT["components"]["schemas"]

    assert AgencyEvent.model_validate(example["payload"]).agency == "xiaofang"
    assert faults("agency.event.json", example["payload"]) == []
    assert {name: whole[name] for name in chain} == chain


def _matches(pattern: str, key: str) -> bool:
    return re.fullmatch(pattern, key) is not None
