"""The rules of a case, without any I/O: every act in every state."""

from dataclasses import replace
from datetime import timedelta

import pytest
from uuid_utils.compat import uuid7

from services.review import decisions
from services.review.cases import OPEN_STATES, Case, CaseState, Hold, WordingKey
from services.review.decisions import (
    FiguresUncited,
    HoldEndsInThePast,
    NewText,
    NotHeld,
    NothingChanged,
    OwnReport,
    Passed,
    PutAside,
    PutOff,
    Refused,
    Released,
    Returned,
    Rewritten,
    Signed,
    Stale,
    WrongState,
)
from shared.contracts.identifiers import CaseId, PersonId
from shared.contracts.reports import Citation, FactSheet
from shared.contracts.vocabulary import IncidentReportKind, Mode, ReturnReason, Stage, Urgency
from tests.building import MORNING, SHIQIAO, head, version
from tests.review.people import COUNTY

STAGES = (Stage.SECTION_REVIEW, Stage.SIGN_OFF)
TWO_SIGNERS = (Stage.SECTION_REVIEW, Stage.SIGN_OFF, Stage.SIGN_OFF)
ORIGINAL = version()
TEXT = NewText("改后标题", "改后正文", FactSheet(place="石桥镇"), ())
CITED = (Citation(figure="90户", source="县农业农村局"), Citation(figure="3座", source="镇水利站"))
NOW = MORNING + timedelta(hours=2)


def case(state: CaseState = CaseState.SECTION_REVIEW, *, received: bool = True, hold: Hold | None = None) -> Case:
    """Return a case of the county on a report of 石桥镇, or of 石桥镇 itself."""
    key = WordingKey.of(ORIGINAL)
    return Case(
        case_id=CaseId(uuid7()),
        report_id=head().report_id,
        office=COUNTY if received else SHIQIAO,
        state=state,
        step=1 if state is CaseState.SIGN_OFF else 0,
        revision=3,
        head=head(),
        mode=Mode.ACTUAL,
        title=ORIGINAL.title,
        current=key,
        came_as=key,
        highest_version=1,
        chain=(key,) if received else (),
        from_office=SHIQIAO if received else None,
        authors=() if received else (PersonId("shiqiao-reporter"),),
        rewriters=(),
        reviewers=(),
        hold=hold,
    )


