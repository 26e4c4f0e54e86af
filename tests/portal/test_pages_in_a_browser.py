"""What people do on pages, in a real browser against every service of three linked sites."""

import re
from datetime import timedelta

from playwright.async_api import expect

from shared.contracts.vocabulary import Role
from tests.portal.conftest import DESK, IMAGES, PHONE, Town
from tests.towns import QINGSHAN

expect.set_options(timeout=30_000)
TOWNSHIP, COUNTY, DUTY = "qingshan-shiqiao", "qingshan-gov-info", "qingshan-gov-duty"
TITLE = "石桥镇三座水库溢洪道淤堵"
BODY = "经2月17日排查，全镇三座水库溢洪道淤堵，涉及下游农户86户。已组织清淤，请上级支持大型机械2台。"


async def test_a_report_is_written_reviewed_signed_and_its_way_is_shown(town: Town) -> None:
    """T3, T2, T4: 写稿 → 核对 → 提交审核 → 通过 → 签发 → 我的稿件."""
    async with town.visiting(TOWNSHIP, Role.REPORTER) as page:
        await expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
        await page.screenshot(path=IMAGES / "workbench-empty.png")
        await page.get_by_role("link", name="写稿", exact=True).click()
        await page.get_by_label("标题").fill(TITLE)
        await page.get_by_label("发生时间").fill("2025-02-17T08:50")
        await page.get_by_label("地点").fill("石桥镇")
        await page.get_by_label("类别").fill("水库隐患")
        await page.get_by_label("影响范围").fill("三座水库，下游农户86户")
        await page.get_by_label("正文").fill(BODY)
        await page.get_by_role("button", name="核对并提交").click()

        summary = page.get_by_role("alert")
        await expect(summary).to_contain_text("已采取的措施没有填")
        await expect(summary).to_contain_text("数据“86户”没有来源")
        assert (await page.title()).startswith("有误：")
        await page.screenshot(path=IMAGES / "writing-faults.png")

        await page.get_by_label("已采取的措施").fill("已组织清淤，设置警示牌")
        for figure, source in (("86户", "镇财政所统计表"), ("2台", "镇水利站申请"), ("三座", "镇水利站台账")):
            row = page.locator(f'input[name="citation.figure"][value="{figure}"]')
            if await row.count():
                await page.locator("tr", has=row).locator('input[name="citation.source"]').fill(source)
        await expect(page.locator("#side")).to_contain_text("镇财政所统计表")
        await page.screenshot(path=IMAGES / "writing.png")
        await page.get_by_role("button", name="核对并提交").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("核对")
        await page.screenshot(path=IMAGES / "verify.png")
        await page.get_by_role("button", name="提交审核").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已提交审核")
        await page.screenshot(path=IMAGES / "receipt.png")

    async with town.visiting(TOWNSHIP, Role.INFO_SECTION) as page:
        await page.get_by_role("link", name="审签台").click()
        await expect(page.get_by_role("article")).to_contain_text(TITLE)
        await page.screenshot(path=IMAGES / "review.png")
        await page.get_by_role("button", name="通过，送签发").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已通过")

    async with town.visiting(TOWNSHIP, Role.DEPUTY_SIGNER) as page:
        await page.get_by_role("link", name="签发", exact=True).click()
        await page.get_by_role("link", name="签发并上报").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("核对签发")
        await page.screenshot(path=IMAGES / "sign.png")
        await page.get_by_role("button", name="签发并上报").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已签发")

    async with town.visiting(TOWNSHIP, Role.REPORTER) as page:
        await page.get_by_role("link", name="我的稿件", exact=True).click()
        row = page.get_by_role("row").filter(has_text=TITLE)
        await expect(row).to_contain_text("签发")
        await page.screenshot(path=IMAGES / "reports.png")
        await row.get_by_role("link", name=TITLE).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        await page.screenshot(path=IMAGES / "report.png")


async def test_a_duty_officer_registers_an_awareness_and_the_clock_is_open(town: Town) -> None:
    """T6: 登记获知 opens a clock that 值班台 shows with headroom, limit and basis, on a phone too."""
    async with town.visiting(DUTY, Role.DUTY_OFFICER, size=PHONE) as page:
        await expect(page.get_by_role("heading", level=1)).to_have_text("值班台")
        await page.locator(".thumb").get_by_role("link", name="登记获知").click()
        await page.get_by_label("地点").fill("青山镇东风路18号")
        await page.get_by_label("类别").fill("仓库火灾")
        await page.get_by_label("来源").fill("群众电话")
        await page.get_by_label("死亡人数").fill("3")
        await page.screenshot(path=IMAGES / "awareness-phone.png", full_page=True)
        await page.get_by_role("button", name="登记").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已登记获知")
        await expect(page.locator("#watched")).to_contain_text("截止")
        await page.screenshot(path=IMAGES / "awareness-receipt-phone.png")
        await page.get_by_role("link", name="值班台", exact=True).first.click()
        await expect(page.locator(".duty-row").first).to_contain_text("余")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"]
        await page.screenshot(path=IMAGES / "duty-phone.png")

    async with town.visiting(DUTY, Role.DUTY_OFFICER) as page:
        await expect(page.locator(".duty-row").first).to_contain_text(re.compile("截止 .*（含）"))
        await page.screenshot(path=IMAGES / "duty.png")
        town.clock.advance(timedelta(minutes=55))
        await page.reload()
        await expect(page.locator(".duty-row").first).to_contain_text("超 25 分")
        await expect(page.locator(".duty-row").nth(2)).to_contain_text("余 5 分")
        await page.screenshot(path=IMAGES / "duty-late.png")
        await page.locator(".duty-row").first.get_by_role("link", name="登记电话").click()
        await page.get_by_label("接听人").fill("郑向禾")
        await page.get_by_label("对方登记号").fill("市值-0217-06")
        await page.get_by_label("报告内容").fill("东风路18号仓库起火，3人死亡，正在扑救")
        await page.get_by_role("button", name="登记").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已登记电话报告")


