"""The HTTP door answers every refusal with problem+json that says, in Chinese, what, why and what to do."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import asyncpg
import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException
from pydantic import AwareDatetime, BaseModel, Field, field_validator

from shared.access.actions import Action
from shared.access.actor import Actor
from shared.access.context import Context
from shared.access.decisions import decide, require
from shared.access.http import bearer, install_problem_handlers, unmarked
from shared.access.tokens import TokenIssuer, TokenVerifier
from shared.contracts.vocabulary import Role
from shared.store.appending import FactTooLarge
from shared.timekeeping.clocks import ManualClock
from tests.access.cast import OFFICE, zhao_in

NOW = datetime(2025, 2, 17, 2, 5, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Body(BaseModel):
    dead: int = Field(ge=0)
    title: str = Field(default="标题", min_length=2, max_length=10)
    colour: Colour = Colour.RED
    at: AwareDatetime = NOW
    password: str = Field(default="long enough", min_length=8)
    place: str = ""
    scale: float = 1.0

    @field_validator("place")
    @classmethod
    def _known(cls, place: str) -> str:
        if place == "?":
            raise ValueError("地点没有写明：请填写乡镇或街道")
        return place


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def client(verifier: TokenVerifier, clock: ManualClock) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app)
    signed_in = bearer(verifier, clock)

    @app.post("/reports")
    async def write(actor: Annotated[Actor, Depends(signed_in)], body: Body) -> str:
        require(decide(actor, Action.DRAFT_REPORT, Context(OFFICE)))
        return actor.person

    @app.post("/replies", dependencies=[Depends(signed_in), Depends(unmarked)])
    async def reply(body: dict[str, Any]) -> int:
        return len(body)

    @app.get("/reports/{number}")
    async def read(number: int) -> int:
        raise HTTPException(409, "王某某 10:12 已退回此稿")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://intake") as made:
        yield made


async def sent(client: httpx.AsyncClient, token: str | None, body: Any) -> tuple[int, dict[str, Any], str]:
    """Post a report; return status, body and challenge. Every refusal must be problem+json."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = await client.post("/reports", json=body, headers=headers)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
        assert {"type", "title", "detail", "code"} <= answer.json().keys()
    read = answer.json() if isinstance(answer.json(), dict) else {"answer": answer.json()}
    return answer.status_code, read, answer.headers.get("www-authenticate", "")


@pytest.fixture
def token(issuer: TokenIssuer) -> str:
    return issuer.issue(zhao_in(Role.REPORTER), NOW)


async def test_a_good_token_lets_its_zhao_in(client: httpx.AsyncClient, token: str) -> None:
    assert await sent(client, token, {"dead": 0}) == (200, {"answer": "zhao"}, "")


async def test_no_token_is_401_and_says_to_log_in(client: httpx.AsyncClient) -> None:
    status, body, challenge = await sent(client, None, {"dead": 0})
    assert (status, body["code"], body["remedy"], challenge) == (401, "token_missing", "请先登录。", "Bearer")


