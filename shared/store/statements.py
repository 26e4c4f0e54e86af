"""SQL statements as files: one statement each, named by the file, read once at import of the query module."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType


def load_statements(package: str) -> Mapping[str, str]:
    """Return the statements in the ``sql`` folder beside ``package``'s modules, keyed by file stem.

    ``package`` is a dotted package name; pass ``__package__``. Raises FileNotFoundError when it has no ``sql`` folder.
    """
    folder = files(package) / "sql"
    if not folder.is_dir():
        raise FileNotFoundError(f"{package} has no sql folder")
    return MappingProxyType(
        {
            entry.name.removesuffix(".sql"): entry.read_text(encoding="utf-8")
            for entry in folder.iterdir()
            if entry.name.endswith(".sql")
        }
    )
