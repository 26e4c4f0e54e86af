"""Scoring, assembled."""

from functools import partial

from services.scoring.api import router
from services.scoring.contract import SERVICE
from services.scoring.desk import LedgerDesk
from services.scoring.handlers import ScoringHandlers
from services.scoring.leagues import assessment_at
from services.scoring.publishing import publish
from services.scoring.rulebook import Rulebook
from services.scoring.rulefiles import shipped_rule_sets
from shared.process.service import ServiceContext, ServiceParts


def build(context: ServiceContext) -> ServiceParts:
    """Return the service's parts. Raises RuleFileInvalid when a shipped rule file cannot be used."""
    shipped = shipped_rule_sets()
    rulebook = Rulebook.of(shipped)
    assessment = assessment_at(context.site, context.organisation, frozenset(rulebook.by_assessor))
    desk = LedgerDesk(context.store, assessment, rulebook)
    return ServiceParts(
        service=SERVICE,
        handlers=ScoringHandlers(assessment, rulebook),
        router=router(context, desk),
        on_start=(partial(publish, context.store, shipped, rulebook),),
    )
