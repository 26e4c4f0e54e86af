"""The left column: what an appointment may use, first entry = where it lands after login (portal.md 2).

Everyone has 我的稿件: whatever the role, one may write for the own office and see what became of it (NW-11).
"""

from collections.abc import Mapping
from types import MappingProxyType

from shared.contracts.vocabulary import Role

Entry = tuple[str, str]
_HOME, _WRITE, _OWN = ("/", "home"), ("/reports/new", "write"), ("/reports", "own")
_REVIEW, _DUTY, _RANK = ("/review", "review"), ("/duty", "duty"), ("/rankings", "rankings")
_ORDERS, _TICKETS, _VERDICTS = ("/instructions", "instructions"), ("/tickets", "tickets"), ("/verdicts", "verdicts")
_PARKED, _LINKS = ("/parked", "parked"), ("/links", "links")

_AT_DUTY = (_DUTY, _REVIEW, _WRITE, _OWN, _VERDICTS, _TICKETS, _RANK)
_SIGNS = (_HOME, _REVIEW, _OWN, _TICKETS, _VERDICTS, _RANK)
_MENU: Mapping[Role, tuple[Entry, ...]] = MappingProxyType(
    {
        Role.REPORTER: (_HOME, _WRITE, _OWN, _RANK),
        Role.INFO_SECTION: _SIGNS,
        Role.DEPUTY_SIGNER: _SIGNS,
        Role.PRINCIPAL: _SIGNS,
        Role.DUTY_OFFICER: _AT_DUTY,
        Role.DUTY_LEAD: (*_AT_DUTY[:2], _OWN, _VERDICTS, _ORDERS, _TICKETS, _RANK),
        Role.DUTY_HEAD: (*_AT_DUTY[:2], _OWN, _VERDICTS, _ORDERS, _TICKETS, _RANK),
        Role.EDITOR: (_HOME, _REVIEW, _OWN, _ORDERS, _TICKETS, _RANK),
        Role.SUPERVISION: (_HOME, _OWN, _ORDERS, _TICKETS, _RANK),
        Role.SCORER: (_HOME, _OWN, _RANK),
        Role.AUDITOR: (_HOME, _OWN, _DUTY, _VERDICTS, _TICKETS, _RANK),
        Role.OPERATOR: (_PARKED, _LINKS, _OWN),
    }
)


def menu_of(role: Role) -> tuple[Entry, ...]:
    """Return (address, name in the catalogue) of the entries of a role."""
    return _MENU.get(role, (_HOME, _OWN))


def landing_of(role: Role) -> str:
    """Return where a role lands after login."""
    return menu_of(role)[0][0]
