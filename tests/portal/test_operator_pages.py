"""滞留消息, 链路, and files: what operators do, through the real doors of held messages."""

import re
from typing import Any
from uuid import uuid4

import httpx

from deploy.play.cast import person_of
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role, Service
from tests.portal.fakes import Site
from tests.portal.people import PASSWORD

DESK, OTHER_DESK = "qingshan-gov-duty", "qingshan-party-duty"
HELD = "0194f0aa-0000-7000-8000-0000000000f1"
LINE = {
    "held_id": HELD,
    "queue": "shangda.review.routine",
    "sender": "intake@qingshan/1",
    "subject": "report/0194f0aa",
    "number": 2,
    "attempts": 5,
    "first_failed_at": "2025-02-16T23:12:00Z",
    "next_attempt_at": None,
}
MESSAGE = {
    **LINE,
    "state": "PARKED",
    "cause": "CustodyBroken",
    "detail": "站点公钥未登记",
    "stack": "Traceback",
    "event_id": str(uuid4()),
    "headers": {},
    "body": '{"title": "题"}',
    "history": [{"at": "2025-02-16T23:12:00Z", "what": "parked"}],
    "waiting": 3,
}
SELECTION = str(uuid4())


async def at_the_machine(site: Site) -> None:
    """Log in as an operator; review holds one message, publication is away, the others hold nothing."""
    for service in Service:
        site.services.says[f"/{service}/held"] = {"service": service, "groups": [], "read_at": "2025-02-17T00:00:00Z"}
    group = {"state": "PARKED", "cause": "CustodyBroken", "messages": 128, "oldest": "2025-02-16T23:12:00Z"}
    read = {"service": "review", "groups": [group], "read_at": "2025-02-17T00:00:00Z"}
    site.services.says["/review/held"] = read
    site.services.says["/publication/held"] = lambda _: httpx.Response(503, json={})
    site.services.says["/review/held/messages"] = [LINE]
    site.services.says[f"/review/held/messages/{HELD}/look"] = MESSAGE
    site.services.says["/review/held/replay"] = {"selection": SELECTION}
    site.services.says[f"/review/held/messages/{HELD}/discard"] = lambda _: httpx.Response(204)
    fates = [{"held_id": HELD, "state": "APPLIED", "cause": ""}, {"held_id": HELD, "state": "PARKED", "cause": "x"}]
    site.services.says[f"/review/held/selections/{SELECTION}"] = fates
    await site.enter(DESK, Role.OPERATOR)


async def test_an_operator_lands_on_what_every_service_holds(site: Site) -> None:
    """3.16: service, state, cause, count and age; a service that is away is named."""
    await at_the_machine(site)

    page = await site.see("/parked")

    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert re.sub(r"\s+", "", re.sub("<[^>]+>", " ", row)) == "review搁置CustodyBroken12848分"
    assert "publication" in page[: page.index("<tbody>")]
    assert 'href="/parked" aria-current="page"' in page


async def test_a_group_is_a_frozen_selection_without_bodies_and_is_replayed_with_a_reason(site: Site) -> None:
    """What is replayed is what the page showed, whatever is parked meanwhile."""
    await at_the_machine(site)

    page = await site.see("/parked/review?state=PARKED&cause=CustodyBroken")
    silent = await site.post("/parked/review/replay", held_id=HELD, reason="")
    done = await site.post("/parked/review/replay", held_id=HELD, reason="公钥已登记")
    outcome = await site.see(f"/parked/review/selections/{SELECTION}")

    assert "report/0194f0aa · 2" in page
    assert MESSAGE["body"] not in page
    assert silent.status_code == 422
    assert site.services.sent("/review/held/replay") == [{"held_ids": [HELD], "reason": "公钥已登记"}]
    assert f"/parked/review/selections/{SELECTION}" in await site.see(done.headers["location"])
    assert "成功 1" in outcome
    assert "搁置 1" in outcome


async def test_looking_is_an_act_and_shows_what_waits_behind(site: Site) -> None:
    """A page that is merely opened shows no body: looking is sent by a button and noted."""
    await at_the_machine(site)

    page = (await site.post(f"/parked/review/look/{HELD}")).text

    assert "站点公钥未登记" in page
    assert "本次查看已记入审计" in page
    assert "共 3 件" in page
    assert (await site.client.get(f"/parked/review/look/{HELD}")).status_code == 405


