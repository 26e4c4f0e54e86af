"""Figures in Chinese text, and their sources (QU-01)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.figures import Sources, figures_in
from shared.contracts.numerals import value_of
from shared.contracts.reports import Citation


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("三座水库溢洪道淤堵，涉及86户、320人", ["三座", "86户", "320人"]),
        ("需资金4,120万元，增长12.5%", ["4,120万元", "12.5%"]),
        ("死亡3人，失联1，重伤２人", ["3人", "1", "2人"]),
        ("两死一伤重大交通事故", ["两死", "一伤"]),
        ("转移群众1.5万人，30余人受伤", ["1.5万人", "30余人"]),
        ("百分之八十的农户，三分之一的耕地", ["百分之八十", "三分之一"]),
        ("断电3小时，预计1至3人受困", ["3小时", "1至3人"]),
    ],
)
def test_numbers_with_a_unit_are_figures_qu_01(text: str, found: list[str]) -> None:
    assert [figure.text for figure in figures_in(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "2025年2月17日8时50分，青山县石桥镇",
        "2025-02-17 10:05至11:20",
        "下午4点多钟，20时30分许",
        "第三次会议，第3起，前3名，排名第十一",
        "四个意识、两个维护、五位一体、一户一策",
        "一起仓库火灾烧毁一栋厂房，一些群众反映一个问题",
        "104国道、G60高速、3号楼、12345热线、0571-88888888",
        "湖政办函〔2018〕9号",
        "近三年来，十分重要，万家灯火",
        "1. 起因\n2、经过",
    ],
)
def test_dates_times_ordinals_and_set_phrases_are_none_qu_01(text: str) -> None:
    assert figures_in(text) == ()


counts = st.integers(min_value=1, max_value=9_999_999)
units = st.sampled_from(["人", "户", "座", "万元", "亩", "公里", "台", "起"])
days = st.tuples(st.integers(1990, 2039), st.integers(1, 12), st.integers(1, 28))
times = st.tuples(st.integers(0, 23), st.integers(0, 59))


@given(counts, units)
def test_any_count_with_a_unit_is_found_and_its_own_text_is_its_source(count: int, unit: str) -> None:
    (figure,) = figures_in(f"涉及{count}{unit}。")
    assert figure.text == f"{count}{unit}"
    assert Sources([Citation(figure=figure.text, source="统计表")]).of(figure) is not None
    assert Sources([Citation(figure=str(count + 1), source="统计表")]).of(figure) is None


@given(days, times)
def test_no_date_or_time_of_day_is_a_figure(day: tuple[int, int, int], time: tuple[int, int]) -> None:
    (year, month, date), (hour, minute) = day, time
    for text in (
        f"{year}年{month}月{date}日{hour}时{minute}分",
        f"{month}月{date}日{hour}:{minute:02}",
        f"{year}-{month:02}-{date:02}",
    ):
        assert figures_in(f"于{text}发生。") == ()


@given(st.text(alphabet="0123456789.,一二三十百千万亿死亡伤人户座年月日时分第前近至%★（）〔〕\n ", max_size=60))
def test_no_text_breaks_it_and_citing_all_that_was_found_leaves_nothing_unsourced(text: str) -> None:
    figures = figures_in(text)
    citations = [Citation(figure=figure.text[:60], source="统计表") for figure in figures]
    assert all(Sources(citations).of(figure) for figure in figures)
    assert len({figure.key for figure in figures}) == len(figures)


@pytest.mark.parametrize("cited", ["三座", "3座", "3 座", "３座", "3", "三"])
def test_a_source_may_write_the_number_in_either_script(cited: str) -> None:
    (figure,) = figures_in("三座水库")
    assert Sources([Citation(figure=cited, source="水利站")]).of(figure) is not None


@pytest.mark.parametrize(("numeral", "value"), [("十", 10), ("二十三", 23), ("两百零五", 205), ("一万二千", 12_000)])
def test_chinese_numerals(numeral: str, value: int) -> None:
    assert value_of(numeral) == value
