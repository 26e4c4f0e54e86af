"""Every address of every service, asked with what its description allows and with what it does not (schemathesis).

Nothing is answered with 5xx, and every refusal is problem+json with a title, what is wrong and what to do.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import InvalidArgument, Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role
from tests.doors.town import DUTY_DESK, SHIQIAO, Town

EXAMPLES = 4  # per address, mode and person
PEOPLE: tuple[tuple[OfficeId, Role], ...] = (
    (SHIQIAO, Role.INFO_SECTION),
    (DUTY_DESK, Role.DUTY_OFFICER),
)
Asked = dict[str, Any]


def requests_of(described: dict[str, Any]) -> Iterator[tuple[str, Asked]]:
    """Yield (address, request) for every operation; the same ones in every run."""
    schema = schemathesis.openapi.from_dict(described)
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            yield from ((operation.label, asked) for asked in _examples(operation.as_strategy(mode)))


def _examples(cases: SearchStrategy[Any]) -> list[Asked]:
    kept: list[Asked] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def keep(case: Any) -> None:
        kept.append(case.as_transport_kwargs(base_url="http://site"))

    with contextlib.suppress(Unsatisfiable, InvalidArgument):  # nothing can be wrong about an address without input
        keep()
    return kept


async def test_no_address_answers_with_a_fault_of_ours_whatever_is_asked(town: Town) -> None:
    """Bad input at the HTTP door, at every address: a clear error, and the service is still up."""
    described = (await town.ask("GET", "/openapi.json")).json()
    wrong: list[str] = []
    seen: Counter[int] = Counter()
    for label, asked in requests_of(described):
        for office, role in PEOPLE:
            answer = await _ask(town, asked, office, role)
            if answer is None:
                continue  # what no client can put on the wire
            seen[answer.status_code] += 1
            if problem := _wrong(answer):
                wrong.append(f"{label} by {role}: {problem}\n  asked {str(asked)[:300]}")

    assert not wrong, f"{len(wrong)} of {sum(seen.values())}:\n" + "\n".join(wrong[:20])
    assert seen[422] > 100
    assert any(status < 300 for status in seen)
    assert (await town.ask("GET", "/readyz")).status_code == 200


async def _ask(town: Town, asked: Asked, office: OfficeId, role: Role) -> httpx.Response | None:
    headers = {**asked.get("headers", {}), "Authorization": f"Bearer {town.token(town.cast.actor(office, role))}"}
    body = {name: asked[name] for name in ("json", "content", "data") if name in asked}
    path = urlsplit(asked["url"]).path
    try:
        return await town.ask(asked["method"], path, headers=headers, params=asked.get("params"), **body)
    except (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError, TypeError):
        return None


def _wrong(answer: httpx.Response) -> str | None:
    """Return what is wrong with an answer, None when it is as it should be."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:300]}"
    if answer.status_code < 400 or not answer.content:
        return None
    if answer.headers["content-type"] != "application/problem+json":
        return f"{answer.status_code} as {answer.headers['content-type']}: {answer.text[:200]}"
    said = answer.json()
    if not said.get("title") or not said.get("detail"):
        return f"{answer.status_code} without words: {said}"
    return None
