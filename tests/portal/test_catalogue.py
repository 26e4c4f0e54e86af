"""Every text of the pages stands in one catalogue, every text there is used, and none uses a banned word."""

import re
from pathlib import Path
from typing import Any

import yaml

from services.review.receipts import HOLD_STOPS_NOTHING, KEPT_STOPS_NOTHING

PORTAL = Path(__file__).resolve().parents[2] / "services/portal"
TEXT = (PORTAL / "texts.yaml").read_text(encoding="utf-8")
CATALOGUE: dict[str, Any] = yaml.safe_load(TEXT)
SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted([*PORTAL.rglob("*.html"), *PORTAL.rglob("*.py")])
)
NAMED = set(re.findall(r"\b(?:t|TEXTS)\.(\w+)\.(\w+)", SOURCES))
BY_CODE = set(re.findall(r"\b(?:t|TEXTS)\.(\w+)(?:\[|\.pairs)", SOURCES))
BANNED = ("失败", "非法", "无效", "禁止", "必填", "系统异常", "请稍后", "！", "抱歉", "你")  # portal.md 6


def test_every_text_that_pages_name_is_in_the_catalogue() -> None:
    sections = {name: value for name, value in CATALOGUE.items() if isinstance(value, dict)}

    assert {(a, b) for a, b in NAMED if a in sections and b != "pairs" and b not in sections[a]} == set()


def test_no_text_is_left_that_no_page_uses() -> None:
    unused = [
        f"{section}.{name}"
        for section, texts in CATALOGUE.items()
        if isinstance(texts, dict) and section not in BY_CODE
        for name in texts
        if (section, name) not in NAMED
    ]

    assert unused == []


def test_no_text_uses_a_banned_word() -> None:
    assert [word for word in BANNED if word in TEXT] == []


def test_templates_hold_no_chinese_of_their_own() -> None:
    words = re.compile(r"[\u4e00-\u9fff]")
    templates = {path.name: path.read_text(encoding="utf-8") for path in PORTAL.rglob("*.html")}
    # 余 0 分 is compared, not shown; full-width punctuation between texts is layout.
    found = {name: words.findall(text.replace("余 0 分", "")) for name, text in templates.items()}

    assert {name: signs for name, signs in found.items() if signs} == {}


def test_no_page_and_no_receipt_promises_what_the_suite_does_not_do() -> None:
    """Nothing goes up by itself after a hold; there is no bulletin, appeal, correction or retraction yet."""
    promises = ("直达", "自动报出", "通报和积分", "申诉", "另发更正", "撤回")
    told = f"{TEXT}\n{HOLD_STOPS_NOTHING}\n{KEPT_STOPS_NOTHING}".replace("不会自动报出", "").replace("提议已撤回", "")

    assert [word for word in promises if word in told] == []
