"""What the terminal shows: the live view of a scene, and the summary with what does not add up."""

from datetime import datetime, timedelta
from decimal import Decimal

from rich.console import Console

from deploy.demo.asking import Followed, Judged, Passed, Ranked, TicketChain, Unreported
from deploy.demo.closing import print_portal, print_summary
from deploy.demo.daytime import DayClock
from deploy.demo.drawing import draw, headroom
from deploy.demo.lines import Line
from deploy.demo.people import DemoAccount
from deploy.demo.scene import Backlog, LinkState, OpenClock, Scene
from deploy.demo.summary import Messages, Summary
from shared.timekeeping.civil import SHANGHAI

NOON = datetime(2025, 3, 18, 12, 0, tzinfo=SHANGHAI)


def shown(scene: Scene) -> str:
    console = Console(record=True, width=150, file=None, quiet=False, force_terminal=False)
    with console.capture() as caught:
        console.print(draw(scene))
    return caught.get()


def test_the_live_view_shows_what_moves_what_waits_and_what_runs_out() -> None:
    scene = Scene(total=10, done=4, now=NOON)
    scene.lines.append(Line(NOON, "石桥镇", "青山县府办信息科", "签发上报", "水库溢洪道淤堵"))
    scene.backlog = (Backlog("市府办信息科", 3, timedelta(minutes=168)),)
    due = NOON + timedelta(minutes=9)
    scene.clocks = (OpenClock("氨气泄漏", "平湖县", "市政府总值班室", "WRITTEN", due, due, 85),)
    scene.links = (LinkState("青山县数据中心", "urgent", "UP", 2),)

    text = shown(scene)

    for part in ("12:00", "石桥镇 → 青山县府办信息科", "2 时 48 分", "氨气泄漏", "书面", "9 分", "青山县 急", "4/10"):
        assert part in text, part


def test_headroom_says_by_how_much_a_limit_has_passed() -> None:
    assert headroom(timedelta(minutes=9)) == "9 分"
    assert headroom(timedelta(minutes=-3)) == "超 3 分"
    assert headroom(timedelta(days=6, hours=2)) == "6 日"


def summary(total: str) -> Summary:
    way = Followed("SQ-1", "题目", 1, (Passed("石桥镇", "签发", NOON, ""),), ())
    return Summary(
        reports=1,
        acts=3,
        followed=way,
        returned=way,
        verdicts=(Judged("平湖县", "LATE", "FINAL", 3, "获知 14:05 + 60 分", "某某"),),
        ranking=(Ranked(1, "青山县", Decimal("5"), Decimal("0"), 1, Decimal(total)),),
        unreported=Unreported("消防", NOON, "龙潭镇", "火灾", "已扑灭", "平湖县政府总值班室", 0),
        ticket=TicketChain("DB-1", "题目", "副市长：抓紧", "青山县", (), "已办结", "完成"),
        messages=Messages(10, 0, 0),
        seconds=1.0,
    )


def test_a_ranking_that_is_not_the_sum_of_its_lines_is_a_fault() -> None:
    assert summary("5").faults == ()
    assert summary("4").faults == ("青山县 排名分 5 与明细合计 4 不符",)
    console = Console(width=100, force_terminal=False)
    with console.capture() as caught:
        print_summary(console, summary("4"))
    assert "不符：青山县 排名分 5 与明细合计 4 不符" in caught.get()


def test_addresses_and_account_names_are_never_cut_off() -> None:
    account = DemoAccount(
        "临江市数据中心", "http://127.0.0.1:26772", "linjiang-gov-info-supervision", "市府办信息科", "某某", "批示"
    )
    console = Console(width=40, force_terminal=False)
    with console.capture() as caught:
        print_portal(console, [account])
    assert account.url in caught.get()
    assert account.username in caught.get()


def test_the_clock_stands_until_the_day_is_over_and_then_goes_on() -> None:
    clock = DayClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.set(NOON + timedelta(hours=6))
    clock.go_on()
    first = clock.now()
    while clock.now() == first:  # the machine's clock has a grain
        continue
    assert clock.now() > first >= NOON + timedelta(hours=6)
