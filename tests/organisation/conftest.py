"""The shipped organisation of 临江市, as text and loaded."""

from pathlib import Path

import pytest
from hypothesis import settings

import shared.organisation
from shared.organisation.loader import read
from shared.organisation.organisation import Organisation

LINJIANG = Path(shared.organisation.__file__).parent / "data" / "linjiang.yaml"

# A busy machine is no wrong result: examples are not timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def text() -> str:
    return LINJIANG.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def linjiang(text: str) -> Organisation:
    return read(text, LINJIANG.name)
