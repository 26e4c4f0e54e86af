"""What pages promise whatever the services say: tokens, forms, refusals, receipts. The services are a fake here."""

import re

import httpx
import pytest

from tests.portal.fakes import CASE, SIGNER, Site, field_of
from tests.portal.people import PASSWORD


async def test_whoever_is_not_logged_in_is_led_to_the_login_and_back(site: Site) -> None:
    answer = await site.client.get("/reports?state=SIGNED")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/reports%3Fstate%3DSIGNED")


async def test_a_login_gives_a_cookie_that_scripts_and_other_sites_cannot_use(site: Site) -> None:
    answer = await site.login()

    assert answer.status_code == 303
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("shangda_session"))
    assert {"HttpOnly", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}


async def test_a_wrong_password_and_an_unknown_account_are_told_alike(site: Site) -> None:
    wrong = await site.login("wrong")
    page = await site.client.get("/login")
    form = {"guard": field_of(page, "guard"), "next": "/", "username": "nobody", "password": "wrong"}
    unknown = await site.client.post("/login", data=form)

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert "账号或密码不对" in wrong.text
    assert "账号或密码不对" in unknown.text


@pytest.mark.parametrize("next", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/\tevil"])
async def test_a_login_never_leads_to_another_place(site: Site, next: str) -> None:
    page = await site.client.get("/login", params={"next": next})
    form = {"guard": field_of(page, "guard"), "next": next, "username": SIGNER, "password": PASSWORD}

    answer = await site.client.post("/login", data=form)

    assert answer.headers["location"] == "/"


async def test_a_form_without_this_session_s_mark_does_nothing(site: Site) -> None:
    await site.login()

    answer = await site.send_back("another session's")

    assert answer.status_code == 403
    assert "页面已过期" in answer.text
    assert "请改标题" in answer.text, "what was typed can be copied"
    assert not [call for call in site.services.calls if call.method == "POST"]


async def test_an_act_leads_to_its_receipt_and_a_second_click_to_the_same(site: Site) -> None:
    await site.login()
    csrf = await site.csrf()

    first, second = await site.send_back(csrf), await site.send_back(csrf)

    assert [first.status_code, second.status_code] == [303, 303]
    assert first.headers["location"] == second.headers["location"] == "/receipts/k-1"
    posts = [call for call in site.services.calls if call.method == "POST"]
    assert [call.url.path for call in posts] == [f"/review/cases/{CASE}/return"]
    assert posts[0].headers["traceparent"] == "00-trace-01"
    assert "由撰写人修改" in (await site.client.get("/receipts/k-1")).text


async def test_a_refused_act_tells_why_and_who_may(site: Site) -> None:
    await site.login()
    csrf = await site.csrf()
    problem = {"title": "当前任职不办理此项", "detail": "本人撰写，须由他人签发。", "remedy": "请切换任职。"}
    site.services.answer = lambda _: httpx.Response(403, json=problem)

    answer = await site.send_back(csrf)

    assert answer.status_code == 403
    assert "本人撰写，须由他人签发。" in answer.text


async def test_a_conflict_shows_theirs_beside_mine(site: Site) -> None:
    await site.login()
    csrf = await site.csrf()
    told = {"title": "此稿已有变动", "detail": "王某某 10:12 已退回此稿，本次“退回”尚未提交。"}
    site.services.answer = lambda _: httpx.Response(409, json=told)

    answer = await site.send_back(csrf)

    assert answer.status_code == 409
    assert "王某某 10:12 已退回此稿" in answer.text
    assert "请改标题\n文字需修改" in answer.text


async def test_a_service_that_is_away_is_told_without_losing_what_was_typed(site: Site) -> None:
    await site.login()
    csrf = await site.csrf()

    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")

    site.services.answer = away
    answer = await site.send_back(csrf)

    assert answer.status_code == 503
    assert "未能读取" in answer.text
    assert "请改标题" in answer.text


async def test_what_services_say_is_text_and_never_markup(site: Site) -> None:
    await site.login()
    csrf = await site.csrf()
    site.services.answer = lambda _: httpx.Response(409, json={"detail": "<script>alert(1)</script>"})

    answer = await site.send_back(csrf)

    assert "<script>alert(1)" not in answer.text
    assert (
        "script-src" in answer.headers["content-security-policy"]
        or "default-src 'self'" in (answer.headers["content-security-policy"])
    )
    assert answer.headers["cache-control"] == "no-store"


async def test_static_files_are_served_and_no_page_asks_another_origin(site: Site) -> None:
    page = await site.client.get("/login")

    addresses = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
    assert all(address.startswith("/") for address in addresses), addresses
    assert (await site.client.get("/static/portal/htmx.js")).status_code == 200
