"""Hearing the NOTIFY of every process of the same service: that facts wait to leave, and what a service itself tells.

One connection per service and process listens to all of it.
"""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType

import asyncpg

from shared.contracts.vocabulary import Lane
from shared.store.failures import is_outage
from shared.store.store import Store

RECONNECT_SECONDS = 1.0
Hear = Callable[[str | None], None]
Hearing = Mapping[str, Hear]
"""What to call by channel, with the payload of each notification; None: one may have been missed."""

_NOTHING: Hearing = MappingProxyType({})


async def listen(store: Store, stopping: asyncio.Event, hearing: Hearing = _NOTHING) -> None:
    """Ring the store's bell whenever another process of the service commits facts, until ``stopping``.

    ``hearing``: what else is heard, of every process of the service, this one included. A lost connection is opened
    again; meanwhile the relays look by themselves once a second, and afterwards every ``hearing`` is told None.
    """
    while not stopping.is_set():
        try:
            async with store.pool.acquire() as connection:
                await _listen_on(connection, store, stopping, hearing)
        except Exception as error:
            if not is_outage(error):
                raise
            try:
                async with asyncio.timeout(RECONNECT_SECONDS):
                    await stopping.wait()
            except TimeoutError:
                continue


async def _listen_on(
    connection: asyncpg.pool.PoolConnectionProxy, store: Store, stopping: asyncio.Event, hearing: Hearing
) -> None:
    lost = asyncio.Event()

    def ring(_: object, __: int, ___: str, payload: object) -> None:
        process, *lanes = str(payload).split(" ")
        if process != store.bell.process:
            for lane in lanes:
                store.bell.ring(Lane(lane))

    connection.add_termination_listener(lambda _: lost.set())
    listeners = {store.author.channel: ring} | {channel: _passing(hear) for channel, hear in hearing.items()}
    for channel, listener in listeners.items():
        await connection.add_listener(channel, listener)
    for hear in hearing.values():
        hear(None)
    waits = [asyncio.ensure_future(lost.wait()), asyncio.ensure_future(stopping.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        if not connection.is_closed():
            for channel, listener in listeners.items():
                await connection.remove_listener(channel, listener)


def _passing(hear: Hear) -> Callable[[object, int, str, object], None]:
    def passed(_: object, __: int, ___: str, payload: object) -> None:
        hear(str(payload))

    return passed