ACTS = {
    "pass": lambda each, revision: decisions.pass_(each, STAGES, revision),
    "sign": lambda each, revision: decisions.sign(each, STAGES, revision),
    "return": lambda each, revision: decisions.return_(each, STAGES, revision),
    "hold": lambda each, revision: decisions.hold(each, revision, NOW + timedelta(hours=1), "待核", NOW),
    "release": lambda each, revision: decisions.release_hold(each, revision),
    "rewrite": lambda each, revision: decisions.rewrite(each, STAGES, revision, TEXT, NOW),
    "reference": lambda each, revision: decisions.keep_for_reference(each, revision),
}
POSSIBLE = {
    (CaseState.SECTION_REVIEW, "pass"): Passed,
    (CaseState.SECTION_REVIEW, "return"): Returned,
    (CaseState.SECTION_REVIEW, "rewrite"): Rewritten,
    (CaseState.SECTION_REVIEW, "reference"): PutAside,
    (CaseState.SIGN_OFF, "sign"): Signed,
    (CaseState.SIGN_OFF, "return"): Returned,
    (CaseState.SIGN_OFF, "hold"): PutOff,
    (CaseState.SIGN_OFF, "release"): NotHeld,
    (CaseState.SIGN_OFF, "rewrite"): Rewritten,
    (CaseState.SIGN_OFF, "reference"): PutAside,
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", CaseState)
def test_each_act_is_possible_in_its_own_states_only(state: CaseState, act: str) -> None:
    """RV-01: no step is left out. IN-02: in no state but SIGN_OFF does a report leave."""
    outcome = ACTS[act](case(state), 3)
    assert type(outcome) is POSSIBLE.get((state, act), WrongState)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", CaseState)
def test_an_act_on_an_older_page_is_stale_in_every_state(state: CaseState, act: str) -> None:
    assert ACTS[act](case(state), 2) == Stale(2, 3)


def test_review_comes_before_sign_off() -> None:
    """RV-02: the section checks, then the deputy signs."""
    assert decisions.pass_(case(), STAGES, 3) == Passed(Stage.SECTION_REVIEW, 1, CaseState.SIGN_OFF)


def test_only_the_last_of_several_sign_offs_releases_the_report() -> None:
    first = case(CaseState.SIGN_OFF)
    assert decisions.sign(first, TWO_SIGNERS, 3) == Passed(Stage.SIGN_OFF, 2, CaseState.SIGN_OFF)
    assert isinstance(decisions.sign(replace(first, step=2), TWO_SIGNERS, 3), Signed)


def test_an_unchanged_wording_is_signed_as_it_came() -> None:
    """F1: hop diff v1→v2 empty means that there is no v2."""
    outcome = decisions.sign(case(CaseState.SIGN_OFF), STAGES, 3)
    assert outcome == Signed((WordingKey.of(ORIGINAL),))


def test_a_new_version_of_the_writers_is_signed_though_it_says_the_same() -> None:
    """Only the head changed, such as 预计补报时间: the origin waits for version 2, and version 1 would not end that."""
    again = WordingKey(2, ORIGINAL.content_hash)
    own = replace(case(CaseState.SIGN_OFF, received=False), chain=(WordingKey.of(ORIGINAL),), current=again)
    assert decisions.sign(own, STAGES, 3) == Signed((WordingKey.of(ORIGINAL), again))


def test_a_rewrite_back_to_what_came_in_signs_what_came_in() -> None:
    back = replace(case(CaseState.SIGN_OFF), current=WordingKey(3, ORIGINAL.content_hash))
    assert decisions.sign(back, STAGES, 3) == Signed((WordingKey.of(ORIGINAL),))


def test_a_rewrite_is_signed_after_the_original() -> None:
    """AS-03: the original stays first in what travels."""
    mine = WordingKey(2, "b" * 64)
    outcome = decisions.sign(replace(case(CaseState.SIGN_OFF), current=mine), STAGES, 3)
    assert outcome == Signed((WordingKey.of(ORIGINAL), mine))


def test_the_origin_signs_its_first_wording() -> None:
    outcome = decisions.sign(case(CaseState.SIGN_OFF, received=False), STAGES, 3)
    assert outcome == Signed((WordingKey.of(ORIGINAL),))


def test_the_origin_returns_to_its_writer_and_tells_no_other_office() -> None:
    outcome = decisions.return_(case(received=False), STAGES, 3)
    assert outcome == Returned(SHIQIAO, (), Stage.SECTION_REVIEW, 1)


def test_an_upper_office_returns_to_the_office_below_under_the_number_it_knows() -> None:
    rewritten = replace(case(CaseState.SIGN_OFF), current=WordingKey(2, "b" * 64), highest_version=2)
    assert decisions.return_(rewritten, STAGES, 3) == Returned(SHIQIAO, (SHIQIAO,), Stage.SIGN_OFF, 1)


def test_negative_content_is_no_reason_to_return() -> None:
    """AS-15, AS-16: the coded reasons name none for bad news or for troubling superiors."""
    names = " ".join(ReturnReason)
    assert not any(word in names for word in ("NEGATIVE", "PROBLEM", "TROUBLE", "CONFLICT", "BAD"))
    assert len(ReturnReason) == 9


def test_a_hold_says_until_when_and_keeps_its_beginning_when_prolonged() -> None:
    first = decisions.hold(case(CaseState.SIGN_OFF), 3, NOW + timedelta(hours=1), "待核", NOW)
    assert first == PutOff(Hold(NOW, NOW + timedelta(hours=1), "待核"))
    assert isinstance(first, PutOff)
    held = case(CaseState.SIGN_OFF, hold=first.hold)
    later = NOW + timedelta(minutes=30)
    assert decisions.hold(held, 3, later + timedelta(hours=2), "仍待核", later) == PutOff(
        Hold(NOW, later + timedelta(hours=2), "仍待核")
    )


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=-1)])
def test_a_hold_ends_in_the_future(ahead: timedelta) -> None:
    assert decisions.hold(case(CaseState.SIGN_OFF), 3, NOW + ahead, "待核", NOW) == HoldEndsInThePast(NOW)


