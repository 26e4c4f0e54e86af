"""Every service of the suite and how it is assembled. The only list of services outside the chain's table."""

from collections.abc import Mapping
from types import MappingProxyType

from services.deadline import app as deadline
from services.forwarding import app as forwarding
from services.intake import app as intake
from services.portal import app as portal
from services.review import app as review
from services.review.publication import app as publication
from services.scoring import app as scoring
from services.supervision import app as supervision
from shared.contracts.vocabulary import Service
from shared.process.site import Build

BUILDS: Mapping[Service, Build] = MappingProxyType(
    {
        Service.INTAKE: intake.build,
        Service.REVIEW: review.build,
        Service.PUBLICATION: publication.build,
        Service.DEADLINE: deadline.build,
        Service.SCORING: scoring.build,
        Service.FORWARDING: forwarding.build,
        Service.SUPERVISION: supervision.build,
        Service.PORTAL: portal.build,
    }
)
