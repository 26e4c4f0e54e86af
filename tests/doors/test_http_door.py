"""The HTTP doors of intake and review: what is no request is refused in words, and the next good one is served."""

import json
import logging
import re
from dataclasses import replace
from typing import Any
from unittest.mock import ANY
from uuid import UUID, uuid4

import httpx
import pytest

from shared.access.tokens import TokenIssuer
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role, Service
from shared.timekeeping.clocks import SystemClock
from tests.doors.town import DUTY_DESK, SHIQIAO, YUNLING, Town, good_report
from tests.towns import PINGHU, QINGSHAN

REPORTS = "/intake/reports"
WRITTEN = "SELECT (SELECT count(*) FROM intake.report), (SELECT count(*) FROM intake.event_log)"
CHECKER = (SHIQIAO, Role.INFO_SECTION)
HUGE = "9" * 1_000_000
DEEP = "[" * 100_000 + "]" * 100_000
MEGABYTE = 1_048_576


def told(answer: httpx.Response, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """Return the problem of an answer, which must say in words what is wrong and what to do."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:300]}"
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (problem["status"], problem["code"], problem.get("field")) == (status, code, field), problem
    assert problem["title"]
    assert any("一" <= letter <= "鿿" for letter in problem["detail"]), "the detail is for people who read Chinese"
    assert problem["remedy"]
    return problem


def changed(**changes: Any) -> str:
    """Return a good report with changes, as JSON."""
    return json.dumps({**good_report("春耕备耕进展顺利"), **changes}, ensure_ascii=False)


def with_number(digits: str) -> str:
    """Return a good report with a number of any length among its facts."""
    return changed(facts={"dead": "HERE"}).replace('"HERE"', digits)


UNFIT = {
    "malformed": (changed()[:-20], "body"),
    "not JSON": ("标题=春耕", "body"),
    "no UTF-8": (b'{"title": "\xff\xfe"}', "body"),
    "empty": (b"", "body"),
    "a list": ("[]", "body"),
    "half a surrogate pair": (changed().replace("春耕备耕", "\\ud800"), "body"),
    "deep": (changed(facts="HERE").replace('"HERE"', DEEP), "body"),
    "only brackets": (DEEP, "body"),
    "unknown field": (changed(secret_flag=True), "secret_flag"),
    "misspelt figure": (changed(facts={"deaths": 3}), "facts"),
    "unknown field of a source": (changed(citations=[{"figure": "3", "source": "x", "by": 1}]), "citations.0"),
    "wrong type": (changed(title=["春耕"]), "title"),
    "wrong type inside": (changed(facts={"dead": "three"}), "facts.dead"),
    "no such value": (changed(nature="EVIL"), "nature"),
    "a number of a million digits": (with_number(HUGE), "body"),
    "a number of 4,000 digits": (with_number("9" * 4_000), "facts.dead"),
    "a loss of 40 digits": (changed(facts={"direct_loss_yuan": 10**40}), "facts.direct_loss_yuan"),
    "a negative count": (with_number("-1"), "facts.dead"),
    "not a number": (with_number("NaN"), "facts.dead"),
    "before the year 1": (changed(expected_at="0001-01-01T00:00:00+14:00"), "expected_at"),
    "NUL": (changed(body="春耕\x00备耕"), "body"),
    "NUL in the place": (changed(facts={"place": "石桥\x00镇"}), "body"),
    "oversized": (changed(body="春" * MEGABYTE), None),
    "too long a title": (changed(title="春" * 121), "title"),
}


@pytest.mark.parametrize("name", UNFIT)
async def test_a_body_that_is_no_report_is_refused_in_words_and_nothing_is_written(town: Town, name: str) -> None:
    content, field = UNFIT[name]
    before = await town.owners_row(WRITTEN)

    told(await town.send(REPORTS, content), 422, "input", field)

    assert await town.owners_row(WRITTEN) == before


@pytest.mark.parametrize(
    "address",
    [f"{REPORTS}?number=%00", "/deadline/clocks?matter=a%00b", "/review/cases/%00", "/publication/issues/a%00"],
)
async def test_an_address_with_a_character_that_nobody_can_store_is_refused_in_words(town: Town, address: str) -> None:
    told(await town.send(address, b"", method="GET"), 422, "input", "address")


async def test_figures_that_look_like_an_escape_are_text(town: Town) -> None:
    """A percent sign before two zeros, and a backslash that is a backslash, are what a person wrote."""
    draft = {**good_report("青年返乡"), "body": r"其中90后占65%00后占35%，路径写作 \u0000。"}
    answer = await town.send("/intake/check", draft)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "path", [REPORTS, "/review/cases/01a211d9-371a-77d4-8614-785601a4d545/pass", "/supervision/instructions"]
)
async def test_a_body_without_end_is_refused_before_anybody_asks_who_sent_it(town: Town, path: str) -> None:
    told(await town.send(path, b" " * 5 * MEGABYTE, token="nobody"), 413, "oversized", "body")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "token_missing"),
        ("Basic c2hpcWlhbzpzaGlxaWFv", "token_missing"),
        ("Bearer a.b.c", "token_malformed"),
        ("Bearer " + "a" * 5_000, "token_malformed"),
    ],
)
async def test_nobody_gets_in_without_a_token(town: Town, header: str | None, code: str) -> None:
    for path in (REPORTS, f"/review/cases/{uuid4()}/pass"):
        told(await town.send(path, {"revision": 1}, Authorization=header), 401, code)


async def test_a_token_signed_by_nobody_or_for_another_site_lets_nobody_in(town: Town) -> None:
    head, claims, _ = town.token(town.cast.actor(SHIQIAO, Role.REPORTER)).split(".")
    other = town.cast.actor(SHIQIAO, Role.REPORTER)
    issuers = {site: (settings.keys / "tokens.pem").read_bytes() for site, settings in town.city.settings.items()}
    forged = TokenIssuer(issuers[PINGHU], QINGSHAN).issue(other, SystemClock().now())
    elsewhere = TokenIssuer(issuers[PINGHU], PINGHU).issue(replace(other, site=PINGHU), SystemClock().now())

    told(await town.send(REPORTS, changed(), token=f"{head}.{claims}.{'A' * 86}"), 401, "token_forged")
    told(await town.send(REPORTS, changed(), token=f"{head}.{claims}."), 401, "token_forged")
    told(await town.send(REPORTS, changed(), token=forged), 401, "token_forged")
    told(await town.send(REPORTS, changed(), token=elsewhere), 401, "token_for_another_site")


async def test_a_token_of_an_office_that_is_gone_opens_no_door(town: Town) -> None:
    """The portal made it before the organisation was changed; the answer says so, and is no fault of the server."""
    for role, path in ((Role.REPORTER, REPORTS), (Role.INFO_SECTION, f"/review/cases/{uuid4()}/pass")):
        gone = town.token(town.cast.actor(SHIQIAO, role), office=OfficeId("qingshan-gone"))
        answer = await town.send(path, changed() if path == REPORTS else {"revision": 1}, token=gone)
        assert answer.status_code in (403, 404), answer.text
    gone = town.token(town.cast.actor(DUTY_DESK, Role.DUTY_OFFICER), office=OfficeId("qingshan-gone"))
    for path in ("/intake/signals", "/deadline/clocks"):
        told(await town.send(path, b"", token=gone, method="GET"), 422, "unknown_office", "office")


async def test_an_appointment_of_one_office_opens_nothing_at_another(town: Town) -> None:
    mine = town.token(town.cast.actor(SHIQIAO, Role.REPORTER), office=YUNLING)
    nobody = town.token(town.cast.actor(SHIQIAO, Role.REPORTER), appointment="qingshan-shiqiao.nobody")

    told(await town.send(REPORTS, changed(), token=mine), 403, "denied_appointment_differs")
    told(await town.send(REPORTS, changed(), token=nobody), 403, "denied_appointment_unknown")


async def test_an_idempotency_key_is_asked_for_and_stands_for_one_body(town: Town) -> None:
    key, written = f"doors-{uuid4()}", changed()
    for unfit in (None, "short", "键" * 9, "a" * 81):
        header = unfit.encode() if unfit else None
        told(await town.send(REPORTS, written, Idempotency_Key=header), 422, "input", "Idempotency-Key")

    first = await town.send(REPORTS, written, Idempotency_Key=key)
    again = await town.send(REPORTS, written, Idempotency_Key=key)
    other = await town.send(REPORTS, changed(title="另一份"), Idempotency_Key=key)

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    told(other, 409, "IDEMPOTENCY_KEY_USED", "Idempotency-Key")
    assert await town.one("SELECT count(*) FROM intake.report_version WHERE idempotency_key = $1", key) == 1


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        (changed(body="机密★ 云雾崖储备库的位置如下"), "SECRECY_MARK"),
        (changed(title="云雾崖储备库（秘密）"), "SECRECY_MARK"),
        (changed(citations=[{"figure": "3处", "source": "密级：绝密 云雾崖"}]), "SECRECY_MARK"),
        (changed(title="绝密★云雾崖", nature="EVIL"), "SECRECY_MARK"),
        (changed(body="绝密★云雾崖")[:-9], "SECRECY_MARK"),
    ],
)
async def test_of_a_marked_text_nothing_is_kept_anywhere(
    town: Town, marked: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Every table of every site is searched, and what was logged."""
    caplog.set_level(logging.DEBUG)
    counted = await town.measured("shangda_intake_marked_texts_total", door="http")

    problem = told(await town.send(REPORTS, marked), 422, code, ANY)

    assert "云雾崖" not in json.dumps(problem, ensure_ascii=False)
    assert "云雾崖" not in caplog.text
    assert await town.traces_of("云雾崖") == []
    assert await town.measured("shangda_intake_marked_texts_total", door="http") > counted


async def test_no_door_of_any_service_takes_a_marked_text(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """Every address that takes a body is asked, whatever else is wrong with the request."""
    caplog.set_level(logging.DEBUG)
    described = (await town.send("/openapi.json", b"", method="GET")).json()
    doors = [
        (method.upper(), re.sub("{[^}]*}", str(uuid4()), path))
        for path, methods in described["paths"].items()
        for method, door in methods.items()
        if "requestBody" in door
    ]
    assert {path.split("/")[1] for _, path in doors} >= {"intake", "review", "publication", "supervision", "deadline"}

    marked = json.dumps({"text": "密级：机密。鹰嘴岩油库"})
    for method, path in doors:
        problem = told(await town.send(path, marked, method=method), 422, "SECRECY_MARK", ANY)
        assert "鹰嘴岩" not in json.dumps(problem, ensure_ascii=False), path

    assert "鹰嘴岩" not in caplog.text
    assert await town.traces_of("鹰嘴岩") == []
    for method, path in doors:  # of somebody unknown nothing is read, so nothing is told about it
        told(await town.ask(method, path, content=marked), 401, "token_missing", ANY)


async def test_the_search_for_traces_finds_what_is_there(town: Town) -> None:
    await town.submit("凤尾坡春耕备耕进展顺利")

    assert {"qingshan: intake.report_version", "qingshan: intake.event_log"} <= set(await town.traces_of("凤尾坡"))


UNFIT_ACTS = {
    "malformed": ("pass", '{"revision": ', 422, "input", "body"),
    "not JSON": ("pass", "通过", 422, "input", "body"),
    "no UTF-8": ("pass", b'{"revision": "\xff"}', 400, "http_400", None),
    "empty": ("pass", b"", 422, "input", "body"),
    "deep": ("pass", DEEP, 400, "http_400", None),
    "a number of a million digits": ("pass", f'{{"revision": {HUGE}}}', 400, "http_400", None),
    "a number of 4,000 digits": ("pass", f'{{"revision": {"9" * 4_000}}}', 422, "input", "revision"),
    "a number without end": ("pass", '{"revision": 1e400}', 422, "input", "revision"),
    "unknown field": ("pass", '{"revision": 1, "as": "principal"}', 422, "input", "as"),
    "half a surrogate pair": ("return", '{"revision": 1, "reason": "\\ud800", "text": "x"}', 422, "input", "reason"),
    "half a pair as a name": ("pass", '{"revision": 1, "\\ud800": 1}', 422, "input", "body"),
    "NUL in an opinion": ("return", '{"revision": 1, "reason": "FACTS", "text": "a\\u0000"}', 422, "input", "body"),
    "NUL among facts": ("rewrite", '{"revision": 1, "facts": {"place": "\\u0000"}}', 422, "input", "body"),
    "NUL behind an escaped backslash": ("return", r'{"revision": 1, "text": "a\\\u0000"}', 422, "input", "body"),
    "misspelt figure": (
        "rewrite",
        '{"revision": 1, "title": "x", "body": "y", "facts": {"deaths": 3}}',
        422,
        "input",
        "facts",
    ),
    "before the year 1": (
        "hold",
        '{"revision": 1, "reason": "x", "until": "0001-01-01T00:00:00+14:00"}',
        422,
        "input",
        "until",
    ),
}


@pytest.fixture(scope="module")
async def case(town: Town) -> UUID:
    """A case that lies in review at its first revision, whatever is tried with it."""
    report = await town.submit("松溪河道清淤完成")
    return UUID(str(await town.one("SELECT case_id FROM review.review_case WHERE report_id = $1", report)))


@pytest.mark.parametrize("name", UNFIT_ACTS)
async def test_a_body_that_is_no_act_is_refused_in_words_and_the_case_stays(town: Town, case: UUID, name: str) -> None:
    act, content, status, code, field = UNFIT_ACTS[name]

    told(await town.send(f"/review/cases/{case}/{act}", content, by=CHECKER), status, code, field)

    assert await town.one("SELECT revision FROM review.review_case WHERE case_id = $1", case) == 1


async def test_an_act_of_who_may_not_is_refused_and_the_case_stays(town: Town, case: UUID) -> None:
    path, body = f"/review/cases/{case}", {"revision": 1}

    told(await town.send(f"{path}/pass", body, by=(YUNLING, Role.INFO_SECTION)), 404, "case_unknown", "case_id")
    told(await town.send(f"{path}/sign", body, by=(SHIQIAO, Role.REPORTER)), 403, "denied_role")
    told(await town.send(f"{path}/pass", {"revision": 7}, by=CHECKER), 409, "stale", "revision")
    told(await town.send("/review/cases/nobody/pass", body, by=CHECKER), 422, "input", "case_id")
    told(await town.send(f"/review/cases/{uuid4()}/pass", body, by=CHECKER), 404, "case_unknown", "case_id")
    assert await town.one("SELECT revision FROM review.review_case WHERE case_id = $1", case) == 1


@pytest.mark.parametrize(
    "query",
    [
        "queue?after=%00",
        "queue?after=1~0001-01-01T00:00:00%2B14:00~{case}",
        f"queue?after={'9' * 5_000}~x~y",
        f"queue?limit={'9' * 5_000}",
        "cases?before=9999-12-31T23:59:59-14:00~{case}",
        "cases?state=EVIL",
    ],
)
async def test_a_page_that_no_list_has_is_refused_in_words(town: Town, case: UUID, query: str) -> None:
    answer = await town.send(f"/review/{query.format(case=case)}", b"", by=CHECKER, method="GET")

    assert answer.status_code == 422, answer.text
    assert answer.json()["remedy"]


async def test_an_address_that_nobody_serves_is_told_in_words(town: Town) -> None:
    told(await town.send("/intake/nothing", changed()), 404, "http_404")
    told(await town.send(REPORTS, changed(), method="DELETE"), 405, "http_405")


async def test_after_all_of_it_a_good_report_goes_through_review(town: Town) -> None:
    report = await town.submit("春耕备耕如期完成")
    case = await town.one("SELECT case_id FROM review.review_case WHERE report_id = $1", report)
    passed = await town.send(f"/review/cases/{case}/pass", {"revision": 1}, by=CHECKER)
    signed = await town.send(f"/review/cases/{case}/sign", {"revision": 2}, by=(SHIQIAO, Role.DEPUTY_SIGNER))

    assert (passed.status_code, signed.status_code) == (200, 200), signed.text
    await town.until("SELECT count(*) = 2 FROM review.review_case WHERE report_id = $1", report, what="at the county")
    for service in Service:
        assert await town.one(f"SELECT count(*) FROM {service}.held_message WHERE subject = $1", str(report)) == 0
