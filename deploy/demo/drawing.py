"""The live view, drawn from a scene."""

from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from deploy.demo.scene import Scene
from shared.timekeeping.civil import SHANGHAI

_LEG = {"PHONE": "电话", "WRITTEN": "书面", "TICKET_REPLY": "督办反馈"}
_LANE = {"urgent": "急", "routine": "平"}


def draw(scene: Scene) -> RenderableType:
    """Return the whole display."""
    side = Table.grid(padding=(0, 1), expand=True)
    side.add_column(ratio=2)
    side.add_column(ratio=3)
    side.add_column(ratio=2)
    side.add_row(_backlog(scene), _clocks(scene), _links(scene))
    return Group(_head(scene), _lines(scene), side)


def _head(scene: Scene) -> RenderableType:
    head = Table.grid(padding=(0, 2), expand=True)
    head.add_column()
    head.add_column(ratio=1)
    head.add_column(justify="right")
    now = f"{scene.now.astimezone(SHANGHAI):%m-%d %H:%M}" if scene.now else ""
    bar = ProgressBar(total=max(scene.total, 1), completed=scene.done)
    head.add_row(Text(f"上达演示  业务时间 {now}", style="bold"), bar, f"{scene.done}/{scene.total}")
    return head


def _lines(scene: Scene) -> RenderableType:
    table = Table(expand=True, show_edge=False, header_style="dim")
    for title, options in (
        ("时间", {"width": 5}),
        ("办理", {"width": 10}),
        ("单位 → 去往", {"ratio": 3}),
        ("内容", {"ratio": 4}),
    ):
        table.add_column(title, no_wrap=True, overflow="ellipsis", **options)  # type: ignore[arg-type]
    for line in scene.lines:
        way = f"{line.office} → {line.target}" if line.target else line.office
        style = "bold red" if line.urgent else ""
        at = f"{line.at.astimezone(SHANGHAI):%H:%M}"
        table.add_row(at, line.act, Text(way), Text(line.about), style=style)
    return Panel(table, title="刚刚发生", title_align="left", height=16)


def _backlog(scene: Scene) -> RenderableType:
    table = _plain_table("单位", "件", "最久")
    for each in scene.backlog:
        table.add_row(each.office, str(each.cases), length(each.oldest))
    return Panel(table, title="各单位待办", title_align="left")


def _clocks(scene: Scene) -> RenderableType:
    table = _plain_table("事项", "责任单位", "环节", "余")
    for each in scene.clocks:
        left = (each.late_from - scene.now) if scene.now else timedelta(0)
        style = "bold red" if left <= timedelta(0) else "yellow" if each.percent >= 80 else ""
        table.add_row(each.title, each.unit, _LEG.get(each.leg, each.leg), headroom(left), style=style)
    return Panel(table, title="在走的时限（以接收方收到时间为准）", title_align="left")


def _links(scene: Scene) -> RenderableType:
    table = _plain_table("链路", "状态", "未回执")
    for each in scene.links:
        state = "正常" if each.state == "UP" else each.state
        peer = each.peer.removesuffix("数据中心")
        table.add_row(f"{peer} {_LANE.get(each.lane, each.lane)}", state, str(each.unreceipted))
    return Panel(table, title="链路", title_align="left")


def _plain_table(*titles: str) -> Table:
    table = Table(expand=True, show_edge=False, box=None, header_style="dim")
    for number, title in enumerate(titles):
        table.add_column(title, no_wrap=True, overflow="ellipsis", ratio=3 if number == 0 else None)
    return table


def length(span: timedelta) -> str:
    """Return a length of time in words: 2 时 48 分."""
    minutes = int(span.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} 时 {rest} 分" if hours else f"{rest} 分"


def headroom(left: timedelta) -> str:
    """Return what is left until the first late instant, or by how much that has passed."""
    if left >= timedelta(days=1):
        return f"{left.days} 日"
    return length(left) if left > timedelta(0) else f"超 {length(-left)}"


def time_text(at: datetime) -> str:
    """Return a time of day in Shanghai."""
    return f"{at.astimezone(SHANGHAI):%H:%M}"
