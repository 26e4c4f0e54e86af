"""A ledger as CSV for spreadsheets: UTF-8 with a byte order mark, Shanghai times, one line per entry."""

import csv
import io
from collections.abc import Iterable

from services.scoring.answers import LedgerEntry
from services.scoring.folding import LineKind
from shared.timekeeping.civil import in_shanghai

HEAD = ("序号", "期间", "得分时间", "单位", "事由", "规则", "版本", "分值", "算式", "依据", "稿件编号", "类别", "冲回")
KIND_ZH = {LineKind.AWARD: "计分", LineKind.SUPERSEDED: "冲回", LineKind.CORRECTION: "冲正"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(lines: Iterable[LedgerEntry]) -> bytes:
    """Return the file. A text that a spreadsheet would run as a formula is prefixed with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for line in lines:
        writer.writerow(
            (
                line.line_no,
                line.period,
                f"{in_shanghai(line.earned_at):%Y-%m-%d %H:%M}",
                _plain(line.unit),
                _plain(line.reason),
                f"{line.rule_set} {line.rule_code}",
                line.rule_version,
                line.points,
                _plain(line.arithmetic),
                _plain("；".join(line.evidence)),
                _plain(line.report_number or ""),
                KIND_ZH[line.kind],
                line.reverses or "",
            )
        )
    return text.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
