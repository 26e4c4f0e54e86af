"""The HTTP of intake, all subjects under one prefix."""

from fastapi import APIRouter

from services.intake.agencies.api import router as signals
from services.intake.doors import Doors
from services.intake.drafts.api import router as drafts
from services.intake.duties.api import router as duties
from services.intake.duties.registering import Registrar
from services.intake.offers.api import router as offers
from services.intake.reports.api import reading_router, writing_router


def router(doors: Doors, registrar: Registrar) -> APIRouter:
    """Return every route of intake."""
    api = APIRouter(prefix="/intake")
    api.include_router(offers(doors))
    api.include_router(drafts(doors))
    api.include_router(writing_router(doors))
    api.include_router(reading_router(doors))
    api.include_router(duties(doors, registrar))
    api.include_router(signals(doors))
    return api
