"""What else people do on pages, each walked to its end: hold, mend, word anew, follow up, instruct, replay."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from deploy.play.cast import Cast, person_of
from shared.contracts.envelope import Unreadable
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role, Service
from tests.portal.conftest import IMAGES, PHONE, Town
from tests.portal.people import PASSWORD
from tests.probe import eventually
from tests.towns import QINGSHAN

expect.set_options(timeout=30_000)
TOWNSHIP, COUNTY = OfficeId("qingshan-shiqiao"), OfficeId("qingshan-gov-info")
DUTY, PARTY_DUTY = OfficeId("qingshan-gov-duty"), OfficeId("qingshan-party-duty")
BODY = "2月17日排查，三座水库溢洪道淤堵，涉及下游农户86户。已组织清淤。"
CITED = [
    {"figure": "3座", "source": "镇水利站台账", "page": "第2页", "checked_by": "周明远"},
    {"figure": "86户", "source": "镇财政所统计表"},
]


@pytest.fixture
async def cast(town: Town) -> AsyncIterator[Cast]:
    """Everybody, acting without a browser, for what happened before a walk begins."""
    people = Cast(town.city)
    await people.open()
    yield people
    await people.close()


def writing(title: str, **changes: Any) -> dict[str, Any]:
    """Return a complete report of 石桥镇."""
    facts = {
        "occurred_at": "2025-02-17T08:50:00+08:00",
        "place": "石桥镇",
        "kind": "水库隐患",
        "scope": "三座水库",
        "measures": "已组织清淤",
        "evacuated": 41,
        "verified": "经县水利局核实",
    }
    stated = {"type": "PROBLEM", "nature": "PROBLEM", "title": title, "body": BODY, "facts": facts, "citations": CITED}
    return {**stated, **changes}


async def submitted(cast: Cast, report: dict[str, Any]) -> str:
    """Submit a report at 石桥镇; return its id."""
    key = uuid4().hex

    async def submit() -> str | None:
        answer = await cast.call(TOWNSHIP, Role.REPORTER, "POST", "/intake/reports", report, Idempotency_Key=key)
        # Intake learns of appointments by events, within seconds of the start.
        assert answer.status_code in (201, 403), answer.text
        return str(answer.json()["report_id"]) if answer.status_code == 201 else None

    return await eventually(submit)


async def case_of(cast: Cast, office: OfficeId, report: str) -> dict[str, Any]:
    """Return an office's case on a report, as soon as there is one."""

    async def look() -> dict[str, Any] | None:
        answer = await cast.call(office, Role.INFO_SECTION, "GET", f"/review/reports/{report}/case")
        return dict(answer.json()) if answer.status_code == 200 else None

    return await eventually(look)


async def act(cast: Cast, office: OfficeId, role: Role, report: str, name: str) -> None:
    """Do a plain act on an office's case."""
    case = await case_of(cast, office, report)
    body = {"revision": case["revision"]}

    async def done() -> bool | None:
        answer = await cast.call(office, role, "POST", f"/review/cases/{case['case_id']}/{name}", body)
        assert answer.status_code in (200, 403), answer.text
        return answer.status_code == 200 or None

    await eventually(done)


async def signed(cast: Cast, report: dict[str, Any]) -> str:
    """Submit, pass and sign a report at 石桥镇; return its id when the county has it."""
    report_id = await submitted(cast, report)
    await act(cast, TOWNSHIP, Role.INFO_SECTION, report_id, "pass")
    await act(cast, TOWNSHIP, Role.DEPUTY_SIGNER, report_id, "sign")
    await case_of(cast, COUNTY, report_id)
    return report_id


@asynccontextmanager
async def opened(town: Town, cast: Cast, office: OfficeId, role: Role, report: str) -> AsyncIterator[Page]:
    """Give the page of an office's case on a report."""
    case = await case_of(cast, office, report)
    async with town.visiting(office, role) as page:
        await page.goto(f"/review?case={case['case_id']}")
        yield page


async def whole(page: Page, name: str) -> None:
    """Take a picture of a whole page from its top, so that what sticks to the window stands where it belongs."""
    await page.evaluate("scrollTo(0, 0)")
    await page.screenshot(path=IMAGES / name, full_page=True)


