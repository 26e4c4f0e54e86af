"""The lock without what only proves: ``python runtime_lock.py requirements.in requirements.lock > runtime.lock``.

One lock serves the suite. Its ``# via`` lines say who asked for each package; what nobody asked for but the packages
under "# proving" stays out of the image. Runs with any Python 3.11, before anything is installed.
"""

import re
import sys
from pathlib import Path

PROVING = "# proving"
_NAME = re.compile(r"^([A-Za-z0-9._-]+)")


def runtime_lock(wanted: str, lock: str) -> str:
    """Return the entries of ``lock`` that the requirements above "# proving" need, hashes included, as they stand."""
    before, proving, _ = wanted.partition(PROVING)
    if not proving:
        raise ValueError(f"requirements.in has no heading {PROVING!r}")
    kept = {_normal(match[1]) for line in before.splitlines() if (match := _NAME.match(line))}
    entries = {
        _normal(entry.split("==")[0]): entry for entry in re.split(r"(?m)^(?=[A-Za-z0-9])", lock) if "==" in entry
    }
    missing = kept - set(entries)
    if missing:
        raise ValueError(f"not in the lock: {', '.join(sorted(missing))}")
    while more := {name for name, entry in entries.items() if name not in kept and _asked_by(entry) & kept}:
        kept |= more
    return "".join(entries[name] for name in sorted(kept))


def _asked_by(entry: str) -> set[str]:
    """Return the packages named in an entry's "# via" lines."""
    _, _, via = entry.partition("# via")
    return {_normal(word) for line in via.splitlines() if (word := line.strip(" #")) and not word.startswith("-r")}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.split("[")[0].strip()).lower()


if __name__ == "__main__":
    sys.stdout.write(runtime_lock(*(Path(each).read_text(encoding="utf-8") for each in sys.argv[1:3])))
