"""Changing passwords: one's own on the page for it, and anybody's by an operator who gives a one-time password."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from services.portal import account_queries
from services.portal.account_queries import Account
from services.portal.decisions import Unfit, unfit
from services.portal.queries import end_sessions, forgive_failures
from services.portal.sessions import MustWait, Sessions, Visit, WrongLogin
from shared.access.passwords import hash_password, verify_password
from shared.contracts.identifiers import PersonId
from shared.store.store import Store

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for another when read out by telephone


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person typed to change the own password."""

    old: str = field(repr=False)
    new: str = field(repr=False)
    repeated: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """The new password stands, and the person's other sessions have ended."""


Change = PasswordChanged | WrongLogin | MustWait | Unfit


async def change_password(sessions: Sessions, visit: Visit, wanted: Wanted, address: str) -> Change:
    """Change the visitor's password. A wrong old one is slowed like a wrong login from ``address``."""
    now = sessions.machine.now()
    async with sessions.store.reading() as connection:
        own = await account_queries.find_own_account(connection, visit.actor.person)
    if own is None:
        return WrongLogin()
    account = await sessions.identify(own.username, wanted.old, address)
    if not isinstance(account, Account):
        return account
    names = (account.person, account.username, account.name)
    if (reason := unfit(wanted.new, wanted.repeated, wanted.old, names)) is not None:
        return reason
    if account.given_hash is not None and await verify_password(account.given_hash, wanted.new):
        return Unfit.SAME
    hashed = await hash_password(wanted.new)
    async with sessions.store.unit() as unit:
        if not await account_queries.choose_password(unit.connection, account, hashed, now):
            return WrongLogin()
        await forgive_failures(unit.connection, account.username, address)
        await end_sessions(unit.connection, account.person, but=visit.key)
    return PasswordChanged()


async def reset_password(store: Store, person: PersonId, now: datetime) -> tuple[Account, str] | None:
    """Give a person a one-time password and end their sessions; return the account as it was, and the password.

    None when the person has no open account. ``now``: machine time. It must be changed at the next sign-in.
    """
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    hashed = await hash_password(password)
    async with store.unit() as unit:
        account = (await account_queries.lock_accounts(unit.connection, [person])).get(person)
        if account is None or (account.closed_at is not None and account.closed_at <= now):
            return None
        await account_queries.give_password(unit.connection, person, hashed, now)
        await forgive_failures(unit.connection, account.username, "")
        await end_sessions(unit.connection, person)
    return account, password
