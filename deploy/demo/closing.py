"""The summary as it is printed when the day is over."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table

from deploy.demo.asking import Followed, Judged, Ranked, TicketChain, Unreported
from deploy.demo.drawing import time_text
from deploy.demo.people import PASSWORD, DemoAccount
from deploy.demo.summary import Summary

REASON_ZH = {
    "ELEMENTS_MISSING": "要素不全",
    "FIGURE_UNSOURCED": "数据无来源",
    "FACTS_UNCLEAR": "情况不清",
    "WORDING": "文字需修改",
    "MERGE_NEEDED": "需合并",
    "BELOW_LEVEL": "本级可处理",
    "FRAGMENTARY": "零碎",
    "DUPLICATE": "重复报送",
    "OUTDATED": "时效已过",
}
VERDICT_ZH = {"LATE": "迟报", "ON_TIME": "按时", "OMITTED": "漏报", "ON_TIME_EXEMPT": "按时（豁免）"}
STATE_ZH = {"PROPOSED": "提议，尚未认定", "FINAL": "已认定", "WITHDRAWN": "已撤销"}


def print_summary(console: Console, summary: Summary) -> None:
    """Print everything that the day came to."""
    for title, lines in (
        ("一份稿件的去向", _followed(summary.followed)),
        ("两次退回", _returned(summary.returned)),
        ("认定", _verdicts(summary.verdicts)),
    ):
        _part(console, title, lines)
    console.print("\n县区排名（A 组）", style="bold")
    console.print(_ranking(summary.ranking))
    _part(console, "无人报告的突发事件", _unreported(summary.unreported))
    _part(console, "督办件", _ticket(summary.ticket))
    messages = summary.messages
    _part(
        console,
        "合计",
        [
            f"稿件 {summary.reports} 件，办理 {summary.acts} 步，用时 {summary.seconds:.0f} 秒",
            f"消息：已处理 {messages.applied} 条，重复（已去重）{messages.repeated} 条，滞留 {messages.parked} 条",
        ],
    )
    for fault in summary.faults:
        console.print(f"不符：{fault}", style="red", markup=False)


def _part(console: Console, title: str, lines: Iterator[str] | Sequence[str]) -> None:
    console.print(f"\n{title}", style="bold")
    for line in lines:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


def _followed(report: Followed) -> Iterator[str]:
    yield f"{report.number}  {report.title}"
    for office, steps in groupby(report.way, key=lambda each: each.office):
        said = "  ".join(
            f"{step.word} {time_text(step.at)}" + (f"（{step.text}）" if step.text else "") for step in steps
        )
        yield f"{office}  {said}"


def _returned(report: Followed) -> Iterator[str]:
    yield f"{report.number}  {report.title}，共 {report.versions} 版"
    for each in report.returns:
        reason = REASON_ZH.get(each.reason, each.reason)
        yield f"第 {each.version} 版由 {each.office} 退回：{reason}，{each.text}"


def _verdicts(verdicts: Sequence[Judged]) -> Iterator[str]:
    for each in verdicts:
        by = f"，{each.finalised_by} 认定" if each.finalised_by else ""
        yield f"{each.unit}  {VERDICT_ZH.get(each.type, each.type)}（{STATE_ZH.get(each.state, each.state)}{by}）"
        yield f"  {each.arithmetic}"


def _ranking(rows: Sequence[Ranked]) -> Table:
    table = Table(show_edge=False, header_style="dim")
    table.add_column("名次", justify="right")
    table.add_column("单位")
    for title in ("得分", "其中扣分", "明细条数", "明细合计"):
        table.add_column(title, justify="right")
    table.add_column("相符")
    for row in rows:
        table.add_row(
            str(row.rank),
            row.unit,
            _points(row.score),
            _points(row.deductions),
            str(row.lines),
            _points(row.lines_total),
            "✓" if row.adds_up else "✗",
        )
    return table


def _points(points: object) -> str:
    return f"{points}".replace("-", "−")


def _unreported(event: Unreported) -> Iterator[str]:
    yield f"{time_text(event.at)}  {event.agency} → {event.desk}  {event.kind}，{event.place}"
    yield event.gist
    same = f"{event.reports} 件" if event.reports else "没有，待值班台核查"
    yield f"当天该地同类急件：{same}"


def _ticket(ticket: TicketChain) -> Iterator[str]:
    yield f"{ticket.number}  {ticket.report}"
    yield f"批示  {ticket.instruction}"
    told = {ticket.instruction.partition("：")[2]}
    for step in ticket.steps:
        said = "" if step.text in told else f"：{step.text}"
        told.add(step.text)
        yield f"{time_text(step.at)}  {step.office}  {step.act}{said if step.text else ''}"
    yield ticket.state


def print_portal(console: Console, accounts: Sequence[DemoAccount]) -> None:
    """Print where the portals are and whom to try. Plain lines: nothing that has to be typed may be cut off."""
    _part(console, f"门户已打开，可用以下账号登录，口令均为 {PASSWORD}", _portals(accounts))
    console.print("业务时间从当天结束时起继续走。按 Ctrl-C 结束，全部服务随之停止。", markup=False)


def _portals(accounts: Sequence[DemoAccount]) -> Iterator[str]:
    for (site, url), found in groupby(accounts, key=lambda each: (each.site, each.url)):
        yield f"{site}  {url}"
        for each in found:
            yield f"  {each.username}  {each.office} {each.name}，{each.good_for}"
