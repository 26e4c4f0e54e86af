"""The pages that must be complete name everything there is: events, tables, addresses, metrics, options, fields."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from deploy.cli.app import app
from deploy.play.story import AnyStep, Story
from shared.contracts.routes import ROUTES, read_by, sent
from shared.contracts.vocabulary import Service
from shared.process.settings import BrokerSettings, DatabaseSettings, Login, SiteSettings, UpperLink
from tests.docs.reading import ROOT

DOCS = ROOT / "docs"
_ADDRESS = re.compile(r"\.(?:get|post|put|delete)\(\s*\"(/[^\"]+)\"")
_OF_EVERY_SERVICE = "appointment."


def page(name: str) -> str:
    """Return a page of the docs; fails the test when there is none."""
    file = DOCS / name
    assert file.exists(), f"{name} is missing"
    return file.read_text("utf-8")


def folder_of(service: Service) -> Path:
    """Return where a service's code lives."""
    return ROOT / "services" / ("review/publication" if service is Service.PUBLICATION else service)


def sources(service: Service) -> str:
    """Return a service's Python, without that of a service inside it."""
    folder, inner = folder_of(service), folder_of(Service.PUBLICATION)
    files = [file for file in folder.rglob("*.py") if folder == inner or inner not in file.parents]
    return "\n".join(file.read_text("utf-8") for file in files)


def instruments_of(service: Service) -> list[str]:
    """Return the names of a service's own metrics."""
    return re.findall(r"(?:Gauge|Counter|Histogram)\(\s*\"(shangda_\w+)\"", sources(service))


def unnamed(text: str, words: list[str]) -> list[str]:
    """Return the words that do not stand in a text by themselves."""
    return [word for word in words if not re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", text)]


def leaves(command: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Return every command with its path."""
    if not hasattr(command, "commands"):
        return [(path, command)]
    return [found for name, each in command.commands.items() for found in leaves(each, (*path, name))]


@pytest.mark.parametrize("service", Service)
def test_a_service_page_names_what_it_hears_and_states(service: Service) -> None:
    events = [route.event.name for route in (*read_by(service), *sent(service))]
    others = [name for name in events if service is Service.PORTAL or not name.startswith(_OF_EVERY_SERVICE)]

    assert unnamed(page(f"now/{service}.md"), others) == []


@pytest.mark.parametrize("service", Service)
def test_a_service_page_names_its_tables(service: Service) -> None:
    migrations = "".join(file.read_text("utf-8") for file in (folder_of(service) / "migrations").glob("*.sql"))
    tables = re.findall(r"^CREATE TABLE (\w+)", migrations, re.M)

    assert tables
    assert unnamed(page(f"now/{service}.md"), tables) == []


@pytest.mark.parametrize("service", Service)
def test_a_service_page_names_its_addresses(service: Service) -> None:
    addresses = [each.replace(":uuid}", "}") for each in _ADDRESS.findall(sources(service))]
    text = page(f"now/{service}.md")

    assert addresses
    assert [each for each in addresses if each not in text and f"`/{each.rpartition('/')[2]}`" not in text] == []


@pytest.mark.parametrize("service", Service)
def test_a_service_page_names_its_metrics(service: Service) -> None:
    assert unnamed(page(f"now/{service}.md"), instruments_of(service)) == []


def test_instruments_are_found() -> None:
    assert len(instruments_of(Service.DEADLINE)) == 5


def test_the_page_of_every_service_names_what_all_have() -> None:
    store = "".join(file.read_text("utf-8") for file in (ROOT / "shared").rglob("migrations/*.sql"))
    metrics = (ROOT / "shared/telemetry/metrics.py").read_text("utf-8")
    counters = re.findall(r"Counter\(\s*\"(shangda_\w+)\"", metrics)
    others = re.findall(r"(?:Gauge|Histogram)\(\s*\"(shangda_\w+)\"", metrics)
    words = [*re.findall(r"^CREATE TABLE (\w+)", store, re.M), *others, *(f"{each}_total" for each in counters)]

    assert unnamed(page("now/README.md"), words) == []


def test_the_reference_names_every_command_and_option() -> None:
    text = page("reference/commands.md")
    for path, command in leaves(typer.main.get_command(app)):
        options = [
            text
            for each in command.params
            if each.param_type_name == "option"
            for text in (*each.opts, *each.secondary_opts)
        ]

        assert unnamed(text, [f"./shangda {' '.join(path)}"]) == []
        assert unnamed(text, [each for each in options if each != "--help"]) == [], path


def test_the_reference_names_every_setting() -> None:
    models = (SiteSettings, BrokerSettings, DatabaseSettings, UpperLink, Login)
    code = "".join(file.read_text("utf-8") for file in (ROOT / "deploy").rglob("*.py"))
    text = page("reference/settings.md")

    assert unnamed(text, [name for model in models for name in model.model_fields]) == []
    assert [each for each in set(re.findall(r"\"(SHANGDA_[A-Z_]+)\"", code)) if each not in text] == []


def test_the_reference_names_every_verb_of_a_story_and_its_fields() -> None:
    steps = get_args(get_args(AnyStep)[0])
    verbs = [verb for step in steps for verb in get_args(step.model_fields["do"].annotation)]
    fields = [name for model in (Story, *steps) for name in model.model_fields]

    assert unnamed(page("reference/stories.md"), [f"`{each}`" for each in (*verbs, *fields)]) == []


def test_the_dependencies_page_names_every_direct_dependency() -> None:
    lines = (ROOT / "requirements.in").read_text("utf-8").splitlines()
    names = [re.split(r"[>=<; ]", line)[0] for line in lines if line and not line.startswith("#")]

    assert len(names) > 20
    assert [each for each in names if f"| {each} |" not in page("decisions/dependencies.md")] == []


def test_the_changelog_names_every_event() -> None:
    events = (ROOT / "CHANGELOG.md").read_text("utf-8").partition("### Events")[2]

    assert unnamed(events, [route.event.name for route in ROUTES]) == []


def test_a_word_that_is_missing_is_noticed() -> None:
    assert unnamed("`report.signed.v1`, --plain, rule_sets", ["report.signed.v1", "--plain", "rule_set", "signed"]) == [
        "rule_set",
        "signed",
    ]
