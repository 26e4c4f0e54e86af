"""What the shipped city states, and what can be asked of it."""

import itertools
from datetime import date

import pytest

from shared.contracts.identifiers import OfficeId, SiteId
from shared.contracts.vocabulary import Level, OfficeKind, Side
from shared.organisation.failures import UnknownLeague, UnknownOffice, UnknownSite
from shared.organisation.loader import read
from shared.organisation.offices import rank
from shared.organisation.organisation import Organisation

CITY, QINGSHAN, PINGHU = SiteId("linjiang"), SiteId("qingshan"), SiteId("pinghu")


def test_three_sites_hang_together_as_a_tree(linjiang: Organisation) -> None:
    assert [site.id for site in linjiang.sites] == [CITY, QINGSHAN, PINGHU]
    assert linjiang.lower_sites(CITY) == (QINGSHAN, PINGHU)
    assert linjiang.neighbours(CITY) == (QINGSHAN, PINGHU)
    assert linjiang.neighbours(PINGHU) == (CITY,)


def test_the_way_to_a_site_goes_over_the_tree(linjiang: Organisation) -> None:
    assert linjiang.next_site(QINGSHAN, PINGHU) == CITY
    assert linjiang.next_site(CITY, PINGHU) == PINGHU
    assert linjiang.next_site(PINGHU, PINGHU) == PINGHU


def test_from_any_site_following_next_site_arrives(text: str) -> None:
    deeper = text.replace(
        "\n# Who is ranked",
        "  - {id: shiqiao, name: 石桥镇机房, level: TOWNSHIP, upper: qingshan}\n"
        "  - {id: huxi, name: 湖西镇机房, level: TOWNSHIP, upper: pinghu}\n\n# Who is ranked",
    )
    organisation = read(deeper, "deeper.yaml")
    for start in organisation.sites:
        for goal in organisation.sites:
            here, way = start.id, [start.id]
            while here != goal.id:
                step = organisation.next_site(here, goal.id)
                assert step in organisation.neighbours(here)
                here = step
                way.append(here)
            assert len(way) == len(set(way))


def test_every_territory_from_the_county_up_has_two_manned_desks_on_each_side_du_01_du_08(
    linjiang: Organisation,
) -> None:
    territories = [
        office
        for office in linjiang.offices
        if office.kind is OfficeKind.TERRITORY and rank(office.level) >= rank(Level.COUNTY)
    ]
    assert [territory.id for territory in territories] == ["linjiang", "dongcheng", "qingshan", "pinghu"]
    for territory in territories:
        for side in Side:
            desk = linjiang.office(linjiang.duty_desk(territory.id, side))
            assert (desk.kind, desk.unit, desk.side) == (OfficeKind.DUTY_DESK, territory.id, side)
            assert desk.duty_phone is not None
        desks = [linjiang.office(desk) for desk in linjiang.desks_of(territory.id)]
        kinds = itertools.product((OfficeKind.DUTY_DESK, OfficeKind.INFO_SECTION), Side)
        assert sorted((desk.kind, desk.side) for desk in desks) == sorted(kinds)


def test_a_township_is_its_own_desk(linjiang: Organisation) -> None:
    shiqiao = OfficeId("qingshan-shiqiao")
    assert linjiang.duty_desk(shiqiao, Side.PARTY) == shiqiao
    assert linjiang.desks_of(shiqiao) == ()


def test_a_desk_answers_for_its_unit_and_everything_else_for_itself(linjiang: Organisation) -> None:
    assert linjiang.unit_of(OfficeId("qingshan-gov-duty")) == "qingshan"
    assert linjiang.unit_of(OfficeId("linjiang-jiaotong")) == "linjiang-jiaotong"


def test_the_chain_climbs_by_answerable_units(linjiang: Organisation) -> None:
    assert linjiang.chain(OfficeId("qingshan-shiqiao")) == ("qingshan-shiqiao", "qingshan", "linjiang")
    assert linjiang.chain(OfficeId("qingshan-gov-duty")) == ("qingshan", "linjiang")
    assert linjiang.upper_unit(OfficeId("qingshan-gov-duty")) == "linjiang"
    assert linjiang.upper_unit(OfficeId("linjiang-gov-info")) is None


def test_every_office_is_listed_at_the_site_that_hosts_it(linjiang: Organisation) -> None:
    listed = [office.id for site in linjiang.sites for office in linjiang.offices_of(site.id)]
    assert sorted(listed) == sorted(office.id for office in linjiang.offices)
    assert linjiang.site_of(OfficeId("dongcheng-chaoyang")) == CITY
    for county in ("qingshan", "pinghu"):
        hosted = linjiang.offices_of(SiteId(county))
        assert sum(office.level is Level.TOWNSHIP for office in hosted) >= 3
        assert sum(office.kind is OfficeKind.DEPARTMENT for office in hosted) >= 5


