"""What must not be written in the source, as functions of a file's text, so that each can be shown a bad sample."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

from shared.contracts.addresses import EVENTS_EXCHANGE
from shared.contracts.routes import ROUTES
from shared.contracts.vocabulary import Lane, Service

ROOT = Path(__file__).resolve().parents[2]
_NAMES = "|".join(re.escape(route.event.name) for route in ROUTES)
_SERVICES, _LANES = "|".join(Service), "|".join(Lane)
# A routing key, a queue, an exchange or a link's address, spelt out.
_ADDRESS = re.compile(
    rf"^((urgent|routine)\.(carried\.)?({_NAMES})|({_SERVICES})\.({_LANES})|{re.escape(EVENTS_EXCHANGE)}"
    rf"|shangda\.(agency|links)(\.replies)?|agency\.(incoming|reply.*)|link\.(to|from)\..*)$"
)
_CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
_BUSINESS_NOW = re.compile(
    r"\b(now\s*\(|current_timestamp|current_date|localtimestamp|transaction_timestamp\s*\()", re.I
)
_MACHINE_NOW = re.compile(r"\bclock_timestamp\s*\(", re.I)


def literal_addresses(text: str) -> list[str]:
    """Return routing keys, queues and exchanges that a Python text spells out; docstrings may."""
    return [value for value in _strings(text) if _ADDRESS.match(value)]


def published(text: str) -> list[str]:
    """Return the lines of a Python text that publish."""
    return [line.strip() for line in text.splitlines() if re.search(r"\.(basic_)?publish\(", line)]


def clock_reads(text: str) -> list[str]:
    """Return the calls of a Python text that read the computer's clock."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value).rpartition(".")[2]
            if f"{owner}.{node.func.attr}" in _CLOCKS:
                found.append(ast.unparse(node))
    return found


def business_now(sql: str) -> list[str]:
    """Return what an SQL text reads of the database's clock for its transaction; nothing may."""
    return _BUSINESS_NOW.findall(_without_comments(sql))


def machine_now(sql: str) -> list[str]:
    """Return what an SQL text reads of the database's running clock; only the store's own tables may."""
    return _MACHINE_NOW.findall(_without_comments(sql))


def guilty(
    rule: Callable[[str], list[str]], rooms: tuple[str, ...], suffix: str, *, except_: tuple[str, ...] = ()
) -> list[str]:
    """Return 'file: what' for every file of the rooms that breaks a rule."""
    return [
        f"{file.relative_to(ROOT)}: {what}"
        for room in rooms
        for file in sorted((ROOT / room).rglob(f"*{suffix}"))
        if not str(file.relative_to(ROOT)).startswith(except_ or ("\0",))
        for what in rule(file.read_text(encoding="utf-8"))
    ]


def _without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*", "", sql)


def _strings(text: str) -> list[str]:
    return [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
