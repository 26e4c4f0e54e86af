"""A site's settings: its file, the environment over it, and a clear word about what does not fit."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts.vocabulary import Service
from shared.process.settings import load_settings

LOGIN = {"user": "u", "password": "p"}
WRITTEN: dict[str, Any] = {
    "site": "qingshan",
    "organisation_file": "/etc/shangda/organisation.yaml",
    "http_port": 8080,
    "portal_url": "http://portal.example",
    "broker": {
        "host": "mq-1",
        "port": 5672,
        "vhost": "qingshan",
        "management_url": "http://mq-1:15672",
        "logins": {service.value: LOGIN for service in Service},
        "link_declarer": LOGIN,
    },
    "database": {
        "host": "db",
        "port": 5432,
        "name": "qingshan",
        "logins": {service.value: LOGIN for service in Service},
    },
    "keys": "/etc/shangda/keys",
}


def written(folder: Path, content: object) -> Path:
    """Write a settings file."""
    file = folder / "site.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_the_environment_stands_over_the_file_also_inside_a_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANGDA_SITE__PREFETCH", "500")
    monkeypatch.setenv("SHANGDA_SITE__BROKER__HOST", "mq-2")

    settings = load_settings(written(tmp_path, WRITTEN))

    assert settings.prefetch == 500
    assert (settings.broker.host, settings.broker.port) == ("mq-2", 5672)
    assert settings.database.logins[Service.REVIEW].user == "u"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"http_port": 0}, "http_port"),
        ({"prefech": 3}, "prefech"),
        ({"database": {**WRITTEN["database"], "port": "many"}}, "database.port"),
        ({"site": None}, "site"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as failure:
        load_settings(written(tmp_path, {**WRITTEN, **changed}))

    assert ".".join(str(part) for part in failure.value.errors()[0]["loc"]) == field


def test_a_variable_that_does_not_fit_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANGDA_SITE__PREFETCH", "a few")

    with pytest.raises(ValidationError, match="prefetch"):
        load_settings(written(tmp_path, WRITTEN))


def test_a_file_that_is_no_object_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not an object"):
        load_settings(written(tmp_path, [WRITTEN]))
