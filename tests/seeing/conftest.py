"""One city with every service whose spans are kept, and its people, for all tests of what operators see."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from deploy.city import City
from deploy.play.cast import Cast
from deploy.play.quiet import Quiet
from deploy.provision.site import Servers
from deploy.suite import BUILDS
from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import Role
from shared.organisation.organisation import Organisation
from shared.telemetry.tracing import Tracing
from shared.timekeeping.civil import SHANGHAI
from shared.timekeeping.clocks import ManualClock
from tests.conftest import ORGANISATION_FILE
from tests.towns import LINJIANG, PINGHU, QINGSHAN, city_of

TOWNSHIP, COUNTY, CITY = OfficeId("qingshan-shiqiao"), OfficeId("qingshan-gov-info"), OfficeId("linjiang-gov-info")
PATIENCE = 180.0  # a machine that is shared may be very slow
REPORT: Mapping[str, Any] = {
    "title": "石桥镇三座水库溢洪道淤堵亟待清理",
    "body": "石桥镇排查发现，2月16日起全镇3座水库溢洪道被土石淤堵，缺少大型机械，汛前难以清完。",
    "type": "PROBLEM",
    "nature": "PROBLEM",
    "urgency": "ROUTINE",
    "facts": {
        "occurred_at": "2025-02-16T08:00:00+08:00",
        "place": "青山县石桥镇",
        "kind": "水库隐患",
        "scope": "全镇3座水库",
        "measures": "已组织人工清淤，安排专人巡查",
        "needs": "请县里调配大型机械",
    },
    "citations": [{"figure": "3座", "source": "镇水利站巡查记录"}],
}


@dataclass(slots=True)
class Seen:
    """A running city, its clock, its people, and the spans that its sites have ended."""

    city: City
    clock: ManualClock
    cast: Cast
    quiet: Quiet
    exporters: Mapping[SiteId, InMemorySpanExporter]
    _keys: list[int] = field(default_factory=list)

    async def do(self, office: OfficeId, role: Role, path: str, body: Mapping[str, Any], **headers: str) -> Any:
        """Do something as somebody; wait until everybody has heard of it; return the answer."""
        self._keys.append(0)
        key = f"seeing-{len(self._keys):08}"
        answer = await self.cast.call(office, role, "POST", path, body, Idempotency_Key=key, **headers)
        assert answer.is_success, answer.text
        await self.quiet.wait(PATIENCE)
        return answer.json()

    async def report(self, title: str, **headers: str) -> str:
        """Submit a report at the township and return its id."""
        body = {**REPORT, "title": title}
        answer = await self.do(TOWNSHIP, Role.REPORTER, "/intake/reports", body, **headers)
        return str(answer["report_id"])

    async def on_case(self, office: OfficeId, role: Role, report: str, act: str) -> None:
        """Do an act on an office's case on a report."""
        case = (await self.cast.call(office, role, "GET", f"/review/reports/{report}/case")).json()
        await self.do(office, role, f"/review/cases/{case['case_id']}/{act}", {"revision": case["revision"]})

    def ended(self, site: SiteId) -> tuple[ReadableSpan, ...]:
        """Return a site's spans in the order they ended."""
        return self.exporters[site].get_finished_spans()

    def spans(self, site: SiteId, trace_id: str) -> list[ReadableSpan]:
        """Return a site's spans of one trace."""
        return [span for span in self.ended(site) if f"{span.get_span_context().trace_id:032x}" == trace_id]

    def about(self, site: SiteId, report: str) -> list[ReadableSpan]:
        """Return a site's spans that handled a fact about a report."""
        return [span for span in self.ended(site) if (span.attributes or {}).get("shangda.subject") == report]


@pytest.fixture(scope="package")
async def seen(
    servers: Servers, organisation: Organisation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Seen]:
    """Everybody at the township's and the city's site is appointed, and the city is quiet."""
    clock = ManualClock(datetime(2025, 2, 17, 9, 0, tzinfo=SHANGHAI))
    sites = (LINJIANG, QINGSHAN, PINGHU)
    exporters = {site: InMemorySpanExporter() for site in sites}
    tracing = {site: Tracing(site, processor=SimpleSpanProcessor(exporters[site])) for site in sites}
    folder = tmp_path_factory.mktemp("seen")
    async with city_of(
        servers, organisation, ORGANISATION_FILE, folder, BUILDS, dict.fromkeys(sites, clock), tracing=tracing
    ) as city:
        cast, quiet = Cast(city), Quiet(city)
        await cast.open()
        await quiet.open()
        try:
            for site in (LINJIANG, QINGSHAN):
                await cast.appoint(site)
            await quiet.wait(PATIENCE)
            yield Seen(city, clock, cast, quiet, exporters)
        finally:
            await quiet.close()
            await cast.close()
