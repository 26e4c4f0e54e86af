"""What concerns the person at the browser: the first password, two appointments, pages that move by themselves."""

from playwright.async_api import expect

from deploy.play.cast import person_of
from services.portal.accounts import enroll
from services.portal.enrolment import accounts_of
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role, Service
from tests.portal.conftest import DESK, IMAGES, PHONE, Town
from tests.portal.people import PASSWORD, stated
from tests.towns import QINGSHAN

expect.set_options(timeout=30_000)
TOWNSHIP, DUTY = OfficeId("qingshan-shiqiao"), OfficeId("qingshan-gov-duty")


async def _enrol(town: Town, *, lasting: bool) -> str:
    """Open an account of somebody of the township who serves at the county's duty desk too; return its name."""
    person = stated(TOWNSHIP, Role.REPORTER, 9, (DUTY, Role.DUTY_OFFICER)).model_copy(update={"username": "two.posts"})
    appointments = tuple(each.model_copy(update={"id": f"{each.id}.both"}) for each in person.appointments)
    people = await accounts_of([person.model_copy(update={"appointments": appointments})], PASSWORD, lasting=lasting)
    process = town.city.running[QINGSHAN]
    async with process.hosted[Service.PORTAL].store.unit() as unit:
        await enroll(unit, people, process.machine.now())
    return person.username


async def test_a_first_password_is_changed_before_anything_else(town: Town) -> None:
    username = await _enrol(town, lasting=False)
    for size, picture in ((DESK, "password.png"), (PHONE, "password-phone.png")):
        context = await town.browser.new_context(
            viewport=size, locale="zh-CN", base_url=town.city.settings[QINGSHAN].portal_url
        )
        page = await context.new_page()
        await page.goto("/login")
        await page.get_by_label("账号").fill(username)
        await page.get_by_label("密码").fill(PASSWORD)
        await page.get_by_role("button", name="登录").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("修改密码")
        await page.goto("/reports/new")
        await expect(page.get_by_role("heading", level=1)).to_have_text("修改密码")
        await page.get_by_label("现在的密码").fill(PASSWORD)
        await page.get_by_label("新密码", exact=True).fill("short")
        await page.get_by_role("button", name="修改密码").click()
        await expect(page.get_by_role("alert")).to_contain_text("新密码只有 5 个字符")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"]
        await page.screenshot(path=IMAGES / picture)
        await context.close()

    context = await town.browser.new_context(viewport=DESK, base_url=town.city.settings[QINGSHAN].portal_url)
    page = await context.new_page()
    await page.goto("/login")
    await page.get_by_label("账号").fill(username)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await page.get_by_label("现在的密码").fill(PASSWORD)
    await page.get_by_label("新密码", exact=True).fill("three-reservoirs-8")
    await page.get_by_label("再填一次新密码").fill("three-reservoirs-8")
    await page.get_by_role("button", name="修改密码").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("密码已修改")
    await page.get_by_role("link", name="继续办理").click()
    await page.locator("summary", has_text=person_of(TOWNSHIP, Role.REPORTER, 9)[1]).click()
    await expect(page.get_by_role("link", name="修改密码")).to_be_visible()
    await page.screenshot(path=IMAGES / "person-menu.png")
    await context.close()


async def test_a_page_of_another_appointment_says_so_and_its_form_goes_back(town: Town) -> None:
    username = await _enrol(town, lasting=True)
    context = await town.browser.new_context(viewport=DESK, base_url=town.city.settings[QINGSHAN].portal_url)
    context.set_default_timeout(60_000)
    writing = await context.new_page()
    await writing.goto("/login")
    await writing.get_by_label("账号").fill(username)
    await writing.get_by_label("密码").fill(PASSWORD)
    await writing.get_by_role("button", name="登录").click()
    other = await context.new_page()

    async def use(name: str) -> None:
        await other.goto("/reports/new")
        await other.locator("details.post summary").first.click()
        await other.get_by_role("radio", name=name).check()
        await other.get_by_role("button", name="切换", exact=True).click()
        await expect(other.locator("details.post summary").first).to_contain_text(name)

    await use("石桥镇 · 信息员")
    await writing.goto("/reports/new")
    await use("青山县政府总值班室 · 值班员")

    await writing.get_by_label("标题").fill("石桥镇水库清淤进展")
    await expect(writing.locator("#switched")).to_contain_text("本页以“石桥镇 · 信息员”打开")
    await writing.screenshot(path=IMAGES / "switched-bar.png")
    await writing.get_by_role("button", name="保存草稿").click()
    await expect(writing.get_by_role("heading", level=1)).to_have_text("任职已切换，内容没有提交")
    await writing.screenshot(path=IMAGES / "switched.png")
    await writing.get_by_role("button", name="切换回“石桥镇 · 信息员”并提交").click()

    await expect(writing.get_by_role("heading", level=1)).to_have_text("写稿")
    await expect(writing.get_by_label("标题")).to_have_value("石桥镇水库清淤进展")
    await context.close()


async def test_a_duty_desk_shows_what_happens_without_being_loaded_again(town: Town) -> None:
    async with town.visiting(DUTY, Role.DUTY_OFFICER) as desk, town.visiting(DUTY, Role.DUTY_OFFICER) as page:
        await desk.goto("/duty")
        await page.goto("/duty/awareness")
        await page.get_by_label("地点").fill("青山镇西河路2号")
        await page.get_by_label("类别").fill("厂房火灾")
        await page.get_by_label("来源").fill("群众电话")
        await page.get_by_label("死亡人数").fill("3")
        await page.get_by_role("button", name="登记").click()

        await expect(desk.locator("#board")).to_contain_text("厂房火灾")
