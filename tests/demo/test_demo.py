"""The demo, whole: private servers for three sites, one day, and a summary that is true."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import demo as command
from deploy.cli.app import app
from deploy.demo.summary import Summary


@pytest.mark.slow
def test_a_day_is_played_to_its_end_and_its_summary_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summaries: list[Summary] = []
    printing = command.print_summary
    monkeypatch.setattr(
        command, "print_summary", lambda console, summary: (summaries.append(summary), printing(console, summary))
    )
    for name in ("SHANGDA_AMQP_URL", "SHANGDA_POSTGRES_DSN"):
        monkeypatch.delenv(name, raising=False)

    done = CliRunner().invoke(app, ["demo", "--exit", "--plain", "--folder", str(tmp_path / "demo")])

    assert done.exit_code == 0, done.output[-3000:]
    (summary,) = summaries
    assert summary.reports >= 40
    late = [each for each in summary.verdicts if each.type == "LATE"]
    assert [(each.unit, each.state, each.minutes_late) for each in late] == [("平湖县", "FINAL", 3)]
    assert late[0].arithmetic.startswith("获知 14:05 + 60 分 = 截止 15:05（含）；接收 15:08；迟 3 分")
    assert [(row.score, row.unit) for row in summary.ranking] == [
        (row.lines_total, row.unit) for row in summary.ranking
    ]
    assert {row.unit for row in summary.ranking} == {"青山县", "平湖县", "临江市东城区"}
    assert sum(row.lines for row in summary.ranking) > 10
    assert (summary.messages.parked, summary.faults) == (0, ())
    assert summary.messages.applied > 500
    words = [step.word for step in summary.followed.way]
    assert words == ["提交", "签发", "接收", "采用", "签发", "接收", "采用", "备查", "批示"]
    assert (summary.returned.versions, [each.reason for each in summary.returned.returns]) == (
        3,
        ["ELEMENTS_MISSING", "FACTS_UNCLEAR"],
    )
    assert (summary.unreported.place, summary.unreported.reports) == ("平湖县龙潭镇一处木材加工点", 0)
    assert summary.ticket.state == "已办结"
    assert "滞留 0 条" in done.output
    assert not (tmp_path / "demo").exists()
