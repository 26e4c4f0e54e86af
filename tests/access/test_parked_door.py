"""The door to held messages: the table of access speaks, every act leaves a line, two people discard."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from deploy.provision.keys import make_pair
from services.review.handlers import ReviewHandlers
from shared.access.actor import Actor, Appointment
from shared.access.appointments import remember_appointment
from shared.access.http import install_problem_handlers
from shared.access.tokens import TokenIssuer, TokenVerifier
from shared.contracts.envelope import Unreadable
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId
from shared.contracts.vocabulary import Role, Service
from shared.organisation.organisation import Organisation
from shared.process.parked import parked_router
from shared.store.inbox import Inbox
from shared.store.store import Store
from tests.conftest import OpenStore

SITE, OFFICE = SiteId("qingshan"), OfficeId("qingshan-gov-duty")
HELD = "/review/held"


class Door:
    """Review's held messages with people at the door."""

    def __init__(self, store: Store, keys: Path) -> None:
        make_pair(keys, "private")
        self.issuer, self.store = TokenIssuer((keys / "private.pem").read_bytes(), SITE), store
        app = FastAPI()
        install_problem_handlers(app)
        verifier = TokenVerifier((keys / "private.pub.pem").read_bytes(), SITE)
        app.include_router(parked_router({Service.REVIEW: store}, verifier))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://site")

    async def by(self, person: str, role: Role = Role.OPERATOR) -> dict[str, str]:
        """Appoint somebody; return the headers of their calls."""
        since, id_ = datetime(2025, 1, 1, tzinfo=UTC), AppointmentId(f"{person}.{role.lower()}")
        appointment = Appointment(id_, PersonId(person), person, OFFICE, role, since)
        async with self.store.unit() as unit:
            await remember_appointment(unit.connection, appointment, 1)
        actor = Actor(PersonId(person), person, id_, OFFICE, "县政府总值班室", role, SITE)
        return {"Authorization": f"Bearer {self.issuer.issue(actor, self.store.machine.now())}"}

    async def acts(self) -> list[tuple[str, str, str]]:
        """Return what was noted: act, who, why."""
        async with self.store.reading() as connection:
            rows = await connection.fetch("SELECT act, actor, reason FROM held_act ORDER BY act_id")
        return [(row["act"], row["actor"], row["reason"]) for row in rows]


@pytest.fixture
async def door(open_store: OpenStore, organisation: Organisation, tmp_path: Path) -> AsyncIterator[Door]:
    """Review's store with two messages that nobody can read."""
    store = await open_store(Service.REVIEW)
    inbox = Inbox(store, ReviewHandlers(organisation))
    await inbox.process([Unreadable(text, {}, "q", "NOT_JSON", "no JSON") for text in ("题".encode(), b"\xff")])
    made = Door(store, tmp_path)
    yield made
    await made.http.aclose()


async def test_an_operator_lists_looks_and_replays_a_frozen_selection_all_on_record(door: Door) -> None:
    wang = await door.by("wang")

    (group,) = (await door.http.get(HELD, headers=wang)).json()["groups"]
    named = {"state": group["state"], "cause": group["cause"]}
    lines = (await door.http.get(f"{HELD}/messages", params=named, headers=wang)).json()
    first = lines[0]["held_id"]
    looked = (await door.http.post(f"{HELD}/messages/{first}/look", headers=wang)).json()
    asked = {"held_ids": [first], "reason": "已修复"}
    made = (await door.http.post(f"{HELD}/replay", json=asked, headers=wang)).json()
    fates = (await door.http.get(f"{HELD}/selections/{made['selection']}", headers=wang)).json()

    assert (named, group["messages"], len(lines)) == ({"state": "PARKED", "cause": "NOT_JSON"}, 2, 2)
    assert "body" not in lines[0]
    assert looked["body"] == "题"
    assert [fate["held_id"] for fate in fates] == [first]
    who = "wang (wang.operator)"
    assert await door.acts() == [("LOOK", who, ""), ("REPLAY", who, "已修复")]


async def test_only_an_operator_gets_in_and_a_refusal_notes_nothing(door: Door) -> None:
    """The matrix row of 滞留消息 names OPERATOR alone."""
    head = await door.by("li", Role.DUTY_HEAD)

    answers = [
        await door.http.get(HELD, headers=head),
        await door.http.get(f"{HELD}/messages", params={"state": "PARKED", "cause": "NOT_JSON"}, headers=head),
        await door.http.get(HELD),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 401]
    assert await door.acts() == []


async def test_discarding_takes_a_reason_and_a_second_operator_with_a_token_of_their_own(door: Door) -> None:
    wang, zhao, head = await door.by("wang"), await door.by("zhao"), await door.by("li", Role.DUTY_HEAD)
    named = {"state": "PARKED", "cause": "NOT_JSON"}
    held = (await door.http.get(f"{HELD}/messages", params=named, headers=wang)).json()[0]["held_id"]

    async def discard(second: dict[str, str] | None, reason: str = "乱码") -> int:
        confirmed = {"Second-Authorization": second["Authorization"]} if second else {}
        path = f"{HELD}/messages/{held}/discard"
        return (await door.http.post(path, json={"reason": reason}, headers={**wang, **confirmed})).status_code

    refused = [await discard(None), await discard(wang), await discard(head), await discard(zhao, " ")]
    noted = await door.acts()
    done, again = await discard(zhao), await discard(zhao)

    assert (refused, noted) == ([403, 403, 403, 422], [])
    assert (done, again) == (204, 404)
    assert await door.acts() == [("DISCARD", "wang (wang.operator), zhao (zhao.operator)", "乱码")]
