"""The HTTP door of review."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from prometheus_client import generate_latest

from services.review import door
from services.review.app import build
from services.review.differences import Difference, compare, compare_all
from services.review.handlers import ReviewHandlers
from shared.contracts.reports import Citation, FactSheet, ReportVersion
from shared.contracts.vocabulary import ReturnReason, Service, Urgency
from shared.organisation.organisation import Organisation
from shared.process.service import ServiceContext, ServiceParts
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.building import head, submitted
from tests.conftest import OpenStore
from tests.probe import hear
from tests.review.people import (
    CHECKER,
    COUNTY_CHECKER,
    COUNTY_DUTY,
    COUNTY_EDITOR,
    COUNTY_PRINCIPAL,
    COUNTY_SIGNER,
    DUTY_OFFICER,
    RECEIVED,
    SIGNER,
    WRITER,
    appoint,
    arrived,
    by,
    client,
    context,
)

EVERYBODY = (
    WRITER,
    CHECKER,
    SIGNER,
    COUNTY_CHECKER,
    COUNTY_SIGNER,
    COUNTY_PRINCIPAL,
    COUNTY_EDITOR,
    DUTY_OFFICER,
)


@pytest.fixture
async def store(open_store: OpenStore, organisation: Organisation) -> Store:
    opened = await open_store(Service.REVIEW)
    await appoint(opened, ReviewHandlers(organisation), *EVERYBODY)
    return opened


@pytest.fixture
def hosted(store: Store, organisation: Organisation) -> ServiceContext:
    return context(store, organisation, EVERYBODY)


@pytest.fixture
def parts(hosted: ServiceContext) -> ServiceParts:
    return build(hosted)


@pytest.fixture
async def http(parts: ServiceParts) -> AsyncIterator[httpx.AsyncClient]:
    async with client(parts.router) as opened:
        yield opened


async def test_the_queue_shows_the_own_offices_open_cases_urgent_first(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts, clock: ManualClock
) -> None:
    clock.set(RECEIVED + timedelta(hours=1))
    routine = arrived(head(number="SQ-1"), received_at=RECEIVED)
    urgent = arrived(head(number="SQ-2", urgency=Urgency.URGENT), received_at=RECEIVED + timedelta(minutes=5))
    for event in (routine, urgent, submitted()):
        await hear(store, parts.handlers, event)
    answer = (await http.get("/review/queue", headers=by(COUNTY_CHECKER))).json()
    assert [each["number"] for each in answer["cases"]] == ["SQ-2", "SQ-1"]
    assert answer["cases"][1]["age_seconds"] == 3600
    assert answer["cases"][1]["from_name"] == "石桥镇"
    assert answer["counts"] == [{"state": "SECTION_REVIEW", "cases": 2, "urgent": 1, "held": 0}]


async def test_the_queue_is_read_page_by_page(http: httpx.AsyncClient, store: Store, parts: ServiceParts) -> None:
    wanted = [f"SQ-{number}" for number in range(5)]
    for minute, number in enumerate(wanted):
        await hear(
            store, parts.handlers, arrived(head(number=number), received_at=RECEIVED + timedelta(minutes=minute))
        )
    seen: list[str] = []
    after: str | None = None
    while True:
        query = {"limit": 2} | ({"after": after} if after else {})
        page = (await http.get("/review/queue", params=query, headers=by(COUNTY_CHECKER))).json()
        seen += [each["number"] for each in page["cases"]]
        after = page["next"]
        if after is None:
            break
    assert seen == wanted


async def test_a_duty_officer_sees_urgent_cases_only(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    await hear(store, parts.handlers, arrived(head(number="SQ-1"), to=COUNTY_DUTY))
    await hear(store, parts.handlers, arrived(head(number="SQ-2", urgency=Urgency.URGENT), to=COUNTY_DUTY))
    answer = (await http.get("/review/queue", headers=by(DUTY_OFFICER))).json()
    assert [each["number"] for each in answer["cases"]] == ["SQ-2"]
    assert answer["counts"][0]["cases"] == 1


async def test_a_reporter_has_no_queue(http: httpx.AsyncClient) -> None:
    answer = await http.get("/review/queue", headers=by(WRITER))
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_mark_that_is_none_of_ours_is_told(http: httpx.AsyncClient) -> None:
    answer = await http.get("/review/queue", params={"after": "谁"}, headers=by(COUNTY_CHECKER))
    assert (answer.status_code, answer.json()["field"]) == (422, "after")


async def test_a_case_shows_wordings_and_figures_changed_first(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    """AS-03: the office above sees exactly what each level changed. AS-07: it does not see who wrote it."""
    event = arrived()
    await hear(store, parts.handlers, event)
    address = f"/review/reports/{event.report_id}/case"
    case = (await http.get(address, headers=by(COUNTY_CHECKER))).json()
    assert [(each["act"], each["allowed"]) for each in case["acts"]] == [
        ("PASS", True),
        ("RETURN", True),
        ("REWRITE", True),
        ("KEEP", False),
    ]
    facts = FactSheet(place="石桥镇", kind="水库隐患", evacuated=80)
    citations = (Citation(figure="56户", source="镇财政所统计表"),)
    rewritten = await http.post(
        f"/review/cases/{case['case_id']}/rewrite",
        headers=by(COUNTY_CHECKER),
        json={
            "revision": 1,
            "title": "标题",
            "body": "涉及56户。",
            "facts": facts.model_dump(mode="json"),
            "citations": [each.model_dump(mode="json") for each in citations],
        },
    )
    assert rewritten.status_code == 200, rewritten.text
    seen = (await http.get(f"/review/cases/{case['case_id']}", headers=by(COUNTY_CHECKER))).json()
    (difference,) = seen["differences"]
    assert [(each["label"], each["change"], each["note"]) for each in difference["facts"]] == [
        ("转移", "补充", "MISSING"),
        ("文中数据", "减30", "MISSING"),
        ("文中数据", "删去", "MISSING"),
    ]
    assert [(each["version"], each["signed"], each["current"]) for each in seen["wordings"]] == [
        (1, True, False),
        (2, False, True),
    ]
    assert [each["act_zh"] for each in seen["history"]] == ["接收", "改稿"]
    assert "shiqiao-reporter" not in str(seen)


async def test_a_second_click_is_told_who_did_what_when(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    event = arrived()
    await hear(store, parts.handlers, event)
    case = (await http.get(f"/review/reports/{event.report_id}/case", headers=by(COUNTY_CHECKER))).json()
    address = f"/review/cases/{case['case_id']}/pass"
    first = await http.post(address, json={"revision": 1}, headers=by(COUNTY_CHECKER))
    assert first.status_code == 200, first.text
    assert first.json()["next"]["roles_zh"] == "“分管副主任”、“主要负责人”"
    second = await http.post(address, json={"revision": 1}, headers=by(COUNTY_CHECKER))
    problem = second.json()
    assert (second.status_code, problem["code"], problem["field"]) == (409, "stale", "revision")
    assert problem["detail"] == "county-checker 08:00 已通过此稿，本次“通过”尚未提交。"
    assert (problem["last_act"], problem["last_act_by"], problem["current_revision"]) == ("PASS", "county-checker", 2)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"revision": 1, "reason": "NEGATIVE_CONTENT", "text": "不宜上报"}, "reason"),
        ({"revision": 1, "reason": "WORDING", "text": "  "}, "text"),
        ({"revision": 1, "reason": "WORDING"}, "text"),
    ],
)
async def test_a_return_needs_a_coded_reason_and_a_text(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts, asked: dict[str, object], field: str
) -> None:
    """AS-15, AS-16: bad news is no reason to send a report back."""
    event = arrived()
    await hear(store, parts.handlers, event)
    case = (await http.get(f"/review/reports/{event.report_id}/case", headers=by(COUNTY_CHECKER))).json()
    answer = await http.post(f"/review/cases/{case['case_id']}/return", json=asked, headers=by(COUNTY_CHECKER))
    assert answer.status_code == 422
    assert field in answer.json()["field"]
    unchanged = (await http.get(f"/review/cases/{case['case_id']}", headers=by(COUNTY_CHECKER))).json()
    assert unchanged["revision"] == 1


@pytest.mark.parametrize("reason", ReturnReason)
async def test_every_coded_reason_has_its_words(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts, reason: ReturnReason
) -> None:
    event = arrived()
    await hear(store, parts.handlers, event)
    case = (await http.get(f"/review/reports/{event.report_id}/case", headers=by(COUNTY_CHECKER))).json()
    asked = {"revision": 1, "reason": reason, "text": "请修改。"}
    answer = await http.post(f"/review/cases/{case['case_id']}/return", json=asked, headers=by(COUNTY_CHECKER))
    assert answer.json()["next"]["office_names"] == ["石桥镇"]
    seen = (await http.get(f"/review/cases/{case['case_id']}", headers=by(COUNTY_CHECKER))).json()
    assert seen["history"][-1]["reason_zh"]
    returned = (await http.get("/review/cases", params={"state": "RETURNED"}, headers=by(COUNTY_CHECKER))).json()
    assert [each["case_id"] for each in returned["cases"]] == [case["case_id"]]


async def test_hold_release_and_sign_answer_with_receipts(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts, clock: ManualClock
) -> None:
    event = arrived()
    await hear(store, parts.handlers, event)
    case = (await http.get(f"/review/reports/{event.report_id}/case", headers=by(COUNTY_CHECKER))).json()
    address = f"/review/cases/{case['case_id']}"
    await http.post(f"{address}/pass", json={"revision": 1}, headers=by(COUNTY_CHECKER))
    past = {"revision": 2, "reason": "待阅", "until": clock.now().isoformat()}
    assert (await http.post(f"{address}/hold", json=past, headers=by(COUNTY_SIGNER))).json()["field"] == "until"
    asked = past | {"until": (clock.now() + timedelta(hours=1)).isoformat()}
    held = (await http.post(f"{address}/hold", json=asked, headers=by(COUNTY_SIGNER))).json()
    assert "暂缓不停止时限" in held["notice"]
    queue = (await http.get("/review/queue", headers=by(COUNTY_SIGNER))).json()
    assert (queue["cases"][0]["hold"]["reason"], queue["counts"][0]["held"]) == ("待阅", 1)
    released = (await http.post(f"{address}/release", json={"revision": 3}, headers=by(COUNTY_SIGNER))).json()
    signed = (
        await http.post(f"{address}/sign", json={"revision": released["revision"]}, headers=by(COUNTY_SIGNER))
    ).json()
    assert (signed["act"], signed["state"], signed["next"]["offices"]) == ("SIGN", "SIGNED", ["linjiang-gov-info"])
    assert (await http.get("/review/queue", headers=by(COUNTY_SIGNER))).json()["cases"] == []


async def test_an_editor_keeps_for_reference_and_the_origin_cannot(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    event = arrived()
    await hear(store, parts.handlers, event)
    case = (await http.get(f"/review/reports/{event.report_id}/case", headers=by(COUNTY_EDITOR))).json()
    address = f"/review/cases/{case['case_id']}/reference"
    assert (await http.post(address, json={"revision": 1}, headers=by(COUNTY_CHECKER))).status_code == 403
    kept = await http.post(address, json={"revision": 1}, headers=by(COUNTY_EDITOR))
    assert (kept.json()["state"], kept.json()["next"]["offices"]) == ("REFERENCE", [])


async def test_an_unknown_case_is_404(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"/review/cases/{uuid4()}", headers=by(COUNTY_CHECKER))
    assert (answer.status_code, answer.json()["code"]) == (404, "case_unknown")


async def test_backlog_is_answered_and_measured(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts, hosted: ServiceContext, clock: ManualClock
) -> None:
    event = arrived()
    await hear(store, parts.handlers, event)
    clock.set(RECEIVED + timedelta(minutes=30))
    (row,) = (await http.get("/review/backlog", headers=by(COUNTY_CHECKER))).json()
    assert (row["step"], row["cases"], row["oldest_age_seconds"]) == ("SECTION_REVIEW", 1, 1800)
    (timer,) = parts.timers
    await timer.run()
    lines = generate_latest(hosted.registry).decode()
    labels = '{office="qingshan-gov-info",step="SECTION_REVIEW"}'
    assert f"shangda_backlog_cases{labels} 1.0" in lines
    assert f"shangda_backlog_oldest_age_seconds{labels} 1800.0" in lines
    case = (await http.get(f"/review/reports/{event.report_id}/case", headers=by(COUNTY_CHECKER))).json()
    await http.post(f"/review/cases/{case['case_id']}/pass", json={"revision": 1}, headers=by(COUNTY_CHECKER))
    await timer.run()
    assert f"shangda_backlog_cases{labels} 0.0" in generate_latest(hosted.registry).decode()


async def test_a_rewrite_can_be_compared_before_it_is_kept(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts
) -> None:
    """Portal 3.4: the difference is shown first; comparing keeps nothing and refuses what the rewrite would."""
    event = arrived()
    await hear(store, parts.handlers, event)
    case = (await http.get(f"/review/reports/{event.report_id}/case", headers=by(COUNTY_CHECKER))).json()
    path = f"/review/cases/{case['case_id']}"
    cited = [{"figure": "56户", "source": "镇财政所统计表"}]
    asked = {"revision": 1, "title": "标题", "body": "涉及56户。", "citations": cited, "reason": "按统计表更正"}

    shown = await http.post(f"{path}/compare", headers=by(COUNTY_CHECKER), json=asked)
    before = (await http.get(path, headers=by(COUNTY_CHECKER))).json()
    uncited = await http.post(f"{path}/compare", headers=by(COUNTY_CHECKER), json={**asked, "citations": []})
    kept = await http.post(f"{path}/rewrite", headers=by(COUNTY_CHECKER), json=asked)
    after = (await http.get(path, headers=by(COUNTY_CHECKER))).json()

    assert shown.status_code == 200, shown.text
    assert (before["revision"], len(before["wordings"]), uncited.status_code, kept.status_code) == (1, 1, 422, 200)
    assert shown.json() == after["differences"][0]
    assert [each["text"] for each in after["history"]] == [None, "按统计表更正"]


async def test_long_texts_are_compared_beside_the_event_loop_and_without_the_cases_lock(
    http: httpx.AsyncClient, store: Store, parts: ServiceParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that compares answers others meanwhile: heartbeats, and whoever acts on the same case."""
    event = arrived()
    await hear(store, parts.handlers, event)
    case_id = (await http.get(f"/review/reports/{event.report_id}/case", headers=by(COUNTY_CHECKER))).json()["case_id"]
    loop, compared = asyncio.get_running_loop(), []

    async def take() -> None:
        async with store.reading() as connection:
            await connection.execute("SELECT FROM review_case WHERE case_id = $1 FOR UPDATE NOWAIT", UUID(case_id))

    def watched_pair(old: ReportVersion, new: ReportVersion) -> Difference:
        asyncio.run_coroutine_threadsafe(take(), loop).result(timeout=5)
        compared.append("rewrite")
        return compare(old, new)

    def watched_case(wordings: Sequence[ReportVersion]) -> tuple[Difference, ...]:
        asyncio.run_coroutine_threadsafe(take(), loop).result(timeout=5)
        compared.append("case")
        return compare_all(wordings)

    monkeypatch.setattr(door, "compare", watched_pair)
    monkeypatch.setattr(door, "compare_all", watched_case)
    asked = {"revision": 1, "title": "标题", "body": "另写一稿。", "citations": []}
    shown = await http.post(f"/review/cases/{case_id}/compare", headers=by(COUNTY_CHECKER), json=asked)
    page = await http.get(f"/review/cases/{case_id}", headers=by(COUNTY_CHECKER))
    assert (shown.status_code, page.status_code, compared) == (200, 200, ["rewrite", "case"]), shown.text
