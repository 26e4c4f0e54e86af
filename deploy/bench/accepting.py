"""Accepting a report over HTTP: intake in a process of its own, beside the bare floor, in one run."""

import json
import uuid

from deploy.bench.load import Measured, load, post
from deploy.bench.servers import process, provisioned
from deploy.city import City
from deploy.local.ports import free_ports
from deploy.local.stack import LocalStack
from deploy.play.cast import Cast, grant_of
from shared.access.tokens import TokenIssuer
from shared.broker.publisher import ConfirmedPublisher
from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import Lane, Role, Service
from shared.process.hosting import amqp_url
from shared.process.site import database_dsn
from shared.store.relay import Relay
from shared.store.store import open_store
from shared.timekeeping.clocks import SystemClock

SITE, OFFICE = SiteId("qingshan"), OfficeId("qingshan-shiqiao")
_BODY = "石桥镇整合窗口推行一站式便民服务，群众办事少跑路，经验可供参考。" * 20


async def measure(stack: LocalStack, requests: int, clients: int) -> tuple[Measured, Measured]:
    """Return what intake and what the floor did with ``requests`` from ``clients`` connections."""
    async with provisioned(stack, "bench") as city:
        await _appoint(city)
        settings = city.settings[SITE]
        arguments = ["serve", "intake", "--site", str(city.settings_file(SITE))]
        async with process("deploy.cli", arguments, settings.http_port):
            token = _token(city)
            await _until_known(settings.http_port, token)
            ours = await load(settings.http_port, [_report(token) for _ in range(requests)], clients)
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


def _token(city: City) -> str:
    cast = Cast(city)
    issuer = TokenIssuer((city.settings[SITE].keys / "tokens.pem").read_bytes(), SITE)
    return issuer.issue(cast.actor(OFFICE, Role.REPORTER), SystemClock().now())


async def _appoint(city: City) -> None:
    """State one appointment and send it by a relay that lives only for this."""
    settings, machine = city.settings[SITE], SystemClock()
    store = await open_store(
        database_dsn(settings.database, Service.PORTAL), SITE, Service.PORTAL, clock=machine, machine=machine
    )
    async with store.unit() as unit:
        unit.announce(grant_of(city.organisation.office(OFFICE), Role.REPORTER, 1))
    publisher = ConfirmedPublisher(amqp_url(settings.broker, Service.PORTAL), "bench")
    await Relay(store, Lane.URGENT, publisher.publish).pass_once()
    await publisher.close()
    await store.pool.close()
