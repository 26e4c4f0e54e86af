"""One trace follows a report from the township's call across both data centres to the points of its adoption."""

from collections.abc import Iterable

from opentelemetry.sdk.trace import ReadableSpan

from shared.contracts.vocabulary import Role
from tests.seeing.conftest import CITY, COUNTY, TOWNSHIP, Seen
from tests.towns import LINJIANG, QINGSHAN

TRACE, BROWSER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


async def _from_township_to_adoption(seen: Seen) -> str:
    report = await seen.report("一条踪迹跟随的报告", traceparent=f"00-{TRACE}-{BROWSER}-01")
    await seen.on_case(TOWNSHIP, Role.INFO_SECTION, report, "pass")
    await seen.on_case(TOWNSHIP, Role.DEPUTY_SIGNER, report, "sign")
    await seen.on_case(COUNTY, Role.INFO_SECTION, report, "pass")
    await seen.on_case(COUNTY, Role.DEPUTY_SIGNER, report, "sign")
    adoption = {"report_id": report, "publication": "linjiang-meiri-yaoqing"}
    await seen.do(CITY, Role.EDITOR, "/publication/adoptions", adoption)
    return report


def _names(spans: Iterable[ReadableSpan]) -> set[str]:
    return {span.name for span in spans}


def _way_up(span: ReadableSpan, known: dict[int, ReadableSpan]) -> list[str]:
    """Return the names from a span up to the one whose parent is in no site, which must be the browser's."""
    names = [span.name]
    while span.parent is not None and span.parent.span_id in known:
        span = known[span.parent.span_id]
        names.append(span.name)
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == BROWSER, names
    return names


async def test_one_trace_leads_from_the_points_at_the_city_back_to_the_browser_in_the_township(seen: Seen) -> None:
    report = await _from_township_to_adoption(seen)

    below, above = seen.spans(QINGSHAN, TRACE), seen.spans(LINJIANG, TRACE)
    handled_below = {"review report.submitted.v1", "forwarding report.signed.v1", "review report.arrived.v1"}
    assert handled_below <= _names(below)
    assert {"forwarding submission.sent.v1", "publication report.arrived.v1", "scoring report.adopted.v1"} <= _names(
        above
    )
    # Both sites: nothing that was handled about this report is in another trace.
    about = [span for site in (QINGSHAN, LINJIANG) for span in seen.about(site, report)]
    assert {f"{span.get_span_context().trace_id:032x}" for span in about} == {TRACE}

    known = {span.get_span_context().span_id: span for span in (*below, *above)}
    (scored,) = [span for span in above if span.name == "scoring report.adopted.v1"]
    assert _way_up(scored, known) == [
        "scoring report.adopted.v1",
        "POST /publication/adoptions",
        "publication report.arrived.v1",
        "forwarding submission.sent.v1",
        "forwarding report.signed.v1",
        "POST /review/cases/{id}/sign",
        "review report.arrived.v1",
        "forwarding report.signed.v1",
        "POST /review/cases/{id}/sign",
        "review report.submitted.v1",
        "POST /intake/reports",
    ]


async def test_an_act_is_linked_with_the_request_of_the_person_who_did_it(seen: Seen) -> None:
    report = await seen.report("一件由审核员通过的报告")
    await seen.on_case(TOWNSHIP, Role.INFO_SECTION, report, "pass")

    acts = [span for span in seen.ended(QINGSHAN) if span.name == "POST /review/cases/{id}/pass"]
    act, request = acts[-2:]  # the note in the report's trace ends first
    assert act.get_span_context().trace_id != request.get_span_context().trace_id
    assert [link.context.span_id for link in act.links] == [request.get_span_context().span_id]
    assert [link.context.span_id for link in request.links] == [act.get_span_context().span_id]
