"""Every panel and every alert runs on a real Prometheus that scraped a real city, and says what is true there."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import yaml

from deploy.grafana.boards import BOARDS, FOLDER, text_of
from deploy.local.stack import LocalStack
from shared.broker.publisher import ConfirmedPublisher
from shared.contracts.addresses import EVENTS_EXCHANGE, routing_key
from shared.contracts.identifiers import OfficeId
from shared.contracts.reports import ReportSubmitted
from shared.contracts.sending import Outcome, Outgoing
from shared.contracts.vocabulary import Lane, Role, Service
from shared.process.hosting import amqp_url
from shared.store.operating import Operating
from tests.probe import eventually
from tests.seeing.conftest import PATIENCE, REPORT, Seen
from tests.seeing.watching import ALERTS, Asking, metrics_in, metrics_scraped, prometheus
from tests.towns import LINJIANG, QINGSHAN

OFFICE = OfficeId("qingshan-yunling")
WAITED = timedelta(hours=2)
EMPTY_UNTIL_PEOPLE_ACT = {"一日内最终认定 · Verdicts finalised in a day"}
PANELS = [
    (board.stem, panel["title"], target["expr"])
    for board in sorted(FOLDER.glob("*.json"))
    for panel in json.loads(board.read_text(encoding="utf-8"))["panels"]
    for target in panel["targets"]
]
EXPRESSIONS = {
    rule["alert"]: rule["expr"]
    for file in sorted(ALERTS.glob("*.rules.yml"))
    for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
}
METRICS = sorted(set().union(*(metrics_in(expr) for *_, expr in PANELS), *map(metrics_in, EXPRESSIONS.values())))


def as_grafana_asks(expression: str) -> str:
    """Return an expression with Grafana's variables filled in: all sites, rates over a dozen scrapes."""
    return expression.replace("$site", ".+").replace("$__rate_interval", "12s")


async def _work(seen: Seen) -> None:
    """Three reports of one township: two wait for review, one to be signed; two hours pass; then a fire."""
    for title in ("第一件", "第二件", "第三件"):
        report = (await seen.do(OFFICE, Role.REPORTER, "/intake/reports", {**REPORT, "title": title}))["report_id"]
    await seen.on_case(OFFICE, Role.INFO_SECTION, report, "pass")
    seen.clock.advance(WAITED)
    await seen.quiet.wait(PATIENCE)
    fire = {
        "kind": "仓库火灾",
        "place": "青山县云岭镇仓库",
        "severity": "III",
        "how": "群众来电",
        "evidence": "值班日志",
        "gist": "仓库起火",
        "known_at": seen.clock.now().isoformat(),
    }
    await seen.do(OfficeId("qingshan-gov-duty"), Role.DUTY_OFFICER, "/intake/awareness", fire)


async def _park_a_message(seen: Seen) -> None:
    settings = seen.city.settings[QINGSHAN]
    publisher = ConfirmedPublisher(amqp_url(settings.broker, Service.INTAKE), "a careless program")
    key = routing_key(ReportSubmitted, Lane.ROUTINE)
    assert await publisher.publish([Outgoing("1", EVENTS_EXCHANGE, key, {}, b"{")]) == [Outcome.CONFIRMED]
    await publisher.close()


@pytest.fixture(scope="module")
async def asking(seen: Seen, stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Asking]:
    """A Prometheus that has scraped everything several times; a parked message is discarded in the end."""
    sites = seen.city.settings
    targets = {
        "shangda": {site: f"{each.http_host}:{each.http_port}" for site, each in sites.items()},
        "rabbitmq": {LINJIANG: f"127.0.0.1:{stack.rabbit.prometheus_port}"},
    }
    await _work(seen)
    await _park_a_message(seen)
    held = Operating(seen.city.running[QINGSHAN].hosted[Service.REVIEW].store)
    with prometheus(tmp_path_factory.mktemp("prometheus"), targets) as url:
        found = Asking(url)

        async def scraped() -> bool:
            enough = await found.query("count(count_over_time(up[1m]) >= 3)")
            parked = await found.query('shangda_messages_open{where="parked"} > 0')
            late = await found.query(f"shangda_backlog_oldest_age_seconds >= {WAITED.total_seconds()}")
            return bool(enough and enough[0]["value"] == 4 and parked and late)

        await eventually(scraped, seconds=PATIENCE, what="Prometheus has scraped everything")
        yield found
        await found.close()
    for parked in await held.select("PARKED", (await held.groups())[0].cause):
        await held.discard(parked, actor="test", reason="sent by the test", at=seen.clock.now())


