"""What goes to whom."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Nature, OfficeKind, Side, Urgency
from shared.organisation.loader import read
from shared.organisation.organisation import Organisation
from shared.organisation.routing import Route

URGENT_WORDS = [Urgency.URGENT, Urgency.EXTRA_URGENT]
BAIYUN = OfficeId("pinghu-baiyun")
DAY = date(2025, 2, 17)

urgencies = st.sampled_from(Urgency)
natures = st.sampled_from(Nature)


def to(*primary: str, copies: tuple[str, ...] = ()) -> Route:
    return Route(tuple(map(OfficeId, primary)), tuple(map(OfficeId, copies)))


@pytest.mark.parametrize("urgency", URGENT_WORDS)
def test_urgent_goes_to_both_duty_desks_with_a_copy_to_the_section_ur_03_dr_03_du_04(
    linjiang: Organisation, urgency: Urgency
) -> None:
    route = linjiang.route(OfficeId("qingshan-shiqiao"), urgency, Nature.NEUTRAL, DAY)
    assert route == to("qingshan-gov-duty", "qingshan-party-duty", copies=("qingshan-gov-info",))


def test_routine_goes_to_the_section_of_the_own_side_du_06(linjiang: Organisation) -> None:
    government = linjiang.route(OfficeId("qingshan-gov-info"), Urgency.ROUTINE, Nature.PROBLEM, DAY)
    party = linjiang.route(OfficeId("qingshan-party-info"), Urgency.ROUTINE, Nature.PROBLEM, DAY)
    assert government == to("linjiang-gov-info")
    assert party == to("linjiang-party-info")


def test_a_party_office_sends_urgent_items_to_both_sides_its_own_first_dr_03(linjiang: Organisation) -> None:
    route = linjiang.route(OfficeId("qingshan-xuanchuan"), Urgency.URGENT, Nature.NEUTRAL, DAY)
    assert route == to("qingshan-party-duty", "qingshan-gov-duty", copies=("qingshan-party-info",))


@pytest.mark.parametrize("office", ["linjiang-jiaotong", "dongcheng", "qingshan-gov-duty", "pinghu-party-duty"])
def test_counties_and_city_departments_report_urgent_items_to_the_citys_desks_du_04(
    linjiang: Organisation, office: str
) -> None:
    route = linjiang.route(OfficeId(office), Urgency.EXTRA_URGENT, Nature.NEUTRAL, DAY)
    assert set(route.primary) == {"linjiang-gov-duty", "linjiang-party-duty"}


def test_a_direct_point_writes_to_the_city_and_copies_the_skipped_county_dr_01(linjiang: Organisation) -> None:
    urgent = linjiang.route(BAIYUN, Urgency.URGENT, Nature.NEUTRAL, DAY)
    assert urgent == to(
        "linjiang-gov-duty",
        "linjiang-party-duty",
        copies=("linjiang-gov-info", "pinghu-gov-duty", "pinghu-party-duty", "pinghu-gov-info"),
    )
    problem = linjiang.route(BAIYUN, Urgency.ROUTINE, Nature.PROBLEM, DAY)
    assert problem == to("linjiang-gov-info", copies=("pinghu-gov-info",))


def test_an_early_sign_is_in_the_scope_of_problems_dr_01(linjiang: Organisation) -> None:
    assert linjiang.route(BAIYUN, Urgency.ROUTINE, Nature.EARLY_SIGN, DAY).primary == ("linjiang-gov-info",)


def test_out_of_its_scope_a_direct_point_takes_the_usual_way_dr_01(linjiang: Organisation) -> None:
    assert linjiang.route(BAIYUN, Urgency.ROUTINE, Nature.GOOD_NEWS, DAY) == to("pinghu-gov-info")


def test_a_direct_point_is_valid_on_its_first_and_last_day_and_on_no_other_dr_01(text: str) -> None:
    bounded = text.replace("valid_from: 2025-01-01,", "valid_from: 2025-02-01, valid_to: 2025-02-28,")
    organisation = read(bounded, "a.yaml")
    direct = {
        day: organisation.route(BAIYUN, Urgency.URGENT, Nature.NEUTRAL, day).primary[0]
        for day in (date(2025, 1, 31), date(2025, 2, 1), date(2025, 2, 28), date(2025, 3, 1))
    }
    assert list(direct.values()) == ["pinghu-gov-duty", "linjiang-gov-duty", "linjiang-gov-duty", "pinghu-gov-duty"]


@pytest.mark.parametrize("office", ["linjiang", "linjiang-gov-duty", "linjiang-party-info"])
def test_nothing_goes_up_from_the_top(linjiang: Organisation, office: str) -> None:
    assert linjiang.route(OfficeId(office), Urgency.EXTRA_URGENT, Nature.PROBLEM, DAY) == Route()


def test_the_rules_are_data_and_the_first_that_holds_decides(text: str) -> None:
    changed = text.replace(
        "routing:\n",
        "routing:\n"
        "  - id: party-problems\n"
        "    basis: [DR-07]\n"
        "    when: {nature: [PROBLEM], side: [PARTY], from_level: [COUNTY], urgency: [ROUTINE]}\n"
        "    primary: [{desk: INFO_SECTION, side: BOTH}]\n"
        "    copies: [{desk: DUTY_DESK, side: GOVERNMENT}]\n",
    )
    organisation = read(changed, "a.yaml")
    assert organisation.route(OfficeId("pinghu-party-info"), Urgency.ROUTINE, Nature.PROBLEM, DAY) == to(
        "linjiang-party-info", "linjiang-gov-info", copies=("linjiang-gov-duty",)
    )
    assert organisation.route(OfficeId("pinghu-party-info"), Urgency.ROUTINE, Nature.NEUTRAL, DAY) == to(
        "linjiang-party-info"
    )


def test_a_township_receives_itself_once_what_its_villages_send(text: str) -> None:
    village = (
        "offices:\n  - {id: shiqiao-dongcun, official_name: 石桥镇东村, level: VILLAGE, side: GOVERNMENT, "
        'kind: TERRITORY, territory_code: "990121101201", parent: qingshan-shiqiao, site: qingshan}\n'
    )
    organisation = read(text.replace("offices:\n", village), "a.yaml")
    urgent = organisation.route(OfficeId("shiqiao-dongcun"), Urgency.URGENT, Nature.NEUTRAL, DAY)
    assert urgent == to("qingshan-shiqiao")


def test_a_county_that_reports_directly_to_the_province_copies_the_city_dr_01_dr_02(text: str) -> None:
    organisation = read(with_province(text), "a.yaml")
    route = organisation.route(OfficeId("qingshan-gov-duty"), Urgency.URGENT, Nature.NEUTRAL, DAY)
    assert set(route.primary) == {"prov-gov-duty", "prov-party-duty"}
    assert {"linjiang-gov-duty", "linjiang-party-duty", "linjiang-gov-info"} <= set(route.copies)


def with_province(text: str) -> str:
    """Put an invented province above 临江市, with 青山县 as its direct point."""
    desks = "".join(
        f"  - {{id: prov-{side}-{desk}, official_name: 省{side}{desk}, level: PROVINCE, side: {word}, kind: {kind}, "
        f'territory_code: "990000", parent: prov, site: prov}}\n'
        for side, word in (("gov", Side.GOVERNMENT), ("party", Side.PARTY))
        for desk, kind in (("duty", OfficeKind.DUTY_DESK), ("info", OfficeKind.INFO_SECTION))
    )
    province = (
        "offices:\n  - {id: prov, official_name: 某省, level: PROVINCE, side: GOVERNMENT, kind: TERRITORY, "
        'territory_code: "990000", site: prov}\n' + desks
    )
    return (
        text.replace("sites:\n", "sites:\n  - {id: prov, name: 省数据中心, level: PROVINCE}\n")
        .replace("level: CITY}", "level: CITY, upper: prov}")
        .replace("offices:\n", province)
        .replace('"990100"\n    site: linjiang\n', '"990100"\n    parent: prov\n    site: linjiang\n', 1)
        .replace(
            "direct_points:\n",
            "direct_points:\n  - {office: qingshan, of_office: prov, scope: [ALL], valid_from: 2025-01-01}\n",
        )
    )


@given(data=st.data(), urgency=urgencies, nature=natures)
def test_no_route_names_the_sender_an_office_twice_or_an_office_below(
    linjiang: Organisation, data: st.DataObject, urgency: Urgency, nature: Nature
) -> None:
    sender = data.draw(st.sampled_from(linjiang.offices))
    route = linjiang.route(sender.id, urgency, nature, DAY)
    assert sender.id not in route.all
    assert len(route.all) == len(set(route.all))
    above = linjiang.chain(sender.id)[1:]
    assert {linjiang.unit_of(office) for office in route.all} <= set(above)
    assert bool(route.primary) == bool(above)


@given(data=st.data(), urgency=st.sampled_from(URGENT_WORDS), nature=natures)
def test_every_urgent_route_reaches_both_sides_and_a_section_ur_03_dr_03_du_04(
    linjiang: Organisation, data: st.DataObject, urgency: Urgency, nature: Nature
) -> None:
    below = [office for office in linjiang.offices if linjiang.upper_unit(office.id)]
    sender = data.draw(st.sampled_from(below))
    route = linjiang.route(sender.id, urgency, nature, DAY)
    assert {linjiang.office(office).kind for office in route.primary} == {OfficeKind.DUTY_DESK}
    assert {linjiang.office(office).side for office in route.primary} == set(Side)
    sections = [office for office in route.copies if linjiang.office(office).kind is OfficeKind.INFO_SECTION]
    assert {linjiang.office(office).side for office in sections} == {sender.side}


@given(data=st.data(), urgency=urgencies, nature=natures)
def test_no_unit_on_the_way_is_ever_left_out_dr_01(
    linjiang: Organisation, data: st.DataObject, urgency: Urgency, nature: Nature
) -> None:
    sender = data.draw(st.sampled_from(linjiang.offices))
    route, chain = linjiang.route(sender.id, urgency, nature, DAY), linjiang.chain(sender.id)
    highest = max((chain.index(linjiang.unit_of(office)) for office in route.primary), default=0)
    assert set(chain[1 : highest + 1]) == {linjiang.unit_of(office) for office in route.all}
