"""Published versions of the rules: which one governs, and how another is published."""

from datetime import datetime

from services.deadline.errors import NoRuleInForce, RuleVersionTaken
from services.deadline.rules import RuleInForce, RuleSet
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


async def publish(connection: Connection, rules: RuleSet, effective_from: datetime, now: datetime) -> None:
    """Publish a version, in force from ``effective_from``; the same content again changes nothing.

    Raises RuleVersionTaken when other content stands under its number.
    """
    digest = await connection.fetchval(
        SQL["publish_rules"],
        rules.rule_set,
        rules.version,
        rules.digest(),
        effective_from,
        rules.effective_to,
        rules.model_dump_json(),
        now,
    )
    if digest != rules.digest():
        raise RuleVersionTaken(rules.rule_set, rules.version)


class RuleBook:
    """Reads the governing version; keeps what was parsed, because a published version never changes."""

    def __init__(self) -> None:
        self._parsed: dict[str, RuleSet] = {}

    async def in_force(self, connection: Connection, at: datetime) -> RuleInForce:
        """Return the version that governs clocks starting at ``at``. Raises NoRuleInForce."""
        row = await connection.fetchrow(SQL["rules_in_force"], at)
        if row is None:
            raise NoRuleInForce(at)
        rules = self._parsed.get(row["digest"])
        if rules is None:
            rules = self._parsed[row["digest"]] = RuleSet.model_validate_json(row["body"])
        return RuleInForce(rules=rules, effective_from=row["effective_from"], effective_to=row["effective_to"])