async def test_the_backlog_panel_tells_office_step_count_and_age(asking: Asking) -> None:
    count, oldest = (expr for board, title, expr in PANELS if title.endswith("Backlog per office and step"))

    cases = {
        each["step"]: each["value"] for each in await asking.query(as_grafana_asks(count)) if each["office"] == OFFICE
    }
    ages = {
        each["step"]: each["value"] for each in await asking.query(as_grafana_asks(oldest)) if each["office"] == OFFICE
    }

    assert cases == {"SECTION_REVIEW": 2, "SIGN_OFF": 1}
    assert ages == {"SECTION_REVIEW": WAITED.total_seconds(), "SIGN_OFF": WAITED.total_seconds()}


@pytest.mark.parametrize(
    ("board", "title", "expression"), PANELS, ids=[f"{board}-{number}" for number, (board, *_) in enumerate(PANELS, 1)]
)
async def test_every_panel_shows_something(asking: Asking, board: str, title: str, expression: str) -> None:
    found = await asking.query(as_grafana_asks(expression))

    assert found or title in EMPTY_UNTIL_PEOPLE_ACT


async def test_the_parked_panel_names_service_and_cause(asking: Asking) -> None:
    parked, _ = (expr for board, title, expr in PANELS if title == "按原因 · By cause")

    (found,) = await asking.query(as_grafana_asks(parked))

    assert (found["site"], found["service"], found["where"], found["value"]) == ("qingshan", "review", "parked", 1)


@pytest.mark.parametrize("alert", sorted(EXPRESSIONS))
async def test_an_alert_says_nothing_of_a_healthy_city_but_what_is_true(asking: Asking, alert: str) -> None:
    found = await asking.query(EXPRESSIONS[alert])

    assert len(found) == (1 if alert == "MessagesParked" else 0), found


async def test_every_alert_is_loaded_and_evaluated(asking: Asking) -> None:
    async def evaluated() -> bool:
        return set((await asking.rules()).values()) == {"ok"}

    await eventually(evaluated, seconds=PATIENCE, what="rules evaluated")
    assert set(await asking.rules()) == set(EXPRESSIONS)


async def test_every_metric_that_a_panel_or_an_alert_names_is_scraped(seen: Seen, stack: LocalStack) -> None:
    detailed = stack.rabbit.prometheus_url + "/detailed?family=queue_coarse_metrics&family=queue_consumer_count"
    urls = [f"http://{each.http_host}:{each.http_port}/metrics" for each in seen.city.settings.values()]
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        answers = await asyncio.gather(*(client.get(url) for url in [*urls, detailed]))
    offered = set().union(*(metrics_scraped(answer.text) for answer in answers))

    assert [name for name in METRICS if name not in offered] == []


def test_a_metric_that_nobody_offers_is_noticed() -> None:
    offered = metrics_scraped("# TYPE shangda_a gauge\n# TYPE shangda_b histogram\n")

    assert metrics_in('sum(shangda_a{site="x"}) + rate(shangda_b_bucket[1m]) > shangda_c') - offered == {"shangda_c"}


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_the_dashboards_that_grafana_reads_are_those_of_the_code(board) -> None:
    file = FOLDER / f"{board.uid}.json"

    assert file.read_text(encoding="utf-8") == text_of(board), "run: python -m deploy.grafana.boards"


def test_no_dashboard_file_is_left_over() -> None:
    assert {file.stem for file in Path(FOLDER).iterdir()} == {board.uid for board in BOARDS}
