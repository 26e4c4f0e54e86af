"""Hand-written floors on the same servers: consume, write inbox, state and outbox, publish with confirm, acknowledge.

They know nothing of order, parking, lanes, links or logs: what a careful programmer would write for one queue.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from uuid import UUID, uuid4

import aio_pika
import asyncpg
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage

IN_FLIGHT = 50
SET = 100
PAYLOAD = {"text": "稿" * 600, "padding": "x" * 200}
_TABLES = """
CREATE SCHEMA IF NOT EXISTS floor;
DROP TABLE IF EXISTS floor.inbox, floor.state, floor.outbox;
CREATE TABLE floor.inbox (event_id uuid PRIMARY KEY);
CREATE TABLE floor.state (subject uuid PRIMARY KEY, body text NOT NULL);
CREATE TABLE floor.outbox (event_id uuid PRIMARY KEY, body bytea NOT NULL);
"""
_INBOX = "INSERT INTO floor.inbox (event_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING"
_STATE = (
    "INSERT INTO floor.state (subject, body) SELECT * FROM unnest($1::uuid[], $2::text[])"
    " ON CONFLICT (subject) DO UPDATE SET body = excluded.body"
)
_OUTBOX = "INSERT INTO floor.outbox (event_id, body) SELECT * FROM unnest($1::uuid[], $2::bytea[])"


class Floor:
    """One floor on a vhost and a database of its own. ``size``: messages per transaction."""

    def __init__(self, amqp_url: str, dsn: str, *, size: int) -> None:
        self._amqp_url, self._dsn, self._size = amqp_url, dsn, size

    async def rate(self, messages: int) -> float:
        """Return messages per second, from the first taken to the last acknowledged."""
        pool = await asyncpg.create_pool(self._dsn, min_size=8, max_size=16)
        connection = await aio_pika.connect(self._amqp_url)
        try:
            async with pool.acquire() as admin:
                await admin.execute(_TABLES)
            publishing = await connection.channel()
            source = await _queue(publishing, f"floor.in.{self._size}")
            await _queue(publishing, f"floor.out.{self._size}")
            await _fill(publishing.default_exchange, source, messages)
            consuming = await connection.channel()
            await consuming.set_qos(prefetch_count=max(IN_FLIGHT, 2 * self._size))
            return await self._consume(consuming, publishing.default_exchange, pool, source, messages)
        finally:
            await connection.close()
            await pool.close()

    async def _consume(
        self, channel: AbstractChannel, out: AbstractExchange, pool: asyncpg.Pool, source: str, messages: int
    ) -> float:
        waiting: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        queue = await channel.get_queue(source)
        begun = time.perf_counter()
        await queue.consume(waiting.put)
        done = 0
        workers = IN_FLIGHT if self._size == 1 else 1

        async def work() -> None:
            nonlocal done
            while done < messages:
                batch = [await waiting.get()]
                while len(batch) < self._size and not waiting.empty():
                    batch.append(waiting.get_nowait())
                await _handle(pool, out, f"floor.out.{self._size}", batch)
                done += len(batch)

        tasks = [asyncio.create_task(work()) for _ in range(workers)]
        while done < messages:
            await asyncio.wait(tasks, timeout=0.05, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done() and task.exception() is not None:
                    raise RuntimeError("a floor's worker failed") from task.exception()
        elapsed = time.perf_counter() - begun
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return messages / elapsed


async def _handle(
    pool: asyncpg.Pool, out: AbstractExchange, queue: str, batch: Sequence[AbstractIncomingMessage]
) -> None:
    bodies = [json.loads(message.body) for message in batch]
    ids = [UUID(body["id"]) for body in bodies]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_INBOX, ids)
        await connection.execute(_STATE, ids, [body["text"] for body in bodies])
        await connection.execute(_OUTBOX, [uuid4() for _ in batch], [message.body for message in batch])
    await asyncio.gather(
        *(out.publish(aio_pika.Message(each.body, delivery_mode=2), routing_key=queue) for each in batch)
    )
    if len(batch) == 1:
        await batch[0].ack()
    else:
        tags = [message.delivery_tag for message in batch if message.delivery_tag is not None]
        await batch[0].channel.basic_ack(max(tags), multiple=True)


async def _queue(channel: AbstractChannel, name: str) -> str:
    await channel.queue_delete(name)
    await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
    return name


async def _fill(exchange: AbstractExchange, queue: str, messages: int) -> None:
    for begin in range(0, messages, 500):
        await asyncio.gather(
            *(
                exchange.publish(
                    aio_pika.Message(json.dumps({"id": str(uuid4()), **PAYLOAD}).encode(), delivery_mode=2),
                    routing_key=queue,
                )
                for _ in range(min(500, messages - begin))
            )
        )
