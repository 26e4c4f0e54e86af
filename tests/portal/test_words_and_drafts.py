"""How times, lengths and points are written; what a draft becomes; what streams tell. No I/O."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.portal import formats
from services.portal.draft_content import (
    CITED,
    COUNTS,
    FIELDS,
    after_report,
    as_check,
    as_report,
    blank,
    of_form,
    of_report,
    rows_of,
)
from services.portal.forms import Form
from services.portal.live import Live, Topic
from services.portal.menu import landing_of, menu_of
from services.portal.wording import TEXTS
from shared.contracts.vocabulary import Role
from shared.timekeeping.civil import SHANGHAI
from shared.timekeeping.clocks import ManualClock

NOON = datetime(2025, 2, 17, 12, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "text", "kind"),
    [
        ("11:51:30", "余 9 分", "near"),
        ("12:00:59", "余 0 分", "near"),
        ("12:01:00", "超 1 分", "late"),
        ("14:48:00", "超 2 时 48 分", "late"),
        ("11:10:00", "余 50 分", "normal"),
    ],
)
def test_headroom_counts_whole_minutes_and_the_first_late_instant_is_late(at: str, text: str, kind: str) -> None:
    now = datetime.combine(NOON.date(), datetime.strptime(at, "%H:%M:%S").time(), SHANGHAI)  # noqa: DTZ007
    used = 100 * (now - (NOON - timedelta(hours=1))) / timedelta(hours=1)
    late_from = NOON + timedelta(minutes=1)

    assert formats.headroom(NOON, late_from, now) == text
    assert formats.status(late_from, used, now) == kind


def test_points_have_a_true_minus_and_no_idle_zeros() -> None:
    assert [formats.points(each) for each in ("12.00", "-2.50", "0", "100")] == ["12", "−2.5", "0", "100"]
    assert [formats.signed(each) for each in ("3", "-2.5", "0")] == ["+3", "−2.5", "0"]


def test_an_empty_count_is_not_known_and_never_zero() -> None:
    """UR: unknown ≠ 0."""
    content = of_form(Form({**blank("INITIAL"), "facts.dead": "0", "facts.missing": "", "citations": ""}, {}))

    asked, faults = as_check(content)

    assert (asked["facts"]["dead"], asked["facts"]["missing"], faults) == (0, None, [])


def test_a_count_that_is_no_number_is_a_fault_at_its_field() -> None:
    asked, faults = as_check({**blank(), "facts.injured": "三人"})

    assert asked["facts"]["injured"] is None
    assert [(fault.field, fault.text[:4]) for fault in faults] == [("facts.injured", "受伤人数")]


def test_times_are_read_as_shanghai_s_wall_time() -> None:
    asked, _ = as_check({**blank(), "facts.occurred_at": "2025-02-17T08:50"})

    assert asked["facts"]["occurred_at"] == "2025-02-17T08:50:00+08:00"


def stored_report(**over: Any) -> dict[str, Any]:
    """Return a report as intake shows it, with everything a writer can state."""
    facts = {
        "occurred_at": "2025-02-17T00:50:30Z",
        "place": "石桥镇",
        "kind": "仓库火灾",
        "dead": None,
        "missing": 0,
        "severely_injured": 2,
        "injured": 3,
        "evacuated": 41,
        "direct_loss_yuan": 860_000,
        "scope": "一栋仓库",
        "trend": "明火已灭",
        "measures": "已疏散",
        "needs": None,
        "verified": "经消防支队核实",
    }
    cited = {"figure": "86户", "source": "镇财政所", "page": "第3页", "checked_by": "周明远"}
    return {
        "type": "URGENT",
        "nature": "PROBLEM",
        "urgency": "URGENT",
        "form": "SYNTHESIS",
        "commission_task": "T-1",
        "incident_kind": "FINAL",
        "incident_id": "i-1",
        "report_id": "r-1",
        "expected_at": None,
        "versions": [{"title": "题", "body": "文", "facts": facts, "citations": [cited]}],
        **over,
    }


def through_the_form(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content after the writing form has shown it and sent it back."""
    lists = {f"citation.{name}": tuple(row[name] for row in rows_of(content)) for name in CITED}
    return of_form(Form({name: content[name] for name in FIELDS}, lists))


def test_a_returned_report_is_sent_again_with_everything_it_stated() -> None:
    """QU: 修改后重报 changes what the writer changes; facts, pages and the head stay."""
    report = stored_report()
    version = report["versions"][0]

    sent = as_report(through_the_form(of_report(report)), "d-1")

    assert {name: value for name, value in sent["facts"].items() if value is not None} == {
        **{name: value for name, value in version["facts"].items() if value is not None},
        "occurred_at": "2025-02-17T08:50:30+08:00",
    }
    assert sent["citations"] == version["citations"]
    kept = ("type", "nature", "urgency", "form", "commission_task", "incident_kind", "incident_id", "report_id")
    assert {name: sent[name] for name in kept} == {name: report[name] for name in kept}


def test_a_routine_report_in_a_series_keeps_its_place_when_it_is_sent_again() -> None:
    """What a report's head says never changes, whatever the form hides."""
    sent = as_report(through_the_form(of_report(stored_report(urgency="ROUTINE", incident_kind="INITIAL"))), "d-1")

    assert (sent["incident_kind"], sent["incident_id"]) == ("INITIAL", "i-1")


def test_the_next_report_of_an_incident_states_what_stays_and_asks_for_figures_anew() -> None:
    """UR-05: 续报 belongs to the incident of the report before; an old figure is not repeated unseen."""
    content = after_report(stored_report(incident_kind="INITIAL"), "FOLLOWUP")

    sent = as_report(content, "d-2")

    assert (sent["incident_kind"], sent["incident_id"], sent["report_id"]) == ("FOLLOWUP", "i-1", None)
    assert (sent["facts"]["place"], sent["facts"]["kind"]) == ("石桥镇", "仓库火灾")
    assert {sent["facts"][name] for name in COUNTS} == {None}


def test_figures_without_a_source_get_a_row_of_their_own() -> None:
    content = {**blank(), "citations": [{"figure": "86户", "source": "镇财政所"}]}

    assert [row["figure"] for row in rows_of(content, ("86户", "2台"))] == ["86户", "2台", "", ""]


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_at_most_nine_entries_each_with_a_name(role: Role) -> None:
    entries = menu_of(role)

    assert 1 <= len(entries) <= 9
    assert landing_of(role) == entries[0][0]
    assert all(isinstance(TEXTS.menu[name], str) for _, name in entries)


async def test_a_stream_tells_topics_and_numbers_only_of_what_was_asked_for() -> None:
    live = Live(ManualClock(datetime(2025, 2, 17, tzinfo=UTC)))
    stream = live.stream(frozenset({Topic.DUTY}))
    first = await anext(stream)
    live.moved(Topic.TICKETS)
    live.moved(Topic.DUTY)

    told = await anext(stream)

    assert 'event: beat\ndata: {"now": "2025-02-17T00:00:00+00:00"}' in first
    assert told == 'event: moved\nid: 1\ndata: {"topic": "duty", "version": 1}\n\n'
    await stream.aclose()  # type: ignore[attr-defined]