async def test_the_head_of_the_duty_office_decides_on_a_late_proposal(town: Town) -> None:
    """认定: the sum comes first, the proposal is called one, and the receipt says what was decided."""
    town.clock.advance(timedelta(days=1, hours=1))
    async with town.visiting("linjiang-gov-duty", Role.DUTY_HEAD) as page:
        proposal = page.get_by_role("link", name=re.compile("青山县.*书面报告")).first
        await expect(proposal).to_be_visible()
        await proposal.click()
        await expect(page.get_by_role("main")).to_contain_text("系统提议：漏报。尚未认定。")
        await page.screenshot(path=IMAGES / "verdict.png")
        await page.get_by_role("button", name="按提议认定").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已认定")


async def test_an_editor_adopts_and_every_number_of_the_ranking_leads_to_lines_that_add_up(town: Town) -> None:
    """T5, and 3.13: what the county adopts scores for the township; the score is the sum of the ledger's lines."""
    async with town.visiting(COUNTY, Role.EDITOR) as page:
        await page.get_by_role("link", name="审签台", exact=True).click()
        await page.get_by_role("link", name=TITLE).last.click()
        await page.screenshot(path=IMAGES / "review-editor.png")
        await page.get_by_role("button", name="采用").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("已采用")

    async with town.visiting(COUNTY, Role.SCORER) as page:
        await page.get_by_role("link", name="积分与排名", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("积分与排名")
        first = page.locator("tbody tr").first
        await expect(first).to_contain_text("石桥镇")
        await page.screenshot(path=IMAGES / "rankings.png")
        score = first.locator("td.num a").first
        shown = (await score.inner_text()).strip()
        assert shown != "0"
        await score.click()
        await expect(page.locator("#sum")).to_have_text(shown)
        await page.screenshot(path=IMAGES / "ledger.png")


async def test_what_another_one_did_meanwhile_is_shown_beside_mine(town: Town) -> None:
    """3.0, conflict: nothing typed is lost, and who did what is told."""
    async with town.visiting(COUNTY, Role.INFO_SECTION) as mine, town.visiting(COUNTY, Role.INFO_SECTION) as theirs:
        for page in (mine, theirs):
            await page.get_by_role("link", name="审签台", exact=True).click()
            await page.get_by_role("article").wait_for()
        await theirs.get_by_role("button", name="通过，送签发").click()
        await expect(theirs.get_by_role("heading", level=1)).to_have_text("已通过")
        await mine.get_by_text("退回修改").click()
        await mine.get_by_label("退回意见").fill("请补充清淤完成时间")
        await mine.get_by_role("button", name="退回", exact=True).click()
        await expect(mine.get_by_role("main")).to_contain_text("本次“退回”尚未提交")
        await expect(mine.get_by_role("textbox")).to_have_value("请补充清淤完成时间\n要素不全")
        await mine.screenshot(path=IMAGES / "conflict.png")


async def test_login_tells_neither_which_part_is_wrong_nor_lets_anybody_in(town: Town) -> None:
    """The login page works by itself: no script, one message for every wrong pair."""
    settings = town.city.settings[QINGSHAN]
    context = await town.browser.new_context(viewport=DESK, base_url=settings.portal_url, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/duty")
    await expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    await page.get_by_label("账号").fill("qingshan-shiqiao-reporter")
    await page.get_by_label("密码").fill("not this one")
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    await page.screenshot(path=IMAGES / "login.png")
    await context.close()


async def test_a_page_that_is_not_for_this_appointment_says_whose_it_is(town: Town) -> None:
    """3.0, no permission: who does it, who one is now; never a bare 403."""
    async with town.visiting(TOWNSHIP, Role.REPORTER) as page:
        await page.goto("/review")
        await expect(page.get_by_role("main")).to_contain_text("“信息科审核”")
        await expect(page.get_by_role("main")).to_contain_text("当前任职：石桥镇 信息员")
        await page.screenshot(path=IMAGES / "denied.png")
