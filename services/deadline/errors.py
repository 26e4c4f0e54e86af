"""What can go wrong with clocks and their rules. None of these is poison: publishing the missing data cures them."""

from datetime import datetime


class NoRuleInForce(Exception):
    """No published rule set covers the instant at which a clock starts. Retried; publish one that covers it."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"no rule set in force at {at.isoformat()}: publish one whose effective_from is not later")
        self.at = at


class NoSuchTicketLimit(Exception):
    """The rule set in force has no limit of the code that a ticket names. Retried; publish one that has it."""

    def __init__(self, code: str, rule_set: str, version: int) -> None:
        super().__init__(f"rule set {rule_set} version {version} has no ticket limit {code!r}: publish one that has it")
        self.code = code


class RuleVersionTaken(Exception):
    """Another content was published under this version. Raise ``version`` in the file and publish again."""

    def __init__(self, rule_set: str, version: int) -> None:
        super().__init__(f"{rule_set} version {version} was published with other content: raise its version")
        self.rule_set, self.version = rule_set, version
