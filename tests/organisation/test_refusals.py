"""A wrong file is refused as a whole, and every problem says file, line, field, value, what is wrong and what to do."""

import re

import pytest

from shared.organisation.failures import OrganisationInvalid
from shared.organisation.loader import read


def problems(text: str) -> list[str]:
    with pytest.raises(OrganisationInvalid) as caught:
        read(text, "linjiang.yaml")
    return [str(problem) for problem in caught.value.problems]


def in_office(text: str, office: str, old: str, new: str) -> tuple[str, int]:
    """Exchange a piece of one office's entry; return the text and the line on which the new piece begins."""
    at = text.index(old, text.index(f"  - id: {office}\n"))
    return text[:at] + new + text[at + len(old) :], text[:at].count("\n") + 1


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


FIELD_MISTAKES = [
    (
        "official_name: 青山县石桥镇",
        "offical_name: 青山县石桥镇",
        "offices[qingshan-shiqiao].offical_name: 青山县石桥镇: no such key; did you mean 'official_name'?",
    ),
    (
        "side: GOVERNMENT",
        "side: GOVERMENT",
        "offices[qingshan-shiqiao].side: GOVERMENT: no such word here; did you mean 'GOVERNMENT'?",
    ),
    (
        'territory_code: "990121101"',
        "territory_code: 990121101",
        "offices[qingshan-shiqiao].territory_code: 990121101: this must be text; put it between quotation marks",
    ),
    (
        "duty_phone: 0000-2101",
        "duty_phone: 13900000000",
        "offices[qingshan-shiqiao].duty_phone: 13900000000: this must be text; put it between quotation marks",
    ),
    (
        "duty_phone: 0000-2101",
        "duty_phone: 00002101",
        "offices[qingshan-shiqiao].duty_phone: 00002101: this must be text; put it between quotation marks",
    ),
    (
        "duty_phone: 0000-2101",
        "duty_phone: 0000 2101",
        r"offices[qingshan-shiqiao].duty_phone: 0000 2101: does not fit the pattern ^0\d{2,3}-\d{4,8}$; "
        "rewrite it in that form",
    ),
    (
        "parent: qingshan",
        "parent: qingshn",
        "offices[qingshan-shiqiao].parent: qingshn: no office has this id; did you mean 'qingshan'?",
    ),
    (
        "site: qingshan",
        "site: qinshan",
        "offices[qingshan-shiqiao].site: qinshan: no site has this id; did you mean 'qingshan'?",
    ),
    (
        "league: QS-T",
        "league: QST",
        "offices[qingshan-shiqiao].league: QST: no league has this id; did you mean 'QS-T'?",
    ),
    (
        "league: QS-T",
        "league: PH-T",
        "offices[qingshan-shiqiao].league: PH-T: its assessor pinghu does not stand above qingshan-shiqiao; "
        "name a league of a unit above",
    ),
    (
        "league: QS-T",
        "flow: two-steps",
        "offices[qingshan-shiqiao].flow: two-steps: no flow has this id; did you mean 'two-step'?",
    ),
    (
        "league: QS-T",
        "unit: qingshan",
        "offices[qingshan-shiqiao].unit: qingshan: a TERRITORY answers for itself; leave 'unit' out",
    ),
    (
        "site: qingshan",
        "site: pinghu",
        "offices[qingshan-shiqiao].site: pinghu: its upper office qingshan stands on qingshan, which is not the site "
        "above pinghu; host it on qingshan or on a site right below",
    ),
    (
        "level: TOWNSHIP",
        "level: PROVINCE",
        "offices[qingshan-shiqiao].level: PROVINCE: its parent qingshan is of the lower level COUNTY; "
        "state the parent's level or a lower one",
    ),
]


@pytest.mark.parametrize(("old", "new", "said"), FIELD_MISTAKES, ids=[each[2][:60] for each in FIELD_MISTAKES])
def test_a_mistake_in_a_field_is_named_with_its_line(text: str, old: str, new: str, said: str) -> None:
    wrong, line = in_office(text, "qingshan-shiqiao", old, new)
    assert f"linjiang.yaml:{line}: {said}" in problems(wrong)


def test_a_missing_key_is_asked_for_at_its_entry(text: str) -> None:
    wrong, line = in_office(text, "qingshan-shiqiao", "    kind: TERRITORY\n", "")
    entry = line_of(wrong, "id: qingshan-shiqiao\n")
    assert problems(wrong) == [
        f"linjiang.yaml:{entry}: offices[qingshan-shiqiao].kind: (missing): this key is required; add 'kind'"
    ]
    assert entry < line


