"""Business numbers (编号): office code, civil day in Shanghai, dense count, as in SHIQIAO-2025-0217-003."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Mode

_LONGEST = 22  # characters of a code, so that a drill's number too fits the 40 of a report's head


def office_codes(offices: Iterable[OfficeId]) -> Mapping[OfficeId, str]:
    """Return a short upper-case code per office, unlike any other office's.

    The last part of the id where no other office has it (qingshan-shiqiao: SHIQIAO); else the initials of the
    other parts before it (qingshan-gov-duty: QG-DUTY); else the whole id.
    """
    ids = tuple(offices)
    taken: dict[OfficeId, str] = {}
    for candidates in (_last_part, _with_initials, _whole):
        left = [office for office in ids if office not in taken]
        shared_by = Counter(candidates(office) for office in left)
        known = set(taken.values())
        for office in left:
            code = candidates(office)
            if shared_by[code] == 1 and code not in known and len(code) <= _LONGEST:
                taken[office] = code
    return taken | {office: _hashed(office) for office in ids if office not in taken}


def number_prefix(code: str, day: date, mode: Mode) -> str:
    """Return what stands before the count. Drills and tests count apart, so that they leave actual numbers alone."""
    stem = f"{code}-{day:%Y}-{day:%m%d}"
    return stem if mode is Mode.ACTUAL else f"{mode}-{stem}"


def _last_part(office: OfficeId) -> str:
    return office.rpartition("-")[2].upper()


def _with_initials(office: OfficeId) -> str:
    *before, last = office.split("-")
    return f"{''.join(part[0] for part in before)}-{last}".upper().lstrip("-")


def _whole(office: OfficeId) -> str:
    return office.upper()


def _hashed(office: OfficeId) -> str:
    return f"{office[:12]}-{hashlib.sha256(office.encode()).hexdigest()[:8]}".upper()
