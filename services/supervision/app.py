"""Supervision, assembled."""

from services.supervision.api import router
from services.supervision.contract import SERVICE
from services.supervision.handlers import SupervisionHandlers
from shared.process.service import ServiceContext, ServiceParts


def build(context: ServiceContext) -> ServiceParts:
    """Return the service's parts."""
    return ServiceParts(service=SERVICE, handlers=SupervisionHandlers(context.organisation), router=router(context))
