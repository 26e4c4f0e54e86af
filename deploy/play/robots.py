"""Robots that do office work over the services' APIs: they write, check, sign and adopt whatever lies on their desk.

They are patient: a service that is away, a refused connection or a case that somebody else has moved is tried again,
with the same idempotency key where there is one. So what they did happened once, whatever was killed meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from deploy.play.cast import Cast
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role

PAUSE_SECONDS = 0.1
LOOK_DEEP_EVERY = 20  # rounds
AWAY = (httpx.TransportError,)
_TEXTS = (
    ("{name}春耕备耕进展顺利", "{name}组织农技人员下田指导，春耕备耕进展顺利，农资供应充足，群众反映良好。"),
    ("{name}农村道路损毁影响出行", "{name}连日降雨，部分农村道路路基损毁，影响群众出行，已设置警示并组织抢修。"),
    ("{name}推行一站式便民服务", "{name}整合窗口推行一站式便民服务，群众办事少跑路，经验可供参考。"),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A post whose work a robot does: what lies in the queue in ``state`` is treated with ``act``."""

    office: OfficeId
    role: Role
    state: str
    act: str


@dataclass(slots=True)
class Robots:
    """Works in one city until told to stop. ``busy``: acts done, for progress displays."""

    cast: Cast
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    busy: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    async def write(self, office: OfficeId, numbers: Sequence[int], *, prefix: str = "robot") -> None:
        """Submit one routine report per number, each with a key of its own."""
        name = self.cast.city.organisation.office(office).official_name
        for number in numbers:
            title, body = _TEXTS[number % len(_TEXTS)]
            asked = {
                "type": "EXPERIENCE",
                "nature": "GOOD_NEWS",
                "title": f"{title.format(name=name)}（{_words(number)}）",
                "body": body.format(name=name),
                "facts": {"place": name, "measures": "见正文"},
            }
            await self._until_done(
                office, Role.REPORTER, "/intake/reports", asked, key=f"{prefix}-{office}-{number:06}"
            )

    async def work_at(self, desk: Desk) -> None:
        """Do everything that comes into the queue of one post."""

        async def once() -> bool:
            answer = await self._ask(desk.office, desk.role, "/review/queue?limit=50")
            cases = [case for case in answer["cases"] if case["state"] == desk.state] if answer else []
            for case in cases:
                await self._post(
                    desk.office,
                    desk.role,
                    f"/review/cases/{case['case_id']}/{desk.act}",
                    {"revision": case["revision"]},
                )
            return bool(cases)

        await self._keep_doing(once)

    async def adopt_at(self, office: OfficeId, publication: str) -> None:
        """Adopt every candidate that has not been adopted into the publication."""
        done: set[str] = set()

        rounds = count()

        async def once() -> bool:
            # Mostly the newest pages; those behind them hold what was refused or cut off the first time.
            fresh = await self._fresh(office, done, deep=next(rounds) % LOOK_DEEP_EVERY == 0)
            for report in fresh:
                body = {"report_id": report, "publication": publication}
                if await self._post(office, Role.EDITOR, "/publication/adoptions", body):
                    done.add(report)
            return bool(fresh)

        await self._keep_doing(once)

    async def _fresh(self, office: OfficeId, done: set[str], *, deep: bool) -> list[str]:
        """Return candidates that wait, newest first: up to the first page without one, or all of them."""
        fresh: list[str] = []
        before: str | None = None
        while True:
            path = "/publication/candidates?limit=50" + (f"&before={before}" if before else "")
            answer = await self._ask(office, Role.EDITOR, path)
            if answer is None:
                return fresh
            page = [each for each in answer["candidates"] if not each["uses"] and each["report_id"] not in done]
            fresh += [each["report_id"] for each in page]
            before = answer["next"]
            if before is None or not (page or deep):
                return fresh

    async def _keep_doing(self, once: Callable[[], Awaitable[bool]]) -> None:
        while not self.stopping.is_set():
            if not await once():
                try:
                    async with asyncio.timeout(PAUSE_SECONDS):
                        await self.stopping.wait()
                except TimeoutError:
                    continue

    async def _until_done(self, office: OfficeId, role: Role, path: str, body: object, *, key: str) -> None:
        while not await self._post(office, role, path, body, key=key):
            await asyncio.sleep(PAUSE_SECONDS)

    async def _ask(self, office: OfficeId, role: Role, path: str) -> Any | None:
        """Return an answer, None when it cannot be had now."""
        try:
            answer = await self.cast.call(office, role, "GET", path)
        except AWAY:
            return None
        if answer.is_success:
            return answer.json()
        self._note(answer)
        return None

    async def _post(self, office: OfficeId, role: Role, path: str, body: object, *, key: str = "") -> bool:
        try:
            answer = await self.cast.call(office, role, "POST", path, body, Idempotency_Key=key)
        except AWAY:
            return False
        self.busy += answer.is_success
        if not answer.is_success:
            self._note(answer)
        return answer.is_success

    def _note(self, answer: httpx.Response) -> None:
        key = f"{answer.status_code} {answer.request.url.path.rsplit('/', 1)[-1]} {answer.text[:120]}"
        self.refused[key] = self.refused.get(key, 0) + 1


def _words(number: int) -> str:
    """Return a number in letters: a figure in a title would need a source (QU-01)."""
    return "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(number))


DESKS = tuple(
    desk
    for office in (
        "qingshan-shiqiao",
        "qingshan-yunling",
        "qingshan-songxi",
        "pinghu-huxi",
        "pinghu-longtan",
        "qingshan-gov-info",
        "pinghu-gov-info",
        "linjiang-gov-info",
    )
    for desk in (
        Desk(OfficeId(office), Role.INFO_SECTION, "SECTION_REVIEW", "pass"),
        Desk(OfficeId(office), Role.DEPUTY_SIGNER, "SIGN_OFF", "sign"),
    )
)
WRITERS = tuple(OfficeId(desk.office) for desk in DESKS[:10:2])
EDITORS = (
    (OfficeId("qingshan-gov-info"), "qingshan-yaoqing-kuaibao"),
    (OfficeId("pinghu-gov-info"), "pinghu-yaoqing-kuaibao"),
    (OfficeId("linjiang-gov-info"), "linjiang-meiri-yaoqing"),
)
