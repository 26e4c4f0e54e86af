"""For tests of pages: one city with every service and one browser; and a portal whose services are a fake."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from deploy.city import City
from deploy.play.cast import person_of
from deploy.provision.keys import make_pair
from deploy.provision.site import Servers
from deploy.suite import BUILDS
from services.portal.accounts import enroll
from services.portal.app import build
from services.portal.enrolment import accounts_of
from services.portal.purse import Purse
from services.portal.upstream import Upstream
from shared.access.tokens import TokenIssuer, TokenVerifier
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role, Service
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext
from shared.timekeeping.civil import SHANGHAI
from shared.timekeeping.clocks import ManualClock, SystemClock
from tests.conftest import ORGANISATION_FILE, OpenStore
from tests.portal.fakes import Fake, Site
from tests.portal.people import PASSWORD, everybody
from tests.towns import LINJIANG, PINGHU, QINGSHAN, city_of

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless=new",
    "--lang=zh-CN",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
# The documents' pictures are taken anew when asked for (CONTRIBUTING.md); else a run leaves the checkout as it was.
_RETAKE = "SHANGDA_PICTURES" in os.environ
_SCRATCH = TemporaryDirectory(prefix="shangda-pictures-")
IMAGES = Path(__file__).resolve().parents[2] / "docs/images" if _RETAKE else Path(_SCRATCH.name)


@dataclass(frozen=True, slots=True)
class Town:
    """A running city, the clock all its sites follow, and the browser."""

    city: City
    clock: ManualClock
    browser: Browser

    @contextlib.asynccontextmanager
    async def visiting(self, office: str, role: Role, *, size: dict[str, int] | None = None) -> AsyncIterator[Page]:
        """Give a page of somebody who has logged in at the site of their office."""
        settings = self.city.settings[self.city.organisation.site_of(OfficeId(office))]
        context: BrowserContext = await self.browser.new_context(
            viewport=size or DESK, locale="zh-CN", base_url=settings.portal_url
        )
        context.set_default_timeout(60_000)
        try:
            page = await context.new_page()
            await page.goto("/login")
            await page.get_by_label("账号").fill(person_of(OfficeId(office), role)[0])
            await page.get_by_label("密码").fill(PASSWORD)
            await page.get_by_role("button", name="登录").click()
            await page.get_by_role("button", name="退出").wait_for()
            yield page
        finally:
            await context.close()


@pytest.fixture(scope="module")
async def town(
    servers: Servers, organisation: Organisation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """Every service on three sites, everybody enrolled, one browser."""
    clock = ManualClock(datetime(2025, 2, 17, 10, 0, tzinfo=SHANGHAI))
    folder = tmp_path_factory.mktemp("town")
    clocks = dict.fromkeys((LINJIANG, QINGSHAN, PINGHU), clock)
    async with (
        city_of(servers, organisation, ORGANISATION_FILE, folder, BUILDS, clocks) as city,
        async_playwright() as playwright,
    ):
        await asyncio.gather(*(_enroll(city, site) for site in city.settings))
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS, env={**os.environ, "LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"}
        )
        try:
            yield Town(city, clock, browser)
        finally:
            await browser.close()


async def _enroll(city: City, site: str) -> None:
    process = city.running[site]  # type: ignore[index]
    accounts = await accounts_of(everybody(city.organisation.offices_of(process.settings.site)), PASSWORD, lasting=True)
    async with process.hosted[Service.PORTAL].store.unit() as unit:
        await enroll(unit, accounts, process.machine.now())


@pytest.fixture
async def site(
    open_store: OpenStore, organisation: Organisation, clock: ManualClock, tmp_path: Path
) -> AsyncIterator[Site]:
    """A portal at which everybody has an account; its services are a fake."""
    make_pair(tmp_path, "tokens")
    store = await open_store(Service.PORTAL)
    machine = SystemClock()
    verifier = TokenVerifier((tmp_path / "tokens.pub.pem").read_bytes(), QINGSHAN)
    fake = Fake(verifier)
    purse = Purse(TokenIssuer((tmp_path / "tokens.pem").read_bytes(), QINGSHAN), machine)
    client = httpx.AsyncClient(transport=httpx.MockTransport(fake))
    services = Upstream(client, {}, "http://services", purse, lambda: "00-trace-01")
    people = await accounts_of(everybody(organisation.offices), PASSWORD, lasting=True)
    async with store.unit() as unit:
        await enroll(unit, people, machine.now())
    settings = cast(Any, SimpleNamespace(keys=tmp_path, portal_url="http://portal"))
    context = ServiceContext(QINGSHAN, organisation, clock, machine, store, verifier, settings, cast(Any, None))
    parts = build(context, upstream=services)
    app = FastAPI()
    assert parts.router is not None
    app.include_router(parts.router)
    for prepare in parts.on_app:
        prepare(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal") as browser:
        yield Site(browser, fake, store)
