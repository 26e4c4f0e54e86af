"""Calls to the services' HTTP APIs with the visitor's own token, and what they refuse."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from services.portal.purse import Purse
from services.portal.sessions import Visit
from shared.access.actor import Actor
from shared.contracts.vocabulary import Service
from shared.process.settings import SiteSettings

SECONDS = 10.0
KEPT_SECONDS = 2.0  # far below the time after which a service closes an idle connection: no call meets a closing one
_LIMITS = httpx.Limits(max_connections=100, keepalive_expiry=KEPT_SECONDS)


class UpstreamRefused(Exception):
    """A service did not do what was asked. ``problem`` is its problem+json: title, detail, remedy, field, code."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code', '')}")
        self.status, self.problem = status, problem

    def told(self, member: str) -> str:
        """Return a text of the problem; empty when it has none."""
        return str(self.problem.get(member) or "")


class UpstreamAway(Exception):
    """A service did not answer, or answered with something that is not its API."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that a service made, with what its answer said of it."""

    content: bytes
    media_type: str
    disposition: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """The services as one visitor's browser sees them. ``trace_now``: the trace that a call belongs to."""

    client: httpx.AsyncClient
    base_urls: Mapping[Service, str]
    own_url: str
    purse: Purse
    trace_now: Callable[[], str | None] = field(default=lambda: None)

    async def get(self, visit: Visit, service: Service, path: str, **params: str | int | None) -> Any:
        """Return the JSON at ``/<service>/<path>``. Raises UpstreamRefused, UpstreamAway."""
        given = {name: str(value) for name, value in params.items() if value is not None}
        return _json(await self._answer(visit, "GET", service, path, params=given, again=True))

    async def file(self, visit: Visit, service: Service, path: str, **params: str | int | None) -> File:
        """Return the file at ``/<service>/<path>``. Raises UpstreamRefused, UpstreamAway."""
        given = {name: str(value) for name, value in params.items() if value is not None}
        answer = await self._answer(visit, "GET", service, path, params=given, again=True)
        told = answer.headers
        return File(answer.content, told.get("content-type", ""), told.get("content-disposition", "attachment"))

    async def post(self, visit: Visit, service: Service, path: str, body: object, *, key: str | None = None) -> Any:
        """Do an act; ``key`` is the idempotency key made with the form. Raises UpstreamRefused, UpstreamAway."""
        return _json(await self._answer(visit, "POST", service, path, body=body, key=key, again=key is not None))

    async def post_confirmed(self, visit: Visit, second: Actor, service: Service, path: str, body: object) -> Any:
        """Do an act that a second person confirms, whose token goes with it. Raises UpstreamRefused, UpstreamAway."""
        return _json(await self._answer(visit, "POST", service, path, body=body, second=self.purse.issued(second)))

    async def ask(self, visit: Visit, service: Service, path: str, body: object) -> Any:
        """Ask by POST what changes nothing. Raises UpstreamRefused, UpstreamAway."""
        return _json(await self._answer(visit, "POST", service, path, body=body, again=True))

    async def put(self, visit: Visit, service: Service, path: str, body: object) -> Any:
        """Put something in its place. Raises UpstreamRefused, UpstreamAway."""
        return _json(await self._answer(visit, "PUT", service, path, body=body, again=True))

    async def delete(self, visit: Visit, service: Service, path: str) -> None:
        """Take something away. Raises UpstreamRefused, UpstreamAway."""
        await self._answer(visit, "DELETE", service, path, again=True)

    async def _answer(
        self,
        visit: Visit,
        method: str,
        service: Service,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: object = None,
        key: str | None = None,
        second: str | None = None,
        again: bool = False,
    ) -> httpx.Response:
        """``again``: doing it twice is doing it once, so a call that met a closing connection is made anew."""
        headers = {"Authorization": f"Bearer {self.purse.token(visit)}", "Accept": "application/json"}
        if trace := self.trace_now():
            headers["traceparent"] = trace
        if key is not None:
            headers["Idempotency-Key"] = key
        if second is not None:
            headers["Second-Authorization"] = f"Bearer {second}"
        url = f"{self.base_urls.get(service, self.own_url).rstrip('/')}/{service}/{path}"
        call = partial(self.client.request, method, url, params=params, json=body, headers=headers)
        try:
            answer = await _twice(call) if again else await call()
            if answer.is_success:
                return answer
            refusal = answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError) as error:
            raise UpstreamAway(f"{method} {service}/{path}") from error
        if answer.status_code >= 500 or not isinstance(refusal, dict):
            raise UpstreamAway(f"{method} {service}/{path}: {answer.status_code}")
        raise UpstreamRefused(answer.status_code, refusal)


def _json(answer: httpx.Response) -> Any:
    """Return what a service answered. Raises UpstreamAway when it is no JSON."""
    try:
        return answer.json() if answer.content else {}
    except ValueError as error:
        raise UpstreamAway(f"{answer.request.method} {answer.request.url.path}") from error


async def _twice(call: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Make a call, and once more when the connection was closed under it."""
    try:
        return await call()
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        return await call()


def upstream_of(settings: SiteSettings, purse: Purse, trace_now: Callable[[], str | None]) -> Upstream:
    """Return the services of a site: those elsewhere by their stated addresses, the others in this process."""
    client = httpx.AsyncClient(timeout=SECONDS, trust_env=False, limits=_LIMITS)
    own = f"http://{settings.http_host}:{settings.http_port}"
    return Upstream(client, settings.service_urls, own, purse, trace_now)
