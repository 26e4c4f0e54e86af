"""Figures (数据) in Chinese text: numbers with a unit. Each needs a source (QU-01).

Dates, times of day, ordinals, document numbers and telephone numbers are no figures. 四个意识 is none either:
a Chinese numeral counts only before a unit that measures or counts things, Arabic digits before any unit.

Intake asks it of writers and review of those who word a report anew: one meaning of "cited", beside the citation.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shared.contracts.numerals import MULTIPLES, value_of
from shared.contracts.reports import Citation


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. ``text`` as written (half-width); ``values`` holds one number, or the two ends of a range."""

    text: str
    values: tuple[Decimal, ...]
    unit: str

    @property
    def key(self) -> tuple[tuple[Decimal, ...], str]:
        """What makes two figures the same."""
        return self.values, self.unit


# fmt: off
_STRONG = [
    "平方公里", "平方千米", "平方米", "立方米", "公里", "千米", "厘米", "毫米", "公顷", "公斤", "千克",
    "公分", "毫升", "千瓦时", "千瓦", "兆瓦", "小时", "分钟", "人次", "元", "美元", "人", "名",
    "户", "亩", "米", "吨", "克", "升", "座", "处", "栋", "幢", "间", "辆", "家", "起",
    "例", "头", "只", "台", "艘", "架", "所", "株", "棵", "倍", "天", "度", "死", "伤",
    "车次", "班次", "死亡", "受伤", "套", "眼", "口", "孔", "吨位", "村", "镇", "乡", "岁",
    "桩", "宗", "袋", "箱", "瓶", "公升", "里", "匹", "羽", "尾", "册", "份", "张", "封",
]
_WEAK = [
    "个百分点", "个月", "个", "项", "条", "件", "次", "种", "位", "年", "周", "秒", "分",
    "批", "场", "组", "支", "层", "路", "门", "期", "站", "组次", "%", "‰", "°C", "km",
    "m2", "m", "kg", "t", "kW", "kV", "V",
]
# fmt: on
_ONLY_ONE = ["人", "户", "元", "亩", "死", "伤", "吨"]  # 一起, 一处, 一家 are words; 一人, 一户 are figures
_TIMES = ["年", "个月", "周", "天", "小时", "分钟"]


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_UNITS = _either([*_STRONG, *_WEAK])
_CN_DIGIT = "零〇一二两三四五六七八九"
_CN = f"[{_CN_DIGIT}十][{_CN_DIGIT}十百千万亿]{{0,14}}"
_ARABIC = r"\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,9})?|\d{1,18}(?:\.\d{1,9})?"
_APART = r"\s{0,2}[-—–~至到]{1,2}\s{0,2}"

_NOT_FIGURES = re.compile(
    "|".join(
        (
            r"(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?:T?\s*\d{1,2}:\d{2}(?::\d{2})?)?",
            r"(?:(?:19|20)\d{2}年?" + _APART + r")?(?:19|20)\d{2}年"
            r"(?:度|初|底|末|前|后|来|间|\s*\d{1,2}月(?:\s*\d{1,2}[日号])?)?",
            r"\d{1,2}月(?:\s*\d{1,2}(?:" + _APART + r"\d{1,2})?[日号]?|份|底|初|[上中下]旬|末)?",
            r"\d{1,2}(?:" + _APART + r"\d{1,2})?[日号](?!\d)",
            r"(?:\d{1,2}:\d{2}(?::\d{2})?" + _APART + r")?\d{1,2}:\d{2}(?::\d{2})?",
            r"\d{1,2}(?:时|点(?!\d*[个位名]))(?:\s*\d{1,2}分(?:\s*\d{1,2}秒)?|\s*\d{1,2}(?![\d人户名元万亿]))?",
            r"\d{1,3}世纪|\d{2,4}年代|\d{1,4}后(?=出生|人|干部)",
            rf"[{_CN_DIGIT}十]{{1,3}}月(?:[{_CN_DIGIT}十]{{1,3}}[日号]|份)?|[{_CN_DIGIT}]{{4}}年|[{_CN_DIGIT}十]{{1,3}}[日号]",
            rf"[{_CN_DIGIT}十]{{1,3}}[时点](?:[{_CN_DIGIT}十]{{1,3}}分?|半|整)?",
            rf"第\s{{0,2}}(?:\d{{1,9}}|{_CN})(?:\s{{0,2}}(?:{_UNITS}))?",
            rf"(?:前|排名|位列|位居)\s{{0,2}}(?:\d{{1,9}}|{_CN})\s{{0,2}}[名位]",
            rf"近\s{{0,2}}(?:\d{{1,9}}|{_CN})\s{{0,2}}(?:{_either(_TIMES)})",
            r"[〔\[(](?:19|20)\d{2}[〕\])]\s*\d+号|0\d{2,3}-\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)",
            r"(?:^|(?<=[。;]))[ \t]{0,4}(?:\(\d{1,3}\)|\d{1,3}[、.)](?!\d))",
            rf"(?:{_CN}|每)[人户家村天](?=[一每])[一每][^,。\s]",
        )
    ),
    re.MULTILINE,
)
_FIGURES = re.compile(
    rf"(?<![A-Za-z0-9./-])(?P<arabic>(?:{_ARABIC})(?:{_APART}(?:{_ARABIC}))?)\s{{0,2}}(?P<vague>[余多]?)(?P<multiple>[百千万亿]{{0,3}})"
    rf"(?P<vague2>[余多]?)\s{{0,2}}(?P<unit>{_UNITS})(?![A-Za-z])"
    r"|百分之(?P<percent>(?:\d{1,4}(?:\.\d{1,4})?)|[零〇一二两三四五六七八九十百]{1,5})"
    rf"|(?P<denominator>[{_CN_DIGIT}十]{{1,3}})分之(?P<numerator>[{_CN_DIGIT}十]{{1,3}})"
    rf"|(?P<cn>{_CN})(?P<cnunit>{_either(_STRONG)})"
    rf"|(?:死亡|遇难|失联|失踪|下落不明|受伤|重伤|轻伤)\s{{0,2}}(?P<bare>\d{{1,9}})(?![\d.:余多百千万亿至到~—–-]|,\d|\s*(?:{_UNITS}))"
)