async def test_a_signer_holds_a_report_with_a_reason_and_lets_it_go_again(town: Town, cast: Cast) -> None:
    """3.4 暂缓: a reason and an end; the page and the receipt say what a hold does not do."""
    report = await submitted(cast, writing("石桥镇水库清淤进展"))
    await act(cast, TOWNSHIP, Role.INFO_SECTION, report, "pass")
    async with opened(town, cast, TOWNSHIP, Role.DEPUTY_SIGNER, report) as page:
        await page.keyboard.press("h")
        await expect(page.locator(".acts summary:focus")).to_have_text(re.compile("暂缓"))
        await page.get_by_label("暂缓理由").fill("等县水利局复核数据")
        until = town.clock.now() + timedelta(hours=10)
        await page.get_by_label("暂缓到").fill(f"{until:%Y-%m-%dT%H:%M}")
        await page.screenshot(path=IMAGES / "hold.png")
        await page.get_by_role("button", name="暂缓", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已暂缓")
        await expect(page.get_by_role("main")).to_contain_text("到期后不会自动报出")
        await page.get_by_role("link", name="查看去向").click()
        await expect(page.get_by_role("article")).to_contain_text("等县水利局复核数据")
        await page.get_by_role("button", name="解除暂缓").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已解除暂缓")


async def test_a_returned_report_is_mended_whole_and_the_reviewer_sees_what_changed(town: Town, cast: Cast) -> None:
    """退回 → 修改后重报 → 各版对照: nothing is lost on the way, figures precede the text."""
    report = await submitted(cast, writing("石桥镇三座水库淤堵"))
    async with opened(town, cast, TOWNSHIP, Role.INFO_SECTION, report) as page:
        await page.get_by_text("退回修改").click()
        await page.get_by_label("文字需修改").check()
        await page.get_by_label("退回意见").fill("水库数与水利站台账不符，请核对")
        await page.get_by_role("button", name="退回", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已退回")

    async with town.visiting(TOWNSHIP, Role.REPORTER) as page:
        await page.goto(f"/reports/{report}")
        await expect(page.get_by_role("main")).to_contain_text("水库数与水利站台账不符")
        await page.get_by_role("link", name="修改后重报").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("修改后重报")
        await expect(page.get_by_label("转移人数")).to_have_value("41")
        await expect(page.get_by_label("核实情况")).to_have_value("经县水利局核实")
        await expect(page.locator('input[name="citation.page"]').first).to_have_value("第2页")
        await page.get_by_label("标题").fill("石桥镇两座水库淤堵")
        await page.get_by_label("正文").fill(BODY.replace("三座", "两座"))
        await page.get_by_label("影响范围").fill("两座水库")
        await page.get_by_label("转移人数").fill("38")
        await page.locator('input[name="citation.figure"]').first.fill("两座")
        await whole(page, "resubmitting.png")
        await page.get_by_role("button", name="核对并提交").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("核对")
        await page.get_by_role("button", name="提交审核").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已提交审核")

    async def second() -> bool | None:
        return len((await case_of(cast, TOWNSHIP, report))["wordings"]) == 2 or None

    await eventually(second)
    async with opened(town, cast, TOWNSHIP, Role.INFO_SECTION, report) as page:
        article = page.get_by_role("article")
        await expect(article).to_contain_text("第 1 版 → 第 2 版")
        row = article.get_by_role("row").filter(has_text="转移")
        await expect(row).to_contain_text("减3")
        await expect(article.locator("ins").first).to_contain_text("两座")
        await expect(article.locator("dl").first).to_contain_text("经县水利局核实")
        await page.screenshot(path=IMAGES / "comparison.png")


async def test_a_county_words_a_report_anew_and_sees_the_difference_first(town: Town, cast: Cast) -> None:
    """3.4 改稿: the form, what is missing, the difference, the receipt."""
    report = await signed(cast, writing("石桥镇水库溢洪道淤堵待清理"))
    async with opened(town, cast, COUNTY, Role.INFO_SECTION, report) as page:
        await page.get_by_role("link", name="改稿").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("改稿")
        await page.get_by_label("标题").fill("石桥镇三座水库溢洪道淤堵待清理")
        await page.get_by_label("正文").fill(f"{BODY}预计需要资金30万元。")
        await page.get_by_role("button", name="对照改动").click()
        await expect(page.get_by_role("alert")).to_contain_text("改稿理由没有填")
        await page.get_by_label("改稿理由").fill("补充资金需求，标题写明数量")
        await page.get_by_role("button", name="对照改动").click()
        await expect(page.get_by_role("alert")).to_contain_text("没有来源")
        for figure, source in (("30万元", "县财政局测算"), ("三座", "镇水利站台账")):
            cell = page.locator(f'tr:has(input[name="citation.figure"][value="{figure}"])')
            if await cell.count():
                await cell.locator('input[name="citation.source"]').fill(source)
        await whole(page, "rewrite.png")
        await page.get_by_role("button", name="对照改动").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("核对改动")
        await expect(page.locator("ins").first).to_contain_text("三座水库")
        await whole(page, "rewrite-compare.png")
        await page.get_by_role("button", name="提交改稿").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已改稿")
        await page.get_by_role("link", name="查看去向").click()
        await expect(page.get_by_role("article")).to_contain_text("补充资金需求，标题写明数量")


async def test_a_follow_up_is_written_from_the_report_before(town: Town, cast: Cast) -> None:
    """3.7 写续报: it belongs to the incident; what is still missing is told before it is submitted."""
    initial = writing(
        "东风路仓库起火",
        type="URGENT",
        urgency="URGENT",
        incident_kind="INITIAL",
        body="东风路仓库起火，正在扑救。",
        citations=[],
        expected_at="2025-02-18T10:00:00+08:00",
    )
    report = await signed(cast, initial)
    async with town.visiting(TOWNSHIP, Role.REPORTER) as page:
        await page.goto(f"/reports/{report}")
        await page.get_by_role("link", name="写终报").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("写终报")
        await page.go_back()
        await page.get_by_role("link", name="写续报").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("写续报")
        await expect(page.get_by_label("所属事件").locator("option:checked")).to_contain_text("东风路仓库起火")
        await page.get_by_label("所属事件").select_option("")
        await page.get_by_label("正文").fill("东风路仓库明火已扑灭。")
        for label, text in (("死亡人数", "0"), ("失联人数", "0"), ("受伤人数", "1")):
            await page.get_by_label(label, exact=True).fill(text)
        await page.get_by_label("已采取的措施").fill("明火已灭，正在清理")
        await page.get_by_label("趋势").fill("得到控制")
        await page.get_by_role("button", name="核对并提交").click()
        await expect(page.get_by_role("alert")).to_contain_text("没有选所续的事件")
        await page.get_by_label("所属事件").select_option(index=1)
        await whole(page, "follow-up.png")
        await page.get_by_role("button", name="核对并提交").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("核对")
        await page.get_by_role("button", name="提交审核").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已提交审核")


async def test_an_instruction_becomes_a_ticket_that_is_signed_for_answered_and_closed(town: Town, cast: Cast) -> None:
    """T10, 3.11: 批示 → 督办件 → 签收 → 反馈 → 办结, on the pages of both sides."""
    title = "石桥镇水库淤堵请县里协调"
    report = await signed(cast, writing(title))
    publication = (await cast.call(COUNTY, Role.EDITOR, "GET", "/publication/publications")).json()[0]["id"]

    async def adopted() -> bool | None:
        body = {"report_id": report, "publication": publication}
        answer = await cast.call(COUNTY, Role.EDITOR, "POST", "/publication/adoptions", body)
        return answer.is_success or None

    await eventually(adopted)
    async with town.visiting(COUNTY, Role.SUPERVISION) as page:
        await page.get_by_role("link", name="批示", exact=True).click()
        row = page.get_by_role("row").filter(has_text=title)
        await expect(row.first).to_be_visible()
        await row.get_by_role("link", name="登记批示").click()
        await page.get_by_label("批示领导").fill("吴守田")
        await page.get_by_label("批示原文").fill("请石桥镇抓紧清淤，汛前完成，并报结果。")
        await page.get_by_label("主办单位").select_option(label="石桥镇")
        await whole(page, "instruction.png")
        await page.get_by_role("button", name="登记").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已登记批示")

    async with town.visiting(TOWNSHIP, Role.INFO_SECTION) as page:
        await page.get_by_role("link", name="督办件", exact=True).click()
        await page.get_by_role("link", name=title).first.click()
        await page.get_by_role("button", name="签收").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已签收")
        await page.get_by_role("link", name="打开").click()
        await expect(page.locator(".custody")).to_contain_text("青山县府办信息科 · 交办")
        await page.get_by_label("反馈内容").fill("已清淤完毕，三座水库溢洪道恢复畅通。")
        await page.screenshot(path=IMAGES / "ticket.png")
        await page.get_by_role("button", name="提交反馈").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已提交反馈")

    async with town.visiting(COUNTY, Role.SUPERVISION) as page:
        await page.goto("/tickets")
        await page.get_by_role("link", name=title).first.click()
        await expect(page.get_by_role("main")).to_contain_text("三座水库溢洪道恢复畅通")
        await page.get_by_label("办理结果").fill("清淤完成，隐患消除")
        await page.get_by_role("button", name="办结").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已办结")


async def test_an_operator_looks_replays_and_discards_with_a_second_one(town: Town) -> None:
    """3.16: from the list to the outcome, against the real doors of a service that holds something."""
    review = town.city.running[QINGSHAN].hosted[Service.REVIEW]
    await review.inbox.process([Unreadable(text, {}, "q", "NOT_JSON", "不是 JSON") for text in (b"one", b"two")])
    async with town.visiting(DUTY, Role.OPERATOR) as page:
        await expect(page.get_by_role("heading", level=1)).to_have_text("滞留消息")
        row = page.get_by_role("row").filter(has_text="NOT_JSON")
        await expect(row).to_contain_text("2")
        await page.screenshot(path=IMAGES / "parked.png")
        await row.get_by_role("link", name="NOT_JSON").click()
        await page.get_by_label("理由").fill("已停用误发的程序")
        await page.get_by_role("button", name="重放所选").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已提交重放")
        await page.get_by_role("link", name="重放结果").click()
        await expect(page.locator("#outcomes")).to_contain_text("搁置 2")
        await page.get_by_role("link", name="滞留消息", exact=True).first.click()
        await page.get_by_role("link", name="NOT_JSON").click()
        await page.get_by_role("button", name="查看内容").first.click()
        await expect(page.locator("pre.raw").first).to_have_text("one")
        await page.get_by_text("丢弃", exact=True).first.click()
        discard = page.locator('form[action*="/discard/"]')
        await discard.get_by_label("理由").fill("误发的测试消息")
        await discard.get_by_label("第二人账号").fill(person_of(PARTY_DUTY, Role.OPERATOR)[0])
        await discard.get_by_label("密码").fill(PASSWORD)
        await page.screenshot(path=IMAGES / "parked-message.png")
        await discard.get_by_role("button", name="丢弃").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已丢弃")
        await page.get_by_role("link", name="链路", exact=True).click()
        await expect(page.get_by_role("main")).to_contain_text("临江市数据中心")
        await page.screenshot(path=IMAGES / "links.png")


async def test_keys_are_listed_and_lead_to_desks(town: Town) -> None:
    """3.0: ? lists the keys, G Z goes to the duty desk; inside a field a letter is a letter."""
    async with town.visiting(DUTY, Role.DUTY_OFFICER) as page:
        await page.keyboard.press("Shift+?")
        await expect(page.get_by_role("dialog")).to_contain_text("审签台")
        await page.screenshot(path=IMAGES / "keys.png")
        await page.keyboard.press("Escape")
        await expect(page.locator("#keys")).to_be_hidden()
        await page.keyboard.press("g")
        await page.keyboard.press("s")
        await expect(page.get_by_role("heading", level=1)).to_have_text("审签台")
        await page.goto("/duty/awareness")
        await page.get_by_label("地点").press_sequentially("gz?")
        await expect(page.get_by_label("地点")).to_have_value("gz?")
        await expect(page.locator("#keys")).to_be_hidden()


@pytest.mark.parametrize(
    ("office", "role", "addresses"),
    [
        (TOWNSHIP, Role.REPORTER, ("/", "/reports/new?series=FINAL", "/reports")),
        (TOWNSHIP, Role.DEPUTY_SIGNER, ("/", "/review", "/review?box=SIGNED", "/verdicts", "/tickets")),
        (DUTY, Role.DUTY_OFFICER, ("/duty", "/duty/expired", "/duty/signals", "/duty/calls")),
        (DUTY, Role.OPERATOR, ("/parked", "/links")),
    ],
)
async def test_on_a_phone_no_page_is_wider_than_the_screen(
    town: Town, office: OfficeId, role: Role, addresses: tuple[str, ...]
) -> None:
    """Checklist 15: 390 px, no sideways scroll."""
    async with town.visiting(office, role, size=PHONE) as page:
        for address in addresses:
            await page.goto(address)
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= PHONE["width"], f"{address}: {wide}"
