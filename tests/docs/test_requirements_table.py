"""docs/requirements.md tells the truth: every id once, no claim without a file and a test that names it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs/requirements.md"
IDS = ROOT / "tests/docs/requirement_ids.txt"
REFERENCE = ROOT.parent / "shared/reference/requirements.md"  # beside the repository on the founders' machine only

STANDS = ("done", "partly", "not yet")
NOTHING = "—"
_ROW = re.compile(r"^\| ([A-Z]{2}-\d{2}) \|")
_AREAS = "IN|RV|UR|DU|FU|AD|LI|SC|AS|OR|QU|SE|DI|NW|DR|IF|TR"
_MENTIONED = re.compile(rf"\b(?:{_AREAS})-\d{{2}}\b(?!-)")
_IN_NAMES = re.compile(rf"(?:^|_)((?:{_AREAS.lower()})_\d{{2}})(?=_|$)")


@dataclass(frozen=True)
class Row:
    """One line of the table, its cells stripped."""

    id: str
    mark: str
    what: str
    where: str
    test: str
    stands: str


def rows_of(text: str) -> list[Row]:
    """Return the rows of a table in Markdown. Raises TypeError when a row has not six cells."""
    return [Row(*(c.strip() for c in line.strip("|").split("|"))) for line in text.splitlines() if _ROW.match(line)]


def reference_marks(text: str) -> dict[str, str]:
    """Return id -> mark of the reference's tables; the mark is the fifth of six cells."""
    return {m[1]: line.split("|")[5].strip() for line in text.splitlines() if (m := _ROW.match(line))}


def known_marks() -> dict[str, str]:
    """Return id -> mark (Y, P, N) of everything read out of the seed."""
    return dict(line.split() for line in IDS.read_text(encoding="utf-8").splitlines())


def sources_of(path: Path) -> dict[str, str]:
    """Return name -> source, decorators included, of the test functions of a module."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            first = min((d.lineno for d in node.decorator_list), default=node.lineno)
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


def carries(source: str, requirement: str) -> bool:
    """Tell whether a test's source names an id, as RV-02 or, in its name, as rv_02."""
    small = requirement.lower().replace("-", "_")
    return requirement in source or re.search(rf"def \w*(?<=_){small}(?=_|\()", source) is not None


def faults_of(row: Row, root: Path) -> Iterator[str]:
    """Yield what is untrue in a row, the repository being at ``root``."""
    if row.stands not in STANDS:
        yield f"{row.id}: stands is '{row.stands}', use one of {', '.join(STANDS)}"
        return
    if row.stands == "not yet":
        if (row.where, row.test) != (NOTHING, NOTHING):
            yield f"{row.id}: not yet, but names {row.where} {row.test}: write {NOTHING} in both, or say how it stands"
        return
    if row.stands == "partly" and "missing:" not in row.what:
        yield f"{row.id}: partly, but 'what' does not say what is missing"
    for where in row.where.split(","):
        path = where.strip().strip("`")
        if path == NOTHING or not (root / path).exists():
            yield f"{row.id}: '{path}' in 'where' does not exist"
    for named in row.test.split(","):
        yield from _faults_of_test(row.id, named.strip().strip("`"), root)


def _faults_of_test(requirement: str, named: str, root: Path) -> Iterator[str]:
    path, _, name = named.partition("::")
    if not path.startswith("tests/") or not (root / path).is_file():
        yield f"{requirement}: test file '{path}' does not exist"
    elif (source := sources_of(root / path).get(name)) is None:
        yield f"{requirement}: {path} has no test '{name}'"
    elif not carries(source, requirement):
        yield f"{requirement}: {named} does not name the id"


def mentions_in(text: str) -> set[str]:
    """Return every requirement id in a test module: in its text, and in the names of its functions."""
    names = (name.removeprefix("test_") for name in re.findall(r"def (test_\w+)", text))
    in_names = {found.upper().replace("_", "-") for name in names for found in _IN_NAMES.findall(name)}
    return set(_MENTIONED.findall(text)) | in_names


