"""Passwords are kept as Argon2id hashes, and a login says nothing about which accounts exist."""

import asyncio

import pytest
from argon2 import PasswordHasher

from shared.access import passwords
from shared.access.passwords import PasswordTooLong, hash_password, needs_rehash, verify_password


async def test_the_right_password_and_no_other_fits() -> None:
    stored = await hash_password("青山绿水")
    assert stored.startswith("$argon2id$")
    assert await verify_password(stored, "青山绿水")
    assert not await verify_password(stored, "青山绿水 ")
    assert await hash_password("青山绿水") != stored, "no salt"


async def test_an_unknown_account_or_a_broken_hash_is_a_no_and_not_an_error() -> None:
    assert not await verify_password(None, "x")
    assert not await verify_password("not a hash", "x")
    assert not await verify_password("", "")


class Counting(PasswordHasher):
    """A real hasher that notes which hashes it was asked to check."""

    def __init__(self) -> None:
        super().__init__()
        self.checked: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.checked.append(str(hash))
        return super().verify(hash, password)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    hasher = Counting()
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    return hasher


async def test_an_unknown_account_costs_the_same_work(counting: Counting) -> None:
    await verify_password(None, "x")
    assert len(counting.checked) == 1
    assert counting.checked[0].startswith("$argon2id$")


async def test_a_password_beyond_the_limit_is_refused_before_it_costs_anything(counting: Counting) -> None:
    with pytest.raises(PasswordTooLong):
        await hash_password("x" * 1_025)
    assert not await verify_password(await hash_password("x"), "x" * 1_025)
    assert counting.checked == []


async def test_a_hash_with_other_parameters_is_due_for_a_new_one() -> None:
    assert not await needs_rehash(await hash_password("x"))
    assert await needs_rehash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


async def test_the_event_loop_goes_on_while_hashing() -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    await hash_password("x")
    turning.cancel()
    assert turns > 10
