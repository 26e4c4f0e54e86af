"""The access matrix as a page of the docs. ``python -m shared.access.printing > docs/access-matrix.md``."""

import sys

from shared.access.actions import SITE_WIDE, Action
from shared.access.matrix import MATRIX, Condition
from shared.access.wording import ROLE_ZH
from shared.contracts.vocabulary import Role

_HEAD = """# 权限表 Access matrix

Generated from `shared/access/matrix.py` by `python -m shared.access.printing`; do not edit it here.
A test fails when it is stale.

Read: ✔ the role may do the act at its own office; a number, only under the condition in the notes; an empty cell,
never. Acts marked ◆ concern the site's machinery and no office. Beside the table hold, per person and whatever
appointment is used: author ≠ reviewer ≠ signer (urgent items: the reviewer may sign), nobody judges their own unit,
and the appointment must be in force at that instant.
"""


def matrix_as_markdown() -> str:
    """Return the whole page, ending with a newline: one row per act, one column per role, numbered conditions."""
    numbers: dict[Condition, str] = {
        condition: str(n) for n, condition in enumerate((c for c in Condition if c is not Condition.ALWAYS), 1)
    }
    lines = [_HEAD, _row("act", "事项", *(ROLE_ZH[role] for role in Role)), _row(*["---"] * (len(Role) + 2))]
    for action in Action:
        cells = (_cell(MATRIX[action].get(role), numbers) for role in Role)
        lines.append(_row(f"`{action}`{' ◆' if action in SITE_WIDE else ''}", action.zh, *cells))
    lines.append("\n## Notes\n")
    lines.extend(f"- **{number}** `{condition}` {condition.zh}" for condition, number in numbers.items())
    return "\n".join(lines) + "\n"


def _cell(condition: Condition | None, numbers: dict[Condition, str]) -> str:
    if condition is None:
        return ""
    return "✔" if condition is Condition.ALWAYS else numbers[condition]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(matrix_as_markdown())
