"""Hearing the NOTIFY of other processes of the same service, so that their facts leave at once."""

import asyncio

import asyncpg

from shared.contracts.vocabulary import Lane
from shared.store.failures import is_outage
from shared.store.store import Store

RECONNECT_SECONDS = 1.0


async def listen(store: Store, stopping: asyncio.Event) -> None:
    """Ring the store's bell whenever another process of the service commits facts, until ``stopping``.

    A lost connection is opened again; meanwhile the relays look by themselves once a second.
    """
    while not stopping.is_set():
        try:
            async with store.pool.acquire() as connection:
                await _listen_on(connection, store, stopping)
        except Exception as error:
            if not is_outage(error):
                raise
            try:
                async with asyncio.timeout(RECONNECT_SECONDS):
                    await stopping.wait()
            except TimeoutError:
                continue


async def _listen_on(connection: asyncpg.pool.PoolConnectionProxy, store: Store, stopping: asyncio.Event) -> None:
    lost = asyncio.Event()

    def ring(_: object, __: int, ___: str, payload: object) -> None:
        process, *lanes = str(payload).split(" ")
        if process != store.bell.process:
            for lane in lanes:
                store.bell.ring(Lane(lane))

    connection.add_termination_listener(lambda _: lost.set())
    await connection.add_listener(store.author.channel, ring)
    waits = [asyncio.ensure_future(lost.wait()), asyncio.ensure_future(stopping.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        if not connection.is_closed():
            await connection.remove_listener(store.author.channel, ring)
