"""Phrases that stayed: right for any two texts, and bounded work for hostile ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.review.aligning import DEEPEST, align, phrases
from services.review.differences import Op, compare
from tests.building import version


class Looks:
    """How often phrases were looked at: compared with another or looked up."""

    def __init__(self) -> None:
        self.taken = 0


class Watched(str):
    """A phrase that counts looks."""

    looks: Looks

    def __eq__(self, other: object) -> bool:
        self.looks.taken += 1
        return str.__eq__(self, other) is True

    def __hash__(self) -> int:
        self.looks.taken += 1
        return str.__hash__(self)


def watched(text: str, looks: Looks) -> list[str]:
    found = []
    for phrase in phrases(text):
        seen = Watched(phrase)
        seen.looks = looks
        found.append(seen)
    return found


def wholly_rewritten(count: int) -> tuple[str, str]:
    return "，".join(f"甲{chr(0x5000 + n)}" for n in range(count)), "，".join(
        f"乙{chr(0x5000 + n)}" for n in range(count)
    )


def one_word_over_and_over(count: int) -> tuple[str, str]:
    return "人，" * count + "甲", "乙" + "、人" * count


def crossed_words(count: int) -> tuple[str, str]:
    """Each word becomes unique only when its neighbour has held the texts together."""
    words = [chr(0x5000 + n) for n in range(count)]
    crossed = [word for pair in zip(words[1:], words, strict=False) for word in pair]
    return "，".join(crossed), "。".join(crossed)


@pytest.mark.parametrize("texts", [wholly_rewritten, one_word_over_and_over, crossed_words])
def test_a_long_text_costs_its_length_and_not_its_square(texts: object) -> None:
    """A county that words 20,000 characters anew must not hold up the process that hosts it."""
    assert callable(texts)
    old, new = texts(300)
    looks = Looks()
    before, after = watched(old, looks), watched(new, looks)
    align(before, after)
    assert looks.taken <= 5 * DEEPEST * (len(before) + len(after))


def test_texts_that_share_their_commas_have_nothing_in_common() -> None:
    found = compare(version(body="甲乙，丙丁，戊"), version(body="己庚，辛，壬癸"))
    assert found.text == ((Op.DELETED, "甲乙，丙丁，戊"), (Op.INSERTED, "己庚，辛，壬癸"))
    assert found.places == 1


def test_figures_that_changed_places_are_shown_in_their_places() -> None:
    """Words hold the texts together, not numbers: 3 did not move from the dead to the missing."""
    found = compare(version(body="死亡3人，失联1人。"), version(body="死亡1人，失联3人。"))
    assert found.text == (
        (Op.SAME, "死亡"),
        (Op.DELETED, "3"),
        (Op.INSERTED, "1"),
        (Op.SAME, "人，失联"),
        (Op.DELETED, "1"),
        (Op.INSERTED, "3"),
        (Op.SAME, "人。"),
    )


def test_a_paragraph_put_in_leaves_the_rest_as_it_was() -> None:
    first, second, third = "三座水库淤堵，涉及86户。\n", "已组织清淤，投入2台机械。\n", "请上级支持，以防秋汛。"
    found = compare(version(body=first + third), version(body=first + second + third))
    assert found.text == ((Op.SAME, first), (Op.INSERTED, second), (Op.SAME, third))


_TEXTS = st.lists(st.sampled_from(["水库", "淤堵", "86", "3", "人", "，", "。", " ", "\n"]), max_size=40)


@given(_TEXTS, _TEXTS)
def test_what_stayed_is_the_same_in_both_and_rises_in_both(before: list[str], after: list[str]) -> None:
    stayed = align(before, after)
    assert all(before[i] == after[j] for i, j in stayed)
    for column in ([i for i, _ in stayed], [j for _, j in stayed]):
        assert column == sorted(set(column))
