"""Which phrases of one text stand in another, in order. Bounded work whatever the texts hold. Pure.

Patience alignment: phrases that stand once in both texts hold them together, and what lies between two of them is
looked at by itself. It is not the longest common sequence, which would cost the square of the length or worse.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

_MARKS = "，。；：！？、（）《》“”\n"
_PHRASE = re.compile(rf"\d+(?:\.\d+)?|[^\d{_MARKS}]+|[{_MARKS}]")
DEEPEST = 16  # how often a stretch is looked at again; what differs below that is told as one change


class Pair(NamedTuple):
    """Places of one phrase: in the text before, in the text after."""

    before: int
    after: int


class _Stretch(NamedTuple):
    """A part of both texts, ends exclusive, found at a depth."""

    start: Pair
    end: Pair
    depth: int


def phrases(text: str) -> list[str]:
    """Return a text as numbers, words and punctuation marks; joined they are the text again."""
    return _PHRASE.findall(text)


def align(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Return the phrases that stayed, rising in both texts. Each phrase is looked at ``DEEPEST`` times at most.

    Punctuation stays with its neighbours and never holds texts together: two texts that share only their commas
    have nothing in common. A bare number does so only where no words are shared, so that a figure that changed is
    shown in its place.
    """
    stayed: list[Pair] = []
    waiting = [_Stretch(Pair(0, 0), Pair(len(before), len(after)), 0)]
    while waiting:
        stretch = _trimmed(before, after, waiting.pop(), stayed)
        if stretch.depth == DEEPEST or stretch.start.before == stretch.end.before:
            continue
        anchors = _rising(_candidates(before, after, stretch))
        stayed += anchors
        starts = [stretch.start, *(Pair(i + 1, j + 1) for i, j in anchors)]
        if anchors:
            waiting += (
                _Stretch(*ends, stretch.depth + 1) for ends in zip(starts, [*anchors, stretch.end], strict=True)
            )
    return sorted(stayed)


def _trimmed(before: Sequence[str], after: Sequence[str], stretch: _Stretch, stayed: list[Pair]) -> _Stretch:
    """Return what is left of a stretch without the phrases that both its texts begin and end with: those stayed."""
    (i, j), (end_i, end_j), depth = stretch
    while i < end_i and j < end_j and before[i] == after[j]:
        stayed.append(Pair(i, j))
        i, j = i + 1, j + 1
    while i < end_i and j < end_j and before[end_i - 1] == after[end_j - 1]:
        end_i, end_j = end_i - 1, end_j - 1
        stayed.append(Pair(end_i, end_j))
    return _Stretch(Pair(i, j), Pair(end_i, end_j), depth)


def _candidates(before: Sequence[str], after: Sequence[str], stretch: _Stretch) -> list[Pair]:
    """Return pairs that may hold a stretch together: words that stand once in both, else what repeats, in its order."""
    (i, j), (end_i, end_j), _ = stretch
    for fits in (_is_word, _is_number):
        left, right = _places(before, i, end_i, fits), _places(after, j, end_j, fits)
        common = [(left[phrase], right[phrase]) for phrase in left if phrase in right]
        once = [(ours, theirs) for ours, theirs in common if len(ours) == len(theirs) == 1]
        if common:
            return sorted(Pair(*pair) for ours, theirs in once or common for pair in zip(ours, theirs, strict=False))
    return []


def _is_word(phrase: str) -> bool:
    return phrase not in _MARKS and not _is_number(phrase) and not phrase.isspace()


def _is_number(phrase: str) -> bool:
    return phrase[0].isdecimal()


def _places(text: Sequence[str], start: int, end: int, fits: Callable[[str], bool]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for index in range(start, end):
        if fits(text[index]):
            places.setdefault(text[index], []).append(index)
    return places


def _rising(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the longest row of pairs that rises in both texts. ``pairs`` rise in the text before."""
    lowest: list[int] = []  # lowest[n]: the place after at which a row of n + 1 pairs may end earliest
    ends: list[int] = []
    earlier: list[int] = []
    for index, pair in enumerate(pairs):
        length = bisect_left(lowest, pair.after)
        earlier.append(ends[length - 1] if length else -1)
        if length == len(lowest):
            lowest.append(pair.after)
            ends.append(index)
        else:
            lowest[length], ends[length] = pair.after, index
    row, index = [], ends[-1] if ends else -1
    while index >= 0:
        row.append(pairs[index])
        index = earlier[index]
    return row[::-1]
