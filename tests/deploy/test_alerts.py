"""Every alert is understood, tested, and has a runbook of the same name whose statements the database understands."""

import re
import shutil
import subprocess
from pathlib import Path

import asyncpg
import pytest
import yaml

from tests.deploy.composed import ROOT

ALERTS = ROOT / "deploy/prometheus/alerts"
RUNBOOKS = ROOT / "docs/runbooks"
RULES = sorted(ALERTS.glob("*.rules.yml"))
NAMES = {file.name.removesuffix(".rules.yml") for file in RULES}
PROMISED = {
    "QueueWithoutConsumer",
    "MessagesParked",
    "OutboxOld",
    "StashOld",
    "HeldThere",
    "LinkDown",
    "UnreceiptedOld",
    "ScannerDead",
    "ClocksOverdue",
    "SiteNotReady",
}
_STATEMENT = re.compile(r"`(SELECT [^`]+)`")


def promtool(*arguments: str) -> str:
    """Return what promtool prints. Fails with its output when it does not succeed."""
    program = shutil.which("promtool")
    assert program is not None, "apt-get install prometheus"
    done = subprocess.run([program, *arguments], cwd=ALERTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def statements_of(runbook: str) -> list[str]:
    """Return the SQL of a runbook, its placeholders filled in."""
    return [re.sub(r"\s+", " ", found.replace("<service>", "review")) for found in _STATEMENT.findall(runbook)]


def test_everything_that_was_promised_is_alarmed() -> None:
    assert NAMES >= PROMISED


def test_the_rules_and_the_configuration_are_understood() -> None:
    promtool("check", "rules", *(file.name for file in RULES))
    promtool("check", "config", "../prometheus.yml")


def test_the_alerts_fire_when_they_must_and_only_then() -> None:
    tested = sorted(ALERTS.glob("*.test.yml"))

    promtool("test", "rules", *(file.name for file in tested))

    assert {file.name.removesuffix(".test.yml") for file in tested} == NAMES


def test_a_test_that_expects_too_much_fails(tmp_path: Path) -> None:
    for file in (ALERTS / "LinkDown.rules.yml", ALERTS / "LinkDown.test.yml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8").replace("== 0", "== 2"), encoding="utf-8")

    with pytest.raises(AssertionError, match="FAILED"):
        promtool("test", "rules", str(tmp_path / "LinkDown.test.yml"))


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.name.removesuffix(".rules.yml"))
def test_one_alert_per_file_with_a_runbook_and_words_for_both_kinds_of_readers(file: Path) -> None:
    ((rule,),) = [group["rules"] for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]]
    name = file.name.removesuffix(".rules.yml")

    assert rule["alert"] == name
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["runbook"] == f"docs/runbooks/{name}.md"
    assert re.search(r"[一-鿿].* · [A-Za-z]", rule["annotations"]["summary"])
    text = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {name} ")
    assert [part for part in ("**Means.**", "**Look.**", "**Do.**", "**Afterwards.**") if part not in text] == []


def test_no_runbook_is_left_over() -> None:
    assert {file.stem for file in RUNBOOKS.glob("*.md")} == NAMES


async def test_every_statement_in_a_runbook_is_one_the_database_understands(admin: asyncpg.Connection) -> None:
    found = [each for file in RUNBOOKS.glob("*.md") for each in statements_of(file.read_text(encoding="utf-8"))]

    assert len(found) >= 4
    for statement in found:
        await admin.prepare(statement)


async def test_a_statement_with_a_wrong_column_is_noticed(admin: asyncpg.Connection) -> None:
    (statement,) = statements_of("look: `SELECT nothing\n   FROM <service>.outbox_pending`")

    with pytest.raises(asyncpg.UndefinedColumnError):
        await admin.prepare(statement)
