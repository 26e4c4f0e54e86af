"""The private servers that every other test stands on keep what they confirmed."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import asyncpg
import pytest

from deploy.local.processes import wait_until
from deploy.local.stack import LocalStack

QUEUE = "kept"
BODY = "上达".encode()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    with LocalStack(tmp_path_factory.mktemp("stack"), keep=False) as running:
        yield running


async def publish(url: str, body: bytes) -> None:
    """Publish one persistent message to a quorum queue; returns once the broker has confirmed it."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.declare_queue(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, QUEUE)


async def take(url: str) -> bytes:
    """Return the body of the next message of the queue, acknowledged. Raises QueueEmpty."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        queue = await channel.get_queue(QUEUE)
        message = await queue.get(timeout=10)
        await message.ack()
        return message.body


async def test_a_confirmed_message_survives_a_killed_broker(stack: LocalStack) -> None:
    url, port = stack.rabbit.amqp_url(), stack.rabbit.amqp_port
    await publish(url, BODY)

    stack.rabbit.flush_declarations()
    stack.rabbit.kill()
    assert not stack.rabbit.alive
    stack.rabbit.restart()

    assert (stack.rabbit.amqp_url(), stack.rabbit.amqp_port) == (url, port)
    assert await take(url) == BODY


async def test_a_committed_row_survives_a_killed_database(stack: LocalStack) -> None:
    dsn = stack.postgres.admin_dsn()
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE kept (word text NOT NULL)")
    await connection.execute("INSERT INTO kept VALUES ($1)", BODY.decode())

    stack.postgres.kill()
    connection.terminate()
    assert not stack.postgres.alive
    stack.postgres.restart()

    connection = await asyncpg.connect(dsn)
    try:
        assert stack.postgres.admin_dsn() == dsn
        assert await connection.fetchval("SELECT word FROM kept") == BODY.decode()
        assert await connection.fetchval("SHOW fsync") == "on"
    finally:
        await connection.close()


def test_rabbitmqctl_speaks_to_this_node(stack: LocalStack) -> None:
    assert stack.rabbit.node_name in stack.rabbit.ctl("cluster_status", "--formatter", "json")


def test_a_server_does_not_outlive_its_killed_owner(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())

    owner.send_signal(signal.SIGKILL)
    owner.communicate()

    assert wait_until(lambda: not runs(pid), 20)


def test_a_sweep_ends_a_left_over_and_nothing_else(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    record = tmp_path / "epmd" / "process.json"
    stranger = tmp_path / "stranger" / "process.json"
    stranger.parent.mkdir()
    # The same number with another start time: the kernel has given it to somebody else since.
    stranger.write_text(record.read_text().replace('"started": ', '"started": 1'))

    record.rename(tmp_path / "held.json")
    assert LocalStack.sweep(tmp_path) == 0
    assert runs(pid)
    (tmp_path / "held.json").rename(record)
    assert LocalStack.sweep(tmp_path) == 1
    assert wait_until(lambda: not runs(pid), 5)
    owner.kill()
    owner.communicate()


OWNER = textwrap.dedent(
    """
    import signal, sys
    from pathlib import Path
    from deploy.local.epmd import Epmd

    epmd = Epmd(Path(sys.argv[1]) / "epmd")
    epmd.start()
    print(epmd._process.pid, flush=True)
    signal.pause()
    """
)


def runs(pid: int) -> bool:
    """Whether the process exists and has not ended (an ended one may wait for its parent to notice)."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"
