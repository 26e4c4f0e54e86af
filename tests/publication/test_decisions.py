"""The rules of using a report, without any I/O."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from services.review.publication import decisions
from services.review.publication.decisions import (
    Candidate,
    IssueOfDay,
    Item,
    NotAbove,
    NotCandidates,
    NotOurPublication,
    NotYet,
    OpenIssue,
    RecordsItself,
    ReportLeftOut,
    Share,
    SharesDoNotAddUp,
    candidate_of,
)
from services.review.publication.publications import PublicationId, PublicationsUnusable, load_publications
from shared.contracts.identifiers import OfficeId, ReportId
from shared.contracts.vocabulary import Level, Mode, Nature
from shared.organisation.organisation import Organisation
from tests.building import MORNING, SHIQIAO, head, version
from tests.review.people import CITY, COUNTY, arrived

BAIYUN = OfficeId("pinghu-baiyun")
HOUR = timedelta(hours=1)
SHIPPED = load_publications()


def candidate(organisation: Organisation, way: tuple[OfficeId, ...], to: OfficeId = CITY) -> Candidate:
    return candidate_of(arrived(way=way, to=to), organisation.unit_of, Mode.ACTUAL)


def test_units_on_the_way_are_named_once_the_origin_first(organisation: Organisation) -> None:
    """AD-01: at the city, F1's item came from 青山县 and was written by 石桥镇."""
    found = candidate(organisation, (SHIQIAO, COUNTY))
    assert found.units == (SHIQIAO, OfficeId("qingshan"))
    assert found.contributor == OfficeId("qingshan")
    assert found.way == (SHIQIAO, COUNTY)


def test_at_the_county_the_township_is_the_contributor(organisation: Organisation) -> None:
    found = candidate(organisation, (SHIQIAO,), COUNTY)
    assert (found.units, found.contributor) == ((SHIQIAO,), SHIQIAO)


def test_a_direct_reporting_point_contributes_by_itself(organisation: Organisation) -> None:
    found = candidate(organisation, (BAIYUN,))
    assert (found.units, found.contributor) == ((BAIYUN,), BAIYUN)


def test_a_single_report_is_the_whole_item(organisation: Organisation) -> None:
    one = candidate(organisation, (SHIQIAO, COUNTY))
    item = decisions.make_item(one.report_id, (), {one.report_id: one})
    assert isinstance(item, Item)
    assert [(each.unit, each.share) for each in item.contributors] == [("qingshan", Decimal(1))]
    assert item.concerns == (SHIQIAO, COUNTY)


def test_several_reports_share_an_item_and_all_their_offices_learn_of_it(organisation: Organisation) -> None:
    one, two = candidate(organisation, (SHIQIAO, COUNTY)), candidate(organisation, (BAIYUN,))
    half = Decimal("0.5")
    shares = (Share(two.report_id, half), Share(one.report_id, half))
    item = decisions.make_item(one.report_id, shares, {each.report_id: each for each in (one, two)})
    assert isinstance(item, Item)
    assert item.lead == one
    assert {each.unit: each.share for each in item.contributors} == {"qingshan": half, "pinghu-baiyun": half}
    assert item.concerns == (SHIQIAO, COUNTY, BAIYUN)


def test_contributors_stand_in_the_order_received_with_their_own_reports(organisation: Organisation) -> None:
    """The remainder of a share goes to the first received, whatever order an editor types; each line names its own."""
    early, late = candidate(organisation, (SHIQIAO, COUNTY)), candidate(organisation, (BAIYUN,))
    late = replace(late, number="BY-2025-0217-001", nature=Nature.GOOD_NEWS, received_at=early.received_at + HOUR)
    half = Decimal("0.5")
    shares = (Share(late.report_id, half), Share(early.report_id, half))

    item = decisions.make_item(late.report_id, shares, {each.report_id: each for each in (late, early)})

    assert isinstance(item, Item)
    assert [(each.report_id, each.number, each.nature) for each in item.contributors] == [
        (each.report_id, each.number, each.nature) for each in (early, late)
    ]


def test_what_did_not_come_here_is_not_used(organisation: Organisation) -> None:
    stranger = ReportId(uuid7())
    assert decisions.make_item(stranger, (), {}) == NotCandidates((stranger,))


def test_the_kept_report_has_a_share_and_none_is_named_twice(organisation: Organisation) -> None:
    one, two = candidate(organisation, (SHIQIAO,)), candidate(organisation, (BAIYUN,))
    known = {each.report_id: each for each in (one, two)}
    assert decisions.make_item(one.report_id, (Share(two.report_id, Decimal(1)),), known) == ReportLeftOut()
    twice = (Share(one.report_id, Decimal("0.5")), Share(one.report_id, Decimal("0.5")))
    assert decisions.make_item(one.report_id, twice, known) == ReportLeftOut()


