"""``shangda accounts`` as operators type it, on a real database: load, end, password."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from deploy.cli.app import app
from services.portal.sessions import Opened, Sessions, WrongLogin
from shared.contracts.people import AppointmentEnded
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.process.settings import BrokerSettings, DatabaseSettings, Login, SiteSettings
from shared.store.store import Store
from shared.timekeeping.clocks import SystemClock
from tests.conftest import ORGANISATION_FILE, OpenStore
from tests.probe import stated
from tests.towns import QINGSHAN

Command = Callable[..., Awaitable[Result]]
FIRST = "first-for-all"
ZHOU = {"office": "qingshan-shiqiao", "role": "REPORTER"}
WU = {"office": "qingshan-shiqiao", "role": "DEPUTY_SIGNER"}


@pytest.fixture
async def command(database: DatabaseSettings, tmp_path: Path) -> Command:
    """Run ``shangda accounts`` at a site whose settings stand in a file."""
    nobody = Login(user="nobody", password="none")
    broker = BrokerSettings(
        host="none", port=1, vhost="none", management_url="http://none", logins={}, link_declarer=nobody
    )
    settings = SiteSettings(
        site=QINGSHAN,
        organisation_file=ORGANISATION_FILE,
        http_port=1,
        portal_url="http://portal",
        broker=broker,
        database=database,
        keys=tmp_path,
    )
    file = tmp_path / "site.json"
    file.write_text(settings.model_dump_json(), encoding="utf-8")

    async def run(*arguments: str) -> Result:
        # A thread: the command has a loop of its own.
        words = ("accounts", *arguments, f"--site-file={file}")
        return await asyncio.to_thread(CliRunner().invoke, app, words, env={"SHANGDA_ACCOUNTS_PASSWORD": FIRST})

    return run


@pytest.fixture
async def store(open_store: OpenStore) -> Store:
    """The portal's store."""
    return await open_store(Service.PORTAL)


@pytest.fixture
def sessions(store: Store, organisation: Organisation) -> Sessions:
    """The portal's door."""
    return Sessions(store, organisation, SystemClock())


def people(folder: Path, **appointed: list[dict[str, str]]) -> str:
    """Write a file of people; return its name."""
    listed = [
        {"person": person, "name": f"{person}某", "username": f"{person}.login", "appointments": held}
        for person, held in appointed.items()
    ]
    file = folder / "people.yaml"
    file.write_text(yaml.safe_dump({"people": listed}, allow_unicode=True), encoding="utf-8")
    return str(file)


async def test_a_person_is_dismissed_by_command(
    command: Command, sessions: Sessions, store: Store, tmp_path: Path
) -> None:
    await command("load", people(tmp_path, zhou=[ZHOU], wu=[WU]))
    assert isinstance(await sessions.login("zhou.login", FIRST, "10.0.0.1"), Opened)

    done = await command("end", "zhou", "--reason", "调离，青人〔2025〕3号")

    assert done.exit_code == 0, done.output
    assert "任职 qingshan-shiqiao.reporter 已免" in done.output
    assert await sessions.login("zhou.login", FIRST, "10.0.0.1") == WrongLogin()
    ended = [each for each in await stated(store) if isinstance(each, AppointmentEnded)]
    assert [each.appointment_id for each in ended] == ["qingshan-shiqiao.reporter"]
    again = await command("load", people(tmp_path, zhou=[ZHOU], wu=[WU]))
    assert "任职 qingshan-shiqiao.reporter 已免，未恢复" in again.output
    assert await sessions.login("zhou.login", FIRST, "10.0.0.1") == WrongLogin()


async def test_one_appointment_ends_when_it_is_told(command: Command, store: Store, tmp_path: Path) -> None:
    await command("load", people(tmp_path, zhou=[ZHOU, {**ZHOU, "role": "INFO_SECTION"}]))

    ending = ("--appointment=qingshan-shiqiao.reporter", "--at=2031-03-01 08:00:00", "--reason=改任")
    done = await command("end", *ending)

    assert done.exit_code == 0, done.output
    assert "任职 qingshan-shiqiao.reporter 已免，2031-03-01 08:00:00 起不再有效" in done.output
    assert "zhou zhou某 的账号和其他任职不变" in done.output
    (ended,) = [each for each in await stated(store) if isinstance(each, AppointmentEnded)]
    assert ended.valid_to.isoformat() == "2031-03-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("zhou.login", "--reason=调离"), "PERSON zhou.login：本站点没有此人的账号"),
        (("--appointment=no.such", "--reason=调离"), "--appointment no.such：本站点没有此任职"),
        (("--reason=调离",), "请给出 PERSON 或 --appointment 其中一项"),
        (("zhou", "--appointment=x", "--reason=调离"), "请给出 PERSON 或 --appointment 其中一项"),
        (("zhou", "--reason= "), "--reason 为空"),
        (("zhou", "--reason=调离", "--at=2019-01-01 08:00:00"), "--at 2019-01-01 08:00:00：不晚于任职"),
    ],
)
async def test_a_dismissal_that_cannot_be_stated_is_told_in_both_languages(
    command: Command, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    await command("load", people(tmp_path, zhou=[ZHOU]))

    done = await command("end", *arguments)

    assert done.exit_code == 2
    assert told in done.output
    assert any(word in done.output for word in ("give", "name", "say"))


async def test_a_load_names_who_is_no_longer_in_the_file_and_what_to_do(command: Command, tmp_path: Path) -> None:
    await command("load", people(tmp_path, zhou=[ZHOU], wu=[WU, {**WU, "role": "PRINCIPAL"}]))

    done = await command("load", people(tmp_path, wu=[WU]))

    assert "zhou zhou某 不在文件中，账号仍可登录" in done.output
    assert "shangda accounts end zhou --reason" in done.output
    assert "任职 qingshan-shiqiao.principal（wu某）不在文件中，仍有效" in done.output
    assert "wu wu某 不在文件中" not in done.output


async def test_a_reset_password_is_shown_once_and_must_be_changed(
    command: Command, sessions: Sessions, tmp_path: Path
) -> None:
    await command("load", people(tmp_path, zhou=[ZHOU]))

    done = await command("password", "zhou")

    one_time = done.output.split("one-time password: ")[1].split()[0]
    assert await sessions.login("zhou.login", FIRST, "10.0.0.1") == WrongLogin()
    opened = await sessions.login("zhou.login", one_time, "10.0.0.1")
    assert isinstance(opened, Opened)
    visit = await sessions.visit(opened.token)
    assert visit is not None
    assert visit.must_change
    unknown = await command("password", "zhou.login")
    assert (unknown.exit_code, "PERSON zhou.login" in unknown.output) == (2, True)


async def test_the_invented_cast_need_not_change_its_password(
    command: Command, sessions: Sessions, organisation: Organisation
) -> None:
    done = await command("load", "--invented")

    assert "虚构人员，仅供试用" in done.output
    opened = await sessions.login("qingshan-shiqiao-reporter", FIRST, "10.0.0.1")
    assert isinstance(opened, Opened)
    visit = await sessions.visit(opened.token)
    assert visit is not None
    assert not visit.must_change
