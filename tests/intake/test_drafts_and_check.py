"""Drafts: autosave without losing another page's work; and the dry run beside them."""

from datetime import timedelta
from uuid import uuid4

from tests.intake.site import COLLEAGUE, NEIGHBOUR, Intake, problem_report


async def test_a_draft_is_saved_read_listed_and_thrown_away(intake: Intake) -> None:
    path = f"/drafts/{uuid4()}"
    first = await intake.put(path, {"revision": 0, "content": {"title": "溢洪道", "body": ""}})
    assert first.json()["revision"] == 1
    second = await intake.put(path, {"revision": 1, "content": {"title": "溢洪道淤堵"}})
    assert second.json()["revision"] == 2
    assert (await intake.get(path)).json()["content"] == {"title": "溢洪道淤堵"}
    assert [item["title"] for item in (await intake.get("/drafts")).json()["items"]] == ["溢洪道淤堵"]
    assert (await intake.delete(path)).status_code == 204
    assert (await intake.get(path)).status_code == 404


async def test_a_save_from_another_page_is_not_overwritten(intake: Intake) -> None:
    path = f"/drafts/{uuid4()}"
    intake.clock.advance(timedelta(hours=2, minutes=4))
    await intake.put(path, {"revision": 0, "content": {"title": "一"}})
    await intake.put(path, {"revision": 1, "content": {"title": "二"}})
    conflict = await intake.put(path, {"revision": 1, "content": {"title": "三"}})
    assert conflict.status_code == 409
    assert conflict.json()["detail"] == "草稿在别处已更新 10:04"
    assert (await intake.get(path)).json()["content"] == {"title": "二"}


async def test_a_save_whose_answer_was_lost_may_be_repeated(intake: Intake) -> None:
    path = f"/drafts/{uuid4()}"
    save = {"revision": 0, "content": {"title": "一"}}
    assert (await intake.put(path, save)).json() == (await intake.put(path, save)).json()


async def test_only_the_author_sees_a_draft(intake: Intake) -> None:
    path = f"/drafts/{uuid4()}"
    await intake.put(path, {"revision": 0, "content": {"title": "一"}})
    for other in (COLLEAGUE, NEIGHBOUR):
        assert (await intake.get(path, by=other)).status_code == 404
        assert (await intake.put(path, {"revision": 1, "content": {}}, by=other)).status_code == 404
        assert (await intake.delete(path, by=other)).status_code == 204
    assert (await intake.get(path)).status_code == 200


async def test_the_check_lists_elements_figures_and_where_it_goes_qu_05(intake: Intake) -> None:
    body = problem_report(citations=[{"figure": "86", "source": "镇财政所"}])
    body["facts"].pop("scope")
    told = (await intake.post("/check", body)).json()
    signs = {element["label"]: element["sign"] for element in told["elements"]}
    assert (signs["发生时间"], signs["影响范围"]) == ("✓", "○")
    figures = {figure["figure"]: figure["source"] for figure in told["figures"]}
    assert figures == {"三座": None, "86户": "镇财政所"}
    assert told["complete"] is False
    assert [office["id"] for office in told["primary"]] == ["qingshan-gov-info"]
    assert not await intake.rows("SELECT FROM report")


async def test_a_body_that_does_not_fit_names_the_field_and_does_not_repeat_it(intake: Intake) -> None:
    answer = await intake.post("/reports", problem_report(type="某种类型", title="长" * 121))
    assert (answer.status_code, answer.json()["code"]) == (422, "input")
    assert {error["field"] for error in answer.json()["errors"]} == {"type", "title"}
    assert "某种类型" not in answer.text


async def test_the_check_says_what_submitting_would_say_about_the_series(intake: Intake) -> None:
    """UR-05: a follow-up that names no incident is told so while it is written, not when it is submitted."""
    body = problem_report(type="URGENT", urgency="URGENT", incident_kind="FOLLOWUP")

    told = (await intake.post("/check", body)).json()
    placed = (await intake.post("/check", {**body, "incident_id": str(uuid4())})).json()
    again = (await intake.post("/check", {**body, "report_id": str(uuid4())})).json()

    assert (told["complete"], [each["field"] for each in told["problems"]][-1]) == (False, "incident_id")
    assert [
        each["field"] for answer in (placed, again) for each in answer["problems"] if "incident" in each["field"]
    ] == []
