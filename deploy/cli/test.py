"""``shangda test``: the static checks, then the tests."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[2]
_CODE = ("shared", "services", "deploy", "tests")
# pytest's own code for "nothing was collected": a run that tested nothing has not passed.
_NO_TESTS = 5
MOST_PROCESSES = 4
# A file stays in one process; the order in which files are given out is tests/conftest.py's.
_SPREAD = ("--dist", "loadfile", "--no-loadscope-reorder")
USUAL = ("-m", "not slow")


@dataclass(frozen=True)
class Check:
    """One tool: its name for people, and its command."""

    name: str
    command: tuple[str, ...]


def checks() -> tuple[Check, ...]:
    """The static checks in the order they run, the quickest first. Their settings are in pyproject.toml."""
    python = sys.executable
    return (
        Check("ruff check", (python, "-m", "ruff", "check", "--quiet", *_CODE)),
        Check("ruff format", (python, "-m", "ruff", "format", "--check", "--quiet", *_CODE)),
        Check("import-linter", (python, "-c", "from importlinter.cli import lint_imports_command as run; run()")),
        Check("mypy", (python, "-m", "mypy")),
    )


def test(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="also the slow tests: chaos and soak")] = False,
) -> None:
    """Check the code and run the tests on real servers. Further arguments go to pytest."""
    console = Console(highlight=False, soft_wrap=True)
    failed = [check.name for check in checks() if not _passes(check, console)]
    codes = [_pytest(each) for each in runs(context.args, everything=everything)]
    code = next((each for each in codes if each), 0)
    if failed:
        console.print(f"[red]failed: {', '.join(failed)}[/red]  未通过：{'、'.join(failed)}")
    raise typer.Exit(code or (1 if failed else 0))


def _passes(check: Check, console: Console) -> bool:
    """Run a check; print one line, and what the tool said when it failed."""
    began = time.monotonic()
    done = subprocess.run(
        check.command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    took = time.monotonic() - began
    passed = done.returncode == 0
    console.print(f"{'[green]ok[/green]    ' if passed else '[red]FAILED[/red]'} {check.name:<14} {took:5.1f} s")
    if not passed:
        typer.echo(done.stdout + done.stderr)  # not through rich, which would fold the tools' lines
    return passed


def runs(arguments: list[str], *, everything: bool) -> tuple[tuple[str, ...], ...]:
    """Return the arguments of each run of pytest, one after the other.

    The usual set runs in a process per core, each with servers of its own, for it waits more than it works; whoever
    asks for a part, or for pytest's own options, gets one process and its output as it comes. The slow set runs behind
    it, alone: it starts whole sites and kills them.
    """
    if arguments:
        return ((*(() if everything else USUAL), *arguments),)
    usual = (*USUAL, "--numprocesses", str(min(os.cpu_count() or 1, MOST_PROCESSES)), *_SPREAD)
    return (usual, ("-m", "slow")) if everything else (usual,)


def _pytest(arguments: tuple[str, ...]) -> int:
    """Return pytest's exit code. A process of its own, so that its servers and loops end with it."""
    # Parameters made from sets must come in one order in every process.
    environment = {"PYTHONHASHSEED": "0", **os.environ}
    command = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    if done.returncode == _NO_TESTS:
        typer.echo("no test was run  没有执行任何测试", err=True)
    return done.returncode
