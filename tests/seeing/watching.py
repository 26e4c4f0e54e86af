"""A real Prometheus that scrapes a city as the shipped configuration says, only faster, and answers queries."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from deploy.local.prometheus import PrometheusServer

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "deploy/prometheus/prometheus.yml"
ALERTS = ROOT / "deploy/prometheus/alerts"
Sample = dict[str, str | float]
_METRIC = re.compile(r"\b(?:shangda|rabbitmq)_[a-z_]+\b")


def metrics_in(expression: str) -> set[str]:
    """Return the metrics of ours and the broker's that an expression names."""
    return set(_METRIC.findall(expression))


def metrics_scraped(text: str) -> set[str]:
    """Return the names that an answer of /metrics offers to queries."""
    names: set[str] = set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            names |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"} if kind == "histogram" else {name}
    return names


def configuration(targets: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the shipped configuration with other targets (job -> site -> address), scraping every second."""
    shipped: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    shipped["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    shipped["rule_files"] = [str(SHIPPED.parent / each) for each in shipped["rule_files"]]
    for job in shipped["scrape_configs"]:
        job["static_configs"] = [
            {"labels": {"site": site}, "targets": [address]} for site, address in targets[job["job_name"]].items()
        ]
    return shipped


class Asking:
    """Asks one Prometheus."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, trust_env=False, timeout=20)

    async def query(self, expression: str) -> list[Sample]:
        """Return the samples of an instant query: their labels and "value". Fails with Prometheus' own words."""
        answer = (await self._client.get("/api/v1/query", params={"query": expression})).json()
        assert answer["status"] == "success", f"{answer.get('error')}: {expression}"
        data = answer["data"]
        found = data["result"] if data["resultType"] == "vector" else [{"metric": {}, "value": data["result"]}]
        return [{**each["metric"], "value": float(each["value"][1])} for each in found]

    async def rules(self) -> dict[str, str]:
        """Return the health of every alert that is loaded, by its name."""
        answer = (await self._client.get("/api/v1/rules")).json()
        return {rule["name"]: rule["health"] for group in answer["data"]["groups"] for rule in group["rules"]}

    async def close(self) -> None:
        """Close the connection."""
        await self._client.aclose()


@contextmanager
def prometheus(folder: Path, targets: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Run a Prometheus and yield its address."""
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(configuration(targets)), encoding="utf-8")
    server = PrometheusServer(folder / "server", file)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
