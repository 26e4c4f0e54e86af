"""RabbitMQ's management API: the few calls that provisioning and the links need."""

import ssl
from collections.abc import Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from shared.contracts.sending import BrokerUnavailable


class BrokerRefused(Exception):
    """The management API refused a request; carries what was asked, the status and RabbitMQ's reason."""

    def __init__(self, method: str, path: str, status: int, reason: str) -> None:
        super().__init__(f"{method} {path}: {status} {reason[:300]}")
        self.method, self.path, self.status, self.reason = method, path, status, reason


@cache
def _tls() -> ssl.SSLContext:
    """Reading the authorities takes longer than a call; links make a client every few seconds."""
    return httpx.create_ssl_context(trust_env=False)


class Management:
    """A client of one broker's management API. Use as ``async with``."""

    def __init__(self, url: str, user: str, password: str, *, timeout_seconds: float = 10.0) -> None:
        self._client = httpx.AsyncClient(
            base_url=url, auth=(user, password), timeout=timeout_seconds, trust_env=False, verify=_tls()
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call the API and return the decoded answer, None when it is empty. Deleting what is gone succeeds.

        Raises BrokerUnavailable when it cannot be reached, BrokerRefused when it answers with an error.
        """
        try:
            answer = await self._request(method, path, body)
        except httpx.HTTPError as error:
            raise BrokerUnavailable(f"{method} {path}: {error!r}") from error
        if method == "DELETE" and answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.is_error:
            raise BrokerRefused(method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def _request(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        """Ask, and once more when the connection ended: RabbitMQ closes one that was idle for five seconds, which may
        cross with a request. Every call here may be repeated."""
        try:
            return await self._client.request(method, path, json=body)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            return await self._client.request(method, path, json=body)

    async def create_vhost(self, vhost: str) -> None:
        """Create a virtual host; an existing one stays as it is."""
        await self.call("PUT", f"/api/vhosts/{quote(vhost, safe='')}", {"default_queue_type": "quorum"})

    async def delete_vhost(self, vhost: str) -> None:
        """Delete a virtual host with everything in it."""
        await self.call("DELETE", f"/api/vhosts/{quote(vhost, safe='')}")

    async def users_of(self, vhost: str) -> list[str]:
        """Return the accounts that have rights in a virtual host."""
        rows = await self.call("GET", f"/api/vhosts/{quote(vhost, safe='')}/permissions")
        return [row["user"] for row in rows]

    async def delete_user(self, name: str) -> None:
        """Delete an account with all its rights."""
        await self.call("DELETE", f"/api/users/{quote(name, safe='')}")

    async def import_definitions(self, vhost: str, definitions: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Import topology into a vhost, and accounts and rights into the broker. Repeating it changes nothing."""
        inside = {kind: definitions.get(kind, []) for kind in ("exchanges", "queues", "bindings")}
        if any(inside.values()):
            await self.call("POST", f"/api/definitions/{quote(vhost, safe='')}", inside)
        around = {kind: definitions.get(kind, []) for kind in ("users", "permissions", "topic_permissions")}
        if any(around.values()):
            await self.call("POST", "/api/definitions", around)

    async def put_shovel(self, vhost: str, name: str, value: Mapping[str, Any]) -> None:
        """Declare a dynamic shovel, or change it to ``value``."""
        await self.call(
            "PUT", f"/api/parameters/shovel/{quote(vhost, safe='')}/{quote(name, safe='')}", {"value": value}
        )

    async def delete_shovel(self, vhost: str, name: str) -> None:
        """Remove a dynamic shovel; its queue keeps what it holds."""
        await self.call("DELETE", f"/api/parameters/shovel/{quote(vhost, safe='')}/{quote(name, safe='')}")

    async def shovels(self, vhost: str) -> dict[str, dict[str, Any]]:
        """Return the declared shovels of a vhost: name -> value."""
        rows = await self.call("GET", f"/api/parameters/shovel/{quote(vhost, safe='')}")
        return {row["name"]: row["value"] for row in rows}

    async def queues(self, vhost: str) -> list[dict[str, Any]]:
        """Return the queues of a vhost with their counts, a few seconds old."""
        rows: list[dict[str, Any]] = await self.call("GET", f"/api/queues/{quote(vhost, safe='')}")
        return rows
