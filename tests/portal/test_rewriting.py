"""改稿: what changes is shown before it is kept, and nothing typed is lost on the way."""

import re
from typing import Any

import httpx

from shared.contracts.vocabulary import Role
from tests.portal.fakes import CASE, RECEIPT, Site
from tests.portal.test_duty_pages import desk_shows
from tests.portal.test_lists import line, review_shows, shown

COUNTY = "qingshan-gov-info"
FACTS = {"place": "石桥镇", "evacuated": 41}
CITED = {"figure": "3座", "source": "镇水利站台账", "page": "第2页", "checked_by": None}
DIFFERENCE = {
    "before": 1,
    "after": 2,
    "title_changed": True,
    "facts": [
        {"fact": "figure", "label": "文中数据", "before": "3座", "after": "2座", "change": "减1", "note": "GIVEN"},
        {"fact": "dead", "label": "死亡", "before": "待核实", "after": "1人", "change": "补充", "note": "MISSING"},
    ],
    "text": [["SAME", "全镇"], ["DELETED", "3"], ["INSERTED", "2"], ["SAME", "座水库淤堵"]],
    "places": 1,
    "unchanged": False,
}
FORM = {
    "revision": "3",
    "title": "两座水库溢洪道淤堵",
    "body": "全镇2座水库淤堵",
    "facts.place": "石桥镇",
    "facts.evacuated": "41",
    "citation.figure": "2座",
    "citation.source": "县水利局核查表",
    "citation.page": "",
    "citation.checked_by": "周明远",
    "reason": "按县水利局核查更正",
}


async def at_the_county(site: Site) -> None:
    """Log in as the county's section, at which a case may be worded anew."""
    case = line()
    review_shows(site, [case])
    desk_shows(site)
    wording = {"version": 1, "current": True, "title": case["title"], "body": "全镇3座水库淤堵"}
    offered = {
        **shown(case),
        "acts": [{"act": "REWRITE", "allowed": True, "why_not": ""}],
        "wordings": [{**wording, "facts": FACTS, "citations": [CITED]}],
    }
    site.services.says[f"/review/cases/{CASE}"] = offered
    await site.enter(COUNTY, Role.INFO_SECTION)


def hidden(page: str) -> dict[str, Any]:
    """Return what the form of a page would send."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


async def test_the_act_that_the_case_offers_leads_to_a_form_with_the_wording_that_stands(site: Site) -> None:
    """The review service offered 改稿 and the page did not."""
    await at_the_county(site)

    case = await site.see(f"/review?case={CASE}")
    form = await site.see(f"/review/{CASE}/rewrite")

    assert f'href="/review/{CASE}/rewrite"' in case
    assert "全镇3座水库淤堵</textarea>" in form
    assert 'name="facts.evacuated" value="41"' in form
    assert 'name="citation.page" value="第2页"' in form


async def test_the_difference_is_shown_figures_first_before_anything_is_kept(site: Site) -> None:
    """3.4: changed figures precede changed text; one without a source says so."""
    await at_the_county(site)
    site.services.says[f"/review/cases/{CASE}/compare"] = DIFFERENCE

    page = (await site.post(f"/review/{CASE}/rewrite/compare", **FORM)).text

    (asked,) = site.services.sent(f"/review/cases/{CASE}/compare")
    assert asked["citations"] == [{"figure": "2座", "source": "县水利局核查表", "checked_by": "周明远"}]
    assert (asked["facts"]["evacuated"], asked["facts"]["dead"], asked["reason"]) == (41, None, FORM["reason"])
    assert page.index("减1") < page.index("▲未附依据") < page.index("<ins>2</ins>")
    assert "<del>三座水库溢洪道淤堵</del> <ins>两座水库溢洪道淤堵</ins>" in page
    assert site.services.sent(f"/review/cases/{CASE}/rewrite") == []


async def test_what_was_compared_is_what_is_kept(site: Site) -> None:
    """The page of the difference sends the same wording once more, and leads to the receipt."""
    await at_the_county(site)
    site.services.says[f"/review/cases/{CASE}/compare"] = DIFFERENCE
    site.services.says[f"/review/cases/{CASE}/rewrite"] = {**RECEIPT, "act": "REWRITE"}
    page = (await site.post(f"/review/{CASE}/rewrite/compare", **FORM)).text

    answer = await site.client.post(f"/review/{CASE}/rewrite", data=hidden(page))

    assert site.services.sent(f"/review/cases/{CASE}/rewrite") == site.services.sent(f"/review/cases/{CASE}/compare")
    assert "已改稿" in await site.see(answer.headers["location"])


async def test_a_figure_without_a_source_leads_back_to_the_form_with_a_row_for_it(site: Site) -> None:
    """QU-01: what the rewrite would be refused for is told at its field, and what was typed stays."""
    await at_the_county(site)
    problem = {"title": "填写内容需要修改", "detail": "没有来源", "field": "citations", "figures": ["86户"]}
    site.services.says[f"/review/cases/{CASE}/compare"] = lambda _: httpx.Response(422, json=problem)

    page = (await site.post(f"/review/{CASE}/rewrite/compare", **FORM)).text
    lacking = (await site.post(f"/review/{CASE}/rewrite/compare", **{**FORM, "reason": ""})).text

    assert "数据“86户”没有来源" in page
    assert 'name="citation.figure" value="86户"' in page
    assert "全镇2座水库淤堵</textarea>" in page
    assert "改稿理由没有填" in lacking
