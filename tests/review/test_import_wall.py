"""Review and publication are two services: neither imports the other, and neither imports a third."""

import ast
from collections.abc import Iterator
from pathlib import Path

REVIEW = Path(__file__).resolve().parents[2] / "services/review"
PUBLICATION = "services.review.publication"


def services_imported(source: str) -> set[str]:
    """Return the modules of services that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("services.")}


def breaches(path: Path, source: str) -> Iterator[str]:
    """Yield what a file imports across the wall."""
    inside = (REVIEW / "publication") in path.parents
    for name in services_imported(source):
        of_publication = name == PUBLICATION or name.startswith(PUBLICATION + ".")
        own = of_publication if inside else name.startswith("services.review") and not of_publication
        if not own:
            yield name


def test_nobody_climbs_over_the_wall() -> None:
    files = sorted(REVIEW.rglob("*.py"))
    assert len(files) > 20
    assert {
        str(path): list(breaches(path, path.read_text())) for path in files if list(breaches(path, path.read_text()))
    } == {}


def test_the_wall_is_seen_when_it_is_broken() -> None:
    over = list(breaches(REVIEW / "acts.py", f"from {PUBLICATION} import acts"))
    back = list(breaches(REVIEW / "publication/acts.py", "from services.review.cases import Case"))
    third = list(breaches(REVIEW / "acts.py", "import services.intake.rules"))
    assert all((over, back, third))
