"""The HTTP side of a process: the services' APIs, and the three addresses that operators and machines ask."""

import re
from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.access.http import install_problem_handlers
from shared.process.bodies import BoundedBodies
from shared.telemetry.metrics import DoorMetrics
from shared.telemetry.tracing import Tracing

# A span is named by what is asked, not by what about: ids belong to attributes.
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Doors = Callable[[], Awaitable[dict[str, dict[str, bool]]]]


class TracedRequests:
    """ASGI middleware: surrounds each request with a span and answers with its context as ``traceparent``."""

    def __init__(self, app: ASGIApp, *, tracing: Tracing) -> None:
        self._app, self._tracing = app, tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        asked = f"{scope['method']} {_ID.sub('{id}', scope['path'])}"
        with self._tracing.serving(asked, Headers(scope=scope).get("traceparent")) as context:

            async def tell(message: Message) -> None:
                if message["type"] == "http.response.start" and context is not None:
                    MutableHeaders(scope=message)["traceparent"] = context
                await send(message)

            return await self._app(scope, receive, tell)


def build_app(routers: Sequence[APIRouter], registry: CollectorRegistry, tracing: Tracing, doors: Doors) -> FastAPI:
    """Return the application that serves ``routers`` and /healthz, /readyz, /metrics."""
    app = FastAPI(title="Shangda", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    install_problem_handlers(app)
    door_metrics = DoorMetrics(registry)

    app.add_middleware(TracedRequests, tracing=tracing)
    app.add_middleware(BoundedBodies)  # outermost: nothing is done for a body that nobody will read

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        """The process runs its loop. Says nothing about servers it needs: restarting would not mend those."""
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz(response: Response) -> dict[str, object]:
        """Ready when every door of every service works; else 503 and which door does not."""
        found = await doors()
        closed = [f"{service}: {door}" for service, each in found.items() for door, works in each.items() if not works]
        response.status_code = 503 if closed else 200
        return {"ready": not closed, "closed": closed}

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Everything this process measures."""
        door_metrics.show(await doors())
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    for router in routers:
        app.include_router(router)
    return app
