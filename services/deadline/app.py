"""Composition root of deadline: the only place that knows all its parts."""

from services.deadline.api import router
from services.deadline.calendar_watch import warn_of_missing_years
from services.deadline.contract import SERVICE
from services.deadline.handlers import DeadlineHandlers
from services.deadline.metrics import DeadlineMetrics
from services.deadline.rule_book import RuleBook, publish
from services.deadline.rule_files import SHIPPED, load_rules
from services.deadline.scanner import Scanner
from shared.process.service import ServiceContext, ServiceParts, Timer
from shared.timekeeping.workcalendar import PACKAGED_OVERRIDES, load_calendar

SCAN_EVERY_SECONDS = 1.0


def build(context: ServiceContext) -> ServiceParts:
    """Assemble the service. Raises SourceInvalid when a shipped data file does not fit."""
    shipped = load_rules(SHIPPED)
    rules = RuleBook()
    calendar = load_calendar(PACKAGED_OVERRIDES)
    metrics = DeadlineMetrics(context.registry)
    scanner = Scanner(context.store, metrics)

    async def publish_shipped_rules() -> None:
        async with context.store.unit() as unit:
            await publish(unit.connection, shipped, shipped.effective_from, unit.now)

    async def look_at_the_calendar() -> None:
        warn_of_missing_years(calendar, context.clock.now())

    return ServiceParts(
        service=SERVICE,
        handlers=DeadlineHandlers(context.organisation, calendar, rules),
        router=router(context, rules, metrics),
        timers=(Timer("scanner", SCAN_EVERY_SECONDS, scanner.run, business=True, next_due=scanner.next_due),),
        on_start=(publish_shipped_rules, look_at_the_calendar),
    )
