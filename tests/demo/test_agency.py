"""An agency is added with one command, and what the command prints works as it is."""

import asyncio
import sys
from pathlib import Path

import aio_pika
import aiormq
import pytest

from deploy.provision.agency import Administrator, AgencyCodeUnusable, add_agency, snippet
from shared.broker.names import AGENCY_EXCHANGE, AGENCY_QUEUE, agency_key
from shared.process.settings import BrokerSettings, Login
from tests.demo.conftest import Vhost


async def test_the_printed_program_publishes(vhost: Vhost, tmp_path: Path) -> None:
    access = await add_agency(vhost.broker, vhost.administrator, "xiaofang", "消防支队")
    program = tmp_path / "publish.py"
    program.write_text(snippet(access), encoding="utf-8")

    running = await asyncio.create_subprocess_exec(sys.executable, str(program), stdout=asyncio.subprocess.PIPE)
    said, _ = await running.communicate()

    assert running.returncode == 0
    assert "已发布 xiaofang-" in said.decode()
    message = await vhost.next_message(AGENCY_QUEUE)
    assert message.routing_key == "agency.xiaofang"
    assert b'"agency": "xiaofang"' in message.body


async def test_an_agency_cannot_speak_for_another(vhost: Vhost) -> None:
    access = await add_agency(vhost.broker, vhost.administrator, "xiaofang", "消防支队")
    async with await aio_pika.connect(access.url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange(AGENCY_EXCHANGE, ensure=False)
        with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
            await exchange.publish(aio_pika.Message(b"{}"), agency_key("gongan"), mandatory=True)


async def test_an_agency_reads_its_own_answers_only(vhost: Vhost) -> None:
    access = await add_agency(vhost.broker, vhost.administrator, "xiaofang", "消防支队")
    async with await aio_pika.connect(access.url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(AGENCY_QUEUE, ensure=False)
        with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
            await queue.get(fail=False)


async def test_a_second_time_the_old_password_ends(vhost: Vhost) -> None:
    first = await add_agency(vhost.broker, vhost.administrator, "xiaofang", "消防支队")
    second = await add_agency(vhost.broker, vhost.administrator, "xiaofang", "消防支队")
    async with await aio_pika.connect(second.url) as connection:
        assert not connection.is_closed
    with pytest.raises(aiormq.exceptions.ProbableAuthenticationError):
        await aio_pika.connect(first.url)


@pytest.mark.parametrize("code", ["", "消防", "a.b", ".*", "-a", "A", "a" * 61])
async def test_a_code_that_would_widen_the_rights_is_refused(code: str) -> None:
    nowhere = BrokerSettings(
        host="127.0.0.1",
        port=1,
        vhost="none",
        management_url="http://127.0.0.1:1",
        logins={},
        link_declarer=Login(user="none", password="none"),
    )
    with pytest.raises(AgencyCodeUnusable):
        await add_agency(nowhere, Administrator("none", "none"), code, "消防支队")
