"""The chain as a page of the docs. ``python -m shared.contracts.drawing > docs/chain.md``."""

import sys

from shared.contracts.routes import ROUTES, Route, sent
from shared.contracts.vocabulary import Lane, Service

COMMAND = "python -m shared.contracts.drawing > docs/chain.md"
_HEAD = f"""# 事件链 The chain

Generated from `shared/contracts/routes.py` by `{COMMAND}`; do not edit it here. A test fails when it is stale.

Each event once, in the order in which things happen, with its only sender. *Urgent readers* hear it in the urgent lane
only. What crosses (⇄) is also heard by forwarding, which carries it to the sites of its addressees and states it there
again, byte for byte, to the same readers.
"""


def chain_as_markdown() -> str:
    """Return the whole page, ending with a newline: the table of events, then the services and what flows between."""
    lines = [_HEAD, _row("event", "meaning", "sender", "readers", "urgent readers", "lanes", "⇄"), _row(*["---"] * 7)]
    lines += [_line(route) for route in ROUTES]
    lines += ["", "## Who hears whom", "", "```mermaid", "flowchart LR"]
    lines += [f"    {service}[{service}]" for service in Service]
    for sender in Service:
        for reader in Service:
            names = [_short(route) for route in sent(sender) if reader in route.readers_in(Lane.URGENT)]
            if names:
                lines.append(f'    {sender} -- "{"<br/>".join(names)}" --> {reader}')
    lines.append("```")
    return "\n".join(lines) + "\n"


def _line(route: Route) -> str:
    meaning = (route.event.__doc__ or "").strip().split("\n")[0]
    return _row(
        f"`{route.event.name}`",
        meaning.replace("|", "/"),
        route.sender,
        ", ".join(route.readers),
        ", ".join(route.urgent_readers),
        ", ".join(route.lanes),
        "⇄" if route.crosses else "",
    )


def _short(route: Route) -> str:
    return f"{route.event.name.rpartition('.')[0]}{' ⇄' if route.crosses else ''}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(chain_as_markdown())
