"""Publication, assembled: the only file that knows every part."""

from services.review.publication.api import router
from services.review.publication.contract import SERVICE
from services.review.publication.handlers import PublicationHandlers
from services.review.publication.publications import load_publications
from shared.process.service import ServiceContext, ServiceParts


def build(context: ServiceContext) -> ServiceParts:
    """Return publication's parts. Raises PublicationsUnusable when the file of publications has a mistake."""
    return ServiceParts(
        service=SERVICE,
        handlers=PublicationHandlers(context.organisation),
        router=router(context, load_publications()),
    )
