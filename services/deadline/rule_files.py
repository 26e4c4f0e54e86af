"""Rule sets as files: read, checked, with file, line, field, value and remedy of whatever does not fit."""

from pathlib import Path

from services.deadline.rules import RuleSet
from shared.organisation.sources import read_source, validated

DATA = Path(__file__).parent / "data"
SHIPPED = DATA / "CITY_DEFAULT.yaml"


def load_rules(path: Path) -> RuleSet:
    """Return the rule set in a file. Raises SourceInvalid with every problem that was found."""
    return validated(read_source(path.read_text(encoding="utf-8"), path.name), RuleSet)