async def test_another_scheme_is_no_token(client: httpx.AsyncClient) -> None:
    answer = await client.post("/reports", json={"dead": 0}, headers={"Authorization": "Basic emhhbzp4"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")


async def test_an_expired_token_is_401_by_the_machine_clock(
    client: httpx.AsyncClient, token: str, clock: ManualClock
) -> None:
    clock.advance(timedelta(minutes=5))
    status, body, challenge = await sent(client, token, {"dead": 0})
    assert (status, body["code"]) == (401, "token_expired")
    assert body["detail"] == "登录凭证已过期。"
    assert 'error="invalid_token"' in challenge


async def test_rubbish_is_401_before_the_body_is_judged(client: httpx.AsyncClient) -> None:
    assert (await sent(client, "rubbish", {"dead": 0}))[0] == 401


async def test_a_denied_act_is_403_and_says_who_may(client: httpx.AsyncClient, issuer: TokenIssuer) -> None:
    status, body, _ = await sent(client, issuer.issue(zhao_in(Role.EDITOR), NOW), {"dead": 0})
    assert (status, body["code"]) == (403, "denied_role")
    assert body["who_may"] == ["REPORTER", "INFO_SECTION", "DEPUTY_SIGNER", "PRINCIPAL"]
    assert body["detail"].endswith("任职办理。当前任职：石桥镇 编辑。")
    assert "“信息员”" in body["remedy"]


@pytest.mark.parametrize(
    ("given", "field", "what", "remedy", "value"),
    [
        ({}, "dead", "没有填", "请填写此项", None),
        ({"dead": -1}, "dead", "小于 0", "请填写 0 以上（含）的数", "-1"),
        ({"dead": "三"}, "dead", "应为整数", "请填写整数，如 3", "三"),
        ({"dead": 0, "title": "字" * 90}, "title", "超过 10 字", "请缩短到 10 字以内（含）", "字" * 39 + "…"),
        ({"dead": 0, "colour": "绿"}, "colour", "不在可选范围内", "可选：'red' or 'blue'", "绿"),
        (
            {"dead": 0, "at": "2025-02-17T10:05:00"},
            "at",
            "时间没有时区",
            "请写明时区，如 2025-03-12T15:05:00+08:00",
            "2025-02-17T10:05:00",
        ),
        ({"dead": 0, "password": "short"}, "password", "不足 8 字", "请写至少 8 字", None),
        ({"dead": 0, "place": "?"}, "place", "地点没有写明：请填写乡镇或街道", "请按接口说明填写", "?"),
        ({"dead": {"people": "李某某"}}, "dead", "应为整数", "请填写整数，如 3", None),
        ([], "body", "与要求不符", "请按接口说明填写", None),
    ],
)
async def test_input_that_does_not_fit_is_422_naming_field_value_and_remedy(
    client: httpx.AsyncClient, token: str, given: Any, field: str, what: str, remedy: str, value: str | None
) -> None:
    status, body, _ = await sent(client, token, given)
    assert (status, body["code"], body["field"]) == (422, "input", field)
    assert body["detail"] == f"{field}：{what}"
    assert (body["remedy"], body.get("value")) == (remedy, value)


async def test_all_faults_are_listed_and_the_first_is_told(client: httpx.AsyncClient, token: str) -> None:
    _, body, _ = await sent(client, token, {"dead": -1, "title": "一", "colour": "绿"})
    assert body["detail"] == "dead：小于 0；另有 2 处需要修改"
    assert [fault["field"] for fault in body["errors"]] == ["dead", "title", "colour"]


@pytest.mark.parametrize(
    "raw",
    [
        '{"text": "密级：机密"}'.encode(),
        '{"text": "密级：机密"}'.encode("utf-8-sig"),
        '{"text": "密级：机密"}'.encode("utf-16"),
        json.dumps({"text": "密级：机密"}).encode(),
        b'{"text": ' + b"[" * 300 + '"密级：机密"'.encode() + b"]" * 300 + b"}",
        b'{"text": NaN, "more": ' + '"密级：机密"}'.encode(),
    ],
)
async def test_a_mark_is_found_however_the_json_is_written(client: httpx.AsyncClient, token: str, raw: bytes) -> None:
    """What FastAPI reads is what is scanned: a byte order mark, another encoding or depth opens no way around."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = await client.post("/replies", content=raw, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "SECRECY_MARK")


async def test_of_somebody_unknown_nothing_is_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/replies", json={"text": "密级：机密"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")


async def test_what_is_no_json_is_told_without_repeating_it(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.post("/reports", content=b"{secret", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 422
    assert "secret" not in answer.text


async def test_numbers_that_json_cannot_hold_do_not_break_the_answer(client: httpx.AsyncClient, token: str) -> None:
    raw = b'{"dead": NaN, "scale": Infinity}'
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = await client.post("/reports", content=raw, headers=headers)
    assert (answer.status_code, answer.json()["value"]) == (422, "nan")


async def test_fastapis_own_refusals_are_problems_too(client: httpx.AsyncClient) -> None:
    missing, conflict = await client.get("/nowhere"), await client.get("/reports/7")
    assert (missing.status_code, missing.json()["title"]) == (404, "没有找到")
    assert (conflict.status_code, conflict.json()["detail"]) == (409, "王某某 10:12 已退回此稿")
    assert (await client.get("/reports/x")).json()["field"] == "number"
    assert (await client.delete("/reports")).json()["code"] == "http_405"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ConnectionRefusedError("5432"), 503, "away"),
        (asyncpg.exceptions.AdminShutdownError("bye"), 503, "away"),
        (FactTooLarge("report.signed.v1", 950_000, 917_504), 413, "fact_too_large"),
        (ZeroDivisionError("ours"), 500, "fault"),
    ],
)
async def test_what_goes_wrong_behind_the_door_is_told_in_words_too(error: Exception, status: int, code: str) -> None:
    """Promise 1: what was not kept is not answered as kept, and the asker hears what to do."""
    app = FastAPI()
    install_problem_handlers(app)

    @app.post("/act")
    async def act() -> None:
        raise error

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as http:
        answer = await http.post("/act")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert answer.json()["remedy"]
    assert "ours" not in answer.text
    assert ("retry-after" in answer.headers) == (status == 503)