async def test_discarding_needs_a_reason_and_a_second_operator(site: Site) -> None:
    """3.16: 丢弃 needs a second person, whose own token goes with the act; oneself, a wrong one or no operator fail."""
    await at_the_machine(site)
    path = f"/parked/review/discard/{HELD}"
    other = person_of(OfficeId(OTHER_DESK), Role.OPERATOR)[0]

    async def discard(second: str, password: str = PASSWORD, reason: str = "发错的测试消息") -> httpx.Response:
        fields: dict[str, Any] = {"reason": reason, "second": second, "second_password": password}
        return await site.post(path, **fields)

    own = person_of(OfficeId(DESK), Role.OPERATOR)[0]
    officer = person_of(OfficeId(DESK), Role.DUTY_OFFICER)[0]
    refused = [
        await discard(own),
        await discard(other, "wrong"),
        await discard(officer),
        await discard(other, reason=""),
    ]
    assert [answer.status_code for answer in refused] == [422] * 4
    assert site.services.sent(f"/review/held/messages/{HELD}/discard") == []

    done = await discard(other)

    assert done.status_code == 303
    (call,) = [each for each in site.services.calls if each.url.path.endswith("/discard")]
    confirmed = call.headers["second-authorization"].removeprefix("Bearer ")
    assert confirmed != call.headers["authorization"].removeprefix("Bearer ")
    assert "已丢弃" in await site.see(done.headers["location"])


async def test_an_operator_sees_the_links_of_the_site(site: Site) -> None:
    """链路: state, last sign of life, what has no receipt, silences."""
    link = {
        "peer": "linjiang",
        "peer_name": "临江市数据中心",
        "lane": "urgent",
        "state": "DOWN",
        "heard_at": "2025-02-16T23:58:00Z",
        "clock_offset_seconds": 0.24,
        "unreceipted": 4,
        "oldest_unreceipted": "2025-02-16T23:57:00Z",
    }
    outage = {"peer": "linjiang", "lane": "urgent", "silent_since": "2025-02-16T23:58:00Z", "ended_at": None}
    site.services.says["/forwarding/links"] = [link]
    site.services.says["/forwarding/outages"] = [outage]
    await site.enter(DESK, Role.OPERATOR)

    page = await site.see("/links")

    assert "临江市数据中心" in page
    assert "</svg>中断</span>" in page
    assert "仍中断" in page


async def test_a_ledger_is_given_as_a_file_to_who_is_logged_in(site: Site) -> None:
    """The tutorial's step 4: whoever may see the number may have its lines as a file, without a token of their own."""
    sheet = httpx.Response(
        200, content="序号\n".encode("utf-8-sig"), headers={"content-disposition": 'attachment; filename="l.csv"'}
    )
    site.services.says["/scoring/ledger.csv"] = lambda _: sheet
    row = {
        "rank": 1,
        "previous_rank": None,
        "unit": "qingshan-shiqiao",
        "name": "石桥镇",
        "award_vetoed": False,
        "score": "3",
        "score_without_deductions": "3",
        "deductions": "0",
        "adoptions": 1,
        "upper_adoptions": 0,
        "problem_items": 1,
        "instructions": 0,
    }
    league = {"league": "QS-T", "name": "青山县乡镇"}
    site.services.says["/scoring/rankings"] = {
        **league,
        "period": "2025-02",
        "assessor": "qingshan",
        "as_of": "2025-02-17T00:00:00Z",
        "leagues": [league],
        "rows": [{**row, "previous_rank": 1}],
    }
    await site.enter("qingshan-gov-info", Role.SCORER)
    page = await site.see("/rankings")
    (address,) = re.findall(r'href="(/rankings/ledger\.csv[^"]+)"', page)

    file = await site.client.get(address.replace("&amp;", "&"))

    assert (file.status_code, file.content.decode("utf-8-sig")) == (200, "序号\n")
    assert file.headers["content-disposition"] == 'attachment; filename="l.csv"'
    assert site.services.asked("/scoring/ledger.csv") == [{"assessor": "qingshan", "period": "2025-02"}]
    site.services.says["/scoring/ledger.csv"] = lambda _: httpx.Response(403, json={"detail": "此项由考核员办理"})
    refused = await site.client.get(address.replace("&amp;", "&"))
    assert (refused.status_code, "此项由考核员办理" in refused.text) == (403, True)
