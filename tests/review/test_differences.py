"""Figures first, then the text by phrase."""

from hypothesis import given
from hypothesis import strategies as st

from services.review.differences import Note, Op, compare, fact_changes, figure_changes
from shared.contracts.reports import Citation, FactSheet
from tests.building import BODY, version


def test_nothing_changed_is_said_so() -> None:
    found = compare(version(), version(number=2))
    assert found.unchanged
    assert found.text == ((Op.SAME, BODY),)


def test_a_lowered_figure_without_a_note_is_marked() -> None:
    """AS-03: 减1，未附依据 is what a signer must see first."""
    found = fact_changes(FactSheet(dead=4), FactSheet(dead=3), ())
    assert [(each.label, each.before, each.after, each.change, each.note) for each in found] == [
        ("死亡", "4人", "3人", "减1", Note.MISSING)
    ]


def test_a_raised_figure_with_a_fresh_citation_has_its_note() -> None:
    fresh = (Citation(figure="5人", source="县医院 11:20 通报"),)
    (found,) = fact_changes(FactSheet(dead=3), FactSheet(dead=5), fresh)
    assert (found.change, found.note) == ("增2", Note.GIVEN)


def test_unknown_is_never_nought() -> None:
    (found,) = fact_changes(FactSheet(missing=None), FactSheet(missing=0), ())
    assert (found.before, found.after, found.change) == ("待核实", "0人", "补充")
    (back,) = fact_changes(FactSheet(missing=2), FactSheet(missing=None), ())
    assert (back.after, back.change) == ("待核实", "改为待核实")


def test_counts_come_before_words() -> None:
    found = fact_changes(FactSheet(place="甲", dead=1), FactSheet(place="乙", dead=2), ())
    assert [each.label for each in found] == ["死亡", "地点"]
    assert found[1].note is Note.NOT_NEEDED


def test_a_figure_of_the_text_changed_under_the_same_source_has_no_note() -> None:
    old = (Citation(figure="溢洪道3座", source="水利站台账", page="2"),)
    (found,) = figure_changes(old, (Citation(figure="溢洪道2座", source="水利站台账", page="2"),))
    assert (found.before, found.after, found.change, found.note) == ("溢洪道3座", "溢洪道2座", "减1", Note.MISSING)
    (noted,) = figure_changes(old, (Citation(figure="溢洪道2座", source="县水利局复核单"),))
    assert noted.note is Note.GIVEN


def test_figures_taken_out_and_put_in_are_told() -> None:
    found = figure_changes((Citation(figure="86户", source="甲"),), (Citation(figure="2台", source="乙"),))
    assert [(each.before, each.after, each.change) for each in found] == [("86户", "", "删去"), ("", "2台", "新增")]


def test_text_is_compared_by_phrase_and_places_are_counted() -> None:
    found = compare(version(body="三座水库淤堵，涉及86户。已清淤。"), version(body="两座水库淤堵，涉及56户。已清淤。"))
    assert found.text == (
        (Op.DELETED, "三座水库淤堵"),
        (Op.INSERTED, "两座水库淤堵"),
        (Op.SAME, "，涉及"),
        (Op.DELETED, "86"),
        (Op.INSERTED, "56"),
        (Op.SAME, "户。已清淤。"),
    )
    assert found.places == 2


_TEXT = st.text(alphabet="三座水库，。86户\n a", min_size=1, max_size=60)


@given(_TEXT, _TEXT)
def test_both_texts_can_be_read_out_of_the_difference(old: str, new: str) -> None:
    """AS-03: nothing is lost between the lines."""
    pieces = compare(version(body=old), version(body=new)).text
    assert "".join(text for op, text in pieces if op is not Op.INSERTED) == old
    assert "".join(text for op, text in pieces if op is not Op.DELETED) == new
