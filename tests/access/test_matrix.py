"""The table of access says what the reference says (domain model B4), and says something about every act."""

from pathlib import Path

import pytest

from shared.access.actions import SITE_WIDE, Action
from shared.access.conditions import CHECKS
from shared.access.matrix import MATRIX, Condition
from shared.access.printing import matrix_as_markdown
from shared.access.wording import ROLE_ZH
from shared.contracts.vocabulary import ReturnReason, Role

# Retyped from the reference, its columns in its order; a row that mixes acts is one line per act.
# Its column DEPUTY_SIGNER / PRINCIPAL is DEP and PRI; DIRECT POINT is an office, see below.
B4 = """
act                     REP     INFO      DEP       PRI       OFF       LEAD    EDIT     SCO    SUP    SEC      AUD
draft_report            yes     yes       yes       yes       urgent    -       -        -      -      -        -
submit_report           yes     yes       yes       yes       urgent    -       -        -      -      -        -
review_report           -       not_own   -         -         urgent    -       received -      -      -        -
sign_report             -       -         yes       yes       delegated urgent  -        -      -      -        -
hold_report             -       -         reason    reason    -         -       -        -      -      -        -
bypass_level            -       -         direct    direct    -         urgent  -        -      -      -        -
register_phone_report   yes     yes       -         -         yes       yes     -        -      -      -        -
register_signal         yes     yes       -         -         yes       yes     -        -      -      -        -
register_awareness      yes     yes       -         -         yes       yes     -        -      -      -        -
open_incident           direct  direct    direct    direct    yes       -       -        -      -      -        -
merge_incidents         -       -         -         -         -         yes     -        -      -      -        -
grade_incident          -       -         -         -         -         yes     -        -      -      -        -
lower_incident_grade    -       -         -         -         -         second  -        -      -      -        -
adopt_report            -       -         -         -         -         -       yes      -      -      -        -
edit_issue              -       -         -         -         -         -       yes      -      -      -        -
sign_issue              -       -         yes       yes       -         -       -        -      -      -        -
record_instruction      -       -         -         -         urgent    yes     yes      -      yes    -        -
assign_ticket           -       -         -         -         -         -       -        -      yes    -        -
close_ticket            -       -         -         -         -         -       -        -      yes    -        -
propose_verdict         -       -         -         -         -         yes     -        -      -      -        -
finalise_late_verdict   -       -         -         -         -         -       -        -      -      -        -
finalise_grave_verdict  -       -         -         -         -         -       -        -      -      -        panel
edit_score_rules        -       -         -         -         -         -       -        yes    -      -        -
approve_score_rules     -       -         -         not_own   -         -       -        -      -      -        -
view_score_rules        -       -         -         yes       -         -       -        yes    -      -        yes
see_author              -       -         -         -         -         -       first    -      -      -        two
open_original           -       own_level own_level own_level urgent    yes     yes      -      -      -        yes
review_disclosure       -       -         -         -         -         -       -        -      -      not_own  -
"""
WORDS = {
    "yes": Condition.ALWAYS,
    "urgent": Condition.URGENT_ONLY,
    "delegated": Condition.URGENT_DELEGATED,
    "not_own": Condition.NOT_OWN,
    "received": Condition.RECEIVED_ONLY,
    "reason": Condition.WITH_REASON,
    "direct": Condition.DIRECT_POINT,
    "second": Condition.REASON_AND_SECOND,
    "panel": Condition.PANEL_OF_THREE,
    "first": Condition.FIRST_RECEIVER,
    "two": Condition.TWO_APPROVALS,
    "own_level": Condition.OWN_LEVEL,
}
COLUMNS = (
    Role.REPORTER,
    Role.INFO_SECTION,
    Role.DEPUTY_SIGNER,
    Role.PRINCIPAL,
    Role.DUTY_OFFICER,
    Role.DUTY_LEAD,
    Role.EDITOR,
    Role.SCORER,
    Role.SUPERVISION,
    Role.SECRECY_REVIEWER,
    Role.AUDITOR,
)
ROWS = [line.split() for line in B4.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_an_act_of_the_reference_is_given_to_whom_the_reference_gives_it(row: list[str]) -> None:
    expected = {role: WORDS[word] for role, word in zip(COLUMNS, row[1:], strict=True) if word != "-"}
    given = {role: condition for role, condition in MATRIX[Action(row[0])].items() if role in COLUMNS}
    assert given == expected


def test_the_duty_head_has_the_duty_leads_column_but_finalises_instead_of_proposing() -> None:
    same = set(Action) - {Action.PROPOSE_VERDICT, Action.FINALISE_LATE_VERDICT, Action.CERTIFY_OUTAGE}
    for action in same:
        assert MATRIX[action].get(Role.DUTY_HEAD) == MATRIX[action].get(Role.DUTY_LEAD), action
    assert Role.DUTY_HEAD not in MATRIX[Action.PROPOSE_VERDICT]
    assert MATRIX[Action.FINALISE_LATE_VERDICT] == {Role.DUTY_HEAD: Condition.NOT_OWN_UNIT}


def test_rv_02_rv_03_section_reviews_and_deputy_or_principal_signs() -> None:
    """RV-02, RV-03: two stages for a routine item of one's own, each with its role, writers in neither."""
    reviewing = {r for r, c in MATRIX[Action.REVIEW_REPORT].items() if c is Condition.NOT_OWN}
    signing = {r for r, c in MATRIX[Action.SIGN_REPORT].items() if c is Condition.ALWAYS}
    assert reviewing == {Role.INFO_SECTION}
    assert signing == {Role.DEPUTY_SIGNER, Role.PRINCIPAL}
    assert Role.REPORTER not in MATRIX[Action.REVIEW_REPORT].keys() | MATRIX[Action.SIGN_REPORT].keys()


def test_whoever_signs_may_return_instead() -> None:
    """B2: at sign-off the choice is sign, return or hold. A signer who could only sign would be a rubber stamp."""
    signers = set(MATRIX[Action.SIGN_REPORT]) - {Role.DUTY_OFFICER}
    assert signers <= set(MATRIX[Action.RETURN_REPORT])
    assert {r: MATRIX[Action.RETURN_REPORT][r] for r in MATRIX[Action.REVIEW_REPORT]} == MATRIX[Action.REVIEW_REPORT]


def test_as_15_as_16_no_return_reason_speaks_of_negative_content_or_of_trouble_for_superiors() -> None:
    """AS-15, AS-16: return reasons are a closed list, and nothing in it is about what the news is like."""
    assert {reason.name for reason in ReturnReason} == {
        "ELEMENTS_MISSING",
        "FIGURE_UNSOURCED",
        "FACTS_UNCLEAR",
        "WORDING",
        "MERGE_NEEDED",
        "BELOW_LEVEL",
        "FRAGMENTARY",
        "DUPLICATE",
        "OUTDATED",
    }


def test_nw_11_every_account_may_offer_a_draft_and_follow_it() -> None:
    """NW-11: everyone contributes; submitting stays with those who draft for the office."""
    assert set(MATRIX[Action.OFFER_DRAFT]) == set(MATRIX[Action.VIEW_OWN_REPORTS]) == set(Role)
    assert MATRIX[Action.SUBMIT_REPORT] == MATRIX[Action.DRAFT_REPORT]


def test_as_06_every_account_may_file_a_protected_complaint() -> None:
    """AS-06: nobody's permission is needed to say that a reporter is pressed; only oversight handles it."""
    assert set(MATRIX[Action.FILE_COMPLAINT]) == set(Role)
    assert set(MATRIX[Action.HANDLE_COMPLAINT]) == {Role.AUDITOR}


def test_operators_and_administrators_touch_no_report() -> None:
    """Whoever runs the machines or grants appointments decides nothing in the field."""
    own_things = {Action.OFFER_DRAFT, Action.FILE_COMPLAINT, Action.VIEW_OWN_REPORTS}
    for role in (Role.OPERATOR, Role.UNIT_ADMIN):
        acts = {action for action in Action if role in MATRIX[action]} - own_things
        assert acts <= SITE_WIDE | {Action.MANAGE_ACCOUNTS, Action.VIEW_READINESS}, role
    assert set(MATRIX[Action.VIEW_OWN_REPORTS]) > {Role.OPERATOR}
    assert MATRIX[Action.VIEW_OWN_REPORTS][Role.OPERATOR] is Condition.OWN_ONLY


def test_every_act_role_and_condition_is_spoken_for() -> None:
    assert set(MATRIX) == set(Action)
    assert all(MATRIX.values()), "an act that nobody may do"
    assert set(CHECKS) == set(Condition)
    assert {c for row in MATRIX.values() for c in row.values()} == set(Condition), "a condition that no cell uses"
    assert set(ROLE_ZH) == set(Role)
    assert len({action.zh for action in Action}) == len(Action), "two acts called the same in Chinese"


def test_the_printed_matrix_is_current() -> None:
    page = Path(__file__).parents[2] / "docs/access-matrix.md"
    assert page.read_text(encoding="utf-8") == matrix_as_markdown(), (
        "stale: run python -m shared.access.printing > docs/access-matrix.md"
    )