@given(st.lists(st.decimals(min_value="0.01", max_value=1, places=2), min_size=1, max_size=5))
def test_shares_add_up_to_exactly_one_or_the_item_is_refused(parts: list[Decimal]) -> None:
    reports = [head() for _ in parts]
    known = {each.report_id: candidate_of(arrived(each), lambda office: office, Mode.ACTUAL) for each in reports}
    shares = tuple(Share(each.report_id, part) for each, part in zip(reports, parts, strict=True))
    outcome = decisions.make_item(reports[0].report_id, shares, known)
    total = sum(parts, Decimal(0))
    assert isinstance(outcome, Item) if total == 1 else outcome == SharesDoNotAddUp(total)


def test_a_days_issue_is_opened_once_and_a_special_is_an_issue_by_itself() -> None:
    """AD-03."""
    brief = SHIPPED.named(PublicationId("linjiang-meiri-yaoqing"))
    special = SHIPPED.named(PublicationId("linjiang-zhuanbao"))
    assert brief is not None
    assert special is not None
    today = IssueOfDay(uuid7(), 7)
    assert decisions.choose_issue(brief, None) == OpenIssue()
    assert decisions.choose_issue(brief, today) == today
    assert decisions.choose_issue(special, today) == OpenIssue()
    assert decisions.issue_number(date(2025, 2, 18), 45, Mode.ACTUAL) == "2025年第45期"


def test_an_office_uses_its_own_publications_of_today_only() -> None:
    ours = SHIPPED.of(COUNTY, date(2025, 2, 17))
    assert [each.name for each in ours] == ["青山要情快报"]
    assert decisions.choose_publication("linjiang-meiri-yaoqing", ours) == NotOurPublication(
        "linjiang-meiri-yaoqing", ours
    )
    assert SHIPPED.of(COUNTY, date(2019, 12, 31)) == ()


def test_on_behalf_means_a_level_above_and_a_fact_of_the_past() -> None:
    past, future = MORNING, MORNING + timedelta(minutes=1)
    assert decisions.check_on_behalf(Level.PROVINCE, Level.CITY, {}, past, MORNING) is None
    assert decisions.check_on_behalf(Level.CITY, Level.CITY, {}, past, MORNING) == NotAbove(Level.CITY, Level.CITY)
    assert decisions.check_on_behalf(Level.PROVINCE, Level.CITY, {}, future, MORNING) == NotYet(future, MORNING)


def test_whoever_is_in_the_system_records_its_own_adoptions() -> None:
    """A county that records the city's adoption would give its townships points for what never happened."""
    above = {Level.COUNTY: "青山县", Level.CITY: "临江市"}
    for level, name in above.items():
        refused = decisions.check_on_behalf(level, Level.TOWNSHIP, above, MORNING, MORNING)
        assert refused == RecordsItself(level, name)
    for level in (Level.PROVINCE, Level.STATE):
        assert decisions.check_on_behalf(level, Level.TOWNSHIP, above, MORNING, MORNING) is None


def test_the_shipped_publications_belong_to_offices_of_their_level_and_side(organisation: Organisation) -> None:
    for each in SHIPPED.all:
        office = organisation.office(each.office)
        assert (each.level, each.side) == (office.level, office.side)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("publications: [{id: a, name: 甲", "line 1"),
        ("publications: [{id: a, name: 甲, office: x, level: TOWN, side: PARTY, carrier: BRIEF}]", "publications.0"),
        (
            "publications: [{id: a, name: 甲, office: x, level: CITY, side: PARTY, carrier: BRIEF,"
            " valid_from: 2025-01-01, succeeds: [b]}]",
            "(whole)",
        ),
    ],
)
def test_a_mistake_in_the_file_names_file_place_and_remedy(tmp_path: Path, text: str, place: str) -> None:
    """AD-02: a merged publication names those it continues."""
    file = tmp_path / "publications.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PublicationsUnusable) as caught:
        load_publications(file)
    assert str(file) in str(caught.value)
    assert caught.value.place.startswith(place)


def test_versions_only_bring_newer_words(organisation: Organisation) -> None:
    event = arrived(
        versions=(version(), version(number=2, by=COUNTY, title="县改标题")), way=(SHIQIAO, COUNTY), to=CITY
    )
    assert candidate_of(event, organisation.unit_of, Mode.ACTUAL).title == "县改标题"
