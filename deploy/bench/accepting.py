"""Accepting a report over HTTP: intake in a process of its own, beside the bare floor, in one run.

The reports come from every office of a site in turn, as they would: one office's are numbered one after another.
"""

import json
import uuid
from collections.abc import Sequence
from itertools import cycle, islice

from deploy.bench.load import Measured, load, post
from deploy.bench.servers import process, provisioned, store_of
from deploy.city import City
from deploy.local.ports import free_ports
from deploy.local.stack import LocalStack
from deploy.play.cast import Cast, grant_of, posts
from shared.access.tokens import TokenIssuer
from shared.broker.publisher import ConfirmedPublisher
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Lane, Role, Service
from shared.organisation.offices import Office
from shared.process.hosting import amqp_url
from shared.store.relay import Relay
from shared.timekeeping.clocks import SystemClock

SITE = SiteId("qingshan")
_BODY = "石桥镇整合窗口推行一站式便民服务，群众办事少跑路，经验可供参考。" * 20


async def measure(stack: LocalStack, requests: int, clients: int) -> tuple[Measured, Measured]:
    """Return what intake and what the floor did with ``requests`` from ``clients`` connections."""
    async with provisioned(stack, "bench") as city:
        await _appoint(city)
        settings = city.settings[SITE]
        arguments = ["serve", "intake", "--site", str(city.settings_file(SITE))]
        async with process("deploy.cli", arguments, settings.http_port):
            tokens = _tokens(city)
            for token in tokens:
                await _until_known(settings.http_port, token)
            asked = [_report(token) for token in islice(cycle(tokens), requests)]
            ours = await load(settings.http_port, asked, clients)
        (port,) = free_ports(1)
        async with process("deploy.bench.bare", [str(port), stack.postgres.admin_dsn()], port):
            bare = json.dumps({"title": "便民服务", "body": _BODY}, ensure_ascii=False).encode()
            floor = await load(port, [post("/reports", bare)] * requests, clients)
    return ours, floor


def _report(token: str) -> bytes:
    asked = {
        "type": "EXPERIENCE",
        "nature": "GOOD_NEWS",
        "title": "石桥镇推行一站式便民服务",
        "body": _BODY,
        "facts": {"place": "石桥镇", "measures": "整合窗口"},
    }
    body = json.dumps(asked, ensure_ascii=False).encode()
    return post("/intake/reports", body, Authorization=f"Bearer {token}", Idempotency_Key=f"bench-{uuid.uuid4()}")


async def _until_known(port: int, token: str) -> None:
    """Send reports until the service has heard of the appointment; bounded."""
    for _ in range(400):
        if (await load(port, [_report(token)], 1)).refused == 0:
            return
    raise RuntimeError("intake did not hear of the appointment")


def _writing(city: City) -> list[Office]:
    """Return the offices of the site that have a reporter."""
    seats = posts(city.organisation.offices_of(SITE))
    return [office for office, role, seat in seats if role is Role.REPORTER and seat == 1]


def _tokens(city: City) -> Sequence[str]:
    cast, now = Cast(city), SystemClock().now()
    issuer = TokenIssuer((city.settings[SITE].keys / "tokens.pem").read_bytes(), SITE)
    return [issuer.issue(cast.actor(office.id, Role.REPORTER), now) for office in _writing(city)]


async def _appoint(city: City) -> None:
    """State the reporters' appointments and send them by a relay that lives only for this."""
    async with store_of(city, SITE, Service.PORTAL) as store:
        async with store.unit() as unit:
            for office in _writing(city):
                unit.announce(grant_of(office, Role.REPORTER, 1))
        publisher = ConfirmedPublisher(amqp_url(city.settings[SITE].broker, Service.PORTAL), "bench")
        await Relay(store, Lane.URGENT, publisher.publish).pass_once()
        await publisher.close()
