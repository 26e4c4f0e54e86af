"""Every act × role × condition, and the rules that no cell of the table can lift."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.access.actions import SITE_WIDE, Action
from shared.access.actor import Actor
from shared.access.context import Context
from shared.access.decisions import ActDenied, Allowed, DenialCause, Denied, decide, require
from shared.access.matrix import MATRIX, Condition
from shared.contracts.identifiers import AppointmentId, OfficeId, PersonId, SiteId
from shared.contracts.vocabulary import Role, Urgency

ME, QIAN, SUN, LI = PersonId("zhao"), PersonId("qian"), PersonId("sun"), PersonId("li")
HERE, ELSEWHERE, JUDGED = OfficeId("shiqiao"), OfficeId("qingshan"), OfficeId("baishi")
BANNED = ("失败", "非法", "无效", "禁止", "必填项", "系统异常", "请稍后再试", "！", "抱歉", "违规", "你")

# Everything a condition could ask is in order: an urgent item, written, reviewed and seconded by others.
IDEAL = Context(
    office=HERE,
    urgency=Urgency.URGENT,
    authors=frozenset({QIAN}),
    received=True,
    judged_units=frozenset({JUDGED}),
    reason_given=True,
    second_person=SUN,
    own_level=True,
    direct_point=True,
    first_receiver=HERE,
    panel=frozenset({ME, QIAN, SUN}),
    approvers=frozenset({QIAN, SUN}),
    concerned=LI,
)
# For each condition, what breaks it; a second entry breaks it in another way.
UNMET: dict[Condition, list[Context]] = {
    Condition.ALWAYS: [],
    Condition.URGENT_ONLY: [replace(IDEAL, urgency=Urgency.ROUTINE)],
    Condition.URGENT_DELEGATED: [replace(IDEAL, urgency=Urgency.ROUTINE)],
    Condition.NOT_OWN: [replace(IDEAL, authors=frozenset({ME, QIAN}))],
    Condition.OWN_ONLY: [replace(IDEAL, authors=frozenset({QIAN})), replace(IDEAL, authors=frozenset())],
    Condition.RECEIVED_ONLY: [replace(IDEAL, received=False)],
    Condition.WITH_REASON: [replace(IDEAL, reason_given=False)],
    Condition.REASON_AND_SECOND: [
        replace(IDEAL, reason_given=False),
        replace(IDEAL, second_person=None),
        replace(IDEAL, second_person=ME),
    ],
    Condition.OWN_LEVEL: [replace(IDEAL, own_level=False)],
    Condition.DIRECT_POINT: [replace(IDEAL, direct_point=False)],
    Condition.FIRST_RECEIVER: [replace(IDEAL, first_receiver=ELSEWHERE), replace(IDEAL, first_receiver=None)],
    Condition.NOT_OWN_UNIT: [
        replace(IDEAL, judged_units=frozenset({HERE, JUDGED})),
        replace(IDEAL, judged_units=frozenset()),
    ],
    Condition.PANEL_OF_THREE: [
        replace(IDEAL, panel=frozenset({ME, QIAN})),
        replace(IDEAL, panel=frozenset({QIAN, SUN, LI})),
        replace(IDEAL, judged_units=frozenset({HERE})),
        replace(IDEAL, judged_units=frozenset()),
    ],
    Condition.TWO_APPROVALS: [
        replace(IDEAL, approvers=frozenset({QIAN})),
        replace(IDEAL, approvers=frozenset({ME, SUN})),
    ],
    Condition.NOT_THE_EDITOR: [replace(IDEAL, editor=ME)],
    Condition.NOT_SELF: [replace(IDEAL, concerned=ME), replace(IDEAL, concerned=None)],
}
CELLS = list(product(Action, Role))


def actor(role: Role) -> Actor:
    """Return 赵某某 at 石桥镇 in a role, with a delegation."""
    return Actor(ME, "赵某某", AppointmentId("zhao"), HERE, "石桥镇", role, SiteId("qingshan"), AppointmentId("boss"))


def ideal_for(condition: Condition) -> Context:
    """Return the context in which a condition is met."""
    return replace(IDEAL, authors=frozenset({ME})) if condition is Condition.OWN_ONLY else IDEAL


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_a_role_does_exactly_the_acts_of_its_column(action: Action, role: Role) -> None:
    """RV-05: only who the table names acts for the office; the same person in another role is refused."""
    condition = MATRIX[action].get(role)
    decision = decide(actor(role), action, IDEAL if condition is None else ideal_for(condition))
    if condition is not None:
        assert decision == Allowed(actor(role))
    else:
        assert isinstance(decision, Denied)
        assert decision.cause is DenialCause.ROLE
        assert set(decision.who_may) == set(MATRIX[action])
        assert f"此项由{decision.who_may_zh}任职办理。当前任职：石桥镇 " in decision.reason_zh


@pytest.mark.parametrize("condition", Condition)
def test_an_unmet_condition_denies_in_every_cell_that_has_it(condition: Condition) -> None:
    for action, role in CELLS:
        if MATRIX[action].get(role) is condition:
            for context in UNMET[condition]:
                decision = decide(actor(role), action, context)
                assert isinstance(decision, Denied), (action, role, context)
                assert decision.cause is DenialCause.CONDITION, (action, role)


@pytest.mark.parametrize("action", Action)
def test_another_office_grants_nothing(action: Action) -> None:
    """The same site, side or level opens no other office's desk; only the site's machinery belongs to none."""
    for role, condition in MATRIX[action].items():
        for office in (ELSEWHERE, None):
            context = replace(ideal_for(condition), office=office)
            decision = decide(actor(role), action, context)
            if action in SITE_WIDE:
                assert isinstance(decision, Allowed)
            else:
                assert isinstance(decision, Denied)
                assert decision.cause is DenialCause.OFFICE


def test_a_duty_officer_signs_an_urgent_item_only_by_delegation() -> None:
    officer = actor(Role.DUTY_OFFICER)
    assert isinstance(decide(officer, Action.SIGN_REPORT, IDEAL), Allowed)
    denied = decide(replace(officer, delegated_by=None), Action.SIGN_REPORT, IDEAL)
    assert isinstance(denied, Denied)
    assert "委托" in denied.reason_zh


def test_the_refusal_reads_as_the_portal_words_it() -> None:
    routine = Context(HERE, received=False)
    denied = decide(actor(Role.REPORTER), Action.REVIEW_REPORT, routine)
    assert isinstance(denied, Denied)
    assert denied.reason_zh == "此项由“信息科审核”任职办理。当前任职：石桥镇 信息员。"
    assert denied.who_may == (Role.INFO_SECTION,), "neither the duty officer (routine) nor the editor (not received)"


def test_rv_09_a_problem_item_is_gated_by_principal_or_deputy_and_never_held_without_a_reason() -> None:
    """RV-09: the gate signs, returns, or holds with a written reason; nobody else may hold at all."""
    routine = replace(IDEAL, urgency=Urgency.ROUTINE)
    gate = {Role.DEPUTY_SIGNER, Role.PRINCIPAL}
    assert {r for r in Role if isinstance(decide(actor(r), Action.SIGN_REPORT, routine), Allowed)} == gate
    assert {r for r in Role if isinstance(decide(actor(r), Action.HOLD_REPORT, routine), Allowed)} == gate
    silent = replace(routine, reason_given=False)
    assert not [r for r in Role if isinstance(decide(actor(r), Action.HOLD_REPORT, silent), Allowed)]


@pytest.mark.parametrize("urgency", Urgency)
def test_rv_02_nobody_reviews_returns_signs_or_holds_what_they_wrote(urgency: Urgency) -> None:
    """RV-02, separation of duties: author ≠ reviewer, author ≠ signer, urgent or not, in any appointment."""
    own = replace(IDEAL, authors=frozenset({ME, QIAN}), urgency=urgency)
    for action in (Action.REVIEW_REPORT, Action.RETURN_REPORT, Action.SIGN_REPORT, Action.HOLD_REPORT):
        for role in MATRIX[action]:
            assert isinstance(decide(actor(role), action, own), Denied), (action, role)
    denied = decide(actor(Role.INFO_SECTION), Action.REVIEW_REPORT, own)
    assert isinstance(denied, Denied)
    assert denied.reason_zh.startswith("本人撰写，须由他人审核。")


def test_the_reviewer_is_not_the_signer_unless_it_is_urgent() -> None:
    reviewed = replace(IDEAL, reviewer=ME, urgency=Urgency.ROUTINE)
    signed = replace(IDEAL, signer=ME, urgency=Urgency.ROUTINE)
    for action, role, context in (
        (Action.SIGN_REPORT, Role.DEPUTY_SIGNER, reviewed),
        (Action.HOLD_REPORT, Role.PRINCIPAL, reviewed),
        (Action.REVIEW_REPORT, Role.INFO_SECTION, signed),
    ):
        denied = decide(actor(role), action, context)
        assert isinstance(denied, Denied)
        assert denied.cause is DenialCause.SEPARATION
        for urgency in (Urgency.URGENT, Urgency.EXTRA_URGENT):
            assert isinstance(decide(actor(role), action, replace(context, urgency=urgency)), Allowed)


def test_who_proposed_or_finalised_does_not_judge_it_again() -> None:
    for action, role in (
        (Action.FINALISE_LATE_VERDICT, Role.DUTY_HEAD),
        (Action.DECIDE_APPEAL, Role.AUDITOR),
        (Action.SIGN_ISSUE, Role.PRINCIPAL),
    ):
        assert isinstance(decide(actor(role), action, replace(IDEAL, authors=frozenset({ME}))), Denied)


def test_li_05_as_07_the_author_is_shown_to_the_first_receiver_or_with_two_approvals() -> None:
    """LI-05, AS-07: hunting the reporter takes two other people, and no other role can ask."""
    assert {r for r in Role if isinstance(decide(actor(r), Action.SEE_AUTHOR, IDEAL), Allowed)} == {
        Role.EDITOR,
        Role.AUDITOR,
    }
    one = replace(IDEAL, approvers=frozenset({ME, QIAN}))
    assert isinstance(decide(actor(Role.AUDITOR), Action.SEE_AUTHOR, one), Denied)


def test_ur_29_urgency_is_lowered_only_with_a_reason_and_a_second_person() -> None:
    """UR-29."""
    assert set(MATRIX[Action.LOWER_URGENCY].values()) == {Condition.REASON_AND_SECOND}


def test_di_07_the_secrecy_reviewer_is_a_separate_person() -> None:
    """DI-07."""
    own = replace(IDEAL, authors=frozenset({ME}))
    assert isinstance(decide(actor(Role.SECRECY_REVIEWER), Action.REVIEW_DISCLOSURE, own), Denied)


def test_require_gives_the_actor_or_raises_with_the_refusal() -> None:
    assert require(decide(actor(Role.EDITOR), Action.ADOPT_REPORT, IDEAL)) == actor(Role.EDITOR)
    with pytest.raises(ActDenied) as raised:
        require(decide(actor(Role.REPORTER), Action.ADOPT_REPORT, IDEAL))
    assert raised.value.denied.who_may == (Role.EDITOR,)


people = st.sampled_from([ME, QIAN, SUN, LI])
offices = st.sampled_from([HERE, ELSEWHERE, JUDGED])
contexts = st.builds(
    Context,
    office=st.none() | offices,
    urgency=st.sampled_from(Urgency),
    authors=st.frozensets(people),
    reviewer=st.none() | people,
    signer=st.none() | people,
    editor=st.none() | people,
    received=st.booleans(),
    judged_units=st.frozensets(offices),
    reason_given=st.booleans(),
    second_person=st.none() | people,
    own_level=st.booleans(),
    direct_point=st.booleans(),
    first_receiver=st.none() | offices,
    panel=st.frozensets(people),
    approvers=st.frozensets(people),
    concerned=st.none() | people,
)


@given(role=st.sampled_from(Role), action=st.sampled_from(Action), context=contexts, delegated=st.booleans())
def test_whatever_the_facts_what_is_allowed_keeps_every_rule(
    role: Role, action: Action, context: Context, delegated: bool
) -> None:
    who = actor(role) if delegated else replace(actor(role), delegated_by=None)
    decision = decide(who, action, context)
    if isinstance(decision, Denied):
        assert set(decision.who_may) <= set(MATRIX[action])
        assert decision.who_may
        assert decision.reason_zh.endswith("。")
        assert not [word for word in BANNED if word in decision.reason_zh]
        return
    assert role in MATRIX[action]
    assert context.office == HERE or action in SITE_WIDE
    if action in (Action.REVIEW_REPORT, Action.RETURN_REPORT, Action.SIGN_REPORT, Action.HOLD_REPORT):
        assert ME not in context.authors
    if action is Action.SIGN_REPORT and not context.urgent:
        assert context.reviewer != ME
        assert role in (Role.DEPUTY_SIGNER, Role.PRINCIPAL)
    if action in (Action.FINALISE_LATE_VERDICT, Action.FINALISE_GRAVE_VERDICT, Action.DECIDE_APPEAL):
        assert context.judged_units
        assert HERE not in context.judged_units
    if action in (Action.DISCARD_PARKED, Action.EXPUNGE_BODY, Action.LOWER_INCIDENT_GRADE):
        assert context.second_person not in (None, ME)


@given(role=st.sampled_from(Role), action=st.sampled_from(Action), context=contexts)
def test_urgency_never_lifts_the_rule_that_authors_do_not_judge(role: Role, action: Action, context: Context) -> None:
    """Making an item urgent may open it to more people, never to its own author's review, signature or hold."""
    judged = replace(context, authors=context.authors | {ME}, urgency=Urgency.EXTRA_URGENT)
    if action in (Action.REVIEW_REPORT, Action.SIGN_REPORT, Action.HOLD_REPORT, Action.REVIEW_DISCLOSURE):
        assert isinstance(decide(actor(role), action, judged), Denied)
