"""The image holds what the command line imports, and nothing that only proves."""

import json
import re
import subprocess
import sys

import pytest

from deploy.image.runtime_lock import runtime_lock
from tests.deploy.composed import ROOT

LOCK = runtime_lock(
    (ROOT / "requirements.in").read_text(encoding="utf-8"), (ROOT / "requirements.lock").read_text(encoding="utf-8")
)
NAMES = set(re.findall(r"(?m)^([a-z0-9.-]+)==", LOCK))
# rich and structlog use the first two where they find them; the last hooks itself into every start of Python.
OPTIONAL = {"attrs", "greenlet", "setuptools"}
_IMPORTED = """
import json, sys
import deploy.cli.app, deploy.suite
from importlib.metadata import packages_distributions
found = packages_distributions()
tops = {name.partition(".")[0] for name in sys.modules}
print(json.dumps(sorted({each for top in tops for each in found.get(top, [])})))
"""


def test_everything_that_the_command_line_imports_is_in_the_image() -> None:
    done = subprocess.run([sys.executable, "-c", _IMPORTED], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = {re.sub(r"[-_.]+", "-", name).lower() for name in json.loads(done.stdout)}

    assert imported - NAMES - OPTIONAL - {"shangda"} == set()


def test_tools_that_only_prove_are_not_in_the_image() -> None:
    assert {"pytest", "mypy", "ruff", "playwright", "hypothesis", "schemathesis"} & NAMES == set()


def test_every_entry_keeps_its_hashes() -> None:
    entries = re.split(r"(?m)^(?=[a-z0-9])", LOCK)[1:]

    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_somebody_needed_asks_for_is_kept_and_the_rest_is_not() -> None:
    lock = (
        "a==1 \\\n    --hash=sha256:1\n    # via -r requirements.in\n"
        "b==1 \\\n    --hash=sha256:2\n    # via\n    #   a\n    #   t\n"
        "c==1 \\\n    --hash=sha256:3\n    # via t\n"
        "t==1 \\\n    --hash=sha256:4\n    # via -r requirements.in\n"
    )

    assert re.findall(r"(?m)^(\w)==", runtime_lock("a>=1\n\n# proving\nt>=1\n", lock)) == ["a", "b"]


def test_a_package_that_the_lock_does_not_hold_is_said() -> None:
    with pytest.raises(ValueError, match="not in the lock: z"):
        runtime_lock("z>=1\n# proving\n", "a==1\n")