def test_a_held_case_can_be_released_signed_and_returned() -> None:
    """A hold binds nobody: whoever may sign may sign at once."""
    held = case(CaseState.SIGN_OFF, hold=Hold(NOW, NOW + timedelta(hours=1), "待核"))
    assert decisions.release_hold(held, 3) == Released()
    assert isinstance(decisions.sign(held, STAGES, 3), Signed)
    assert isinstance(decisions.return_(held, STAGES, 3), Returned)


def test_a_rewrite_is_a_next_version_derived_from_the_current_one() -> None:
    """AS-03."""
    outcome = decisions.rewrite(replace(case(), highest_version=4), STAGES, 3, TEXT, NOW)
    assert isinstance(outcome, Rewritten)
    assert (outcome.wording.version, outcome.wording.by_office) == (5, COUNTY)
    assert outcome.wording.derived_from == ORIGINAL.content_hash
    assert (outcome.step, outcome.state) == (0, CaseState.SECTION_REVIEW)


def test_a_rewrite_at_sign_off_is_checked_again() -> None:
    """RV-01: what is signed is what was checked."""
    outcome = decisions.rewrite(case(CaseState.SIGN_OFF), STAGES, 3, TEXT, NOW)
    assert isinstance(outcome, Rewritten)
    assert (outcome.step, outcome.state) == (0, CaseState.SECTION_REVIEW)


def test_a_rewritten_figure_without_a_source_is_refused_qu_01() -> None:
    """QU-01 holds for whoever words the report, so that no figure without a source can be signed."""
    text = NewText(ORIGINAL.title, "涉及下游农户90户，请支持机械两台。", ORIGINAL.facts, ORIGINAL.citations)
    cited = replace(text, citations=(*ORIGINAL.citations, *CITED))
    assert decisions.rewrite(case(), STAGES, 3, text, NOW) == FiguresUncited(("三座", "90户"))
    assert isinstance(decisions.rewrite(case(), STAGES, 3, cited, NOW), Rewritten)


@pytest.mark.parametrize(
    ("kind", "refused"), [(IncidentReportKind.INITIAL, False), (IncidentReportKind.FOLLOWUP, True)]
)
def test_a_first_urgent_report_may_be_reworded_with_unverified_figures(kind: IncidentReportKind, refused: bool) -> None:
    """QU-01, as at the origin: 初报 goes with what is known, 续报 brings the source."""
    urgent = replace(case(), head=head(urgency=Urgency.URGENT, incident_kind=kind))
    outcome = decisions.rewrite(urgent, STAGES, 3, NewText("起火", "过火300平方米。", FactSheet(), ()), NOW)
    assert isinstance(outcome, FiguresUncited) is refused


def test_a_rewrite_that_changes_nothing_is_none() -> None:
    same = NewText(ORIGINAL.title, ORIGINAL.body, ORIGINAL.facts, ORIGINAL.citations)
    assert decisions.rewrite(case(), STAGES, 3, same, NOW) == NothingChanged()


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
def test_an_office_does_not_put_its_own_report_aside(state: CaseState) -> None:
    """AS-03: the own report is signed or returned with a reason, never laid aside in silence."""
    assert decisions.keep_for_reference(case(state, received=False), 3) == OwnReport()


def test_every_refusal_is_of_the_sum_type() -> None:
    refusals = {type(act(case(state), revision)) for act in ACTS.values() for state in CaseState for revision in (2, 3)}
    assert refusals - set(POSSIBLE.values()) <= set(Refused.__args__)  # type: ignore[attr-defined]