def plain(text: str) -> str:
    """Return ``text`` with full-width digits, signs and letters as half-width ones."""
    return unicodedata.normalize("NFKC", text)


def figures_in(text: str) -> tuple[Figure, ...]:
    """Return the figures in ``text`` in order, the same figure once."""
    readable = _NOT_FIGURES.sub(lambda match: "\x01" * len(match.group()), plain(text))
    found: dict[tuple[tuple[Decimal, ...], str], Figure] = {}
    for match in _FIGURES.finditer(readable):
        figure = _figure(match)
        if figure is not None:
            found.setdefault(figure.key, figure)
    return tuple(found.values())


def _figure(match: re.Match[str]) -> Figure | None:
    text, part = re.sub(r"\s", "", match.group()), match.groupdict()
    if part["arabic"]:
        ends = re.split(_APART, part["arabic"])
        return Figure(text, tuple(_arabic(end, part["multiple"]) for end in ends), part["unit"])
    if part["percent"]:
        return Figure(text, (_either_number(part["percent"]),), "%")
    if part["denominator"]:
        return Figure(text, (value_of(part["numerator"]), value_of(part["denominator"])), "分之")
    if part["bare"]:
        return Figure(part["bare"], (Decimal(part["bare"]),), "")
    numeral, unit = part["cn"], part["cnunit"]
    if numeral == "一" and unit not in _ONLY_ONE:
        return None
    return Figure(text, (value_of(numeral),), unit)


def _arabic(digits: str, multiple: str) -> Decimal:
    value = Decimal(digits.replace(",", ""))
    for character in multiple:
        value *= MULTIPLES.get(character) or value_of(character)
    return value


def _either_number(text: str) -> Decimal:
    return Decimal(text) if text[0].isascii() else value_of(text)


def uncited(title: str, body: str, citations: Iterable[Citation]) -> tuple[str, ...]:
    """Return the figures of a wording that no citation names, as written, in order."""
    sources = Sources(citations)
    return tuple(figure.text for figure in figures_in(f"{title}\n{body}") if sources.of(figure) is None)


class Sources:
    """Citations by what they name, each read once.

    A citation names a figure by its text as written, or by the same number and unit: it may leave the unit out
    (86 for 86户) or write the number in the other script (3座 for 三座).
    """

    def __init__(self, citations: Iterable[Citation]) -> None:
        self._by_text: dict[str, Citation] = {}
        self._by_key: dict[tuple[tuple[Decimal, ...], str], Citation] = {}
        self._by_number: dict[tuple[Decimal, ...], Citation] = {}
        for citation in citations:
            cited = plain(citation.figure)
            bare = re.sub(r"[\s,]", "", cited)
            self._by_text.setdefault(bare, citation)
            for figure in figures_in(cited):
                self._by_key.setdefault(figure.key, citation)
            number = _bare_number(bare)
            if number is not None:
                self._by_number.setdefault((number,), citation)

    def of(self, figure: Figure) -> Citation | None:
        """Return the citation of a figure; None when it has none."""
        return (
            self._by_text.get(figure.text.replace(",", ""))
            or self._by_key.get(figure.key)
            or self._by_number.get(figure.values)
        )


def _bare_number(text: str) -> Decimal | None:
    if re.fullmatch(r"\d{1,18}(?:\.\d{1,9})?", text, re.ASCII):
        return Decimal(text)
    return value_of(text) if re.fullmatch(_CN, text) else None
