"""A portal without its services: they answer what a test says, and remember what they were asked."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.play.cast import person_of
from shared.access.tokens import TokenVerifier
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role
from shared.store.store import Store
from shared.timekeeping.clocks import SystemClock
from tests.portal.people import PASSWORD

SIGNER = "qingshan-shiqiao-deputy-signer"
SIGNS = "qingshan-shiqiao.deputy_signer"  # the appointment
CASE = "0194f0aa-0000-7000-8000-000000000001"
RECEIPT = {
    "act": "RETURN",
    "case_id": CASE,
    "number": "SQ-2025-0217-001",
    "title": "三座水库溢洪道淤堵",
    "at": "2025-02-17T00:00:00Z",
    "notice": "",
    "next": {"text": "由撰写人修改", "office_names": [], "roles_zh": ""},
}
Answer = Callable[[httpx.Request], httpx.Response] | Mapping[str, Any] | list[Any]


@dataclass
class Fake:
    """The services. ``says``: the answer per path; a path that is not there is answered by ``answer``."""

    verifier: TokenVerifier
    calls: list[httpx.Request] = field(default_factory=list)
    says: dict[str, Answer] = field(default_factory=dict)
    answer: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(200, json=RECEIPT)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.verifier.verify(request.headers["authorization"].removeprefix("Bearer "), SystemClock().now())
        self.calls.append(request)
        said = self.says.get(request.url.path, self.answer)
        return said(request) if callable(said) else httpx.Response(200, json=said)

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the query of each call to a path."""
        return [dict(call.url.params) for call in self.calls if call.url.path == path]

    def sent(self, path: str) -> list[Any]:
        """Return the body of each call that did something at a path."""
        return [json.loads(call.content) for call in self.calls if call.url.path == path and call.method != "GET"]


@dataclass
class Site:
    """A browser without scripts, at the portal."""

    client: httpx.AsyncClient
    services: Fake
    store: Store

    async def login(self, password: str = PASSWORD, username: str = SIGNER) -> httpx.Response:
        """Log in as the signer of 石桥镇, or as somebody else."""
        page = await self.client.get("/login")
        form = {"guard": field_of(page, "guard"), "next": "/", "username": username, "password": password}
        return await self.client.post("/login", data=form)

    async def enter(self, office: str, role: Role) -> None:
        """Log in as somebody of the invented city."""
        answer = await self.login(username=person_of(OfficeId(office), role)[0])
        assert answer.status_code == 303, answer.text

    async def see(self, address: str) -> str:
        """Return a page as text."""
        page = await self.client.get(address)
        assert page.status_code == 200, page.text
        return page.text

    async def post(self, address: str, **fields: Any) -> httpx.Response:
        """Send a form of this session."""
        return await self.client.post(address, data={**await self.marks(), "key": "k-1", **fields})

    async def csrf(self) -> str:
        """Return the session's mark that every form carries."""
        return (await self.marks())["csrf"]

    async def marks(self) -> dict[str, str]:
        """Return what every form carries: the session's mark, and the appointment that it is opened in."""
        page = await self.client.get("/duty/awareness")
        return {name: field_of(page, name) for name in ("csrf", "acting_as")}

    async def switch(self, appointment: str) -> httpx.Response:
        """Use another appointment, as in another tab."""
        return await self.client.post("/appointment", data={"csrf": await self.csrf(), "appointment": appointment})

    async def send_back(self, csrf: str, key: str = "k-1") -> httpx.Response:
        """Return a case to its writer, as the signer."""
        form = {"csrf": csrf, "acting_as": SIGNS, "key": key, "revision": "3", "reason": "WORDING", "text": "请改标题"}
        return await self.client.post(f"/review/{CASE}/return", data=form)


def field_of(page: httpx.Response, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text[:500]
    return found.group(1)
