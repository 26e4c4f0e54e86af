"""The portal, assembled."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from services.portal.api import router
from services.portal.contract import SERVICE
from services.portal.desk import Desk
from services.portal.handlers import CHANNEL, PortalHandlers
from services.portal.live import Live
from services.portal.purse import Purse
from services.portal.rendering import HERE, STATIC_PREFIX, Views
from services.portal.sessions import Sessions
from services.portal.upstream import Upstream, upstream_of
from shared.access.tokens import TokenIssuer
from shared.process.service import ServiceContext, ServiceParts


def build(context: ServiceContext, *, upstream: Upstream | None = None) -> ServiceParts:
    """Return the service's parts. ``upstream``: the services to ask; left out, those of the site's settings."""
    live = Live(context.clock)
    if upstream is None:
        issuer = TokenIssuer((context.settings.keys / "tokens.pem").read_bytes(), context.site)
        purse = Purse(issuer, context.machine)
        upstream = upstream_of(context.settings, purse, context.store.trace_now)
    desk = Desk(
        context,
        Sessions(context.store, context.organisation, context.machine),
        upstream,
        live,
        Views(context.clock, context.organisation),
    )
    return ServiceParts(
        service=SERVICE,
        handlers=PortalHandlers(),
        router=router(desk),
        on_app=(_serve_static_files,),
        hearing={CHANNEL: live.heard},
    )


def _serve_static_files(app: FastAPI) -> None:
    app.mount(STATIC_PREFIX, StaticFiles(directory=HERE / "static"), name="portal-static")
