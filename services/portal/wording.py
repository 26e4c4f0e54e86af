"""The catalogue of all texts on pages, read from texts.yaml, and the field's words for what services send as codes."""

from importlib.resources import files
from typing import Any

import yaml

from shared.access.wording import ROLE_ZH

ROLE: dict[str, str] = {role.value: text for role, text in ROLE_ZH.items()}


class Texts:
    """Texts by dotted name: ``t.login.title``. Raises AttributeError for one that is not in the catalogue."""

    def __init__(self, stated: dict[str, Any]) -> None:
        for name, value in stated.items():
            setattr(self, name, Texts(value) if isinstance(value, dict) else value)

    def __getitem__(self, name: str) -> Any:
        """Return a text by a code that a service sent; the code itself when there is none."""
        return getattr(self, name, name)

    def pairs(self) -> list[tuple[str, Any]]:
        """Return codes and texts in the catalogue's order, for choices."""
        return list(vars(self).items())


def load_texts() -> Texts:
    """Return the catalogue."""
    stated = yaml.safe_load((files(__package__) / "texts.yaml").read_text(encoding="utf-8"))
    return Texts({**stated, "role": ROLE})


TEXTS: Any = load_texts()
"""Typed Any on purpose: its names are the catalogue's, which a test compares with the templates."""