def test_a_misspelt_key_of_an_inner_part_finds_its_own_neighbours(text: str) -> None:
    wrong, line = in_office(text, "qingshan-shiqiao", "reporters:", "reporter:")
    said = "offices[qingshan-shiqiao].readiness.reporter: (several values): no such key; did you mean 'reporters'?"
    assert problems(wrong) == [f"linjiang.yaml:{line}: {said}"]


def test_an_id_used_twice_names_the_line_that_has_it(text: str) -> None:
    first = line_of(text, "id: qingshan-shiqiao\n")
    wrong, line = in_office(text, "qingshan-yunling", "id: qingshan-yunling", "id: qingshan-shiqiao")
    said = f"offices[qingshan-shiqiao].id: qingshan-shiqiao: line {first} has it already; give each its own"
    assert f"linjiang.yaml:{line}: {said}" in problems(wrong)


def test_an_official_name_is_used_once_se_02(text: str) -> None:
    first = line_of(text, "official_name: 青山县石桥镇")
    wrong, line = in_office(text, "qingshan-yunling", "青山县云岭镇", "青山县石桥镇")
    said = f"offices[qingshan-yunling].official_name: 青山县石桥镇: line {first} has it already; give each its own"
    assert problems(wrong) == [f"linjiang.yaml:{line}: {said}"]


def test_a_territory_code_belongs_to_one_territory(text: str) -> None:
    wrong, line = in_office(text, "qingshan-yunling", "990121102", "990121101")
    assert problems(wrong) == [
        f"linjiang.yaml:{line}: offices[qingshan-yunling].territory_code: 990121101: "
        "territory qingshan-shiqiao has this code already; give each territory its own"
    ]


def test_parents_in_a_circle_are_shown_once_as_a_circle(text: str) -> None:
    text, line = in_office(text, "qingshan-shiqiao", "parent: qingshan", "parent: qingshan-yunling")
    text, _ = in_office(text, "qingshan-yunling", "parent: qingshan", "parent: qingshan-shiqiao")
    assert problems(text) == [
        f"linjiang.yaml:{line}: offices[qingshan-shiqiao].parent: qingshan-yunling: goes round in a circle: "
        "qingshan-shiqiao → qingshan-yunling → qingshan-shiqiao; let one of them end the way"
    ]


def test_an_office_above_itself_is_a_circle(text: str) -> None:
    wrong, line = in_office(text, "qingshan-shiqiao", "parent: qingshan", "parent: qingshan-shiqiao")
    assert any(re.match(rf"linjiang.yaml:{line}: .*goes round in a circle", said) for said in problems(wrong))


def test_sites_are_one_tree(text: str) -> None:
    wrong = text.replace("level: COUNTY, upper: linjiang}\n  - {id: pinghu", "level: COUNTY}\n  - {id: pinghu")
    line = line_of(wrong, "{id: qingshan,")
    assert (
        f"linjiang.yaml:{line}: sites[qingshan].id: qingshan: linjiang is the top site already; "
        "state 'upper' for all sites but one"
    ) in problems(wrong)


def test_a_site_hangs_under_a_higher_one(text: str) -> None:
    wrong = text.replace(
        "name: 平湖县数据中心, level: COUNTY, upper: linjiang", "name: 平湖县, level: CITY, upper: qingshan"
    )
    line = line_of(wrong, "{id: pinghu, name")
    assert (
        f"linjiang.yaml:{line}: sites[pinghu].upper: qingshan: qingshan is not of a higher level than pinghu; "
        "name a site of a higher level"
    ) in problems(wrong)


def test_a_desk_stands_on_the_site_of_its_unit(text: str) -> None:
    wrong, line = in_office(text, "qingshan-gov-duty", "site: qingshan", "site: linjiang")
    assert problems(wrong) == [
        f"linjiang.yaml:{line}: offices[qingshan-gov-duty].site: linjiang: "
        "a desk stands on the site of its unit, qingshan; write 'qingshan'"
    ]


