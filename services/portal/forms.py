"""What a form brought: texts by name, trimmed, and the key under which its act is done once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from fastapi import Request

from shared.timekeeping.civil import SHANGHAI

LARGEST_FORM = 1_000_000  # bytes


class FormExpired(Exception):
    """A form without this session's token: from another login, or not from our pages."""


class FormUnfit(Exception):
    """A field that cannot be read. ``field`` is its name, ``told`` says what and what to do, in Chinese."""

    def __init__(self, field: str, told: str) -> None:
        super().__init__(field)
        self.field, self.told = field, told


@dataclass(frozen=True, slots=True)
class Form:
    """Texts by field name; absent fields read as empty. ``lists`` holds all values of repeated fields."""

    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def key(self) -> str:
        """The idempotency key made with the form."""
        return self["key"] or new_key()

    def revision(self) -> int:
        """Return the revision that the page showed. Raises FormUnfit."""
        return self.whole("revision", "页面") or 0

    def whole(self, name: str, label: str) -> int | None:
        """Return a count; None when left empty (not known). Raises FormUnfit."""
        text = self[name].replace(",", "").replace("，", "")
        if not text:
            return None
        try:
            return int(text)
        except ValueError:
            raise FormUnfit(name, f"{label}应为整数：请填写数字，尚不清楚时留空或选“待核实”") from None

    def moment(self, name: str, label: str) -> datetime | None:
        """Return an instant typed as Shanghai's wall time; None when left empty. Raises FormUnfit."""
        if not self[name]:
            return None
        try:
            return datetime.fromisoformat(self[name].replace(" ", "T")).replace(tzinfo=SHANGHAI)
        except ValueError:
            raise FormUnfit(name, f"{label}没有读懂：请按 2025-03-12 15:05 的格式填写") from None


def new_key() -> str:
    """Return a fresh idempotency key."""
    return uuid4().hex


async def read_form(request: Request) -> Form:
    """Return the form that a request carries."""
    stated = await request.form(max_files=0, max_fields=400, max_part_size=LARGEST_FORM)
    lists: dict[str, list[str]] = {}
    for name, value in stated.multi_items():
        if isinstance(value, str):
            lists.setdefault(name, []).append(value.strip().replace("\r\n", "\n"))
    return Form({name: values[-1] for name, values in lists.items()}, {name: tuple(v) for name, v in lists.items()})
