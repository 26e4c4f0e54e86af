"""Secrecy marks (密级标识) in text. The suite is not fit for state secrets: marked text is refused whole."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """How a mark is written; the label under which it is counted."""

    STAR = "STAR"  # 秘密★
    BRACKET = "BRACKET"  # 【秘密】
    LEVEL = "LEVEL"  # 密级：机密
    INTERNAL = "INTERNAL"  # 内部资料 注意保密
    LINE = "LINE"  # 秘密, alone on a line, as at the head of a paper


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was found. ``text`` is the mark in its usual form and nothing of what stands around it."""

    field: str
    kind: MarkKind
    text: str


class TextMarked(Exception):
    """Something that a person wrote bears a mark: it is refused whole. Carries the marks, and nothing of the text."""

    def __init__(self, marks: tuple[Mark, ...]) -> None:
        super().__init__(", ".join(mark.kind for mark in marks))
        self.marks = marks


_GRADE = r"(?P<grade>绝\s*密|机\s*密|秘\s*密)"
_TERM = r"(?:\s*[·.★☆]?\s*(?:[0-9一二三五十]{1,3}\s*年|长期))?"
# 商业秘密 and 国家秘密 are words of ordinary prose; an asterisk after them is a footnote, a star is not.
_PATTERNS: tuple[tuple[MarkKind, re.Pattern[str]], ...] = (
    (MarkKind.STAR, re.compile(_GRADE + r"\s*(?:级\s*)?[★☆⭐✩✪✭✮✯⚝]")),
    (MarkKind.STAR, re.compile(r"(?<!商业)(?<!国家)(?<!工作)" + _GRADE + r"\*")),
    (MarkKind.BRACKET, re.compile(r"[【\[〔(]\s*" + _GRADE + r"\s*(?:级|件|文件)?" + _TERM + r"\s*[】\]〕)]")),
    (MarkKind.LEVEL, re.compile(r"(?:密\s*级|保密等级|秘密等级)\s*(?::|[ \t]|是|为)\s*[\"'“【\[(]?\s*" + _GRADE)),
    (
        MarkKind.INTERNAL,
        re.compile(r"内\s*部\s*(?:资料|文件|材料|刊物|信息)\s*[,、;。·:!()—-]*\s*(?:请\s*)?注\s*意\s*保\s*密"),
    ),
    (MarkKind.LINE, re.compile(r"^[ \t]*" + _GRADE + r"级?" + _TERM + r"[ \t]*$", re.MULTILINE)),
)
_SHOWN: Mapping[MarkKind, str] = {
    MarkKind.STAR: "{}★",
    MarkKind.BRACKET: "【{}】",
    MarkKind.LEVEL: "密级：{}",
    MarkKind.INTERNAL: "内部资料 注意保密",
    MarkKind.LINE: "{}",
}
_SPACE = re.compile(r"\s+")
_LINE_END = re.compile("[\n\r\u2028\u2029]")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


def find_marks(fields: Iterable[tuple[str, str]]) -> tuple[Mark, ...]:
    """Return the marks in ``fields``, pairs of a field's label and its text; at most one per field and kind.

    Full-width forms, invisible characters and spaces inside a mark do not hide it. 保密工作, 商业秘密 or 秘密 in
    ordinary prose are no marks.
    """
    return tuple(mark for field, text in fields for mark in _marks_in(field, text))


def _marks_in(field: str, text: str) -> Iterable[Mark]:
    if "密" not in text:  # every mark holds this character, and no compatibility form of it exists
        return
    plain = _SPACE.sub(_one_space, unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))
    found: set[MarkKind] = set()
    for kind, pattern in _PATTERNS:
        match = pattern.search(plain)
        if match is None or kind in found:
            continue
        found.add(kind)
        grade = re.sub(r"\s", "", match.groupdict().get("grade") or "")
        yield Mark(field, kind, _SHOWN[kind].format(grade))


def _one_space(run: re.Match[str]) -> str:
    """Return a line's end for a run of space that holds one, else a blank.

    The patterns allow any space inside a mark; over long runs of it they would look for a mark in cubic time.
    """
    return "\n" if _LINE_END.search(run.group()) else " "


def texts_in(value: object) -> Iterable[tuple[str, str]]:
    """Yield every text inside a JSON value with the path to it, for fields that are free in form; any depth."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        label, found = waiting.pop()
        match found:
            case str():
                yield label, found
            case Mapping():
                inner = [(f"{label}.{key}".lstrip("."), key, each) for key, each in found.items()]
                yield from ((path, str(key)) for path, key, _ in inner)
                waiting += [(path, each) for path, _, each in reversed(inner)]
            case list() | tuple():
                waiting += [(label, each) for each in reversed(found)]
            case _:
                continue
