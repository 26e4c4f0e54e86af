"""An agency on a site's bus (其他机构): its account, its one routing key, its reply queue, a snippet that uses them."""

import secrets
from dataclasses import dataclass, field
from string import Template
from urllib.parse import quote

from shared.broker import names
from shared.broker.definitions import Account, agency_rights
from shared.broker.management import Management
from shared.process.settings import BrokerSettings


class AgencyCodeUnusable(ValueError):
    """A code becomes part of a routing key and of broker rights, so only plain characters may stand in it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"机构代码“{code}”不能用：请用小写字母、数字和连字符，以字母或数字开头，不超过 60 个字符")


@dataclass(frozen=True, slots=True)
class Administrator:
    """An account of the broker's management API that may make users."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AgencyAccess:
    """What an agency needs to publish and to read its answers. ``url`` holds the password."""

    name: str
    code: str
    url: str = field(repr=False)

    @property
    def exchange(self) -> str:
        """Where it publishes; it may write to no other exchange."""
        return names.AGENCY_EXCHANGE

    @property
    def routing_key(self) -> str:
        """The only routing key it may use: its identity."""
        return names.agency_key(self.code)

    @property
    def reply_queue(self) -> str:
        """Where each of its messages is answered; it may read no other queue."""
        return names.agency_reply_queue(self.code)


async def add_agency(broker: BrokerSettings, administrator: Administrator, code: str, name: str) -> AgencyAccess:
    """Make an agency's account, rights and reply queue on a site's broker. Done again, it gets a new password.

    Raises AgencyCodeUnusable, BrokerUnavailable, BrokerRefused.
    """
    if not names.AGENCY_CODE.fullmatch(code):
        raise AgencyCodeUnusable(code)
    account = Account(f"{broker.vhost}-agency-{code}", secrets.token_urlsafe(24))
    async with Management(broker.management_url, administrator.user, administrator.password) as management:
        await management.import_definitions(broker.vhost, agency_rights(broker.vhost, account, code))
    login = f"{quote(account.name)}:{quote(account.password)}"
    return AgencyAccess(name, code, f"amqp://{login}@{broker.host}:{broker.port}/{quote(broker.vhost, safe='')}")


_SNIPPET = Template("""\
# $name：发布突发事件，并读取本机构的答复。先安装：pip install aio-pika
# 口令在地址里，请只保存在本机构，不要转发。
import asyncio
import json
from datetime import datetime, timedelta, timezone

import aio_pika

URL = "$url"
NOW = datetime.now(timezone(timedelta(hours=8))).isoformat(timespec="seconds")
EVENT = {
    "event_id": "$code-" + NOW,  # 本机构的事件编号；同一编号再发一次不会重复登记
    "agency": "$code",
    "source": "EMERGENCY_110_119_120",
    "occurred_at": NOW,
    "sent_at": NOW,
    "place": "写明地点",
    "kind": "火灾",
    "figures": {"dead": None, "missing": None, "injured": None},  # 不清楚写 None，不写 0
    "gist": "写明简况",
    "mode": "TEST",  # 正式发布改为 ACTUAL
}


async def main() -> None:
    async with await aio_pika.connect(URL) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange("$exchange", ensure=False)
        message = aio_pika.Message(
            json.dumps(EVENT, ensure_ascii=False).encode(),
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        # 下一行返回即表示对方已收妥；否则会报错，请重发。
        await exchange.publish(message, "$routing_key", mandatory=True)
        print("已发布", EVENT["event_id"])
        replies = await channel.get_queue("$reply_queue", ensure=False)
        answer = await replies.get(no_ack=True, fail=False)
        print("答复", answer.body.decode() if answer else "还没有，可稍后再读")


asyncio.run(main())
""")


def snippet(access: AgencyAccess) -> str:
    """Return a Python program with which the agency can publish at once."""
    return _SNIPPET.substitute(
        name=access.name,
        code=access.code,
        url=access.url,
        exchange=access.exchange,
        routing_key=access.routing_key,
        reply_queue=access.reply_queue,
    )