def test_a_direct_point_is_ranked_in_its_county_and_in_the_city_dr_02(linjiang: Organisation) -> None:
    assert "pinghu-baiyun" in linjiang.leagues["PH-T"]
    assert linjiang.leagues["C"] == ("pinghu-baiyun",)
    assert linjiang.leagues["A"] == ("dongcheng", "qingshan", "pinghu")
    assert linjiang.league("C").assessor == "linjiang"


def test_gaps_name_who_lacks_what_nw_03_nw_04_nw_05_nw_15(linjiang: Organisation) -> None:
    assert [(gap.office, gap.requirement, gap.field) for gap in linjiang.gaps()] == [
        ("qingshan-shuili", "NW-03", "readiness.leader_in_charge"),
        ("pinghu-party-info", "NW-05", "readiness.info_staff_count"),
        ("pinghu-huxi", "NW-03", "readiness.reporters"),
    ]
    assert {gap.rectify_within_days for gap in linjiang.gaps()} == {30}


@pytest.mark.parametrize(("people", "is_gap"), [("2", True), ("3", False), ("4", False)])
def test_a_county_information_section_has_at_least_three_people_nw_05(text: str, people: str, is_gap: bool) -> None:
    organisation = read(text.replace("info_staff_count: 2", f"info_staff_count: {people}"), "a.yaml")
    assert is_gap == any(gap.requirement == "NW-05" for gap in organisation.gaps())


def test_a_unit_that_named_nobody_has_a_gap_for_each_nw_04(text: str) -> None:
    at = text.index("readiness:", text.index("id: qingshan-songxi"))
    organisation = read(text[:at] + "readiness: {}" + text[text.index("\n\n", at) :], "a.yaml")
    missing = {gap.field for gap in organisation.gaps() if gap.office == "qingshan-songxi"}
    assert missing == {
        "readiness.first_responsible_person",
        "readiness.leader_in_charge",
        "readiness.reporters",
        "readiness.as_of",
    }


def test_a_department_without_a_duty_phone_has_a_gap_nw_03(text: str) -> None:
    organisation = read(text.replace("    duty_phone: 0000-2201\n", ""), "a.yaml")
    assert ("qingshan-yingji", "duty_phone") in {(gap.office, gap.field) for gap in organisation.gaps()}


def test_a_place_code_finds_the_smallest_territory_around_it(linjiang: Organisation) -> None:
    assert linjiang.territory_at("990121101234") == "qingshan-shiqiao"
    assert linjiang.territory_at("990121999") == "qingshan"
    assert linjiang.territory_at("110101") is None


def test_the_digest_is_of_the_content_and_not_of_its_layout(text: str, linjiang: Organisation) -> None:
    assert read("# another remark\n" + text, "a.yaml").digest == linjiang.digest
    assert read(text.replace("[DEPUTY_SIGNER, PRINCIPAL]", "[PRINCIPAL, DEPUTY_SIGNER]"), "a.yaml").digest == (
        linjiang.digest
    )
    assert read(text.replace("0000-2101", "0000-2109"), "a.yaml").digest != linjiang.digest
    assert (linjiang.version, linjiang.effective_from) == (1, date(2025, 1, 1))


def test_an_unknown_office_is_named_with_the_nearest_known_one(linjiang: Organisation) -> None:
    with pytest.raises(UnknownOffice) as caught:
        linjiang.office(OfficeId("qingshan-shiqao"))
    assert (caught.value.office, caught.value.version) == ("qingshan-shiqao", 1)
    assert str(caught.value) == (
        "no office 'qingshan-shiqao' in the organisation, version 1: did you mean 'qingshan-shiqiao'? "
        "Otherwise publish the version that has it"
    )


def test_unknown_sites_and_leagues_say_which_exist(linjiang: Organisation) -> None:
    with pytest.raises(UnknownSite, match="use one of linjiang, qingshan, pinghu"):
        linjiang.neighbours(SiteId("donghu"))
    with pytest.raises(UnknownLeague, match="use one of A, B1"):
        linjiang.league("Z")


@pytest.mark.parametrize("ask", ["site_of", "unit_of", "upper_unit", "chain", "desks_of"])
def test_every_question_about_an_unknown_office_is_refused(linjiang: Organisation, ask: str) -> None:
    with pytest.raises(UnknownOffice):
        getattr(linjiang, ask)(OfficeId("nowhere"))
