"""What can go wrong with clocks and their rules. None of these is poison: publishing the missing data cures them."""

from datetime import datetime

from shared.store.handlers import TooNew, Unpublished


class NoRuleInForce(Unpublished):
    """No published rule set covers the instant at which a clock starts. Deferred until one that does is published."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"no rule set in force at {at.isoformat()}: publish one whose effective_from is not later")
        self.at = at


class NoSuchTicketLimit(Unpublished):
    """The rule set in force has no limit of the code that a ticket names. Deferred until one that has is published."""

    def __init__(self, code: str, rule_set: str, version: int) -> None:
        super().__init__(f"rule set {rule_set} version {version} has no ticket limit {code!r}: publish one that has it")
        self.code = code


class CalendarEnds(TooNew):
    """A ticket's limit reaches into a year whose working days are not known. Deferred until a start that knows them:
    the calendar comes with the suite and is read once."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"no working days known for {year}: add the year to calendar-overrides.yaml or update chinesecalendar, "
            f"and start deadline again"
        )
        self.year = year


class RuleVersionTaken(Exception):
    """Another content was published under this version. Raise ``version`` in the file and publish again."""

    def __init__(self, rule_set: str, version: int) -> None:
        super().__init__(f"{rule_set} version {version} was published with other content: raise its version")
        self.rule_set, self.version = rule_set, version
