"""A password that somebody else gave is changed before anything else; one's own is changed on the same page."""

import asyncio

import pytest

from deploy.play.cast import person_of
from services.portal.accounts import enroll
from services.portal.enrolment import accounts_of
from services.portal.passwords import reset_password
from services.portal.sessions import Sessions, WrongLogin
from shared.access.actor import Actor
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role
from shared.organisation.organisation import Organisation
from shared.timekeeping.clocks import SystemClock
from tests.portal.fakes import SIGNER, Site, field_of
from tests.portal.people import PASSWORD, stated

SHIQIAO = OfficeId("qingshan-shiqiao")
OWN = "three-reservoirs-8"


@pytest.fixture
async def new(site: Site) -> Site:
    """A site at which the signer's account was opened with the common first password."""
    async with site.store.unit() as unit:
        await unit.connection.execute("DELETE FROM account WHERE person = $1", SIGNER)
    await _load(site)
    return site


async def _load(site: Site) -> None:
    people = await accounts_of([stated(SHIQIAO, Role.DEPUTY_SIGNER)], PASSWORD)
    async with site.store.unit() as unit:
        await enroll(unit, people, SystemClock().now())


async def change(site: Site, old: str = PASSWORD, new: str = OWN, repeated: str | None = None) -> tuple[int, str]:
    """Change the password on the page; return status and page, or where it leads."""
    page = await site.client.get("/password")
    answer = await site.client.post(
        "/password",
        data={
            "csrf": field_of(page, "csrf"),
            "key": field_of(page, "key"),
            "old_password": old,
            "new_password": new,
            "repeated_password": new if repeated is None else repeated,
        },
    )
    return answer.status_code, answer.headers.get("location", answer.text)


@pytest.mark.parametrize("address", ["/", "/review", "/duty/awareness", "/receipts/k-1", "/events?topics=duty"])
async def test_no_page_works_before_the_first_password_was_changed(new: Site, address: str) -> None:
    assert (await new.login()).status_code == 303

    async with asyncio.timeout(60):  # the stream of events would never end
        answer = await new.client.get(address)

    assert (answer.status_code, answer.headers["location"]) == (303, "/password")
    page = await new.client.get("/password")
    assert "现在的密码是别人发给您的" in page.text
    assert 'href="/review"' not in page.text


async def test_no_act_works_before_the_first_password_was_changed(new: Site) -> None:
    await new.login()
    csrf = field_of(await new.client.get("/password"), "csrf")

    answer = await new.send_back(csrf)

    assert (answer.status_code, answer.headers["location"]) == (303, "/password")
    assert new.services.calls == []


async def test_after_the_change_everything_works_and_only_the_new_password(new: Site) -> None:
    await new.login()

    status, address = await change(new)

    assert (status, address.rpartition("/")[0]) == (303, "/receipts")
    assert "密码已修改" in await new.see(address)
    assert (await new.client.get("/duty/awareness")).status_code == 200
    assert (await new.login(PASSWORD)).status_code == 401
    assert (await new.login(OWN)).status_code == 303


async def test_a_later_load_leaves_a_person_s_own_password(new: Site) -> None:
    await new.login()
    await change(new)

    await _load(new)

    assert (await new.login(PASSWORD)).status_code == 401
    assert (await new.login(OWN)).status_code == 303
    assert (await new.client.get("/duty/awareness")).status_code == 200


@pytest.mark.parametrize(
    ("old", "wanted", "repeated", "told"),
    [
        ("not-my-password", OWN, None, "现在的密码不对"),
        (PASSWORD, "short-7", None, "新密码只有 7 个字符：请填写至少 8 个"),
        (PASSWORD, "x" * 1_025, None, "请填写不超过 1024 个"),
        (PASSWORD, PASSWORD, None, "与现在的密码或发给您的密码相同"),
        (PASSWORD, SIGNER.upper(), None, "与账号或姓名相同"),
        (PASSWORD, OWN, "three-reservoirs-9", "两次填写的新密码不一致"),
    ],
)
async def test_an_unfit_password_is_refused_at_its_field(
    new: Site, old: str, wanted: str, repeated: str | None, told: str
) -> None:
    await new.login()

    status, page = await change(new, old, wanted, repeated)

    assert status == 422
    assert page.count(told) == 2, "in the summary and at the field"
    assert wanted not in page.replace(SIGNER, "")
    assert (await new.login(PASSWORD)).status_code == 303, "nothing was changed"


async def test_the_password_once_given_is_never_chosen_again(new: Site) -> None:
    await new.login()
    await change(new)

    status, page = await change(new, OWN, PASSWORD)

    assert (status, "与现在的密码或发给您的密码相同" in page) == (422, True)


async def test_guessing_the_old_password_is_slowed(new: Site) -> None:
    await new.login()
    for _ in range(4):
        await change(new, "guess-guess")

    status, page = await change(new)

    assert (status, "秒后再试" in page) == (422, True)


async def test_a_change_ends_the_person_s_other_sessions(site: Site) -> None:
    await site.login()
    elsewhere = dict(site.client.cookies)
    site.client.cookies.clear()
    await site.login()

    await change(site)

    assert (await site.client.get("/duty/awareness")).status_code == 200
    site.client.cookies.clear()
    cookie = f"shangda_session={elsewhere['shangda_session']}"
    answer = await site.client.get("/duty/awareness", headers={"Cookie": cookie})
    assert answer.status_code == 303


async def test_a_change_needs_the_session_s_mark(site: Site) -> None:
    await site.login()
    form = {"csrf": "another", "old_password": PASSWORD, "new_password": OWN, "repeated_password": OWN}

    assert (await site.client.post("/password", data=form)).status_code == 403
    assert (await site.login(PASSWORD)).status_code == 303


async def test_everybody_finds_the_page_from_the_bar(site: Site) -> None:
    await site.login()

    assert '<a href="/password">修改密码</a>' in await site.see("/duty/awareness")
    assert "别人发给您的" not in await site.see("/password")


async def test_an_operator_s_reset_ends_sessions_and_lasts_for_one_sign_in(site: Site) -> None:
    await site.login()

    given = await reset_password(site.store, person_of(SHIQIAO, Role.DEPUTY_SIGNER)[0], SystemClock().now())

    assert given is not None
    assert (await site.client.get("/duty/awareness")).headers["location"].startswith("/login")
    assert (await site.login(PASSWORD)).status_code == 401
    assert (await site.login(given[1])).status_code == 303
    assert (await site.client.get("/duty/awareness")).headers["location"] == "/password"


async def test_a_password_that_somebody_else_gave_confirms_no_second_person(
    new: Site, organisation: Organisation
) -> None:
    sessions = Sessions(new.store, organisation, SystemClock())
    witness = await sessions.witness(SIGNER, PASSWORD, Role.DEPUTY_SIGNER, "10.0.0.1")
    assert witness == WrongLogin()

    await new.login()
    await change(new)

    assert isinstance(await sessions.witness(SIGNER, OWN, Role.DEPUTY_SIGNER, "10.0.0.1"), Actor)
