"""Secrecy marks: refused whole, nothing stored, and ordinary prose passes."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.access.marks import find_marks
from shared.contracts.duties import AwarenessRecorded
from shared.contracts.reports import ReportSubmitted
from tests.intake.site import Intake, at, problem_report

ROOT = Path(__file__).resolve().parents[2]
GRADES = st.sampled_from(["绝密", "机密", "秘密"])
PROSE = st.text(alphabet="石桥镇水库溢洪道淤堵群众反映加强保密工作，。商业", max_size=20)
NOISE = st.sampled_from(["", " ", "\u200b", "\u3000", "\ufeff"])


@given(PROSE, GRADES, NOISE, st.sampled_from(["★", "☆", "★1年", "★ 20年"]), PROSE)
def test_a_starred_grade_is_a_mark_wherever_it_stands(
    before: str, grade: str, noise: str, star: str, after: str
) -> None:
    text = f"{before}{grade[0]}{noise}{grade[1]}{noise}{star}{after}"
    (mark, *_) = find_marks([("正文", text)])
    assert mark.text == f"{grade}★"


@given(PROSE, GRADES, st.sampled_from(["【】", "[]", "（）", "()", "〔〕"]), PROSE)
def test_a_bracketed_grade_is_a_mark(before: str, grade: str, brackets: str, after: str) -> None:
    assert find_marks([("正文", f"{before}{brackets[0]}{grade}{brackets[1]}{after}")])


@given(PROSE, PROSE)
def test_prose_about_secrecy_is_none(before: str, after: str) -> None:
    for words in ("保密工作", "商业秘密", "秘密调查", "国家秘密分为绝密、机密、秘密三级", "定密", "密切关注"):
        assert find_marks([("正文", f"{before}，{words}，{after}")]) == ()


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("密级：机密", "密级：机密"),
        ("密级: 秘密", "密级：秘密"),
        ("内部资料 注意保密", "内部资料 注意保密"),
        ("内部资料，请注意保密", "内部资料 注意保密"),
        ("关于某事的报告\n机密\n正文", "机密"),
        ("机密★1年", "机密★"),
    ],
)
def test_marks_as_papers_bear_them(text: str, mark: str) -> None:
    assert mark in {found.text for found in find_marks([("正文", text)])}


@pytest.mark.parametrize("start", ["【秘密", "密级", "内部资料", "秘密★\n", "密"])
@pytest.mark.parametrize("space", [" ", "\n", "\t \u3000"])
def test_no_run_of_spaces_keeps_the_search_busy(start: str, space: str) -> None:
    """A pattern that takes cubic time here is at it for hours; it runs in a process that can be ended."""
    searching = [
        sys.executable,
        "-c",
        "import sys; from shared.access.marks import find_marks as f; f([('', sys.argv[1])])",
    ]
    subprocess.run([*searching, start + space * 20_000], cwd=ROOT, check=True, timeout=30)


@pytest.mark.parametrize(
    "text", ["秘 \n\n 密 ★", "【\t\t机   密   级  】", "密级\u3000\u3000：\n\n\n绝密", "\u2028\u2028秘密\u2028"]
)
def test_runs_of_spaces_hide_no_mark(text: str) -> None:
    assert find_marks([("正文", text)])


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "秘密★ 石桥镇水库"},
        {"body": "【机密】三座水库淤堵，涉及86户"},
        {"citations": [{"figure": "86户", "source": "密级：绝密"}]},
        {"facts": {"place": "石桥镇", "verified": "内部资料 注意保密"}},
        {"title": "秘密★" + "字" * 200},
        {"co_authors": ["机密★10年"]},
    ],
)
async def test_marked_text_is_refused_whole_and_leaves_no_trace(
    intake: Intake, changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await intake.post("/reports", problem_report(**changes))
    assert (answer.status_code, answer.json()["code"]) == (422, "SECRECY_MARK")
    assert "未保存、未发送" in answer.json()["detail"]
    assert "86户" not in answer.text
    assert "水库" not in answer.text
    assert "水库" not in caplog.text
    for table in ("report", "report_version", "draft", "number_counter", "outbox_pending"):
        assert not await intake.rows(f"SELECT FROM {table}")
    assert not await intake.stated(ReportSubmitted)


async def test_a_marked_draft_is_not_saved(intake: Intake) -> None:
    draft = uuid4()
    content = {"title": "溢洪道", "notes": [{"text": "绝密★"}]}
    answer = await intake.put(f"/drafts/{draft}", {"revision": 0, "content": content})
    assert (answer.status_code, answer.json()["code"]) == (422, "SECRECY_MARK")
    assert (await intake.get("/drafts")).json()["items"] == []


async def test_a_marked_awareness_is_not_registered(intake: Intake) -> None:
    body = {"kind": "火灾", "place": "石桥镇", "known_at": at("07:50"), "how": "电话", "gist": "机密★ 内容"}
    assert (await intake.post("/awareness", body)).status_code == 422
    assert not await intake.stated(AwarenessRecorded)


async def test_the_check_tells_the_mark_and_stores_nothing(intake: Intake) -> None:
    answer = await intake.post("/check", {"type": "PROBLEM", "title": "秘密★", "body": "三座水库"})
    assert answer.status_code == 200
    told = answer.json()
    assert told["complete"] is False
    assert {"field": "标题", "mark": "秘密★"} in told["marks"]


async def test_a_report_on_secrecy_work_passes(intake: Intake) -> None:
    body = problem_report(title="石桥镇加强保密工作", body="开展商业秘密保护宣传，秘密调查另行组织。", citations=[])
    assert (await intake.post("/reports", body)).status_code == 201
