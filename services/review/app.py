"""Review, assembled: the only file that knows every part."""

from services.review import listings
from services.review.api import router
from services.review.contract import SERVICE
from services.review.handlers import ReviewHandlers
from services.review.metrics import BacklogMetrics
from shared.process.service import ServiceContext, ServiceParts, Timer

BACKLOG_EVERY_SECONDS = 5.0


def build(context: ServiceContext) -> ServiceParts:
    """Return review's parts for the process that hosts it."""
    metrics = BacklogMetrics(context.registry)
    offices = [office.id for office in context.organisation.offices_of(context.site)]

    async def watch_backlog() -> bool:
        async with context.store.reading() as connection:
            waiting = await listings.backlog(connection)
        metrics.show(offices, waiting, context.clock.now())
        return False

    return ServiceParts(
        service=SERVICE,
        handlers=ReviewHandlers(context.organisation),
        router=router(context),
        timers=(Timer("review-backlog", BACKLOG_EVERY_SECONDS, watch_backlog),),
    )