def test_a_territory_without_a_duty_desk_is_refused_du_01(text: str) -> None:
    wrong, _ = in_office(text, "qingshan-party-duty", "kind: DUTY_DESK", "kind: INFO_SECTION")
    county = line_of(wrong, "id: qingshan\n")
    said = problems(wrong)
    assert (
        f"linjiang.yaml:{county}: offices[qingshan].id: qingshan: the territory has no DUTY_DESK on the PARTY side; "
        "add an office of this kind with parent 'qingshan'"
    ) in said


def test_a_second_desk_of_a_kind_and_side_is_refused(text: str) -> None:
    wrong, line = in_office(text, "qingshan-party-duty", "side: PARTY", "side: GOVERNMENT")
    kind = line + 1
    assert (
        f"linjiang.yaml:{kind}: offices[qingshan-party-duty].kind: DUTY_DESK: "
        "qingshan has the DUTY_DESK qingshan-gov-duty on the GOVERNMENT side already; keep one of the two"
    ) in problems(wrong)


def test_a_direct_point_skips_at_least_one_level_dr_01(text: str) -> None:
    wrong = text.replace("of_office: linjiang, scope", "of_office: pinghu, scope")
    line = line_of(wrong, "{office: pinghu-baiyun")
    assert (
        f"linjiang.yaml:{line}: direct_points[1].of_office: pinghu: not above the unit over pinghu-baiyun; "
        "name one of linjiang"
    ) in problems(wrong)


def test_reports_for_which_no_rule_holds_are_found_before_one_is_written(text: str) -> None:
    wrong = text.replace("basis: [DU-06]\n", "basis: [DU-06]\n    when: {side: [GOVERNMENT]}\n")
    line = line_of(wrong, "routing:\n")
    assert problems(wrong) == [
        f"linjiang.yaml:{line}: routing: (several values): no rule for 10 kinds of reports, "
        "among them ROUTINE GOOD_NEWS from COUNTY on the PARTY side; end the list with a rule without 'when'"
    ]


def test_a_rule_that_can_never_decide_is_refused(text: str) -> None:
    wrong = text.replace("when: {urgency: [URGENT, EXTRA_URGENT]}\n    primary", "primary")
    line = line_of(wrong, "id: routine\n")
    assert (
        f"linjiang.yaml:{line}: routing[routine].id: routine: this rule never decides: those before it take "
        "everything; move it up, narrow the others, or drop it"
    ) in problems(wrong)


def test_a_flow_that_signs_before_it_reviews_is_refused_rv_02(text: str) -> None:
    wrong = text.replace("{stage: SIGN_OFF, roles: [DUTY_LEAD]}", "{stage: SECTION_REVIEW, roles: [DUTY_LEAD]}")
    line = line_of(wrong, "- name: duty-desk")
    assert (
        f"linjiang.yaml:{line}: flows[2]: (several values): a flow reviews first and signs last (RV-02); "
        "write at least one SECTION_REVIEW, then at least one SIGN_OFF"
    ) in problems(wrong)


def test_a_key_written_twice_is_refused(text: str) -> None:
    wrong, line = in_office(text, "qingshan-shiqiao", "league: QS-T", "league: QS-T\n    league: QS-D")
    assert problems(wrong) == [
        f"linjiang.yaml:{line + 1}: offices[qingshan-shiqiao].league: QS-D: this key is written twice; "
        "keep one of the two"
    ]


def test_all_problems_are_told_at_once_in_the_order_of_the_file(text: str) -> None:
    text, first = in_office(text, "linjiang-jiaotong", "parent: linjiang", "parent: linjang")
    text, second = in_office(text, "qingshan-shiqiao", "league:", "legue:")
    text, third = in_office(text, "pinghu-baiyun", "site: pinghu", "site: pinghoo")
    assert [said.split(":")[1] for said in problems(text)] == [str(first), str(second), str(third)]


def test_an_entry_that_cannot_be_read_does_not_make_its_id_unknown(text: str) -> None:
    wrong, line = in_office(text, "qingshan", "level: COUNTY", "level: COUNTRY")
    assert [said.split(":")[1] for said in problems(wrong)] == [str(line)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: 临江市\nsites: ]\n", "linjiang.yaml:2: (file): (text): not YAML: "),
        ("- a\n", "linjiang.yaml:1: (file): (text): not a mapping of keys; "),
        ("", "linjiang.yaml:1: (file): (text): not a mapping of keys; "),
    ],
)
def test_what_is_no_organisation_at_all_is_refused(text: str, said: str) -> None:
    (only,) = problems(text)
    assert only.startswith(said)
