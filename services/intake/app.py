"""The composition root of intake: the only file that knows every part."""

from services.intake.agencies.door import AgencyDoor
from services.intake.api import router
from services.intake.contract import SERVICE
from services.intake.doors import Doors
from services.intake.duties.registering import Registrar
from services.intake.handlers import IntakeHandlers
from services.intake.metrics import IntakeMetrics
from services.intake.rules import shipped_rules
from shared.access.http import bearer
from shared.broker.names import AGENCY_QUEUE
from shared.contracts.vocabulary import Lane
from shared.process.service import RawQueue, ServiceContext, ServiceParts


def build(context: ServiceContext) -> ServiceParts:
    """Return intake, assembled."""
    rules = shipped_rules()
    registrar = Registrar(context.organisation, rules)
    metrics = IntakeMetrics(context.registry)
    doors = Doors(context, rules, metrics, bearer(context.verifier, context.machine))
    agencies = AgencyDoor(context.store, context.organisation, rules.door, metrics)
    return ServiceParts(
        service=SERVICE,
        handlers=IntakeHandlers(registrar),
        router=router(doors, registrar),
        raw_queues=(RawQueue(AGENCY_QUEUE, Lane.URGENT, agencies),),
    )
