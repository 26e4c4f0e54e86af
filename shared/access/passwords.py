"""Passwords as Argon2id hashes. Hashing takes tens of milliseconds of a processor, so it runs in threads."""

import asyncio
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST_PASSWORD = 1_024  # characters; longer input is refused before it costs anything

_HASHER = PasswordHasher()  # argon2-cffi's defaults: RFC 9106, low-memory profile (64 MiB)
_AT_ONCE = threading.BoundedSemaphore(4)  # each takes 64 MiB; taken inside the thread, so no event loop owns it


class PasswordTooLong(ValueError):
    """A password of more than ``LONGEST_PASSWORD`` characters cannot be set."""


async def hash_password(password: str) -> str:
    """Return the hash to store, with its parameters and salt in it. Raises PasswordTooLong."""
    if len(password) > LONGEST_PASSWORD:
        raise PasswordTooLong(f"more than {LONGEST_PASSWORD} characters")
    return await asyncio.to_thread(_hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether ``password`` belongs to the ``stored`` hash.

    ``stored`` is None for an account that does not exist: the answer is False after the same work, so that the
    time taken does not tell which accounts exist. A stored text that is no hash gives False.
    """
    if len(password) > LONGEST_PASSWORD:
        return False
    return await asyncio.to_thread(_verify, stored, password)


async def needs_rehash(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's; rehash it at the next good login."""
    return await asyncio.to_thread(_HASHER.check_needs_rehash, stored)


def _hash(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(password)


def _verify(stored: str | None, password: str) -> bool:
    try:
        with _AT_ONCE:
            _HASHER.verify(_nobody() if stored is None else stored, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobody() -> str:
    """Hash of a password nobody knows, made on first use."""
    return _HASHER.hash(secrets.token_urlsafe(32))