def test_every_id_that_software_can_act_on_stands_in_the_table_once() -> None:
    expected = [(name, mark) for name, mark in known_marks().items() if mark in "YP"]
    assert [(row.id, row.mark) for row in rows_of(TABLE.read_text(encoding="utf-8"))] == expected
    assert len(expected) == 208


def test_the_list_of_ids_is_the_references() -> None:
    """Compared with the reference when it lies beside the repository; the counts are the reference's own."""
    marks = list(known_marks().values())
    assert (len(marks), marks.count("Y"), marks.count("P"), marks.count("N")) == (242, 168, 40, 34)
    if REFERENCE.exists():
        assert known_marks() == reference_marks(REFERENCE.read_text(encoding="utf-8"))


def test_no_row_claims_what_is_not_there() -> None:
    faults = [fault for row in rows_of(TABLE.read_text(encoding="utf-8")) for fault in faults_of(row, ROOT)]
    assert not faults, "\n".join(faults)


def test_no_test_mentions_an_id_that_does_not_exist() -> None:
    known = known_marks().keys()
    unknown = {
        f"{path.relative_to(ROOT)}: {', '.join(sorted(strange))}"
        for path in (ROOT / "tests").rglob("*.py")
        if (strange := mentions_in(path.read_text(encoding="utf-8")) - known)
    }
    assert not unknown, "\n".join(sorted(unknown))


# The guard is shown failing: each example below is a lie that it must notice. Ids are put together here, so that
# this module itself mentions none that does not exist.
EXAMPLE = "def test_rv_02_two_stages():\n    pass\n\n\nasync def test_other():\n    '''RV-05.'''\n"


@pytest.fixture
def small_repository(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_x.py").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "services").mkdir()
    return tmp_path


TRUE_ROWS = [
    Row("RV-02", "Y", "x", "services", "tests/test_x.py::test_rv_02_two_stages", "done"),
    Row("RV-05", "Y", "x", "`services`, tests", "`tests/test_x.py::test_other`", "done"),
    Row("RV-05", "Y", "x; missing: y", "services", "tests/test_x.py::test_other", "partly"),
    Row("RV-05", "Y", "x", NOTHING, NOTHING, "not yet"),
]
FALSE_ROWS = [
    Row("RV-05", "Y", "x", "services", "tests/test_x.py::test_rv_02_two_stages", "done"),
    Row("RV-05", "Y", "x", "services", "tests/test_x.py::test_gone", "done"),
    Row("RV-05", "Y", "x", "services", "tests/test_gone.py::test_other", "done"),
    Row("RV-05", "Y", "x", "services", NOTHING, "done"),
    Row("RV-05", "Y", "x", "services/gone", "tests/test_x.py::test_other", "done"),
    Row("RV-05", "Y", "x", NOTHING, "tests/test_x.py::test_other", "done"),
    Row("RV-05", "Y", "x", "services", "tests/test_x.py::test_other", "partly"),
    Row("RV-05", "Y", "x", "services", NOTHING, "not yet"),
    Row("RV-05", "Y", "x", NOTHING, "tests/test_x.py::test_other", "not yet"),
    Row("RV-05", "Y", "x", "services", "tests/test_x.py::test_other", "almost"),
]


@pytest.mark.parametrize("row", TRUE_ROWS)
def test_a_true_row_passes(row: Row, small_repository: Path) -> None:
    assert list(faults_of(row, small_repository)) == []


@pytest.mark.parametrize("row", FALSE_ROWS)
def test_a_false_row_is_noticed(row: Row, small_repository: Path) -> None:
    assert len(list(faults_of(row, small_repository))) == 1


def test_unknown_ids_are_noticed_in_texts_and_in_names() -> None:
    strange, other = "RV" + "-99", "AS" + "-98"
    text = f"def test_{other.lower().replace('-', '_')}_x():\n    '''{strange}, SQ-2025-0217-003, 2025-02-17.'''\n"
    assert mentions_in(text) == {strange, other}
