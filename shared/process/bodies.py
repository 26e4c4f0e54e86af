"""What no request may bring, told before any service reads it: a body without end, and characters nobody can store."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.access.http import problem

LARGEST_BODY = 4 * 1_048_576  # bytes; each service sets a lower limit to what it takes
FORM = b"application/x-www-form-urlencoded"
# PostgreSQL holds no NUL in a text: what carries one would fail at a column, or at whoever hears of it. In JSON it is
# written as an escape, which a backslash before it makes plain text; in a form and in an address, as %00.
_NUL_IN_JSON = re.compile(rb"\x00|(?<!\\)(?:\\\\)*\\u0000")
_NUL_IN_FORM = re.compile(rb"\x00|%00")


class BoundedBodies:
    """ASGI middleware: reads a request's body, whoever asks, and hands it on whole or answers 413 or 422 at once."""

    def __init__(self, app: ASGIApp, *, at_most: int = LARGEST_BODY) -> None:
        self._app, self._at_most = app, at_most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if "\x00" in scope["path"] or _NUL_IN_FORM.search(scope.get("query_string", b"")):
            return await _nul("address", "请检查地址后重试")(scope, receive, send)
        if scope["method"] in ("GET", "HEAD"):
            return await self._app(scope, receive, send)
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return None  # the asker went away
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._at_most:
                told = f"内容超过 {self._at_most // 1024} KB"
                refusal = problem(413, "内容过大", told, "body", "请缩短内容，或分成几次提交", code="oversized")
                return await refusal(scope, receive, send)
        if (_NUL_IN_FORM if _is_form(scope) else _NUL_IN_JSON).search(body):
            return await _nul("body", "请重新粘贴为纯文字")(scope, receive, send)
        return await self._app(scope, _handing_on(bytes(body), receive), send)


def _is_form(scope: Scope) -> bool:
    kinds = [value for name, value in scope["headers"] if name.lower() == b"content-type"]
    return any(kind.lower().startswith(FORM) for kind in kinds)


def _nul(field: str, remedy: str) -> ASGIApp:
    return problem(422, "填写内容需要修改", "内容里有不能显示的字符（NUL）", field, remedy, code="input")


def _handing_on(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives the body first and then what the server says."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give
